/**
 * What can happen in a history: one entry for each thing that people, support or an operator do. Each says what must come of it
 * beyond the invariants, which hold after all of them.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { resolveConflict, viewConflict } from '../../src/admin/conflicts.ts';
import { importUsers } from '../../src/admin/import-users.ts';
import { changeUser } from '../../src/admin/users.ts';
import { randomName } from '../../src/crypto.ts';
import { type Row, sql } from '../../src/store/database.ts';
import { dump } from '../../src/users/merge.fixture.ts';
import { codeIn, isSignedIn, linkIn } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE } from '../rig.ts';
import {
  action,
  because,
  browser,
  byOwner,
  cause,
  dependenciesOf,
  isDone,
  note,
  person,
  pick,
  plan,
  some,
  way,
} from './action.ts';
import { endOfLaunch, seenBefore } from './launch-ends.ts';
import { mailboxes, mailboxOf, type Person, people, type Way } from './people.ts';
import { type End, goBy, goingOn, goOn, type Plan, signInBy, throughProvider, told, type Visit } from './visits.ts';
import { curpOf, type Known, keyOf, slugs, type Truth, type World } from './world.ts';

/** To whom this identity leads, as it is stored. */
async function knownBy(world: World, who: Person, by: Way): Promise<Known | null> {
  const key = keyOf(who, by);
  return key && world.known(...key);
}

// -------------------------------------------------------------------------------------------------------- signing in

/** What a sign-in that nobody interferes with may be refused for. */
const expected = [
  ...['account_conflict', 'user_disabled', 'refused_by_support', 'no_account', 'another_account'],
  ...['deletion_goes_on', 'deletion_pending'],
];

const newBy = (proof: Way): Plan => ({ account: 'new', proof, ...goingOn });

/** DESIGN §6.1, §6.3: the same identity is the same account, a closed one is closed, and what is refused leaves nothing. */
async function assertEnd(end: End, known: Known | null, before: number, world: World, at: number) {
  note(end.kind === 'refused' ? `refused: ${end.code}` : end.kind);
  if (end.kind === 'refused') {
    assert.ok(expected.includes(end.code), end.code);
    assert.equal(await world.rig.count('users'), before, 'a sign-in that was refused made an account');
  }
  if (known?.state === 'disabled') assert.deepEqual(end, { kind: 'refused', code: 'user_disabled' });
  if (known?.state === 'active') assert.equal(end.kind, 'signed-in');
  // Kept by who presses the button, and by nobody else.
  if (known?.state === 'leaving' && end.kind === 'refused') {
    assert.equal(end.code, 'deletion_goes_on');
    assert.equal(await world.stateOf(known.id), 'disabled');
  }
  if (known?.state === 'leaving' && end.kind === 'signed-in') note('kept by its person');
  if (known?.state === 'active' || (known?.state === 'leaving' && end.kind === 'signed-in')) {
    assert.equal(await world.signedInAt(at), known.id, 'a known identity led to another account');
  }
}

export const signIn = action<{ who: Person; at: number; by: Way; plan: Plan }>(
  'sign in',
  { who: person, at: browser, by: way, plan },
  async ({ who, at, by, plan: answers }, truth, world) => {
    const known = await knownBy(world, who, by);
    const users = await world.rig.count('users');
    const visit: Visit = {
      world,
      truth,
      browser: at,
      person: who,
      guest: await world.guestAt(at),
      launched: null,
      plan: answers,
    };
    await assertEnd(await signInBy(visit, by), known, users, world, at);
    return who;
  },
);

/** Somebody new by an address that nobody verified, who walks away from the question whether they have an account. */
export const leave = action<{ who: Person; at: number }>(
  'leave',
  { who: person, at: browser },
  async ({ who, at }, truth, world) => {
    const guest = await world.guestAt(at);
    const answers = { account: 'leave', proof: 'campus', ...goingOn } as const;
    await signInBy({ world, truth, browser: at, person: who, guest, launched: null, plan: answers }, 'campus');
    return who;
  },
);

