/**
 * What becomes of somebody whom a launch brings for the first time: every cell of the table, written down apart from it; and who
 * is asked before a browser changes hands.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profileWith, recordWith, stoppedClock } from '../../test/store-fixture.ts';
import type { LinkingRule } from '../lti/launch-registration.ts';
import type { Purpose, User } from '../model.ts';
import { opaqueUsername } from '../person/username.ts';
import { newIdentity, newUser } from '../users/arrival.ts';
import { cautiousPolicy } from '../users/linking-policy.ts';
import { carriedIdentity } from './carried-identity.ts';
import { continueAs } from './continue-as.ts';
import type { AccountHere, LaunchSide } from './launch-facts.ts';
import { launchRule, launchRulings, type Standing } from './launch-rule.ts';
import { type Facts, type PipelineResult, runPipeline } from './pipeline.ts';
import { factsWith } from './sign-in.fixture.ts';
import { defaultSteps } from './steps.ts';
import { switchAccount } from './switch-account.ts';

const KEY = 'ana@uni.mx';
const profile = profileWith({ provider: 'lti:campus', emails: [{ address: KEY, claimedVerified: true }] });
const purpose: Purpose = {
  ...{ kind: 'launch', registration: 'campus', clientId: 'lms', clientName: 'LMS', onward: 'https://lms.test/' },
};
const user = (id: string): User => ({ ...newUser(profile, 'active', stoppedClock()), id, username: `name-of-${id}` });
const here = (id: string, ...verified: string[]): AccountHere => ({ user: user(id), verified });

const side = (changes: Partial<LaunchSide>): LaunchSide => ({
  ...{
    version: '1.3',
    message: 'resource-link',
    linking: rules['create-on-first-launch'],
    shownName: 'Ana',
    isPractice: false,
  },
  ...{ address: { key: KEY, shown: KEY }, present: null, proved: null, predecessor: null, launched: [] },
  ...changes,
});

const rules: { readonly [rule in LinkingRule['kind']]: LinkingRule } = {
  'require-account': { kind: 'require-account', staff: ['NAME-of-staff'] },
  'create-on-first-launch': { kind: 'create-on-first-launch', staff: ['NAME-of-staff'] },
  'trust-emails': { kind: 'trust-emails', domains: ['uni.mx'], staff: ['NAME-of-staff'] },
  'match-identifier': {
    ...{ kind: 'match-identifier', namespace: 'udg', from: { kind: 'sourced-id' } },
    staff: ['NAME-of-staff'],
  },
  never: { kind: 'never', staff: ['NAME-of-staff'] },
};

type Given = { readonly launch: Partial<LaunchSide> } & Partial<Omit<Facts, 'launch'>>;
async function resultOf({ launch, ...changes }: Given): Promise<PipelineResult> {
  const record = recordWith({ sendToRegistrationFirst: true });
  const facts = factsWith({ purpose, profile, record, launch: side(launch), ...changes });
  return (await runPipeline([carriedIdentity, launchRule, ...defaultSteps, switchAccount, continueAs], facts)).result;
}

/** Facts in which exactly this holds. */
const standings: { readonly [standing in Standing]: readonly Given[] } = {
  practice: [{ launch: { isPractice: true } }],
  guarded: [
    { launch: {}, owners: [user('staff')] },
    { launch: { launched: ['u1'] }, owners: [user('u1')] },
    { launch: {}, holders: [user('staff')] },
    { launch: { launched: ['u1'] }, holders: [user('u1')] },
  ],
  'same-identifier': [
    { launch: {}, holders: [user('u1')] },
    { launch: {}, holders: [user('u1')], owners: [user('u2')] },
  ],
  'trusted-address': [{ launch: {}, owners: [user('u1')] }],
  'same-address': [{ launch: { present: here('u1', KEY) } }],
  stranger: [{ launch: {} }, { launch: { present: null, address: { key: 'otra@uni.mx', shown: 'otra@uni.mx' } } }],
};

