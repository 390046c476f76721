/**
 * What must come of a launch, by the rule of its campus (docs/linking.md): beyond the invariants, which hold after everything.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import { note } from './action.ts';
import { institutionIdOf, type Launched, NAMESPACE, rules } from './campuses.ts';
import type { End, Visit } from './visits.ts';
import type { Known, World } from './world.ts';

/** How it was before somebody went on with a launch. */
export interface Before {
  readonly launched: Launched;
  readonly known: Known | null;
  /** The account of who they were in LTI 1.1. */
  readonly predecessor: string | null;
  readonly isDecidedBySupport: boolean;
  readonly rows: Rows;
  readonly states: ReadonlyMap<string, string>;
  readonly verified: ReadonlySet<string>;
  readonly holders: readonly string[];
  /** Accounts that have somebody of this campus. */
  readonly launchedBefore: ReadonlySet<string>;
  readonly session: string | null;
  readonly userHere: string | null;
}

interface Rows {
  readonly [table: string]: readonly string[];
}

export async function seenBefore({ world, browser }: Visit, launched: Launched): Promise<Before> {
  const { provider, subject, facts, sent } = launched;
  const { store } = world.rig.open;
  const { durable } = world.rig.databases;
  const was = facts.migratedFrom ?? null;
  const users = await durable.all(sql`select id, state from users`);
  const connected = await durable.all(sql`select user_id from identities where provider = ${provider}`);
  const holders =
    sent.idOf === null ? [] : await store.accounts.findHolders(`institution:${NAMESPACE}`, institutionIdOf(sent.idOf));
  return {
    launched,
    known: await world.known(provider, subject),
    predecessor: was && ((await world.known(`lti:${was.consumer}`, was.userId))?.id ?? null),
    isDecidedBySupport: (await store.conflicts.findDecision(provider, subject)) !== null,
    rows: await rowsOf(world),
    states: new Map(users.map(({ id, state }) => [String(id), String(state)])),
    verified: await ownersOf(world, sent.address),
    holders: holders.map(({ id }) => id),
    launchedBefore: new Set(connected.map((row) => String(row.user_id))),
    session: await world.sessionAt(browser),
    userHere: await world.signedInAt(browser),
  };
}

async function rowsOf({ rig }: World): Promise<Rows> {
  const idsOf = async (statement: ReturnType<typeof sql>) =>
    (await rig.databases.durable.all(statement)).map(({ id }) => String(id)).toSorted();
  return {
    users: await idsOf(sql`select id from users`),
    // Who shows an account meanwhile may tie their way of doing so to it, and that is no launch's doing.
    identities: await idsOf(sql`select id from identities where provider like 'lti:%'`),
    sessions: await idsOf(sql`select id_hash as id from sessions`),
    places: await idsOf(sql`select id from score_places`),
    courses: await idsOf(sql`select id from session_launches`),
  };
}

async function ownersOf({ rig }: World, address: string | null): Promise<ReadonlySet<string>> {
  const rows = await rig.databases.durable.all(sql`
    select user_id from emails where address_key = ${address ?? ''} and verified_at is not null`);
  return new Set(rows.map((row) => String(row.user_id)));
}

const expected = [
  ...['launch_not_linked', 'launch_address_missing', 'launch_address_differs', 'launch_account_guarded'],
  ...['launch_declined', 'account_conflict', 'user_disabled', 'refused_by_support', 'no_account'],
  ...['deletion_goes_on', 'deletion_pending'],
];
/** Of one that was left at a page. */
const expectedLater = ['lti_launch_expired', 'sign_in_expired', 'provider_disabled'];

type How = 'at once' | 'resumed';

export async function endOfLaunch(visit: Visit, before: Before, end: End, how: How): Promise<void> {
  const { kind } = rules[before.launched.slug];
  note(`launch by ${kind}: ${end.kind === 'refused' ? end.code : end.kind}`);
  if (how === 'resumed') note(`launch resumed: ${end.kind}`);
  if (end.kind === 'signed-in') await assertLetIn(visit, before);
  else await assertNotLetIn(visit, before, end, how);
}

