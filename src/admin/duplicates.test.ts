/**
 * Accounts that seem to be one person's: which, in which pages, and what is made of them.
 */
import assert from 'node:assert/strict';
import { forEachStore, profileWith, type TestStore } from '../../test/store-fixture.ts';
import { csvLine } from '../csv.ts';
import { sealProfile } from '../store/accounts.ts';
import { type Step, sql } from '../store/database.ts';
import { duplicatePairs, FROM_THE_BEGINNING } from '../store/duplicates.ts';
import { giveIdentifierOnce } from '../store/identifiers.ts';
import { type AccountShape, makeAccount, nameless } from '../users/merge.fixture.ts';
import { findDuplicates, findSameNames, remapRows } from './duplicates.ts';
import type { RemapRegistration } from './remap.ts';
import { readRemapFile } from './remap-file.ts';

const sourcesOf = ({ databases, store, vault }: TestStore) => ({ database: databases.durable, store, vault });
const pageOf = (given: TestStore, after: string | null = null, atMost = 200) =>
  findDuplicates(sourcesOf(given), { after, atMost });
const address = (text: string, verified: boolean): Partial<AccountShape> => ({ emails: [{ address: text, verified }] });
const launched: Partial<AccountShape> = { identities: [{ provider: 'lti:campus', roles: [] }] };

async function give({ databases, vault, clock }: TestStore, userId: string, value: string): Promise<void> {
  const identifier = { userId, kind: 'institution:udg', value, provider: 'import' };
  await databases.durable.atomically([giveIdentifierOnce(identifier, vault, clock.now())]);
}

forEachStore(
  'one verified address, one CURP, one id: each pair once, with all that speaks for it; a claim alone speaks for nothing',
  async (given) => {
    const CURP = 'HEGG560427MVZRRL04';
    const ana = await makeAccount(given, { ...address('ana@uni.mx', true), curps: [CURP] });
    const made = await makeAccount(given, { ...launched, ...address('ana@uni.mx', false), curps: [CURP] });
    const bea = await makeAccount(given, {});
    const bea2 = await makeAccount(given, {});
    await give(given, bea, '217');
    await give(given, bea2, '217');
    await makeAccount(given, address('nobody@uni.mx', false));
    await makeAccount(given, address('nobody@uni.mx', false));
    await makeAccount(given, { ...address('ana@uni.mx', false), state: 'disabled' });
    const { duplicates, next } = await pageOf(given);
    assert.equal(next, null);
    const found = duplicates.map(({ retire, keep, because }) => [[retire.id, keep.id], because] as const);
    const ofAna = found.find(([ids]) => ids.includes(ana));
    assert.deepEqual(
      ofAna,
      [
        [made, ana],
        ['address', 'curp'],
      ],
      'what a launch made is what would be retired',
    );
    const ofBea = found.find(([ids]) => ids.includes(bea));
    assert.deepEqual([ofBea?.[0].toSorted(), ofBea?.[1]], [[bea, bea2].toSorted(), ['institution:udg']]);
    assert.equal(found.length, 2);
    const text = JSON.stringify(duplicates);
    for (const value of [CURP, 'ana@uni.mx', '217']) assert.ok(!text.includes(`"${value}`), value);
  },
);

