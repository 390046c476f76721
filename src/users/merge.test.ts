/**
 * A merge that is carried out: whole or not at all, once, and of everything that belongs to the account.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commitOf, forEachStore, profileWith, type TestStore } from '../../test/store-fixture.ts';
import { insertAddressUndo } from '../store/address-undos.ts';
import { type Database, type Row, type Step, sql } from '../store/database.ts';
import { durableMigrations, ephemeralMigrations } from '../store/migrations.ts';
import { insertOutgoingEvent } from '../store/outgoing-events.ts';
import { noteScorePlace } from '../store/score-places.ts';
import { noteSessionLaunch } from '../store/session-launches.ts';
import { newIdentity } from './arrival.ts';
import {
  type AccountShape,
  assertSound,
  dependenciesOf,
  dump,
  lenientRules,
  makeAccount,
  mergeAccounts,
  nameless,
  undoMerge,
} from './merge.fixture.ts';
import { createMerging, resultOf } from './merge.ts';
import { ParticipantFailed } from './merge-participants.ts';
import { mergeSteps } from './merge-steps.ts';
import { issueServiceToken } from './service-tokens.ts';

/** An account with something in every table that an account can have something in. */
const whole: Partial<AccountShape> = {
  name: { ...nameless, given: 'Ana' },
  birthDate: '1999-12-31',
  identities: ['google', 'email', 'password', 'guest'].map((provider) => ({ provider, roles: [] })),
  emails: [
    { address: 'ana@uni.mx', verified: true },
    { address: 'claimed@uni.mx', verified: false },
  ],
  curps: ['HEGG560427MVZRRL04'],
  country: 'MX',
  details: { city: 'Mérida', goals: 'aprender' },
  agreements: ['1', '2'].map((version) => ({ version, at: 1 })),
  clients: ['lms', 'wiki'],
  sessions: 2,
  learners: ['lms', 'wiki'],
};
const other: Partial<AccountShape> = {
  name: { ...nameless, given: 'Anna' },
  identities: ['llave-mx', 'password'].map((provider) => ({ provider, roles: [] })),
  emails: [{ address: 'anna@uni.mx', verified: true }],
  country: 'GT',
  details: { city: 'Antigua', gender: 'o' },
  agreements: [{ version: '2', at: 2 }],
  clients: ['wiki', 'forum'],
  sessions: 1,
};

async function makeTwo(given: TestStore, retired = whole, survivor = other): Promise<[string, string]> {
  return [await makeAccount(given, retired), await makeAccount(given, survivor)];
}

async function merged(
  given: TestStore,
  ...parameters: Parameters<typeof mergeAccounts> extends [unknown, ...infer P] ? P : never
) {
  const result = await mergeAccounts(given, ...parameters);
  assert.ok(result.kind === 'merged', JSON.stringify(result));
  return result;
}

const countOf = async ({ databases }: TestStore, statement: Parameters<Database['get']>[0]) =>
  Number(Object.values((await databases.durable.get(statement)) ?? {})[0]);

// ---------------------------------------------------------------------------------------- nothing is forgotten

interface Holder {
  readonly table: string;
  readonly column: string;
}

