/**
 * R-12, D-17: merges beside merges, sign-ins and changes at the same moment end as one after the other would have.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  commitOf,
  forEachStoreAndInterleaved,
  profileWith,
  randomId,
  type TestStore,
  verifiedEmail,
} from '../../test/store-fixture.ts';
import { sql } from '../store/database.ts';
import { type AccountAction, actOnAccount } from './account-state.ts';
import { newIdentity } from './arrival.ts';
import { assertSound, lenientRules, makeAccount, mergeAccounts, nameless, undoMerge } from './merge.fixture.ts';

const FIFTY = Array.from({ length: 50 }, (_, n) => n);

const identities = (...providers: readonly string[]) => providers.map((provider) => ({ provider, roles: [] }));
const freshAddress = () => `${randomBytes(8).toString('hex')}@uni.mx`;
const account = (given: TestStore, ...providers: readonly string[]) =>
  makeAccount(given, {
    identities: identities(...providers),
    emails: [{ address: freshAddress(), verified: true }],
    clients: ['lms'],
    sessions: 1,
  });

async function together<T>(...attempts: readonly (() => Promise<T>)[]): Promise<T[]> {
  return Promise.all(attempts.map((attempt) => attempt()));
}

const kindsOf = (results: readonly { readonly kind: string }[]) =>
  results.filter(({ kind }) => kind === 'merged').length;

async function stateOf({ store }: TestStore, userId: string) {
  const graph = await store.accountGraphs.read(userId);
  assert.ok(graph);
  return graph;
}

forEachStoreAndInterleaved(
  'D-17: of fifty merges of one pair one happens, and the others say that it did',
  async (given) => {
    const [retired, survivor] = [await account(given, 'google', 'password'), await account(given, 'llave-mx')];
    const results = await together(...FIFTY.map(() => () => mergeAccounts(given, retired, survivor)));
    assert.equal(kindsOf(results), 1);
    for (const result of results) {
      if (result.kind === 'merged') continue;
      assert.ok(
        result.code === 'merge_running' || (result.code === 'user_not_mergeable' && result.userId === retired),
        result.code,
      );
    }
    assert.equal((await stateOf(given, survivor)).identities.length, 3);
    await assertSound(given);
  },
);

forEachStoreAndInterleaved('D-17: of A into B and B into A one happens', async (given) => {
  for (let round = 0; round < 10; round += 1) {
    const [a, b] = [await account(given, 'google'), await account(given, 'llave-mx')];
    const results = await together(
      () => mergeAccounts(given, a, b),
      () => mergeAccounts(given, b, a),
    );
    assert.equal(kindsOf(results), 1);
    await assertSound(given);
  }
});

forEachStoreAndInterleaved(
  'V-16: merges of five accounts in every direction at once leave one account, and a forest',
  async (given) => {
    const ids: string[] = [];
    for (const _ of [1, 2, 3, 4, 5]) ids.push(await account(given, 'google'));
    const pairs = ids.flatMap((one) => ids.filter((other) => other !== one).map((other) => [one, other] as const));
    const lenient = { with: { rules: lenientRules } };
    let merges = 0;
    for (let round = 0; round < 10 && merges < 4; round += 1) {
      merges += kindsOf(
        await together(
          ...pairs.map(
            ([one, other]) =>
              () =>
                mergeAccounts(given, one, other, lenient),
          ),
        ),
      );
      await assertSound(given);
    }
    assert.equal(merges, 4);
    const graphs = await Promise.all(ids.map((id) => stateOf(given, id)));
    const [survivor, ...more] = graphs.filter(({ user }) => user.state === 'active');
    assert.deepEqual([survivor?.identities.length, survivor?.emails.length, more], [5, 5, []]);
  },
);

forEachStoreAndInterleaved(
  'R-12: login ‖ merge: whoever signs in meanwhile is the survivor afterwards, or was the retired before',
  async (given) => {
    const { store, clock } = given;
    for (let round = 0; round < 10; round += 1) {
      const [retired, survivor] = [await account(given, 'google'), await account(given, 'llave-mx')];
      const { user, identities } = await stateOf(given, retired);
      const [known] = identities;
      assert.ok(known);
      const profile = profileWith({ provider: known.provider, subject: known.subject });
      const signIn = (refresh: boolean) => () =>
        store.accounts.admitUser(user, known, commitOf(user, profile, clock), refresh);
      const link = () => {
        const fresh = profileWith({ provider: 'email', subject: randomId() });
        const commit = commitOf(user, fresh, clock, [verifiedEmail(freshAddress())]);
        return store.accounts.linkIdentity(user, newIdentity(fresh, user.id, clock), commit);
      };
      const tell = () => store.clientSubjects.tell('wiki', retired, clock.now());
      const merge = () => mergeAccounts(given, retired, survivor);
      const attempts = [signIn(false), link, merge, tell, signIn(true), link] as const;
      const [, , result, told] = await together<unknown>(...attempts);
      const { kind } = result as { kind: string };
      if (kind === 'refused') assert.equal((await mergeAccounts(given, retired, survivor)).kind, 'merged');
      await assertSound(given);
      // Whatever was tied to the retired in time is the survivor's now; a client that was told of it in time still knows it.
      assert.equal((await stateOf(given, retired)).identities.length, 0);
      assert.equal(await store.clientSubjects.tell('wiki', survivor, clock.now()), told ?? survivor);
      assert.equal(await store.accounts.admitUser(user, known, commitOf(user, profile, clock), false), false);
    }
  },
);

// ------------------------------------------------------------------- exactly between what was read and what is written

/** Somebody else does something when the merge has read both accounts and is about to write. */
function between(given: TestStore, work: () => Promise<unknown>): TestStore {
  const { durable } = given.databases;
  let isDone = false;
  const atomically: typeof durable.atomically = async (steps) => {
    if (!isDone) {
      isDone = true;
      await work();
    }
    return durable.atomically(steps);
  };
  const verbs = Object.fromEntries(
    (['get', 'all', 'run', 'script', 'close'] as const).map((verb) => [verb, durable[verb].bind(durable)]),
  ) as unknown as typeof durable;
  return { ...given, databases: { ...given.databases, durable: { ...verbs, dialect: durable.dialect, atomically } } };
}

