/**
 * What holds after everything that anybody does (security-cases.md §3): of the rows, against the truth; of what changed, against the
 * audit trail; and of what the course site was told.
 */
import assert from 'node:assert/strict';
import { type Row, sql } from '../../src/store/database.ts';
import { assertSound } from '../../src/users/merge.fixture.ts';
import { institutionIdOf, NAMESPACE } from './campuses.ts';
import { type Person, people } from './people.ts';
import { BROWSERS, curpOf, type Truth, type World } from './world.ts';

/** Rows whose change the audit trail must account for. */
export interface Sight {
  readonly users: ReadonlyMap<string, string>;
  readonly identities: ReadonlyMap<string, string>;
  readonly sessions: ReadonlyMap<string, string>;
  readonly audited: ReadonlySet<string>;
}

export async function look({ rig: { databases } }: World): Promise<Sight> {
  const all = (statement: ReturnType<typeof sql>) => databases.durable.all(statement);
  const mapOf = (rows: readonly Row[], value: string) =>
    new Map(rows.map((row) => [String(row.id), String(row[value])]));
  const [users, identities, sessions, audited] = await Promise.all([
    all(sql`select id, state from users`),
    all(sql`select id, user_id from identities`),
    all(sql`select id_hash as id, user_id from sessions`),
    all(sql`select type, user_id, id from audit_events where user_id is not null`),
  ]);
  return {
    users: mapOf(users, 'state'),
    identities: mapOf(identities, 'user_id'),
    sessions: mapOf(sessions, 'user_id'),
    audited: new Set(audited.map(({ type, user_id: user, id }) => `${type} ${user} ${id}`)),
  };
}

/** What is new is of whoever acted. */
export async function learn(truth: Truth, world: World, actor: Person): Promise<void> {
  const { durable } = world.rig.databases;
  for (const { id } of await durable.all(sql`select id from users`)) {
    if (!truth.owners.has(String(id))) truth.owners.set(String(id), actor);
  }
  // An identity of a password or a guest has a random subject.
  for (const { provider, subject } of await durable.all(sql`
    select provider, subject from identities where provider in ('password', 'guest')`)) {
    const key = `${provider} ${subject}`;
    if (!truth.subjects.has(key)) truth.subjects.set(key, actor);
  }
}

export async function assertInvariants(truth: Truth, world: World, before: Sight): Promise<Sight> {
  const after = await look(world);
  await assertSound(world.rig);
  await assertOwners(truth, world);
  await assertWaysIn(world);
  await assertSeats(truth, world);
  await assertLaunches(truth, world);
  assertAudited(before, after);
  await assertAttempts(world);
  assert.deepEqual(
    world.rig.logged.filter(({ level }) => level === 'error'),
    [],
  );
  return after;
}

/** V-01, V-07, V-24: each identity, verified address and CURP is at an account of the person whose it truly is. */
async function assertOwners(truth: Truth, { rig, vault }: World): Promise<void> {
  const { durable } = rig.databases;
  for (const { provider, subject, user_id: user } of await durable.all(sql`
    select provider, subject, user_id from identities`)) {
    const whose = truth.subjects.get(`${provider} ${subject}`);
    assert.equal(
      truth.owners.get(String(user)),
      whose,
      `V-01 ${provider} ${subject} is at an account of somebody else`,
    );
  }
  for (const { address_key: address, user_id: user } of await durable.all(sql`
    select address_key, user_id from emails where verified_at is not null`)) {
    const owner = truth.owners.get(String(user));
    assert.ok(truth.isOfMailbox(String(address), owner), `V-24 ${address} is verified for ${owner}`);
  }
  const institution = `institution:${NAMESPACE}`;
  const indexes = new Map(
    people.flatMap((person) => [
      [vault.blindIndex('curp', curpOf(person)), person],
      [vault.blindIndex(institution, institutionIdOf(person)), person],
    ]),
  );
  for (const { value_index: index, user_id: user } of await durable.all(sql`
    select value_index, user_id from user_identifiers`)) {
    assert.equal(
      truth.owners.get(String(user)),
      indexes.get(String(index)),
      'a CURP or an institution’s id is at an account of somebody else',
    );
  }
}

