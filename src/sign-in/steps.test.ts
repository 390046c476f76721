/**
 * The default list: every cell of the linking policy by what becomes of a sign-in, and what each purpose allows.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { profileWith, recordWith, stoppedClock } from '../../test/store-fixture.ts';
import type { Purpose, User, UserState } from '../model.ts';
import type { KnownIdentity } from '../store/accounts.ts';
import { newIdentity, newUser } from '../users/arrival.ts';
import {
  cautiousPolicy,
  type Evidence,
  type LinkingPolicy,
  linkingPolicy,
  type OurSide,
} from '../users/linking-policy.ts';
import { type Facts, runPipeline } from './pipeline.ts';
import { factsWith } from './sign-in.fixture.ts';
import { defaultSteps } from './steps.ts';

const verified = profileWith({ emails: [{ address: 'ana@uni.mx', claimedVerified: true }] });
const claimed = profileWith({ emails: [{ address: 'ana@uni.mx', claimedVerified: false }] });
const asking = recordWith({ sendToRegistrationFirst: false });

const userWith = (id: string, state: UserState): User => ({
  ...newUser(verified, 'active', stoppedClock()),
  id,
  state,
});
const knownAs = (user: User): KnownIdentity => ({
  user,
  profile: verified,
  identity: newIdentity(verified, user.id, stoppedClock()),
});
const run = (changes: Partial<Facts>) => runPipeline(defaultSteps, factsWith(changes));
const resultOf = async (changes: Partial<Facts>) => (await run(changes)).result;

test('the default list is this one, in this order', () => {
  assert.deepEqual(
    defaultSteps.map(({ name }) => name),
    [
      ...['linking-on-purpose', 'known-identity', 'decided-by-support', 'same-identifier', 'same-verified-email'],
      ...['confirm-match', 'purpose-fulfilled', 'one-of-provider', 'keep-account', 'complete-profile', 'verify-email'],
      ...['new-user', 'claim-guest-work'],
    ],
  );
});

// ---------------------------------------------------------------------------------------------- the table, cell by cell

const sides: { readonly [side in OurSide]: readonly User[] } = {
  nobody: [],
  'one-active': [userWith('u1', 'active')],
  'one-temporary': [userWith('u1', 'temporary')],
  blocked: [userWith('u1', 'disabled')],
  several: [userWith('u1', 'active'), userWith('u2', 'active')],
};

/** Facts in which exactly this speaks for these accounts. One identity and one proof are of one account at most. */
function factsOf(evidence: Evidence, users: readonly User[]): Partial<Facts> | null {
  const [user] = users;
  switch (evidence) {
    case 'same-identity':
      return users.length > 1 ? null : { known: user === undefined ? null : knownAs(user), profile: verified };
    case 'proved-account':
      return users.length > 1 ? null : { proved: user ?? null, profile: claimed, record: asking };
    case 'same-identifier':
      return { holders: users, profile: verified };
    case 'same-verified-address':
      return { owners: users, profile: verified };
    case 'nothing-verified':
      // Whoever has the address unverified is not even looked up: there is nothing to put into the facts.
      return { profile: claimed, record: asking };
  }
}

const create = { kind: 'decided', decision: { kind: 'create', guestId: null } };
const use = { kind: 'decided', decision: { kind: 'use', userId: 'u1', guestId: null } };
const conflict = { kind: 'conflict', candidates: ['u1', 'u2'] };
const blocked = { kind: 'refused', code: 'user_disabled' };
const question = (certain: boolean) => ({
  kind: 'waiting',
  step: 'confirm-match',
  form: { kind: 'existing-account', address: 'ana@uni.mx', certain },
});

/** What becomes of a sign-in in each cell, written down apart from the table. */
const expected: { readonly [evidence in Evidence]: { readonly [side in OurSide]: object } } = {
  'same-identity': { nobody: create, 'one-active': use, 'one-temporary': use, blocked, several: conflict },
  'proved-account': { nobody: question(false), 'one-active': use, 'one-temporary': use, blocked, several: conflict },
  'same-identifier': { nobody: create, 'one-active': use, 'one-temporary': use, blocked, several: conflict },
  'same-verified-address': { nobody: create, 'one-active': use, 'one-temporary': use, blocked, several: conflict },
  'nothing-verified': {
    nobody: question(false),
    'one-active': question(false),
    'one-temporary': question(false),
    blocked: question(false),
    several: question(false),
  },
};