/** Every column that holds the id of a user or of something that is a user's, read from the schema. */
function holders(): Holder[] {
  const scripts = [...durableMigrations, ...ephemeralMigrations].map(({ text }) => text).join('\n');
  const statements = scripts.matchAll(/(?:create|alter) table (\w+)([\s\S]*?);/g);
  return [...statements].flatMap(([, table = '', body = '']) =>
    [...body.matchAll(/(?:^|add column|\()\s*(\w+) (?:text|bigint)([^,\n]*)/gm)]
      .filter(
        ([, column = '', rest = '']) =>
          /user(?!name)|account|identity|owner|holder|person/.test(column) || /references/.test(rest),
      )
      .map(([, column = '']) => ({ table, column })),
  );
}

/** Columns in which an account that may be merged has nothing, each with why. */
const notBeforeAMerge: { readonly [column: string]: string } = {
  'users.merged_into': 'is what a merge writes',
  'merges.retired_id': 'likewise; an account that was merged away is merged no more',
  'merges.survivor_id': 'the history of an account that took others in; it stays with it when that is merged on',
  'legal_holds.user_id': 'who is held is not merged',
};

/** Columns in which the retired account is still named afterwards, each with why. */
const stays: { readonly [column: string]: string } = {
  'users.id': 'the account keeps its row, so that its id and its username are never given again',
  'audit_events.user_id': 'what happened to it happened to it',
  'address_undos.account_hash': 'links that are worth nothing in an account that is closed, and are gone in a week',
  'client_subjects.user_id': 'of a client that knew both: nobody may get that sub',
  'merges.retired_id': 'the merge itself',
  'outgoing_events.user_id': 'what clients are still to be told of it, in its order before what comes of the merge',
  'outgoing_events.other_user_id': 'likewise',
};

test('the schema is read: the columns are found of which the other tests speak', () => {
  const found = holders().map(({ table, column }) => `${table}.${column}`);
  for (const column of [
    'identities.user_id',
    'passwords.identity_id',
    'users.merged_into',
    'oidc_records.account_hash',
    'outgoing_events.other_user_id',
    'session_clients.session_hash',
  ]) {
    assert.ok(found.includes(column), column);
  }
});

forEachStore(
  'a merge forgets no table: whatever names the account is the survivor\u2019s afterwards, or gone, or in this list',
  async (given) => {
    const { databases, store, clock } = given;
    const [retired, survivor] = await makeTwo(given);
    await store.audit.record({
      ...{ id: 'event', at: clock.now(), type: 'user.created', code: null, userId: retired, provider: null },
      ...{ clientId: null, signInId: null, reference: null, detail: {} },
    });
    await store.oidcRecords.save('Grant', 'grant', {
      ...{
        payload: { accountId: retired },
        uid: null,
        grantId: null,
        accountId: retired,
        expiresAt: clock.now() + 1000,
      },
    });
    const [session] = await databases.durable.all(sql`select id_hash from sessions where user_id = ${retired}`);
    const sessionHash = String(session?.id_hash);
    const notice = { kind: 'logged-out', subject: retired, sid: 'sid' } as const;
    assert.ok(await store.sessions.noteClient({ sessionHash, clientId: 'lms', notice }));
    const word = {
      registration: 'campus',
      deploymentId: null,
      roles: [],
      context: null,
      resourceLink: null,
      forUser: null,
    };
    await store.commit([noteSessionLaunch({ sessionHash, clientId: 'lms', word }, given.vault, clock.now())]);
    // Of an identity, and so where that is, without a rule of its own.
    const known = (await store.accounts.identitiesOf(retired)).find(({ provider }) => provider !== 'password');
    assert.ok(known);
    const link = { ...word, resourceLink: { id: 'quiz', title: null } };
    const service = { kind: 'outcome-service', serviceUrl: 'https://uni.mx/', sourcedId: 'sourced' } as const;
    const { provider, subject } = known;
    await store.commit([
      noteScorePlace({ provider, subject, clientId: 'lms', link, service }, given.vault, clock.now()),
    ]);
    const [place] = await store.scorePlaces.ofUser(retired);
    assert.ok(place);
    const score = { id: 'score', placeId: place.id, registration: 'campus', clientId: 'lms', at: 1, said: '{}' };
    await store.outgoingScores.take(score, clock.now());
    const owed = [
      { id: 'earlier', userId: retired, otherUserId: null },
      { id: 'of a merge', userId: 'somebody', otherUserId: retired },
    ];
    await databases.durable.atomically(
      owed.map((parts) => {
        const event = { kind: 'account-enabled', subject: retired } as const;
        return insertOutgoingEvent({ clientId: 'lms', event, ...parts }, given.vault, clock.now());
      }),
    );
    const identities = await databases.durable.all(sql`select id from identities where user_id = ${retired}`);
    const [ended] = await databases.durable.all(sql`
    select id from identities where user_id = ${retired} and provider = 'password'`);
    const accountHash = await databases.ephemeral.get(sql`select account_hash from oidc_records`);
    const undo = {
      userId: retired,
      key: 'a',
      address: 'a',
      verifiedAt: 1,
      verifiedBy: 'llavero',
      primary: true,
      at: 1,
    };
    assert.ok(await store.commit([insertAddressUndo(undo, 'link', given.vault)]));
    const token = {
      userId: retired,
      clientId: 'lms',
      scopes: ['openid'],
      name: 'a token',
      by: 'ana',
      reason: 'a test',
    };
    const issued = { ...token, expiresAt: clock.now() + 1000 };
    assert.ok(await issueServiceToken({ environment: clock, store }, issued));
    const undoHash = (await databases.durable.get(sql`select account_hash from address_undos`))?.account_hash;
    const gone = [retired, ended?.id, accountHash?.account_hash, sessionHash, undoHash];
    const theirs = [...gone, place.id, ...identities.map(({ id }) => id)];
    const namedIn = async ({ table, column }: Holder, values: readonly unknown[]) => {
      const rows = await Promise.all(
        [databases.durable, databases.ephemeral].map((database) =>
          database.all({ shape: [`select ${column} as value from ${table}`], values: [] }).catch((): Row[] => []),
        ),
      );
      return rows.flat().filter(({ value }) => values.includes(value)).length;
    };
    for (const holder of [...holders(), { table: 'users', column: 'id' }]) {
      const name = `${holder.table}.${holder.column}`;
      const isThere = (await namedIn(holder, theirs)) > 0;
      assert.equal(
        isThere,
        notBeforeAMerge[name] === undefined,
        `${name}: a row of the practice account, and a rule of the merge`,
      );
    }
    await merged(given, retired, survivor);
    for (const holder of [...holders(), { table: 'users', column: 'id' }]) {
      const name = `${holder.table}.${holder.column}`;
      const left = await namedIn(holder, gone);
      assert.equal(left > 0, stays[name] !== undefined, `${name} names the retired account ${left} times`);
    }
    await assertSound(given);
  },
);

forEachStore(
  'what was the retired account\u2019s is the survivor\u2019s, and the account is retired for ever',
  async (given) => {
    const { store } = given;
    const [retired, survivor] = await makeTwo(given);
    const before = await store.accountGraphs.read(retired);
    const { mergeId } = await merged(given, retired, survivor, {
      choices: { name: 'retired', username: 'retired', primaryEmail: 'retired' },
    });
    const [gone, one] = [await store.accountGraphs.read(retired), await store.accountGraphs.read(survivor)];
    assert.ok(before && gone && one);
    assert.deepEqual(
      [gone.user.state, gone.mergedInto, gone.identities, gone.emails, gone.sessions],
      ['merged', survivor, [], [], 0],
    );
    assert.deepEqual(one.identities.map(({ provider }) => provider).toSorted(), [
      'email',
      'google',
      'llave-mx',
      'password',
    ]);
    assert.deepEqual(one.emails.map(({ key, primary }) => [key, primary]).toSorted(), [
      ['ana@uni.mx', true],
      ['anna@uni.mx', false],
    ]);
    assert.deepEqual(
      one.identifiers.map(({ value }) => value),
      ['HEGG560427MVZRRL04'],
    );
    // Who agreed first had agreed, whichever account it was in.
    assert.deepEqual(one.agreements, before.agreements);
    assert.deepEqual(
      [one.user.country, one.user.details],
      ['GT', { city: 'Antigua', gender: 'o', goals: 'aprender' }],
      'what only the retired person said is said still, and nothing is overwritten',
    );
    assert.deepEqual(
      [one.user.name.given, one.user.username, one.user.birthDate],
      ['Ana', before.user.username, '1999-12-31'],
    );
    assert.equal(one.sessions, 1, 'the survivor stays signed in');
    assert.equal((await store.merges.findStanding(retired))?.id, mergeId);
    // Both names stay taken.
    const [first, second] = [one.user.username, gone.user.username];
    assert.notEqual(first, second);
    assert.equal(await countOf(given, sql`select count(*) from users where username in (${first}, ${second})`), 2);
  },
);

forEachStore(
  'D-21: both accounts have it in their history, with the merge, who and why, and nothing personal',
  async (given) => {
    const [retired, survivor] = await makeTwo(given);
    const { mergeId } = await merged(given, retired, survivor, { reason: 'ticket 12' });
    assert.match(mergeId, /^[0-9a-f]{32}$/, 'can be typed: it begins with no hyphen');
    const rows = await given.databases.durable.all(sql`select type, user_id, detail from audit_events`);
    const detail = { merge: mergeId, retired, survivor, by: 'support (test)', reason: 'ticket 12' };
    assert.deepEqual(
      new Map(rows.map((row) => [row.user_id, [row.type, JSON.parse(String(row.detail))]])),
      new Map([retired, survivor].map((userId) => [userId, ['user.merged', detail]])),
    );
  },
);

forEachStore(
  'H-06: codes, grants and tokens of the retired account are gone, and those of the survivor are not',
  async (given) => {
    const { store, clock } = given;
    const [retired, survivor] = await makeTwo(given);
    for (const accountId of [retired, survivor]) {
      const record = { payload: { accountId }, uid: null, grantId: null, accountId, expiresAt: clock.now() + 1000 };
      for (const model of ['AuthorizationCode', 'AccessToken', 'Grant', 'Session'])
        await store.oidcRecords.save(model, accountId, record);
    }
    await merged(given, retired, survivor);
    for (const model of ['AuthorizationCode', 'AccessToken', 'Grant', 'Session']) {
      assert.equal(await store.oidcRecords.find(model, retired, clock.now()), null, model);
      assert.notEqual(await store.oidcRecords.find(model, survivor, clock.now()), null, model);
    }
  },
);

forEachStore('a merge whose second part is lost has happened all the same', async (given) => {
  const [retired, survivor] = await makeTwo(given);
  const lost = { ...given.store.oidcRecords, deleteOfAccount: () => Promise.reject(new Error('the process died')) };
  const result = await mergeAccounts({ ...given, store: { ...given.store, oidcRecords: lost } }, retired, survivor);
  assert.equal(result.kind, 'merged');
});

forEachStore('D-14: what was agreed to is carried out, and nothing else', async (given) => {
  const [retired, survivor] = await makeTwo(given);
  const before = await dump(given);
  const refusal = await mergeAccounts(given, retired, survivor, { agreedTo: 'something-else' });
  assert.deepEqual(refusal, { kind: 'refused', code: 'preview_changed' });
  assert.deepEqual(await dump(given), before);
});

forEachStore('an id that is nobody\u2019s is refused', async (given) => {
  const [retired] = await makeTwo(given);
  const because = 'unknown';
  for (const [one, two] of [
    ['nobody', retired],
    [retired, 'nobody'],
  ] as const) {
    const refusal = { kind: 'refused', code: 'user_not_mergeable', userId: 'nobody', because };
    assert.deepEqual(await mergeAccounts(given, one, two), refusal);
  }
});

// ------------------------------------------------------------------------------------------------ whole or not at all

const impossible: Step = { statement: sql`update users set updated_at = 0 where id = 'nobody at all'`, changes: 1 };

forEachStore(
  'R-03: stopped at any of its statements, a merge and an undo leave every table as it was',
  async (given) => {
    const { databases } = given;
    const [retired, survivor] = await makeTwo(given);
    const choices = { name: 'retired', username: 'retired', primaryEmail: 'retired' } as const;
    let steps = 0;
    const stoppedAt = (at: number): TestStore => ({
      ...given,
      databases: {
        ...databases,
        durable: {
          ...verbsOf(databases.durable),
          atomically(all) {
            steps = all.length;
            return databases.durable.atomically([...all.slice(0, at), impossible]);
          },
        },
      },
    });
    async function stopEverywhere(attempt: (stopped: TestStore) => Promise<{ readonly kind: string }>): Promise<void> {
      const before = await dump(given);
      for (let at = 0; at === 0 || at <= steps; at += 1) {
        assert.deepEqual(await attempt(stoppedAt(at)), { kind: 'refused', code: 'merge_running' });
        assert.deepEqual(await dump(given), before, `stopped at ${at} of ${steps}`);
      }
      assert.ok(steps > 20, `${steps} statements`);
    }
    await stopEverywhere((stopped) => mergeAccounts(stopped, retired, survivor, { choices }));
    const { mergeId } = await merged(given, retired, survivor, { choices });
    await stopEverywhere((stopped) => undoMerge(stopped, mergeId));
  },
);

function verbsOf(database: Database): Database {
  return {
    dialect: database.dialect,
    get: (statement) => database.get(statement),
    all: (statement) => database.all(statement),
    run: (statement) => database.run(statement),
    atomically: (steps) => database.atomically(steps),
    script: (text) => database.script(text),
    close: () => database.close(),
  };
}

class Crash extends Error {}

/** The process dies before or after its `call`-th call; from then on every call fails, for the process is gone. */
function mortal(given: TestStore, call: number, when: 'before' | 'after'): { given: TestStore; calls: () => number } {
  let calls = 0;
  const dying = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        const verb: unknown = Reflect.get(target, name, target);
        if (typeof verb !== 'function') return verb;
        return async (...parameters: unknown[]) => {
          calls += 1;
          if (calls > call || (calls === call && when === 'before')) throw new Crash();
          const result: unknown = await verb.apply(target, parameters);
          if (calls === call) throw new Crash();
          return result;
        };
      },
    });
  const parts = Object.entries(given.store).map(([name, part]) => [name, dying(part)]);
  const databases = { ...given.databases, durable: dying(verbsOf(given.databases.durable)) };
  return { given: { ...given, store: Object.fromEntries(parts), databases }, calls: () => calls };
}