/** Goes on with a question that was left open, whatever happened meanwhile. */
export const resume = action<{ which: number; plan: Plan }>(
  'resume',
  { which: some, plan },
  async ({ which, plan: answers }, truth, world) => {
    const at = pick(
      truth.parked.flatMap((left, index) => (left === null ? [] : [index])),
      which,
    );
    const left = truth.parked[at ?? 0];
    if (at === undefined || left === null || left === undefined) return 'ana';
    truth.parked[at] = null;
    note('resumed');
    const { person: who, guest, launched, page } = left;
    const visit: Visit = { world, truth, browser: at, person: who, guest, launched, plan: answers };
    const before = launched && (await seenBefore(visit, launched));
    const end = await goOn(visit, page);
    if (before !== null) await endOfLaunch(visit, before, end, 'resumed');
    return who;
  },
);

export const beGuest = action<{ who: Person; at: number }>(
  'be a guest',
  { who: person, at: browser },
  async ({ who, at }, truth, world) => {
    if ((await world.signedInAt(at)) !== null) return who;
    const here = world.browserAt(at);
    const chooser = await here.click(await fresh(world, at), 'sign-in');
    assert.ok(isSignedIn(await here.submit(await here.click(chooser, 'provider-guest'), 'submit')));
    truth.seats[at] = who;
    return who;
  },
);

export const signOut = action<{ at: number }>('sign out', { at: browser }, async ({ at }, truth, world) => {
  const here = world.browserAt(at);
  if ((await world.signedInAt(at)) !== null) await here.submit(await here.get(`${BROKER}/account`), 'sign-out');
  assert.equal(await world.signedInAt(at), null);
  truth.seats[at] = null;
  return 'ana';
});

export const link = action<{ at: number; by: Way }>(
  'link on purpose',
  { at: browser, by: way },
  async ({ at, by }, truth, world) => {
    const user = await world.signedInAt(at);
    const who = truth.seats[at];
    if (user === null || who === null || who === undefined || (await world.stateOf(user)) !== 'active') return 'ana';
    const known = await knownBy(world, who, by);
    const visit: Visit = { world, truth, browser: at, person: who, guest: null, launched: null, plan: newBy(by) };
    const here = world.browserAt(at);
    const chooser = await here.submit(await here.get(`${BROKER}/account/identities`), 'connect');
    if (!(await world.signedInRecentlyAt(at))) {
      // §6.7: asked to sign in once more, which is not gone on with here.
      note('link asks to sign in again');
      return who;
    }
    const end = await goBy(visit, by, chooser);
    note(end.kind === 'refused' ? `link refused: ${end.code}` : `link ${end.kind}`);
    // D-21: one that is another account's stays there, theirs or not.
    if (known !== null && known.id !== user) {
      assert.deepEqual(end, { kind: 'refused', code: 'identity_taken' });
      assert.equal((await knownBy(world, who, by))?.id, known.id);
    }
    if (end.kind === 'signed-in')
      assert.equal(await world.signedInAt(at), user, 'connecting a way changed who is signed in');
    return who;
  },
);

/** H-06, V-08, V-24: what the app is told of whoever is signed in here. */
export const visitCourse = action<{ at: number }>(
  'visit the course site',
  { at: browser },
  async ({ at }, truth, world) => {
    const user = await world.signedInAt(at);
    const who = truth.seats[at];
    if (user === null || who === null || who === undefined) return 'ana';
    const here = world.browserAt(at);
    const page = await here.click(await fresh(world, at), 'sign-in');
    assert.ok(isSignedIn(page), `a live session does not answer the course site: ${page.url.href}`);
    told({ world, truth, person: who }, page, user);
    note('told the course site');
    return who;
  },
);

/** The front page of the course site, with nobody signed in there. */
async function fresh(world: World, at: number) {
  const here = world.browserAt(at);
  for (const { name } of here.cookies('cursos.test')) here.forget(name, 'cursos.test');
  return here.get(`${COURSE_SITE}/`);
}

// --------------------------------------------------------------------------------------------- attacks and accidents

