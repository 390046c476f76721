/**
 * What can happen in a history in which campuses launch people: by each rule, with true words and with lies, and what support and
 * operators do about identities of campuses.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changeInstitutionId } from '../../src/admin/identifiers.ts';
import { type RemapOutcome, remap } from '../../src/admin/remap.ts';
import { launchProvider } from '../../src/lti/launch-registration.ts';
import { openRemapping } from '../../src/remapping.ts';
import { sql } from '../../src/store/database.ts';
import { BROKER } from '../rig.ts';
import { action, because, browser, cause, dependenciesOf, isDone, note, person, pick, plan, some } from './action.ts';
import {
  askDeletion,
  bar,
  beGuest,
  deleteOrKeep,
  importAccount,
  link,
  merge,
  resolve,
  resume,
  signIn,
  signOut,
  timePasses,
  undoOne,
  visitCourse,
} from './actions.ts';
import {
  type CampusSlug,
  institutionIdOf,
  launchOf,
  NAMESPACE,
  type Nth,
  type Sent,
  slugsOfCampuses,
} from './campuses.ts';
import { endOfLaunch, seenBefore } from './launch-ends.ts';
import { mailboxes, type Person, people, type Way } from './people.ts';
import { goingOn, goOn, type Plan, signInBy, type Visit } from './visits.ts';
import { BROWSERS, type Truth, type World } from './world.ts';

const anything = {
  nth: fc.constantFrom<Nth>(1, 1, 1, 2),
  address: fc.constantFrom(...mailboxes, ...mailboxes, null),
  was: fc.constantFrom(null, null, { slug: 'old', nth: 1 } as const, { slug: 'neighbour', nth: 1 } as const),
};
const pressed: fc.Arbitrary<Sent> = fc.record({
  ...anything,
  slug: fc.constantFrom(...slugsOfCampuses),
  message: fc.constant('resource-link'),
  idOf: fc.constantFrom(...people, null),
});
/** A teacher sets up a course: what is said of them counts nowhere, even where it would with the link of a course. */
const setUp: fc.Arbitrary<Sent> = fc.record({
  ...anything,
  slug: fc.constantFrom('strict', 'open', 'domain', 'domain', 'ids', 'ids'),
  message: fc.constant('deep-linking'),
  idOf: fc.constantFrom(...people),
});
const sent = fc.oneof({ weight: 5, arbitrary: pressed }, { weight: 1, arbitrary: setUp });

interface Launching {
  readonly who: Person;
  readonly at: number;
  readonly sent: Sent;
  readonly plan: Plan;
}
const launching = { who: person, at: browser, sent, plan };

async function press({ who, at, sent: said, plan: answers }: Launching, truth: Truth, world: World) {
  const launched = launchOf(who, said);
  const visit: Visit = { world, truth, browser: at, person: who, guest: null, launched, plan: answers };
  const before = await seenBefore(visit, launched);
  return { launched, visit, before, page: await world.campuses.campus.press(world.browserAt(at), launched.facts) };
}

const launch = action<Launching>('be launched', launching, async (given, truth, world) => {
  const { visit, before, page } = await press(given, truth, world);
  await endOfLaunch(visit, before, await goOn(visit, page), 'at once');
  return given.who;
});

/**
 * Another campus says, of whoever sits there, what one has said before: an address that one of them left at an account, which nobody
 * verified, must open nothing to the next.
 */
const launchElsewhere = action<{ which: number; at: number; slug: CampusSlug; plan: Plan }>(
  'be launched elsewhere',
  { which: some, at: browser, slug: fc.constantFrom('strict', 'neighbour', 'domain', 'ids'), plan },
  async ({ which, at, slug, plan: answers }, truth, world) => {
    const before = pick([...truth.places.values()], which);
    const who = truth.seats[at] ?? null;
    if (before === undefined || who === null) return 'ana';
    const launching = { who, at, sent: { ...before.sent, slug, was: null }, plan: answers };
    const { visit, before: seen, page } = await press(launching, truth, world);
    await endOfLaunch(visit, seen, await goOn(visit, page), 'at once');
    return who;
  },
);

/** Case 88: whoever stands at a page of a launch of a campus that is switched off meanwhile is not let in. */
const launchWhileOff = action<Launching>('switch a campus off meanwhile', launching, async (given, truth, world) => {
  const { campuses } = world;
  const { launched, visit, before, page } = await press(given, truth, world);
  const asks = ['launch-refuse', 'switch-stay', 'continue-as', 'existing-account', 'launch-sign-in'];
  if (!asks.some((testId) => page.find(testId) !== null)) {
    await endOfLaunch(visit, before, await goOn(visit, page), 'at once');
    return given.who;
  }
  campuses.switchOff(launched.slug);
  const answers: Plan = { ...given.plan, account: 'new', theirs: 'link', hands: 'go' };
  const end = await goOn({ ...visit, plan: answers }, page);
  campuses.switchOn(launched.slug);
  note(`off meanwhile: ${end.kind}`);
  assert.notEqual(end.kind, 'signed-in', 'a campus that is off let somebody in');
  await endOfLaunch(visit, before, end, 'resumed');
  return given.who;
});

