/**
 * What registration asks of the store, in every database: usernames, a person's own words, and who has a proved address.
 */
import assert from 'node:assert/strict';
import { requireVerifiedEmail } from '../../src/store/account-guards.ts';
import { sql } from '../../src/store/database.ts';
import {
  countRows,
  createNewcomer,
  forEachStore,
  forEachStoreAndInterleaved,
  newcomer,
  profileWith,
  unverifiedEmail,
  verifiedEmail,
} from '../store-fixture.ts';

forEachStore('a username is taken in whatever case it is written', async (given) => {
  const { store, clock } = given;
  const made = newcomer(clock);
  assert.ok(await store.accounts.createUser({ ...made.user, username: 'Ana-Ruiz' }, made.identity, made.commit));
  for (const username of ['Ana-Ruiz', 'ana-ruiz', 'ANA-RUIZ'])
    assert.ok(await store.accounts.isUsernameTaken(username));
  for (const username of ['ana', 'ana_ruiz', '']) assert.ok(!(await store.accounts.isUsernameTaken(username)));
});

forEachStoreAndInterleaved(
  'D-20: of fifty who choose one username at once one gets it',
  async ({ store, clock, databases }) => {
    const made = Array.from({ length: 50 }, (_, index) =>
      newcomer(clock, { profile: profileWith({ subject: `s${index}` }) }),
    );
    const results = await Promise.all(
      made.map(({ user, identity, commit }, index) =>
        store.accounts.createUser({ ...user, username: index % 2 === 0 ? 'ana' : 'ANA' }, identity, commit),
      ),
    );
    assert.equal(results.filter(Boolean).length, 1);
    assert.equal(await countRows(databases.durable, 'users'), 1);
  },
);

forEachStore("a person's own words come back as they were, and stand nowhere in clear", async (given) => {
  const { store, clock, databases } = given;
  const made = newcomer(clock);
  const details = { city: 'Mérida', goals: 'Aprender\ninglés 🎓', year_of_birth: '1998' };
  const user = { ...made.user, country: 'MX', details };
  assert.ok(await store.accounts.createUser(user, made.identity, made.commit));
  const found = await store.accounts.findUser(user.id);
  assert.deepEqual([found?.user.country, found?.user.details], ['MX', details]);
  const rows = JSON.stringify(await databases.durable.all(sql`select * from users`));
  for (const word of ['Mérida', 'inglés', '1998']) assert.ok(!rows.includes(word), word);
});

forEachStore('E-08: a user who was written before there was such a thing has said nothing', async (given) => {
  const { store, vault, databases } = given;
  const { user } = await createNewcomer(given);
  const { name, birthDate, phone, locale } = user;
  const place = { table: 'users', column: 'profile', row: user.id };
  const old = vault.seal(place, JSON.stringify({ name, birthDate, phone, locale }));
  await databases.durable.run(sql`update users set profile = ${old} where id = ${user.id}`);
  const found = await store.accounts.findUser(user.id);
  // Nor does it say whose word its name is.
  assert.deepEqual(found?.user, { ...user, sources: {} });
});

forEachStore('D-12: who needs an address to be theirs gets nothing written where it is not', async (given) => {
  const { store, clock, databases } = given;
  const owner = await createNewcomer(given, { emails: [verifiedEmail('ana@uni.mx')] });
  const late = newcomer(clock, { profile: profileWith({ subject: 's2' }), emails: [verifiedEmail('ana@uni.mx')] });
  const also = [requireVerifiedEmail(late.user.id, 'ana@uni.mx')];
  assert.equal(await store.accounts.createUser(late.user, late.identity, { ...late.commit, also }), false);
  assert.equal(await countRows(databases.durable, 'users'), 1);
  assert.equal((await store.accounts.findOwnerOfEmail('ana@uni.mx'))?.id, owner.user.id);

  const other = newcomer(clock, { profile: profileWith({ subject: 's3' }), emails: [unverifiedEmail('eva@uni.mx')] });
  const unproved = [requireVerifiedEmail(other.user.id, 'eva@uni.mx')];
  assert.equal(await store.accounts.createUser(other.user, other.identity, { ...other.commit, also: unproved }), false);
});

forEachStoreAndInterleaved(
  'D-12: of fifty who proved one address at once one has it',
  async ({ store, clock, databases }) => {
    const made = Array.from({ length: 50 }, (_, index) =>
      newcomer(clock, { profile: profileWith({ subject: `s${index}` }), emails: [verifiedEmail('ana@uni.mx')] }),
    );
    const results = await Promise.all(
      made.map(({ user, identity, commit }) =>
        store.accounts.createUser(user, identity, { ...commit, also: [requireVerifiedEmail(user.id, 'ana@uni.mx')] }),
      ),
    );
    assert.equal(results.filter(Boolean).length, 1);
    assert.equal(await countRows(databases.durable, 'users'), 1);
    assert.equal(await countRows(databases.durable, 'emails'), 1);
  },
);