/** F-02, F-15, socraticqs2.md §12.2: a mail to somebody's mailbox is asked for here, guessed at, and opened by its owner there. */
const plant = action<{ who: Person; at: number; victim: Person; there: number }>(
  'have a mail sent to another',
  { who: person, at: browser, victim: person, there: browser },
  async ({ who, at, victim, there }, truth, world) => {
    if (at === there) return who;
    const here = world.browserAt(at);
    const address = mailboxOf(victim, 'mailbox-1');
    const guest = await world.guestAt(at);
    const seated = truth.seats[at];
    const asked = await here.submit(await here.get(`${BROKER}/sign-in/email`), 'submit', { email: address });
    if (asked.find('code') === null) return who;
    const mail = await world.rig.lastMail(address);
    const wrong = codeIn(mail) === '000000' ? '111111' : '000000';
    await here.submit(asked, 'submit', { code: wrong });
    assert.ok((await world.signedInAt(at)) === null || truth.seats[at] === seated);
    const known = await knownBy(world, victim, 'mailbox-1');
    const users = await world.rig.count('users');
    const other = world.browserAt(there);
    const page = await other.submit(await other.get(linkIn(mail)), 'submit');
    const visit = {
      world,
      truth,
      browser: there,
      person: victim,
      launched: null,
      plan: newBy('mailbox-1'),
    };
    // Of two guests it may be asked about, the one in the browser that asked is meant.
    await assertEnd(await goOn({ ...visit, guest }, page), known, users, world, there);
    return victim;
  },
);

const changeAddress = action<{ who: Person; by: 'llave-1' | 'llave-2' | 'campus'; to: string }>(
  'have another address at the provider',
  { who: person, by: fc.constantFrom('llave-1', 'llave-2', 'campus'), to: fc.constantFrom(...mailboxes) },
  async ({ who, by, to }, _truth, world) => {
    if (by === 'campus') world.setCampus(who, to);
    else world.setLlaveMx(who, by, to);
    return who;
  },
);

/** Switched off while somebody is there: they are not let in, and nothing is made. */
const switchOff = action<{ who: Person; at: number; by: 'llave-1' | 'llave-2' }>(
  'switch Llave MX off meanwhile',
  { who: person, at: browser, by: fc.constantFrom('llave-1', 'llave-2') },
  async ({ who, at, by }, truth, world) => {
    const here = world.browserAt(at);
    const users = await world.rig.count('users');
    const was = await world.signedInAt(at);
    const there = await here.click(await here.get(`${BROKER}/sign-in`), `provider-${slugs[by]}`);
    await world.rig.configure({ enabled: false });
    const visit = { world, truth, browser: at, person: who, guest: null, launched: null, plan: newBy(by) };
    const page = await throughProvider(visit, by, there);
    assert.equal(page.text('error-code'), 'provider_disabled');
    assert.equal(await world.rig.count('users'), users);
    assert.equal(await world.signedInAt(at), was);
    await world.rig.configure({ enabled: true });
    return who;
  },
);

export const timePasses = action<{ minutes: number }>(
  'time passes',
  { minutes: fc.constantFrom(1, 9, 11) },
  async ({ minutes }, _truth, { rig }) => {
    rig.clock.advance(minutes * 60_000);
    return 'ana';
  },
);

// ------------------------------------------------------------------------------------------------ support, operators

/** An account from the system before: its CURP was checked, the address in it was not. */
export const importAccount = action<{ who: Person; address: string }>(
  'import',
  { who: person, address: fc.constantFrom(...mailboxes) },
  async ({ who, address }, truth, world) => {
    const line = { username: `${who}-${truth.owners.size}`, email: address, curp: curpOf(who) };
    const report = await importUsers(JSON.stringify(line), 'password', dependenciesOf(world));
    assert.deepEqual(report.faults, []);
    return who;
  },
);

export const bar = action<{ who: Person; which: number; does: 'disable' | 'enable' }>(
  'bar or let in',
  { who: person, which: some, does: fc.constantFrom('disable', 'enable') },
  async ({ who, which, does }, truth, world) => {
    const user = pick(truth.accountsOf(who), which);
    if (user === undefined) return who;
    const administration = { ...dependenciesOf(world), announce: world.announce() };
    await changeUser(administration, user, does, because).catch(isDone);
    return who;
  },
);