/** DESIGN §6.8: as if there had been no launch, but for what they did to show an account. */
async function assertNotLetIn(
  { world, browser, plan }: Visit,
  { known, rows, session }: Before,
  end: Exclude<End, { readonly kind: 'signed-in' }>,
  how: How,
): Promise<void> {
  const after = await rowsOf(world);
  if (choosesPassword(plan)) {
    assert.deepEqual({ ...after, sessions: [], courses: [] }, { ...rows, sessions: [], courses: [] });
  } else {
    assert.deepEqual(after, rows, 'a launch that was refused or left made something, or ended it');
    assert.equal(await world.sessionAt(browser), session, 'the session here is another one than before');
  }
  if (end.kind === 'left') return;
  const codes = how === 'resumed' ? [...expected, ...expectedLater] : expected;
  assert.ok(codes.includes(end.code), `a launch was refused with ${end.code}`);
  if (known?.state !== 'active' || how === 'resumed') return;
  assert.ok(end.code === 'launch_declined' && plan.hands === 'stay', `somebody known was refused: ${end.code}`);
}

async function assertLetIn(visit: Visit, before: Before): Promise<void> {
  const { world, truth, browser, plan } = visit;
  const { launched, known, rows } = before;
  const user = (await world.signedInAt(browser)) ?? assert.fail('a launch signed nobody in');
  const identity = await world.identityOf(launched.provider, launched.subject);
  assert.equal(identity?.userId, user, 'a launch signed in to another account than it is tied to');
  if (before.userHere === user && before.states.get(user) === 'active' && !choosesPassword(plan)) {
    assert.equal(await world.sessionAt(browser), before.session, 'case 81: their own launch ended their session');
  }
  if (!choosesPassword(plan)) assertAskedFirst(before, user);
  if (launched.sent.message === 'resource-link') truth.places.set(identity.id, launched);
  if (known !== null) {
    const after = await rowsOf(world);
    assert.equal(user, known.id, 'DESIGN §6.1 somebody known was led to another account');
    assert.deepEqual([after.users, after.identities], [rows.users, rows.identities], 'somebody known was made anew');
    assert.ok(['active', 'leaving'].includes(known.state), `a launch opened an account that is ${known.state}`);
  } else if (!before.isDecidedBySupport) {
    const { kind } = rules[launched.slug];
    assert.ok(await isAllowed(visit, before, user), `${kind} does not let this launch in there`);
  }
}

/** DESIGN §6.8, R9: a browser changes hands, or gets somebody by LTI 1.1, only after a page has asked. */
function assertAskedFirst({ launched, userHere, states }: Before, user: string): void {
  const { facts, said } = launched;
  const isSomebodyHere = userHere !== null && states.get(userHere) === 'active';
  if (isSomebodyHere && userHere !== user) assert.ok(said.has('switches'), 'a browser changed hands unasked');
  if (userHere === null && facts.version === '1.1')
    assert.ok(said.has('is them') || said.has('proved') || said.has('switches'), 'nobody said that it is them');
}

/** F-13: whoever shows an account by a password may choose it anew for that, which ends its sessions: then nobody is here. */
const choosesPassword = ({ proof }: Visit['plan']) => proof === 'password';

/** Whether the rule of the campus lets somebody new come to this account, by what they said on the way. */
async function isAllowed({ world }: Visit, before: Before, user: string): Promise<boolean> {
  const { launched, predecessor, states } = before;
  const { slug, sent, said } = launched;
  const { kind } = rules[slug];
  const isNew = (states.get(user) ?? 'temporary') === 'temporary';
  if (isNew) {
    note(`launch by ${kind}: an account was made`);
    return kind !== 'require-account' && sent.message === 'resource-link';
  }
  const isFirst = !before.launchedBefore.has(user);
  if (predecessor === user && isFirst) return noted('carried over');
  // lti.md §5.2, chain 1.
  const isStaff = world.campuses.staff.includes((await world.usernameOf(user)) ?? '');
  if (kind === 'trust-emails' && said.has('proved') && before.verified.has(user)) return noted('proved for its launch');
  if (isStaff) return false;
  const hasAddress = (await ownersOf(world, sent.address)).has(user);
  if (said.has('theirs') && (kind === 'match-identifier' || hasAddress))
    return noted(`tied by ${kind}: said it is theirs`);
  const isBelieved = sent.message === 'resource-link' && isFirst;
  if (kind === 'trust-emails' && isBelieved && sent.address?.endsWith('@uni.mx') === true && before.verified.has(user))
    return noted('tied by its address');
  if (kind === 'match-identifier' && isBelieved && before.holders.includes(user)) return noted('tied by its id');
  return false;
}

function noted(what: string): true {
  note(what);
  return true;
}