/** What becomes of it in each cell, written down apart from the table. */
const outcomes: { readonly [rule in LinkingRule['kind']]: { readonly [standing in Standing]: string } } = {
  'require-account': {
    practice: 'refused launch_not_linked',
    guarded: 'refused launch_account_guarded',
    'same-identifier': 'waiting launch-sign-in',
    'trusted-address': 'waiting launch-sign-in',
    'same-address': 'waiting launch-link',
    stranger: 'waiting launch-sign-in',
  },
  'create-on-first-launch': {
    practice: 'decided create',
    guarded: 'decided create',
    'same-identifier': 'decided create',
    'trusted-address': 'decided create',
    'same-address': 'waiting launch-link',
    stranger: 'decided create',
  },
  'trust-emails': {
    practice: 'decided create',
    guarded: 'waiting existing-account',
    'same-identifier': 'decided create',
    'trusted-address': 'decided use u1',
    'same-address': 'waiting launch-link',
    stranger: 'decided create',
  },
  'match-identifier': {
    practice: 'decided create',
    guarded: 'waiting existing-account',
    'same-identifier': 'decided use u1',
    'trusted-address': 'waiting existing-account',
    'same-address': 'waiting launch-link',
    stranger: 'waiting existing-account',
  },
  never: {
    practice: 'refused launch_not_linked',
    guarded: 'refused launch_not_linked',
    'same-identifier': 'refused launch_not_linked',
    'trusted-address': 'refused launch_not_linked',
    'same-address': 'refused launch_not_linked',
    stranger: 'refused launch_not_linked',
  },
};

function inWords(result: PipelineResult): string {
  switch (result.kind) {
    case 'decided':
      return [
        'decided',
        result.decision.kind,
        ...(result.decision.kind === 'use' ? [result.decision.userId] : []),
      ].join(' ');
    case 'waiting':
      return `waiting ${result.form.kind}`;
    case 'refused':
      return `refused ${result.code}`;
    case 'conflict':
      return 'conflict';
  }
}

for (const rule of Object.keys(launchRulings) as LinkingRule['kind'][]) {
  for (const standing of Object.keys(standings) as Standing[]) {
    test(`lti.md §5.3 ${rule} × ${standing}: ${launchRulings[rule][standing]}`, async () => {
      for (const given of standings[standing]) {
        const result = await resultOf({ ...given, launch: { ...given.launch, linking: rules[rule] } });
        assert.equal(inWords(result), outcomes[rule][standing]);
      }
    });
  }
}

test('case 75: staff who are signed in are no exception', async () => {
  const launch = { linking: rules['require-account'], present: here('staff', KEY) };
  assert.equal(inWords(await resultOf({ launch })), 'refused launch_account_guarded');
});

test('cases 72, 77: what was said about one account ties no other', async () => {
  const launch = { linking: rules['require-account'], present: here('u1', KEY) };
  const said = (userId: string) => ({ 'launch-rule': { choice: 'link', userId } });
  assert.equal(inWords(await resultOf({ launch, answers: said('u2') })), 'waiting launch-link');
  assert.equal(inWords(await resultOf({ launch, answers: said('u1') })), 'decided use u1');
  // The address was taken from the account meanwhile.
  const without = { ...launch, present: here('u1') };
  assert.equal(inWords(await resultOf({ launch: without, answers: said('u1') })), 'waiting launch-sign-in');
});

test('case 77: an address that two accounts have in any spelling leads to neither, and nothing is made', async () => {
  const launch = { linking: rules['trust-emails'] };
  assert.equal(inWords(await resultOf({ launch, owners: [user('u1'), user('u2')] })), 'conflict');
});

test('an account that was shown without the address is not asked about again, and with it still wants a yes', async () => {
  const linking = rules['require-account'];
  const shown = (...verified: string[]): Given => ({
    launch: { linking, proved: here('u1', ...verified) },
    proved: user('u1'),
  });
  assert.equal(inWords(await resultOf(shown())), 'refused launch_address_differs');
  assert.equal(inWords(await resultOf(shown(KEY))), 'waiting launch-link');
});

test('“another account” is not offered, and does not count, where an account is required', async () => {
  const launch = { linking: rules['require-account'], present: here('u1', KEY) };
  const answers = { 'launch-rule': { choice: 'new', userId: 'u1' } };
  assert.equal(inWords(await resultOf({ launch, answers })), 'waiting launch-link');
});

test('§3.9 nobody is made or tied unasked by anything but a course link', async () => {
  for (const message of ['deep-linking', 'submission-review', 'data-privacy'] as const) {
    const create = { launch: { message } };
    const use = { launch: { message, linking: rules['trust-emails'] }, owners: [user('u1')] };
    const match = { launch: { message, linking: rules['match-identifier'] }, holders: [user('u1')] };
    for (const given of [create, use, match]) assert.equal(inWords(await resultOf(given)), 'refused launch_not_linked');
  }
});

const matching = rules['match-identifier'];

test('DESIGN §6.3 an institution’s id of several accounts, or of a closed one, lets nobody in and makes nobody', async () => {
  const closed = { ...user('u2'), state: 'disabled' as const };
  const of = (...holders: readonly User[]): Given => ({ launch: { linking: matching }, holders });
  assert.equal(inWords(await resultOf(of(user('u1'), user('u2')))), 'conflict');
  assert.equal(inWords(await resultOf(of(closed))), 'refused user_disabled');
  assert.equal(inWords(await resultOf(of(user('u1'), closed))), 'decided use u1');
  // One of several is staff: which of them it is, is not for the launch to say.
  assert.equal(inWords(await resultOf(of(user('u1'), user('staff')))), 'waiting existing-account');
});

