/**
 * One verified address, several ways at once: one account (DESIGN §6.2, V-02), over every database.
 */
import assert from 'node:assert/strict';
import { countRows, forEachStoreAndInterleaved, profileWith, type TestStore } from '../../test/store-fixture.ts';
import { Attempt, createEngine, type Engine } from './sign-in.fixture.ts';
import { defaultSteps } from './steps.ts';

const emails = [{ address: 'ana@uni.mx', claimedVerified: true }];

/** Attempts that have all decided to make an account, each by an identity of its own with the same verified address. */
async function decided(engine: Engine, count: number): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (let index = 0; index < count; index++) {
    const profile = profileWith({ subject: `s${index}`, emails });
    engine.campus.answer = async () => ({ profile, upstream: null });
    attempts.push(await Attempt.arrived(engine));
  }
  for (const attempt of attempts) assert.deepEqual((await attempt.row()).decision, { kind: 'create', guestId: null });
  return attempts;
}

const signedIn = async (attempts: readonly Attempt[]) => {
  const ends = await Promise.all(attempts.map((attempt) => attempt.end()));
  return ends.map((end) => (end.kind === 'signed-in' ? end.userId : assert.fail(JSON.stringify(end))));
};

const counted = async ({ databases: { durable } }: TestStore) => ({
  users: await countRows(durable, 'users'),
  identities: await countRows(durable, 'identities'),
});

forEachStoreAndInterleaved(
  'V-02: two that were decided at the same moment are concluded as one account',
  async (given) => {
    const [first, second] = await decided(createEngine(given), 2);
    assert.ok(first && second);
    const [mine] = await signedIn([first]);
    assert.deepEqual(await signedIn([second]), [mine]);
    assert.deepEqual(await counted(given), { users: 1, identities: 2 });
  },
);

forEachStoreAndInterleaved('V-02: of five that are concluded at once all get into one account', async (given) => {
  const users = await signedIn(await decided(createEngine(given), 5));
  assert.equal(new Set(users).size, 1);
  assert.deepEqual(await counted(given), { users: 1, identities: 5 });
});

forEachStoreAndInterleaved(
  'where an operator took the rule of the same address away, each is an account, and one has the address',
  async (given) => {
    const steps = defaultSteps.filter(({ name }) => name !== 'same-verified-email');
    const users = await signedIn(await decided(createEngine(given, steps), 2));
    assert.equal(new Set(users).size, 2);
    const verified = await given.databases.durable.all({
      shape: ['select user_id from emails where verified_at is not null'],
      values: [],
    });
    assert.equal(verified.length, 1);
  },
);