/** Two accounts are read, one transaction is carried out, what is left of grants is deleted. */
const CALLS = 4;

forEachStore(
  'R-03: the process dies before or after any call: a second attempt completes it, or says that it is done',
  async (given) => {
    const pair = (n: number) =>
      makeTwo(
        given,
        { ...whole, emails: [{ address: `r${n}@uni.mx`, verified: true }] },
        { ...other, emails: [{ address: `s${n}@uni.mx`, verified: true }] },
      );
    const watched = mortal(given, Number.POSITIVE_INFINITY, 'after');
    await merged(watched.given, ...(await pair(0)));
    assert.equal(watched.calls(), CALLS, 'the moments below are all the moments of a merge');
    for (let n = 1; n <= 2 * CALLS; n += 1) {
      const [retired, survivor] = await pair(n);
      const dying = mortal(given, Math.ceil(n / 2), n % 2 === 0 ? 'before' : 'after').given;
      await mergeAccounts(dying, retired, survivor).catch((error: unknown) => {
        assert.ok(error instanceof Crash, String(error));
      });
      const again = await mergeAccounts(given, retired, survivor);
      const isDone = again.kind === 'refused' && again.code === 'user_not_mergeable' && again.userId === retired;
      assert.ok(again.kind === 'merged' || isDone, JSON.stringify(again));
      assert.equal(await countOf(given, sql`select count(*) from merges where retired_id = ${retired}`), 1);
      await assertSound(given);
    }
  },
);