const onTheirWord = { requester: cause.requester, locale: null, reference: null };
const supportDeletes = { kind: 'operator', name: 'support', reason: 'history' } as const;

/** Whoever sits there wants their account deleted: it waits, or is gone at once where nobody could come back to it. */
export const askDeletion = action<{ at: number }>('ask for deletion', { at: browser }, async ({ at }, truth, world) => {
  const user = await world.signedInAt(at);
  const who = truth.seats[at];
  if (user === null || who === null || who === undefined || !(await world.signedInRecentlyAt(at))) return 'ana';
  const isGuest = (await world.stateOf(user)) === 'temporary';
  const here = world.browserAt(at);
  const page = await here.get(`${BROKER}/account/data/delete`);
  const understood = page.find('understood')?.attribute('value') ?? '';
  const done = await here.submit(page, 'delete-account', { understood });
  assert.equal(done.url.pathname, '/account/data/deleted');
  assert.equal(await world.stateOf(user), isGuest ? 'deleted' : 'disabled');
  assert.equal(await world.signedInAt(at), null);
  truth.seats[at] = null;
  note(isGuest ? 'deleted' : 'waits for its deletion');
  return who;
});

/** Support keeps it on their word, or deletes any account of theirs at once. */
export const deleteOrKeep = action<{ who: Person; which: number; does: 'delete' | 'keep' }>(
  'delete or keep',
  { who: person, which: some, does: fc.constantFrom('delete', 'keep') },
  async ({ who, which, does }, truth, world) => {
    // Whoever asks support to keep one means one that waits, where there is such a one.
    const waiting = does === 'keep' ? await waitingFor(truth, world) : [];
    const userId = pick(waiting.length > 0 ? waiting : truth.accountsOf(who), which);
    if (userId === undefined) return who;
    const occasion = { ...onTheirWord, userId, by: supportDeletes };
    const { deletion } = world.rig;
    const result = does === 'keep' ? await deletion.keep(occasion, null) : await deletion.deleteNow(occasion);
    note(result.kind === 'refused' ? `${does} refused: ${result.code}` : result.kind);
    return who;
  },
);

/** Accounts that wait for their deletion. */
async function waitingFor(truth: Truth, { rig }: World): Promise<string[]> {
  const waiting = await rig.databases.durable.all(sql`select id from users where deletion_at is not null`);
  return waiting.map(({ id }) => String(id)).toSorted(byOwner(truth));
}

/** The time of one that waits is over. The clock stays: the protocol library has one of its own, and thirty days would end it all. */
export const graceEnds = action<{ which: number }>('grace ends', { which: some }, async ({ which }, truth, world) => {
  const { rig } = world;
  const user = pick(await waitingFor(truth, world), which);
  if (user === undefined) return 'ana';
  await rig.databases.durable.run(
    sql`update users set deletion_at = ${rig.clock.environment.now()} where id = ${user}`,
  );
  assert.equal(await rig.deletion.endWhatIsDue(), 1);
  note('deleted');
  return truth.owners.get(user) ?? 'ana';
});

/** Support merges two accounts of one person, having seen their papers: of somebody who has two, where anybody has. */
async function mergeOf(truth: Truth, world: World, { who, from, into }: Pair) {
  const several = people.filter((one) => truth.accountsOf(one).length > 1);
  const accounts = truth.accountsOf(pick(several, people.indexOf(who)) ?? who);
  const [retired, survivor] = [pick(accounts, from), pick(accounts, from + into)];
  if (retired === undefined || survivor === undefined) return null;
  const mergeId = randomName(world.rig.clock.environment);
  const request = { ...cause, mergeId, retiredId: retired, survivorId: survivor, choices: {}, agreedTo: null };
  const result = await world.merging.merge(request);
  note(result.kind === 'merged' ? 'merged' : `merge refused: ${result.code}`);
  if (result.kind === 'refused') {
    const bothOpen = [await world.stateOf(retired), await world.stateOf(survivor)].every((state) => state === 'active');
    // Two open accounts of one person: only the rule of one provider speaks against it.
    if (bothOpen && retired !== survivor) assert.equal(result.code, 'same_provider');
    return null;
  }
  truth.merges.push({ id: result.mergeId, retired, survivor, handed: truth.handOn(retired, survivor) });
  return result.mergeId;
}