interface Meanwhile {
  readonly what: string;
  work(given: TestStore, retired: string, survivor: string): Promise<unknown>;
  /** Whether the name of the retired was chosen: a profile that is written guards more than it has to, and would hide what does not. */
  readonly choosesName?: true;
  /** How it ends: the code of a refusal, or what holds after the merge. */
  readonly ends: string | ((given: TestStore, retired: string, survivor: string) => Promise<void>);
}

async function linkTo(given: TestStore, userId: string, provider: string): Promise<void> {
  const { user } = await stateOf(given, userId);
  const profile = profileWith({ provider, subject: randomId() });
  const commit = commitOf(user, profile, given.clock);
  assert.ok(await given.store.accounts.linkIdentity(user, newIdentity(profile, userId, given.clock), commit));
}

const act = ({ clock, databases, store }: TestStore, userId: string, action: AccountAction) =>
  actOnAccount(
    { environment: clock, database: databases.durable, store },
    { userId, action, by: 'support', reason: 'test', also: () => [] },
  );

async function rename(given: TestStore, userId: string, full: string): Promise<void> {
  const { user, identities } = await stateOf(given, userId);
  const [known] = identities;
  assert.ok(known);
  const profile = profileWith({ provider: known.provider, subject: known.subject });
  const renamed = { ...user, name: { ...user.name, full }, updatedAt: given.clock.now() };
  assert.ok(await given.store.accounts.admitUser(renamed, known, commitOf(user, profile, given.clock), true));
}

const meanwhile: readonly Meanwhile[] = [
  {
    what: 'the survivor gets an identity of the same provider',
    work: (given, _, survivor) => linkTo(given, survivor, 'google'),
    ends: 'same_provider',
  },
  {
    what: 'the retired gets an identity of a provider that the survivor has',
    work: (given, retired) => linkTo(given, retired, 'llave-mx'),
    ends: 'same_provider',
  },
  {
    what: 'the retired gets another identity',
    work: (given, retired) => linkTo(given, retired, 'facebook'),
    async ends(given, _, survivor) {
      const providers = (await stateOf(given, survivor)).identities.map(({ provider }) => provider);
      assert.deepEqual(providers.toSorted(), ['facebook', 'google', 'llave-mx']);
    },
  },
  { what: 'the retired is disabled', work: (given, retired) => act(given, retired, 'disable'), ends: 'user_disabled' },
  {
    what: 'the survivor is disabled',
    work: (given, _, survivor) => act(given, survivor, 'disable'),
    ends: 'user_disabled',
  },
  { what: 'the retired is held', work: (given, retired) => act(given, retired, 'hold'), ends: 'legal_hold' },
  { what: 'the survivor is held', work: (given, _, survivor) => act(given, survivor, 'hold'), ends: 'legal_hold' },
  {
    what: 'the survivor is merged into somebody else',
    async work(given, _, survivor) {
      assert.equal((await mergeAccounts(given, survivor, await account(given, 'facebook'))).kind, 'merged');
    },
    ends: 'user_not_mergeable',
  },
  {
    what: 'a client is told of the retired for the first time',
    work: ({ store, clock }, retired) => store.clientSubjects.tell('wiki', retired, clock.now()),
    async ends({ store }, retired, survivor) {
      assert.equal(await store.clientSubjects.find('wiki', survivor), retired);
    },
  },
  {
    what: 'a client is told of the survivor for the first time that knew the retired',
    work: ({ store, clock }, _, survivor) => store.clientSubjects.tell('only', survivor, clock.now()),
    async ends({ store }, _, survivor) {
      assert.equal(await store.clientSubjects.find('only', survivor), survivor);
    },
  },
  {
    what: 'the name of the retired changes, which was chosen',
    choosesName: true,
    work: (given, retired) => rename(given, retired, 'Ana Nueva'),
    async ends(given, _, survivor) {
      assert.equal((await stateOf(given, survivor)).user.name.full, 'Ana Nueva');
    },
  },
  {
    what: 'the survivor gets a birth date, of which the merge knows nothing',
    choosesName: true,
    async work(given, _, survivor) {
      const { user, identities } = await stateOf(given, survivor);
      const [known] = identities;
      assert.ok(known);
      const profile = profileWith({ provider: known.provider, subject: known.subject });
      const changed = { ...user, birthDate: '2000-01-01' };
      assert.ok(await given.store.accounts.admitUser(changed, known, commitOf(user, profile, given.clock), true));
    },
    async ends(given, _, survivor) {
      const { birthDate, name } = (await stateOf(given, survivor)).user;
      assert.deepEqual([birthDate, name.full], ['2000-01-01', 'Ana Vieja']);
    },
  },
  {
    what: 'an address of the retired is removed',
    work: ({ databases }, retired) => databases.durable.run(sql`delete from emails where user_id = ${retired}`),
    async ends(given, _, survivor) {
      assert.equal((await stateOf(given, survivor)).emails.length, 1);
    },
  },
];