// --------------------------------------------------------------------------------------------------------- what apps add

const notes =
  'create table notes (id text primary key, user_id text not null references users (id), words text not null); create table moved_notes (merge_id text not null, note_id text not null)';
const noteStep = (id: string, userId: string): Step => ({
  statement: sql`insert into notes (id, user_id, words) values (${id}, ${userId}, 'words')`,
  changes: 1,
});
const app = {
  name: 'notes',
  merge: ({ mergeId, retired, survivor }: { mergeId: string; retired: string; survivor: string }): Step[] => [
    {
      statement: sql`insert into moved_notes (merge_id, note_id) select ${mergeId}, id from notes where user_id = ${retired}`,
      changes: 'any',
    },
    { statement: sql`update notes set user_id = ${survivor} where user_id = ${retired}`, changes: 'any' },
  ],
  undo: ({ mergeId, retired, survivor }: { mergeId: string; retired: string; survivor: string }): Step[] => [
    {
      statement: sql`
        update notes set user_id = ${retired}
        where user_id = ${survivor} and id in (select note_id from moved_notes where merge_id = ${mergeId})`,
      changes: 'any',
    },
  ],
};

forEachStore(
  'DESIGN §6.5: an app\u2019s own tables are merged in the same transaction, and given back in that of the undo',
  async (given) => {
    const { durable } = given.databases;
    await durable.script(notes);
    const [retired, survivor] = await makeTwo(given);
    await durable.atomically([noteStep('theirs', retired), noteStep('own', survivor)]);
    const owners = async () =>
      (await durable.all(sql`select id, user_id from notes order by id`)).map(({ user_id: id }) => id);
    const with_ = { with: { participants: [app] } };
    const { mergeId } = await merged(given, retired, survivor, with_);
    assert.deepEqual(await owners(), [survivor, survivor]);
    await durable.atomically([noteStep('since', survivor)]);
    assert.equal((await undoMerge(given, mergeId, with_)).kind, 'unmerged');
    assert.deepEqual(await owners(), [survivor, survivor, retired]);
  },
);