forEachStore('page after page, each pair once, over more accounts than one look takes in', async (given) => {
  const { databases, clock } = given;
  const shared = (n: number) => n % 50 === 0;
  for (let batch = 0; batch < 23; batch += 1) {
    const steps: Step[] = Array.from({ length: 100 }, (_, i) => batch * 100 + i).flatMap((n) => {
      const id = `u${String((n * 7919) % 2300).padStart(4, '0')}${n % 2 === 0 ? 'a' : 'B'}`;
      const user = sql`
        insert into users (id, state, username, username_key, profile, created_at, updated_at)
        values (${id}, 'active', ${id}, ${`k${n}`}, '', ${clock.now()}, ${clock.now()})`;
      const index = shared(n) ? 'same' : n % 10 === 1 ? `pair-${n % 1000}` : `own-${n}`;
      const identifier = sql`
        insert into user_identifiers (user_id, kind, value_index, value, provider, created_at)
        values (${id}, 'curp', ${index}, '', 'import', 1)`;
      return [user, identifier].map((statement) => ({ statement, changes: 1 }));
    });
    assert.ok((await databases.durable.atomically(steps)).committed);
  }
  const all = await databases.durable.all(sql`
    select mine.user_id as first_id, other.user_id as second_id from user_identifiers as mine
    join user_identifiers as other on other.value_index = mine.value_index and other.user_id > mine.user_id
    order by mine.user_id, other.user_id`);
  assert.ok(all.length > 1000);
  for (const size of [1000, 37]) {
    const told: string[] = [];
    let cursor = FROM_THE_BEGINNING;
    for (;;) {
      const page = await duplicatePairs(databases.durable, cursor, size);
      told.push(...page.map(({ first, second }) => `${first} ${second}`));
      const last = page.at(-1);
      if (page.length < size || last === undefined) break;
      cursor = { first: last.first, second: last.second };
    }
    assert.deepEqual(
      told,
      all.map(({ first_id, second_id }) => `${first_id} ${second_id}`),
    );
  }
  const first = await pageOf(given, null, 2);
  const second = await pageOf(given, first.next, 2);
  assert.equal(new Set([...first.duplicates, ...second.duplicates].map((one) => JSON.stringify(one))).size, 4);
  await assert.rejects(pageOf(given, 'nowhere'), { reason: 'invalid' });
});

forEachStore(
  'one name at one campus, without regard to case and accents; half a name, and another campus, are no hint',
  async (given) => {
    const { databases, vault } = given;
    async function person(full: string, slug = 'campus'): Promise<string> {
      const provider = `lti:${slug}`;
      const id = await makeAccount(given, { identities: [{ provider, roles: [] }] });
      const [identity] = await given.store.accounts.identitiesOf(id);
      assert.ok(identity);
      const profile = profileWith({ provider, subject: identity.subject, name: { ...nameless, full } });
      const sealed = sealProfile(identity.id, profile, vault);
      await databases.durable.run(sql`update identities set profile = ${sealed} where id = ${identity.id}`);
      return id;
    }
    const [one, other] = [await person('Ana Peña'), await person(' ANA  PENA')];
    await person('Ana Peña', 'elsewhere');
    await person('Bea');
    await person('bea');
    const found = await findSameNames(sourcesOf(given), 'campus', 10);
    assert.deepEqual(
      found.map(({ retire, keep, because }) => [[retire.id, keep.id].toSorted(), because]),
      [[[one, other].toSorted(), ['name']]],
    );
  },
);

forEachStore(
  'what is written for a remap is what a remap reads, with deployments where they say who somebody is',
  async (given) => {
    const registrations = new Map<string, RemapRegistration>([
      ['campus', { deployments: null, subjectScope: 'platform', staff: [] }],
      ['shared', { deployments: ['a:b'], subjectScope: 'deployment', staff: [] }],
    ]);
    const keep = await makeAccount(given, address('ana@uni.mx', true));
    const retire = await makeAccount(given, {
      ...address('ana@uni.mx', false),
      identities: ['lti:campus', 'lti:shared', 'password'].map((provider) => ({ provider, roles: [] })),
    });
    for (const [provider, subject] of [
      ['lti:campus', '=1+1'],
      ['lti:shared', 'a%3Ab:x:7'],
    ] as const) {
      await given.databases.durable.run(sql`
      update identities set subject = ${subject} where user_id = ${retire} and provider = ${provider}`);
    }
    // It has a way in that no launch made, as the other has: the younger one would be retired.
    await given.databases.durable.run(sql`update users set created_at = created_at + 1 where id = ${retire}`);
    const { duplicates } = await pageOf(given);
    const rows = await remapRows(sourcesOf(given), duplicates, registrations);
    async function* file() {
      const lines = [['registration', 'deployment', 'subject', 'account', 'reason'], ...rows].map(csvLine);
      yield new TextEncoder().encode(lines.join('\r\n'));
    }
    const { lines } = await readRemapFile(file());
    assert.deepEqual(
      lines.map(({ registration, deployment, subject, account }) => [registration, deployment, subject, account]),
      [
        ['campus', null, '=1+1', keep],
        ['shared', 'a:b', 'x:7', keep],
      ],
    );
  },
);