for (const { what, choosesName = false, work, ends } of meanwhile) {
  forEachStoreAndInterleaved(`R-12: ${what} in the middle of a merge`, async (given) => {
    const name = { ...nameless, full: 'Ana Vieja' };
    const retired = await makeAccount(given, {
      ...{ name: choosesName ? name : nameless, identities: identities('google'), clients: ['lms', 'only'] },
      emails: [{ address: freshAddress(), verified: true }],
    });
    const survivor = await makeAccount(given, {
      ...{
        name: choosesName ? { ...name, full: 'Anna' } : nameless,
        identities: identities('llave-mx'),
        clients: ['lms'],
      },
      emails: [{ address: freshAddress(), verified: true }],
    });
    const disturbed = between(given, () => work(given, retired, survivor));
    const result = await mergeAccounts(disturbed, retired, survivor, { choices: { name: 'retired' } });
    await assertSound(given);
    if (typeof ends === 'string')
      return assert.deepEqual([result.kind, 'code' in result && result.code], ['refused', ends]);
    assert.equal(result.kind, 'merged');
    await ends(given, retired, survivor);
  });
}

for (const [action, undo] of [
  ['disable', 'enable'],
  ['hold', 'release'],
] as const) {
  for (const which of ['retired', 'survivor'] as const) {
    forEachStoreAndInterleaved(
      `R-12: ${action} ‖ merge of the ${which}: both happened one after the other`,
      async (given) => {
        for (let round = 0; round < 10; round += 1) {
          const [retired, survivor] = [await account(given, 'google'), await account(given, 'llave-mx')];
          const userId = which === 'retired' ? retired : survivor;
          const [acted, result] = await together<{ readonly kind: string; readonly code?: string }>(
            () => act(given, userId, action),
            () => mergeAccounts(given, retired, survivor),
          );
          const state = (await stateOf(given, userId)).user.state;
          if (result?.kind === 'refused') {
            assert.equal(acted?.kind, 'done', 'nothing else could refuse it');
            assert.equal(result.code, action === 'disable' ? 'user_disabled' : 'legal_hold');
            assert.equal((await act(given, userId, undo)).kind, 'done');
            assert.equal((await mergeAccounts(given, retired, survivor)).kind, 'merged');
          } else if (which === 'retired') assert.equal(state, 'merged', 'a merge that was first is not disabled away');
          else assert.equal(acted?.kind, 'done');
          await assertSound(given);
        }
      },
    );
  }
}

forEachStoreAndInterleaved(
  'of fifty undos of one merge one happens; beside a merge of the survivor, one of the two orders',
  async (given) => {
    const [a, b, c] = [
      await account(given, 'google'),
      await account(given, 'llave-mx'),
      await account(given, 'facebook'),
    ];
    const first = await mergeAccounts(given, a, b);
    assert.ok(first.kind === 'merged');
    const undos = await together(...FIFTY.map(() => () => undoMerge(given, first.mergeId)));
    assert.equal(undos.filter(({ kind }) => kind === 'unmerged').length, 1);
    await assertSound(given);
    const second = await mergeAccounts(given, a, b);
    assert.ok(second.kind === 'merged');
    const [undone, onward] = await together<{ readonly kind: string; readonly code?: string }>(
      () => undoMerge(given, second.mergeId),
      () => mergeAccounts(given, b, c),
    );
    await assertSound(given);
    assert.equal(onward?.kind, 'merged');
    if (undone?.kind === 'refused')
      assert.ok(['undo_out_of_order', 'merge_running'].includes(undone.code ?? ''), undone.code);
    const left = await given.databases.durable.all(sql`select id from users where state = 'active'`);
    assert.equal(left.length, undone?.kind === 'unmerged' ? 2 : 1);
  },
);