async function undo(truth: Truth, world: World, mergeId: string): Promise<boolean> {
  const result = await world.merging.unmerge({ ...cause, mergeId });
  note(result.kind === 'unmerged' ? 'undone' : `undo refused: ${result.code}`);
  if (result.kind !== 'unmerged') return false;
  const done = truth.merges.find(({ id }) => id === mergeId);
  if (done?.handed) truth.subs.delete(done.survivor);
  return true;
}

interface Pair {
  readonly who: Person;
  readonly from: number;
  /** So many accounts further in the list: 0 is the same one. */
  readonly into: number;
}
const pair = { who: person, from: some, into: fc.nat(5) };

export const merge = action<Pair>('merge', pair, async (given, truth, world) => {
  await mergeOf(truth, world, given);
  return given.who;
});

export const undoOne = action<{ which: number }>('undo', { which: some }, async ({ which }, truth, world) => {
  const done = pick(truth.merges, which);
  if (done !== undefined) await undo(truth, world, done.id);
  return 'ana';
});

/** DESIGN §6.5: row for row, but for what tells that it happened, and sessions, of which nobody can say whose they were. */
const mergeAndUndo = action<Pair>('merge and undo', pair, async (given, truth, world) => {
  const before = await rowsOf(world);
  const mergeId = await mergeOf(truth, world, given);
  if (mergeId === null) {
    assert.deepEqual(await rowsOf(world), before, 'a merge that was refused changed something');
    return given.who;
  }
  assert.ok(await undo(truth, world, mergeId));
  assert.deepEqual(await rowsOf(world), before, 'an undo left something otherwise than before');
  note('row for row');
  return given.who;
});

const records = ['audit_events', 'merges', 'sessions', 'session_clients', 'outgoing_mails', 'outgoing_events'];

async function rowsOf({ rig, vault }: World): Promise<{ [table: string]: Row[] }> {
  const tables = Object.entries(await dump({ databases: rig.databases, vault })).filter(
    ([table]) => !records.includes(table),
  );
  return Object.fromEntries(
    tables.map(([table, rows]) => [
      table,
      rows.map((row) => ({ ...row, ...('updated_at' in row ? { updated_at: 0 } : {}) })),
    ]),
  );
}

export const resolve = action<{ which: number; among: number; decides: 'link' | 'create' | 'refuse' }>(
  'decide a conflict',
  { which: some, among: some, decides: fc.constantFrom('link', 'link', 'create', 'refuse') },
  async ({ which, among, decides }, truth, world) => {
    const dependencies = dependenciesOf(world);
    const case_ = pick(await world.rig.open.store.conflicts.list('all', 100), which);
    if (case_ === undefined) return 'ana';
    const view = await viewConflict(case_.caseNumber, because, dependencies);
    const whose = truth.subjects.get(`${view.provider} ${view.subject}`);
    // A case never speaks of anybody else's account (DESIGN §6.3).
    for (const { id } of view.accounts) assert.equal(truth.owners.get(id), whose);
    const userId = pick(view.accounts, among)?.id ?? '';
    const decision = decides === 'link' ? ({ kind: 'link', userId } as const) : ({ kind: decides } as const);
    await resolveConflict(case_.caseNumber, decision, because, dependencies).catch(isDone);
    note('decided');
    return whose ?? 'ana';
  },
);

/** The more often, the more there is to sign in to. */
export const actions: readonly fc.Arbitrary<fc.AsyncCommand<Truth, World>>[] = [
  ...[signIn, signIn, signIn, signIn, signIn, leave, resume, beGuest, signOut, link, link, visitCourse, visitCourse],
  ...[plant, changeAddress, changeAddress, switchOff, timePasses, importAccount, importAccount, importAccount],
  ...[askDeletion, askDeletion, deleteOrKeep, graceEnds],
  ...[bar, bar, merge, merge, undoOne, undoOne, mergeAndUndo, resolve, resolve],
];