forEachStore('an app that cannot merge stops the whole merge, and is named', async (given) => {
  const [retired, survivor] = await makeTwo(given);
  const broken = { name: 'forum', merge: () => [impossible], undo: () => [impossible] };
  const before = await dump(given);
  const attempt = mergeAccounts(given, retired, survivor, { with: { participants: [broken] } });
  await assert.rejects(attempt, (error) => error instanceof ParticipantFailed && /^forum /.test(error.message));
  assert.deepEqual(await dump(given), before);
  const { mergeId } = await merged(given, retired, survivor);
  await assert.rejects(undoMerge(given, mergeId, { with: { participants: [broken] } }), ParticipantFailed);
});

forEachStore('what is written besides is written with it, or not at all', async (given) => {
  const [retired, survivor] = await makeTwo(given);
  const mark = (id: string): Step => ({
    statement: sql`insert into deployment (name, value) values (${id}, ${id})`,
    changes: 1,
  });
  const marks = () => countOf(given, sql`select count(*) from deployment where name like 'mark%'`);
  const refused = await mergeAccounts(given, retired, survivor, { also: () => [mark('mark 1'), impossible] });
  assert.deepEqual([refused.kind, await marks()], ['refused', 0]);
  await merged(given, retired, survivor, {
    also: ({ mergeId, clients }) => {
      assert.deepEqual(clients.map(({ clientId, kind }) => [clientId, kind]).toSorted(), [
        ['lms', 'subject-kept'],
        ['wiki', 'subject-replaced'],
      ]);
      return [mark(`mark ${mergeId}`)];
    },
  });
  assert.equal(await marks(), 1);
});