for (const [evidence, row] of Object.entries(expected) as [Evidence, { [side in OurSide]: object }][]) {
  for (const [side, result] of Object.entries(row) as [OurSide, object][]) {
    const facts = factsOf(evidence, sides[side]);
    if (facts === null) continue;
    test(`DESIGN §6 ${evidence} × ${side}: ${linkingPolicy[evidence][side]}`, async () => {
      assert.deepEqual(await resultOf(facts), result);
    });
  }
}

test('D-03 same-verified-address × one-active: prove, where the operator wants that, and nobody else changes', async () => {
  const cautious = { policy: cautiousPolicy, owners: sides['one-active'], profile: verified };
  assert.deepEqual(await resultOf(cautious), question(true));
  // Proved, it is used; whoever says that it is not theirs gets an account of their own.
  assert.deepEqual(await resultOf({ ...cautious, proved: userWith('u1', 'active') }), use);
  const says = (certain: boolean) => ({ 'confirm-match': { choice: 'new', certain } });
  assert.deepEqual(await resultOf({ ...cautious, answers: says(true) }), create);
  // Said before it turned out whose the address is, it answers something else.
  assert.deepEqual(await resultOf({ ...cautious, answers: says(false) }), question(true));
  for (const evidence of Object.keys(linkingPolicy) as Evidence[]) {
    for (const side of Object.keys(linkingPolicy[evidence]) as OurSide[]) {
      if (evidence === 'same-verified-address' && side === 'one-active') continue;
      assert.equal(cautiousPolicy[evidence][side], linkingPolicy[evidence][side]);
    }
  }
});

for (const state of ['merged', 'deleted'] as const) {
  test(`the identity of a user who is ${state} is refused, and gets no second account`, async () => {
    const { result, trace } = await run({ known: knownAs(userWith('u1', state)) });
    assert.deepEqual(result, blocked);
    assert.equal(trace.at(-1)?.reason, `same-identity-of-${state}`);
  });
}

test('llave-mx.md §8.1: accounts that are closed do not compete with the one that is open', async () => {
  const holders = [userWith('u2', 'disabled'), userWith('u1', 'active'), userWith('u3', 'merged')];
  assert.deepEqual(await resultOf({ holders }), use);
});

test('an identifier decides before an address: both are the same person, and a guess is not needed', async () => {
  const facts = { holders: [userWith('u1', 'active')], owners: [userWith('u2', 'active')], profile: verified };
  assert.deepEqual(await resultOf(facts), use);
});

test('B-28: a known identity is its user, whatever else is known', async () => {
  const others = [userWith('u2', 'active')];
  assert.deepEqual(await resultOf({ known: knownAs(userWith('u1', 'active')), owners: others, holders: others }), use);
});

test('whatever the accounts and whatever speaks for them, nobody gets into one that is closed, and none is chosen of several', async () => {
  const state = fc.constantFrom<UserState>('active', 'temporary', 'disabled', 'merged', 'deleted');
  const user = fc.tuple(fc.constantFrom('u1', 'u2', 'u3'), state).map(([id, is]) => userWith(id, is));
  const users = fc.uniqueArray(user, { selector: ({ id }) => id });
  const policy = fc.constantFrom<LinkingPolicy>(linkingPolicy, cautiousPolicy);
  const facts = fc.record({ owners: users, holders: users, proved: fc.option(user), policy });
  await fc.assert(
    fc.asyncProperty(facts, async (given) => {
      const result = await resultOf({ ...given, profile: verified, record: asking });
      if (result.kind !== 'decided' || result.decision.kind !== 'use') return;
      const { userId } = result.decision;
      const evidence = [given.holders, given.owners, given.proved === null ? [] : [given.proved]];
      const open = evidence.map((side) => side.filter(({ state }) => state === 'active' || state === 'temporary'));
      assert.ok(open.some((side) => side.length === 1 && side[0]?.id === userId));
    }),
  );
});