/** The operator says what an institution calls somebody. */
async function giveId(world: World, who: Person, user: string): Promise<void> {
  const change = { namespace: NAMESPACE, id: institutionIdOf(who), action: 'give' } as const;
  await changeInstitutionId(dependenciesOf(world), user, change, because).catch(isDone);
}

/** An account gets powers in an app, and the operator tells all campuses' registrations. */
async function givePowers(world: World, user: string): Promise<void> {
  world.campuses.guard((await world.usernameOf(user)) ?? assert.fail('an account has no name'));
}

const identify = action<{ who: Person; which: number }>(
  'identify',
  { who: person, which: some },
  async ({ who, which }, truth, world) => {
    const user = pick(truth.accountsOf(who), which);
    if (user !== undefined) await giveId(world, who, user);
    return who;
  },
);

const appoint = action<{ who: Person; which: number }>(
  'appoint',
  { who: person, which: some },
  async ({ who, which }, truth, world) => {
    const user = pick(truth.accountsOf(who), which);
    if (user !== undefined) await givePowers(world, user);
    return who;
  },
);

interface Settling {
  readonly who: Person;
  readonly at: number;
  readonly by: Way;
  readonly is: 'anybody' | 'identified' | 'staff';
  /** Whether they stay signed in in this browser. */
  readonly stays: boolean;
}

/** Somebody has an account here already, and an address that is theirs, as most have whom a campus launches one day. */
const settling = (who: Person, at: number, ...by: readonly Way[]) =>
  action<Settling>(
    'settle',
    {
      ...{ who: fc.constant(who), at: fc.constant(at), by: fc.constantFrom(...by) },
      is: fc.constantFrom('anybody', 'anybody', 'identified', 'identified', 'identified', 'staff'),
      stays: fc.boolean(),
    },
    async ({ by: way, is, stays }, truth, world) => {
      const visit = { world, truth, browser: at, person: who, guest: null, launched: null };
      const end = await signInBy({ ...visit, plan: { account: 'new', proof: way, ...goingOn } }, way);
      assert.equal(end.kind, 'signed-in');
      const user = (await world.signedInAt(at)) ?? assert.fail('nobody is signed in');
      if (is === 'identified') await giveId(world, who, user);
      if (is === 'staff') await givePowers(world, user);
      const here = world.browserAt(at);
      if (!stays) for (const { name } of here.cookies('broker.test')) here.forget(name, 'broker.test');
      return who;
    },
  );

/** How a history of launches begins. */
export const settled = fc.tuple(
  settling('ana', 0, 'mailbox-1', 'mailbox-1', 'llave-1'),
  settling('bea', 1, 'mailbox-1', 'mailbox-1', 'llave-1'),
  settling('ana', 2, 'mailbox-2', 'llave-1'),
);

/** From this browser on, the first where somebody is in who may change an account that is tied to a campus. */
async function seatWithCampus(first: number, world: World): Promise<number | null> {
  for (let further = 0; further < BROWSERS; further += 1) {
    const at = (first + further) % BROWSERS;
    const user = await world.signedInAt(at);
    if (user === null || (await world.stateOf(user)) !== 'active' || !(await world.signedInRecentlyAt(at))) continue;
    const identities = await world.rig.open.store.accounts.identitiesOf(user);
    if (identities.some(({ provider }) => provider.startsWith('lti:'))) return at;
  }
  return null;
}

/** DESIGN §6.7: the person takes a campus away from their account, if they can come in otherwise. */
const disconnect = action<{ at: number; which: number }>(
  'disconnect a campus',
  { at: browser, which: some },
  async ({ at: first, which }, truth, world) => {
    const at = await seatWithCampus(first, world);
    const who = at === null ? null : truth.seats[at];
    if (at === null || who === null || who === undefined) return 'ana';
    const here = world.browserAt(at);
    const list = await here.get(`${BROKER}/account/identities`);
    const links = list.document
      .all('a')
      .map((one) => one.attribute('data-testid') ?? '')
      .filter((testId) => testId.startsWith('disconnect-lti:'));
    const testId = pick(links, which);
    if (testId === undefined) return who;
    const session = await world.sessionAt(at);
    const count = async () => world.rig.count('identities');
    const before = await count();
    const asked = await here.click(list, testId);
    const isLast = asked.find('confirm-yes') === null;
    if (!isLast) await here.submit(asked, 'confirm-yes');
    note(isLast ? 'last way in stays' : 'disconnected a campus');
    assert.equal(await count(), isLast ? before : before - 1);
    assert.equal(await world.sessionAt(at), session, 'disconnecting a campus ended the session in which it was done');
    return who;
  },
);

/** How an operator writes a line: rightly, or so that it must not be carried out. */
type Line = 'right' | 'only looked at' | 'to nobody' | 'to staff';
interface Remapping {
  readonly which: number;
  readonly into: number;
  readonly line: Line;
}