// ---------------------------------------------------------------------------------------------- clients and their subs

forEachStore(
  'V-08: after a merge each client knows the person by the sub that it knew, and no other account by a retired one',
  async (given) => {
    const { store, clock, databases } = given;
    const [retired, survivor] = await makeTwo(given);
    await merged(given, retired, survivor);
    const known = async (clientId: string) => store.clientSubjects.tell(clientId, survivor, clock.now());
    // The LMS knew only the retired, the wiki both, the forum only the survivor, the library nobody.
    assert.deepEqual(await Promise.all(['lms', 'wiki', 'forum', 'library'].map(known)), [
      retired,
      survivor,
      survivor,
      survivor,
    ]);
    for (const clientId of ['lms', 'wiki', 'forum', 'library']) {
      assert.ok([null, retired].includes(await store.clientSubjects.tell(clientId, retired, clock.now())));
    }
    const stranger = await makeAccount(given, {});
    for (const clientId of ['lms', 'wiki']) {
      await assert.rejects(
        databases.durable.run(sql`
        insert into client_subjects (client_id, user_id, subject, first_seen_at, last_seen_at)
        values (${clientId}, ${stranger}, ${retired}, 0, 0)`),
        { name: 'ConstraintViolation' },
        'P-02: the database itself refuses it',
      );
    }
  },
);