// -------------------------------------------------------------------------------------- who is asked for an account

test('whoever is new and has a verified address that nobody here has is not asked', async () => {
  assert.deepEqual(await resultOf({ profile: verified, record: asking }), create);
});

test('whoever has no address at all is asked, and no address is shown', async () => {
  const result = await resultOf({ profile: profileWith({}), record: asking });
  assert.deepEqual(result.kind === 'waiting' && result.form, {
    kind: 'existing-account',
    address: null,
    certain: false,
  });
});

test('send_to_registration_first spares the question, and a guest is never asked', async () => {
  assert.deepEqual(await resultOf({ profile: claimed }), create);
  assert.deepEqual(await resultOf({ isGuest: true, record: asking }), create);
});

test('E-02: only the word `new` goes on without an account', async () => {
  for (const choice of ['', 'NEW', 'old', 'none', null, true]) {
    const answers = { 'confirm-match': { choice } };
    assert.deepEqual(await resultOf({ profile: claimed, record: asking, answers }), question(false));
  }
  const answers = { 'confirm-match': { choice: 'new' } };
  assert.deepEqual(await resultOf({ profile: claimed, record: asking, answers }), create);
});

test('DESIGN §6.4: a second identity of one provider is refused where the operator wants one, however it was found', async () => {
  const owners = [userWith('u1', 'active')];
  const facts = { owners, profile: verified, alreadyConnected: ['u1'] };
  assert.deepEqual(await resultOf(facts), { kind: 'refused', code: 'provider_already_connected' });
  assert.deepEqual(await resultOf({ ...facts, alreadyConnected: ['u2'] }), use);
});

// ------------------------------------------------------------------------------------------------------- purposes

const link: Purpose = { kind: 'link', userId: 'u1', session: 's', returnTo: '/account' };
const again: Purpose = { kind: 'reauthenticate', userId: 'u1', returnTo: '/account' };
const prove: Purpose = { kind: 'prove', waits: { kind: 'sign-in', id: 's', of: null }, returnTo: '/sign-in/step?id=s' };
const proveOther: Purpose = { kind: 'prove', waits: { kind: 'merge', userId: 'u1' }, returnTo: '/account/merge' };
const account = userWith('u1', 'active');
const refused = (code: string) => ({ kind: 'refused', code });

const purposes: readonly (readonly [promise: string, facts: Partial<Facts>, result: object])[] = [
  ['link ties what is new to the account', { purpose: link, account }, use],
  ['link of what is connected already is a sign-in to it', { purpose: link, account, known: knownAs(account) }, use],
  [
    'D-21 link of what opens another account changes nothing',
    { purpose: link, account, known: knownAs(userWith('u2', 'active')) },
    refused('identity_taken'),
  ],
  [
    'link goes to its account, though the address is that of another one',
    { purpose: link, account, owners: [userWith('u2', 'active')], profile: verified },
    use,
  ],
  ['link to an account that is gone is refused', { purpose: link, account: null }, refused('user_disabled')],
  ['once more as the same person goes on', { purpose: again, account, known: knownAs(account) }, use],
  [
    'once more as somebody else changes nothing',
    { purpose: again, account, known: knownAs(userWith('u2', 'active')) },
    refused('another_account'),
  ],
  ['once more by something new makes no account', { purpose: again, account }, refused('another_account')],
  ['a proof by a known identity is its account', { purpose: prove, known: knownAs(account) }, use],
  ['a proof by a verified address is its account', { purpose: prove, owners: [account], profile: verified }, use],
  ['a proof by something new makes no account', { purpose: prove }, refused('no_account')],
  ['a proof asks no question of its own', { purpose: prove, profile: claimed, record: asking }, refused('no_account')],
  ['D-14 the second account is another one', { purpose: proveOther, known: knownAs(account) }, refused('same_account')],
];
for (const [promise, facts, result] of purposes) {
  test(promise, async () => assert.deepEqual(await resultOf(facts), result));
}