/** Every cell of the table that says so. */
const asking = (Object.keys(launchRulings) as LinkingRule['kind'][]).flatMap((rule) =>
  (Object.keys(standings) as Standing[])
    .filter((standing) => launchRulings[rule][standing] === 'ask')
    .map((standing) => [rule, standing] as const),
);

test('75 trust-emails: signing in to any account for a launch with a staff address does not end in the staff account', async () => {
  const shown = (id: string, ...verified: string[]): Given => ({
    launch: { linking: rules['trust-emails'], proved: here(id, ...verified) },
    proved: user(id),
    owners: [user('staff')],
  });
  assert.equal(inWords(await resultOf(shown('mallory'))), 'waiting launch-link');
  assert.equal(inWords(await resultOf(shown('staff', KEY))), 'refused launch_account_guarded');
});

test('D-03 trust-emails: where an account is to be signed in to first, a page with both names follows, and staff are refused', async () => {
  const shown = (id: string, ...verified: string[]): Given => ({
    ...{ policy: cautiousPolicy, proved: user(id), owners: [user('u1')] },
    launch: { linking: rules['trust-emails'], proved: here(id, ...verified) },
  });
  assert.equal(
    inWords(await resultOf({ ...shown('u1'), proved: null, launch: { linking: rules['trust-emails'] } })),
    'waiting existing-account',
  );
  assert.equal(inWords(await resultOf(shown('u1', KEY))), 'waiting launch-link');
  assert.equal(inWords(await resultOf(shown('mallory'))), 'waiting launch-link');
  assert.equal(inWords(await resultOf(shown('staff'))), 'refused launch_account_guarded');
});

for (const [rule, standing] of asking) {
  const cell = `${rule} × ${standing}`;
  const givens = (more: Partial<LaunchSide>, proved: User | null, answers: Facts['answers'] = {}): Given[] =>
    standings[standing].map((given) => ({
      ...{ ...given, proved, answers },
      launch: { ...given.launch, linking: rules[rule], ...more },
    }));
  const each = async (all: readonly Given[]) =>
    new Set(await Promise.all(all.map(async (given) => inWords(await resultOf(given)))));
  const said = (choice: string, userId: string | null) => ({ 'launch-rule': { choice, userId } });

  test(`case 75: R5 ${cell}: a staff account is tied by no address, no id and no answer, whoever signs in to it`, async () => {
    for (const verified of [[], [KEY]]) {
      const staff = { proved: here('staff', ...verified) };
      for (const answers of [{}, said('link', 'staff'), said('new', 'staff'), said('no', 'staff')]) {
        assert.deepEqual(
          await each(givens(staff, user('staff'), answers)),
          new Set(['refused launch_account_guarded']),
        );
      }
    }
  });

  test(`case 74: ${cell}: whoever signs in for a launch says on a page with both names that both are theirs`, async () => {
    const shown = { proved: here('u1') };
    const after = (answers: Facts['answers']) => each(givens(shown, user('u1'), answers));
    assert.deepEqual(await after({}), new Set(['waiting launch-link']));
    assert.deepEqual(await after(said('link', 'u2')), new Set(['waiting launch-link']));
    assert.deepEqual(await after(said('link', 'u1')), new Set(['decided use u1']));
    assert.deepEqual(await after(said('no', 'u1')), new Set(['refused launch_not_linked']));
    assert.deepEqual(await after(said('new', 'u1')), new Set(['decided create']));
    const unshown = (answers: Facts['answers']) => each(givens({}, null, answers));
    assert.deepEqual(await unshown(said('new', null)), new Set(['decided create']));
    assert.deepEqual(await unshown(said('link', 'u1')), new Set(['waiting existing-account']));
  });
}

test('an account that support chose and that was merged since opens no way around the rule', async () => {
  const merged = { kind: 'link', user: { ...user('u9'), state: 'merged' } } as const;
  const staff: Given = { launch: { linking: matching }, resolution: merged, holders: [user('staff')] };
  assert.equal(inWords(await resultOf(staff)), 'waiting existing-account');
  const never: Given = { launch: { linking: rules.never }, resolution: merged, owners: [user('u1')] };
  assert.equal(inWords(await resultOf(never)), 'refused launch_not_linked');
});

test('a launch whose registration is gone is refused before any other step sees it', async () => {
  const facts = factsWith({ purpose, profile, launch: null });
  const { result, trace } = await runPipeline([launchRule, ...defaultSteps], facts);
  assert.deepEqual([inWords(result), trace.length], ['refused launch_unavailable', 1]);
});