/** V-02, V-15 */
async function assertWaysIn({ rig }: World): Promise<void> {
  const { durable } = rig.databases;
  const without = await durable.all(sql`
    select id from users where state in ('active', 'temporary')
      and not exists (select 1 from identities where user_id = users.id)
      and not exists (select 1 from emails where user_id = users.id and verified_at is not null)`);
  assert.deepEqual(without, [], 'V-02 nobody can sign in to an open account any more');
  const closed = await durable.all(sql`
    select users.id from users join sessions on sessions.user_id = users.id where users.state not in ('active', 'temporary')`);
  assert.deepEqual(closed, [], 'V-15 a closed account has a session');
  const dangling = await durable.all(sql`
    select id_hash from sessions where user_id not in (select id from users)
    union all select identity_id from passwords where identity_id not in (select id from identities)`);
  assert.deepEqual(dangling, [], 'V-03 something belongs to nobody');
}

/** V-09: whoever a browser is signed in as, the account is of the one who signed in there. */
async function assertSeats(truth: Truth, world: World): Promise<void> {
  for (let browser = 0; browser < BROWSERS; browser++) {
    const user = await world.signedInAt(browser);
    if (user === null) continue;
    assert.equal(truth.owners.get(user), truth.seats[browser], `browser ${browser} is in an account of somebody else`);
  }
}

/** Case 84, case 91: what a launch left is of whom it brought: courses at their session, places of scores at their account. */
async function assertLaunches(truth: Truth, { rig }: World): Promise<void> {
  const { durable } = rig.databases;
  const { sessionLaunches, scorePlaces } = rig.open.store;
  for (const { user_id: user } of await durable.all(sql`
    select distinct user_id from session_launches join sessions on sessions.id_hash = session_hash`)) {
    for (const { word } of await sessionLaunches.ofUser(String(user))) {
      assert.equal(
        word.context?.id,
        `course-of-${truth.owners.get(String(user))}`,
        'a course is told of somebody else',
      );
    }
  }
  if (truth.places.size === 0) return;
  const there = new Map<string, string[]>();
  const identities = await durable.all(sql`select id, user_id from identities where provider like 'lti:%'`);
  for (const { id, user_id: user } of identities) {
    const expected = truth.places.get(String(id));
    if (expected === undefined) continue;
    const line = `${expected.slug} ${expected.subject} ${expected.link}`;
    there.set(String(user), [...(there.get(String(user)) ?? []), line]);
  }
  for (const [user, lines] of there) {
    const places = await scorePlaces.ofUser(user);
    const found = places.map(({ link, service }) => {
      const subject = service.kind === 'grade-service' ? service.userId : service.sourcedId;
      return `${link.registration} ${subject} ${link.resourceLink.id}`;
    });
    assert.deepEqual(
      found.toSorted(),
      lines.toSorted(),
      'case 91 scores go elsewhere than where the person was launched',
    );
  }
  const [row] = await durable.all(sql`select count(*) as n from score_places`);
  assert.equal(Number(row?.n), [...there.values()].flat().length, 'a place for scores is there that no launch left');
}

/** V-10: an attempt that ended has one last event, and none that goes on has any. */
async function assertAttempts(world: World): Promise<void> {
  const { durable, ephemeral } = world.rig.databases;
  const ends = await durable.all(sql`
    select sign_in_id as id, count(*) as n from audit_events
    where type in ('sign_in.succeeded', 'sign_in.refused', 'account.proved') and sign_in_id is not null
    group by sign_in_id`);
  const ended = await ephemeral.all(sql`select id from sign_ins where state = 'answered'`);
  const times = new Map(ends.map(({ id, n }) => [String(id), Number(n)]));
  for (const { id } of ended)
    assert.equal(times.get(String(id)), 1, 'V-10 an attempt ended without a word, or with two');
  assert.equal(times.size, ended.length, 'V-10 an end is told of an attempt that goes on');
}