const remapping = action<Remapping>(
  'tie anew',
  {
    which: some,
    into: some,
    line: fc.constantFrom<Line>(
      'right',
      'right',
      'right',
      'right',
      'only looked at',
      'to nobody',
      'to staff',
      'to staff',
    ),
  },
  async ({ which, into, line }, truth, world) => {
    const one = pick(await tiedToCampuses(truth, world), which);
    if (one === undefined) return 'ana';
    const account = pick(await accountsFor(line, one, truth, world), into);
    if (account === undefined) return one.owner;
    const isDryRun = line === 'only looked at';
    const outcome = await remapOne(world, one, { account, isDryRun });
    note(`tied anew, ${line}: ${outcome}`);
    const now = await world.identityOf(launchProvider(one.slug), one.subject);
    const moved = !isDryRun && outcome === 'moves';
    assert.equal(now?.userId, moved ? account : one.userId);
    if (line === 'to nobody') assert.equal(outcome, 'account-unknown');
    if (line === 'to staff') assert.notEqual(outcome, 'moves', 'lti.md §5.2 an identity was tied to staff');
    if (line === 'right' && outcome === 'moves')
      assert.ok(!world.campuses.staff.includes((await world.usernameOf(account)) ?? ''));
    return one.owner;
  },
);

interface Tied {
  readonly slug: CampusSlug;
  readonly subject: string;
  readonly userId: string;
  readonly owner: Person;
}

/** Identities of campuses, in an order that is the same on every database: those that their account could do without, where there are any. */
async function tiedToCampuses(truth: Truth, { rig }: World): Promise<Tied[]> {
  const rows = await rig.databases.durable.all(sql`
    select provider, subject, user_id,
      (select count(*) from emails where emails.user_id = identities.user_id and verified_at is not null) as addresses
    from identities where provider like 'lti:%'`);
  const tied = rows.map(({ provider, subject, user_id: userId, addresses }) => {
    const slug = slugsOfCampuses.find((one) => launchProvider(one) === provider) ?? assert.fail();
    const owner = truth.owners.get(String(userId)) ?? assert.fail('an account is nobody’s');
    return { slug, subject: String(subject), userId: String(userId), owner, isSpare: Number(addresses) > 0 };
  });
  const keyOf = ({ slug, subject }: Tied) => `${slug} ${subject}`;
  const sorted = tied.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const spare = sorted.filter(({ isSpare, owner }) => isSpare && truth.accountsOf(owner).length > 1);
  return spare.length > 0 ? spare : sorted;
}

async function accountsFor(line: Line, { owner, userId }: Tied, truth: Truth, world: World): Promise<string[]> {
  switch (line) {
    case 'right': {
      const others = truth.accountsOf(owner).filter((account) => account !== userId);
      const open = await world.rig.databases.durable.all(sql`select id from users where state = 'active'`);
      const able = others.filter((account) => open.some(({ id }) => id === account));
      return able.length > 0 ? able : [...others, userId];
    }
    case 'only looked at':
      return [...truth.owners.keys()];
    case 'to nobody':
      return ['nobody-of-this-name'];
    case 'to staff': {
      const { staff } = world.campuses;
      const names = await Promise.all([...truth.owners.keys()].map((id) => world.usernameOf(id)));
      return [...truth.owners.keys()].filter((id, index) => id !== userId && staff.includes(names[index] ?? ''));
    }
  }
}

async function remapOne(
  world: World,
  { slug, subject }: Tied,
  { account, isDryRun }: { readonly account: string; readonly isDryRun: boolean },
): Promise<RemapOutcome> {
  const { rig, campuses } = world;
  const surroundings = { environment: rig.clock.environment, publicUrl: new URL(BROKER), mail: rig.mail };
  const opened = await openRemapping(rig.open, surroundings, cause.requester);
  const on = new Set(slugsOfCampuses.map(launchProvider));
  const { staff } = campuses;
  const dependencies = {
    ...opened,
    registrations: new Map(
      slugsOfCampuses.map((one) => [one, { deployments: null, subjectScope: 'platform', staff } as const]),
    ),
    offer: { ...opened.offer, isOn: (provider: string) => on.has(provider) || opened.offer.isOn(provider) },
  };
  const line = { number: 2, registration: slug, deployment: null, subject, account, reason: null };
  const request = { lines: [line], digest: 'a list', by: because.by, reason: because.reason, isDryRun };
  for await (const { outcome } of remap(dependencies, request)) return outcome;
  return assert.fail('a line came to nothing');
}

/** The more often, the more there is to be launched to. */
export const launches = [
  ...[
    launch,
    launch,
    launch,
    launch,
    launch,
    launch,
    launch,
    launch,
    launch,
    launchElsewhere,
    launchElsewhere,
    launchElsewhere,
    launchWhileOff,
  ],
  ...[signIn, signIn, signIn, link, resume, resume, resume, visitCourse, beGuest, signOut, signOut],
  ...[identify, appoint, importAccount, disconnect, disconnect, remapping, remapping, remapping, remapping, remapping],
  ...[merge, undoOne, resolve, bar, askDeletion, deleteOrKeep, timePasses],
];