forEachStore(
  'the retired account of two merged ones of a provider is refused where the rule says so, and both stay',
  async (given) => {
    const [retired, survivor] = await makeTwo(given, whole, {
      ...other,
      identities: [{ provider: 'google', roles: [] }],
    });
    const before = await dump(given);
    const refusal = await mergeAccounts(given, retired, survivor);
    assert.deepEqual(refusal, { kind: 'refused', code: 'same_provider', providers: ['google'] });
    assert.deepEqual(await dump(given), before);
    await merged(given, retired, survivor, { with: { rules: lenientRules } });
  },
);

// ------------------------------------------------------------------------------------- within the commit of a sign-in

forEachStore(
  'DESIGN §6.6: a sign-in that claims the work of a guest commits both at once, or neither',
  async (given) => {
    const { store, clock, vault, databases } = given;
    const guest = await makeAccount(given, {
      ...{ state: 'temporary', identities: [{ provider: 'guest', roles: [] }], clients: ['lms'], sessions: 2 },
    });
    const survivor = await makeAccount(given, other);
    const merging = createMerging(dependenciesOf(given));
    const by = { kind: 'person' } as const;
    const plan = await merging.plan({ retiredId: guest, survivorId: survivor, choices: {}, by });
    assert.ok(plan.kind === 'plan');
    const occasion = { mergeId: 'claim', by, reason: 'guest-claimed', reference: 'r', now: clock.now() };
    const claim = mergeSteps(plan, occasion, { sealer: vault, participants: [] });

    // A way of signing in that is new to the survivor is tied in the very same transaction.
    const profile = profileWith({ provider: 'facebook', subject: 'new' });
    const { user } = plan.survivor;
    const commit = commitOf(user, profile, clock);
    const identity = newIdentity(profile, survivor, clock);
    const before = await dump(given);
    const failing = { ...commit, before: claim, also: [impossible] };
    assert.equal(await store.accounts.linkIdentity(user, identity, failing), false);
    assert.deepEqual(await dump(given), before);

    assert.equal(await store.accounts.linkIdentity(user, identity, { ...commit, before: claim }), true);
    assert.equal((await store.accountGraphs.read(guest))?.mergedInto, survivor);
    assert.equal(
      await store.clientSubjects.tell('lms', survivor, clock.now()),
      guest,
      'the app finds the work where it was',
    );
    const sessions = await databases.durable.all(sql`select user_id from sessions`);
    assert.deepEqual(
      sessions.map(({ user_id: id }) => id),
      [survivor, survivor],
      'of the guest none is left',
    );
    // Whoever sits in the browser of the guest must not come with it: its identity leads nowhere.
    assert.deepEqual(await databases.durable.all(sql`select id from identities where provider = 'guest'`), []);
    assert.deepEqual(resultOf(plan, occasion).clients, [
      { clientId: 'lms', kind: 'subject-kept', from: guest, to: guest },
    ]);
    await assertSound(given);
    assert.equal((await undoMerge(given, 'claim')).kind, 'unmerged');
    assert.equal((await store.accountGraphs.read(guest))?.user.state, 'temporary');
  },
);