/** V-12: at the end of a history, over all that were before. */
export function assertCodesSpentOnce(world: World): void {
  const codes = world.codesSpent();
  assert.equal(new Set(codes).size, codes.length, 'V-12 a code was spent twice');
}

/** By which event an account came into a state from another; `none` stands for a new account. */
const accountedBy: { readonly [change: string]: string | readonly string[] } = {
  'none active': 'user.created',
  'none temporary': 'user.created',
  'temporary active': 'user.claimed',
  'active merged': 'user.merged',
  'temporary merged': 'user.merged',
  'merged active': 'user.unmerged',
  'merged temporary': 'user.unmerged',
  'active disabled': ['user.disabled', 'user.deletion_requested'],
  'temporary disabled': 'user.disabled',
  'disabled active': ['user.enabled', 'user.kept'],
  'disabled temporary': 'user.enabled',
  'active deleted': 'user.deleted',
  'temporary deleted': 'user.deleted',
  'disabled deleted': 'user.deleted',
};

/** Each change of an account, of where an identity is, and each session has its event, written since. */
function assertAudited(before: Sight, after: Sight): void {
  const since = [...after.audited].filter((event) => !before.audited.has(event));
  const tells = (user: string | undefined, ...types: readonly string[]) =>
    since.some((event) => types.some((type) => event.startsWith(`${type} ${user} `)));
  for (const [user, state] of after.users) {
    const was = before.users.get(user) ?? 'none';
    if (was === state) continue;
    // What was merged into an account goes with it, and the event is the account's.
    if (was === 'merged' && state === 'deleted') {
      assert.ok(
        since.some((event) => event.startsWith('user.deleted ')),
        'nothing tells what a part was deleted with',
      );
      continue;
    }
    const types = accountedBy[`${was} ${state}`];
    assert.ok(types !== undefined, `an account went from ${was} to ${state}`);
    assert.ok(tells(user, ...[types].flat()), `nothing tells that an account went from ${was} to ${state}`);
  }
  for (const [identity, user] of after.identities) {
    if (before.identities.get(identity) === user) continue;
    const types = ['user.created', 'identity.linked', 'user.merged', 'user.unmerged'];
    assert.ok(tells(user, ...types), 'nothing tells how an identity came to its account');
  }
  for (const [identity, user] of before.identities) {
    if (after.identities.get(identity) === user) continue;
    const types = ['identity.unlinked', 'user.merged', 'user.unmerged', 'user.claimed', 'user.deleted'];
    assert.ok(tells(user, ...types), 'nothing tells how an identity went away');
  }
  for (const [session, user] of after.sessions) {
    if (!before.sessions.has(session)) assert.ok(tells(user, 'sign_in.succeeded'), 'nothing tells of a session');
  }
}

/** V-20: what a history came to, without ids and times: one text for each account. */
export async function outcome(truth: Truth, { rig: { databases } }: World): Promise<string[]> {
  const rows = await databases.durable.all(sql`
    select id, state,
      (select count(*) from identities where user_id = users.id) as identities,
      (select count(*) from emails where user_id = users.id) as emails,
      (select count(*) from emails where user_id = users.id and verified_at is not null) as verified,
      (select count(*) from user_identifiers where user_id = users.id) as identifiers,
      (select count(*) from client_subjects where user_id = users.id) as subjects,
      (select count(*) from sessions where user_id = users.id) as sessions,
      (select count(*) from audit_events where user_id = users.id) as events
    from users`);
  return rows.map(({ id, ...row }) => `${truth.owners.get(String(id))} ${Object.values(row).join(' ')}`).toSorted();
}