// -------------------------------------------------------------------------------------------------- support, guests

test('an account that support chose and then merged into another one of the case leads to that one', async () => {
  const resolution = { kind: 'link', user: userWith('u2', 'merged') } as const;
  assert.deepEqual(await resultOf({ holders: [userWith('u1', 'active')], resolution }), use);
  // Barred is not merged: what support chose is not undone by its being closed.
  const barred = { kind: 'link', user: userWith('u2', 'disabled') } as const;
  assert.equal((await resultOf({ holders: [userWith('u1', 'active')], resolution: barred })).kind, 'conflict');
});

test('DESIGN §6.3: what support decided is followed, before what led to the conflict', async () => {
  const holders = sides.several;
  const user = userWith('u2', 'active');
  const other = { kind: 'decided', decision: { kind: 'use', userId: 'u2', guestId: null } };
  assert.deepEqual(await resultOf({ holders, resolution: { kind: 'link', user } }), other);
  assert.deepEqual(await resultOf({ holders, resolution: { kind: 'create' } }), create);
  assert.deepEqual(await resultOf({ holders, resolution: { kind: 'refuse' } }), refused('refused_by_support'));
});

test('a decision for an account that was closed since is a conflict again', async () => {
  const resolution = { kind: 'link', user: userWith('u2', 'disabled') } as const;
  assert.deepEqual(await resultOf({ holders: sides.several, resolution }), { kind: 'conflict', candidates: ['u2'] });
});

const guest = { user: { ...userWith('g1', 'temporary'), createdAt: 1 }, elsewhere: false, isUnclaimable: false };

test('DESIGN §6.6, §6.8: whose work a guest did is asked, with the name of the account that it would go to', async () => {
  const asks = (name: string | null) => ({
    kind: 'waiting',
    step: 'claim-guest-work',
    form: { kind: 'guest-work', since: 1, elsewhere: false, account: name },
  });
  assert.deepEqual(await resultOf({ guest, profile: verified }), asks(null));
  assert.deepEqual(await resultOf({ guest, known: knownAs(account) }), asks('Ana Ruiz'));
});

test('only the word yes takes the work along, and only the word no leaves it', async () => {
  const answered = (choice: string) =>
    resultOf({ guest, profile: verified, answers: { 'claim-guest-work': { choice } } });
  assert.deepEqual(await answered('yes'), { kind: 'decided', decision: { kind: 'create', guestId: 'g1' } });
  assert.deepEqual(await answered('no'), create);
  for (const choice of ['', 'YES', 'none']) assert.equal((await answered(choice)).kind, 'waiting');
});

test('work that cannot be claimed is asked about once more, and only the button goes on without it', async () => {
  const stuck = { ...guest, isUnclaimable: true };
  const answered = (choice: string) =>
    resultOf({ guest: stuck, known: knownAs(account), answers: { 'claim-guest-work': { choice } } });
  const form = { kind: 'guest-work-stays', guestName: stuck.user.username };
  assert.deepEqual(await answered('yes'), { kind: 'waiting', step: 'claim-guest-work', form });
  assert.deepEqual(await answered('go-on'), use);
  assert.deepEqual(await answered('no'), use);
});

test('no work is claimed by connecting, by proving or by another guest', async () => {
  const known = knownAs(account);
  for (const purpose of [link, again, prove]) assert.deepEqual(await resultOf({ purpose, account, guest, known }), use);
  assert.deepEqual(await resultOf({ guest, isGuest: true }), create);
});

test('no reason in a trace says anything of the person', async () => {
  const many = [
    ...Object.values(sides).flatMap((users) => [{ owners: users }, { holders: users }]),
    ...[{}, { record: asking }, { guest }, { purpose: again }, { resolution: { kind: 'create' } as const }],
    ...(['active', 'disabled', 'merged'] as const).map((state) => ({ known: knownAs(userWith('u1', state)) })),
  ];
  for (const facts of many) {
    const { trace } = await run({ profile: verified, ...facts });
    for (const { reason } of trace) assert.match(reason, /^[a-z]+(?:-[a-z]+)*$/);
  }
});