test('DESIGN §6.8 a switch is asked about, and the answer holds for these two alone', async () => {
  const known = (id: string) =>
    ({ launch: { present: here('x') }, resolution: { kind: 'link', user: user(id) } }) as const;
  const said = (choice: string, from: string, to: string | null) => ({ 'switch-account': { choice, from, to } });
  assert.equal(inWords(await resultOf(known('y'))), 'waiting switch-account');
  assert.equal(inWords(await resultOf({ ...known('y'), answers: said('switch', 'x', 'y') })), 'decided use y');
  assert.equal(inWords(await resultOf({ ...known('y'), answers: said('switch', 'z', 'y') })), 'waiting switch-account');
  assert.equal(inWords(await resultOf({ ...known('y'), answers: said('switch', 'x', 'z') })), 'waiting switch-account');
  assert.equal(inWords(await resultOf({ ...known('y'), answers: said('stay', 'x', 'y') })), 'refused launch_declined');
  assert.equal(inWords(await resultOf({ ...known('y'), answers: said('none', 'x', 'y') })), 'waiting switch-account');
  assert.equal(inWords(await resultOf(known('x'))), 'decided use x');
});

test('who has no name here is called what the campus calls them, and never by a random username', async () => {
  const noName = { full: null, given: null, firstSurname: null, secondSurname: null };
  const resolution = {
    kind: 'link',
    user: { ...user('y'), name: noName, username: opaqueUsername(stoppedClock()) },
  } as const;
  const asked = async (launch: Partial<LaunchSide>) => {
    const result = await resultOf({ launch, resolution, owners: [resolution.user] });
    return result.kind === 'waiting' ? result.form : null;
  };
  for (const shownName of ['Ana', null]) {
    const switching = await asked({ present: here('x'), shownName });
    assert.equal(switching?.kind === 'switch-account' ? switching.toName : 'not asked', shownName);
    const continuing = await asked({ version: '1.1', shownName });
    assert.equal(continuing?.kind === 'continue-as' ? continuing.name : 'not asked', shownName);
  }
});

test('chain 4: a page that asks before a browser changes hands names the account, by whatever it was found', async () => {
  const y: User = { ...user('y'), name: { ...user('y').name, full: null, given: null, firstSurname: null } };
  const found: readonly Given[] = [
    { launch: {}, known: { user: y, identity: newIdentity(profile, y.id, stoppedClock()), profile } },
    { launch: { linking: rules['match-identifier'] }, holders: [y] },
    { launch: { linking: rules['trust-emails'] }, owners: [y] },
    { launch: {}, resolution: { kind: 'link', user: y } },
    { launch: { predecessor: y } },
  ];
  for (const given of found) {
    const switching = await resultOf({ ...given, launch: { ...given.launch, present: here('x') } });
    assert.equal(
      switching.kind === 'waiting' && switching.form.kind === 'switch-account' && switching.form.toName,
      y.username,
    );
    const guest = { user: { ...user('g'), state: 'temporary' }, elsewhere: false, isUnclaimable: false } as const;
    const claiming = await resultOf({ ...given, guest });
    assert.equal(
      claiming.kind === 'waiting' && claiming.form.kind === 'guest-work' && claiming.form.account,
      y.username,
    );
  }
  const old = await resultOf({ launch: { version: '1.1' }, resolution: { kind: 'link', user: y } });
  assert.equal(old.kind === 'waiting' && old.form.kind === 'continue-as' && old.form.name, y.username);
});

test('R9 a launch of LTI 1.1 where nobody is signed in asks whether it is them, and the answer holds for this one alone', async () => {
  const old = { launch: { version: '1.1' } } as const;
  const known = { ...old, resolution: { kind: 'link', user: user('y') } } as const;
  const said = (choice: string, to: string | null) => ({ 'continue-as': { choice, to } });
  assert.equal(inWords(await resultOf(old)), 'waiting continue-as');
  assert.equal(inWords(await resultOf(known)), 'waiting continue-as');
  assert.equal(inWords(await resultOf({ ...known, answers: said('go', 'y') })), 'decided use y');
  assert.equal(inWords(await resultOf({ ...known, answers: said('go', 'z') })), 'waiting continue-as');
  assert.equal(inWords(await resultOf({ ...known, answers: said('go', null) })), 'waiting continue-as');
  assert.equal(inWords(await resultOf({ ...known, answers: said('none', 'y') })), 'waiting continue-as');
  assert.equal(inWords(await resultOf({ ...known, answers: said('no', 'y') })), 'refused launch_declined');
  assert.equal(inWords(await resultOf({ ...old, answers: said('go', null) })), 'decided create');
  assert.equal(inWords(await resultOf({ ...known, launch: { version: '1.3' } })), 'decided use y');
});
