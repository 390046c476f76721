/**
 * What a merge would do, rule by rule: who may be merged, what moves, what ends, what is asked.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { profileWith } from '../../test/store-fixture.ts';
import type { User } from '../model.ts';
import type { AccountGraph, OwnedEmail, OwnedIdentity } from '../store/account-graph.ts';
import { lenientRules, nameless, rules } from './merge.fixture.ts';
import { withValue } from './merge-fields.ts';
import { type MergeChoices, type MergePlan, planMerge } from './merge-plan.ts';
import { previewOf } from './merge-preview.ts';
import type { MergeRules } from './merge-rules.ts';

const AT = 1_000;

function graph(
  id: string,
  parts: Partial<Omit<AccountGraph, 'user'>> & { readonly user?: Partial<User> } = {},
): AccountGraph {
  const { user, ...more } = parts;
  return {
    user: {
      ...{ id, state: 'active', username: `name-of-${id}`, name: nameless, birthDate: null, phone: null, locale: null },
      ...{ country: null, sources: {}, details: {}, corrected: [], deletionAt: null, createdAt: AT, updatedAt: AT },
      ...user,
    },
    sealedProfile: `sealed ${id}`,
    mergedInto: null,
    isHeld: false,
    identities: [],
    emails: [],
    identifiers: [],
    agreements: [],
    subjects: [],
    learners: [],
    sessions: 0,
    ...more,
  };
}

const identity = (userId: string, provider: string, parts: Partial<OwnedIdentity> = {}): OwnedIdentity => ({
  ...{ id: `${provider} of ${userId}`, provider, subject: `${userId} at ${provider}`, userId },
  ...{ createdAt: AT, lastUsedAt: AT, verifiedAt: null, profile: profileWith({ provider }), sealedProfile: 'sealed' },
  password: provider === 'password' ? { sealedHash: `hash of ${userId}`, changedAt: AT } : null,
  ...parts,
});

const email = (key: string, verified: boolean, primary = false): OwnedEmail => ({
  ...{ key, address: key, primary, createdAt: AT },
  verifiedAt: verified ? AT : null,
  verifiedBy: verified ? 'campus' : null,
});

const curp = (value: string) => ({
  kind: 'curp',
  index: `index of ${value}`,
  value,
  provider: 'llave-mx',
  createdAt: AT,
});
const subject = (clientId: string, sub: string) => ({
  ...{ clientId, subject: sub, username: null },
  ...{ firstSeenAt: AT, lastSeenAt: AT },
});

function planned(
  retired: AccountGraph,
  survivor: AccountGraph,
  choices: MergeChoices = {},
  by: MergeRules = rules,
): MergePlan {
  const plan = planMerge(retired, survivor, choices, by);
  assert.ok(plan.kind === 'plan', JSON.stringify(plan));
  return plan;
}

const refusal = (retired: AccountGraph, survivor: AccountGraph, by: MergeRules = rules) => {
  const plan = planMerge(retired, survivor, {}, by);
  assert.equal(plan.kind, 'refused');
  const { kind: _, ...facts } = plan as { kind: string };
  return facts;
};

// ---------------------------------------------------------------------------------------------------- who may be merged

/** The rule of Socraticqs2 (§4.6, cases 6 and 7), which looks at the provider alone. */
for (const [mine, theirs, clash] of [
  [['facebook', 'google'], ['twitter'], []],
  [['facebook', 'google'], ['google', 'twitter'], ['google']],
  [['google', 'google'], ['twitter', 'google', 'facebook'], ['google']],
  [
    ['google', 'facebook'],
    ['facebook', 'google'],
    ['facebook', 'google'],
  ],
  [[], ['google'], []],
] as const) {
  test(`DESIGN §6.4: {${mine}} with {${theirs}} is ${clash.length === 0 ? 'merged' : `refused because of ${clash}`}`, () => {
    const of = (id: string, providers: readonly string[]) =>
      graph(id, { identities: providers.map((provider, n) => identity(id, provider, { id: `${id}${n}` })) });
    const [retired, survivor] = [of('r', mine), of('s', theirs)];
    if (clash.length === 0) planned(retired, survivor);
    else assert.deepEqual(refusal(retired, survivor), { code: 'same_provider', providers: clash });
    planned(retired, survivor, {}, { ...rules, sameProvider: 'allow' });
  });
}

for (const own of ['email', 'password', 'guest']) {
  test(`two accounts that both have ${own} are merged: a way of our own says nothing of who somebody is`, () => {
    planned(graph('r', { identities: [identity('r', own)] }), graph('s', { identities: [identity('s', own)] }));
  });
}

test('a provider that is not configured any more still keeps two of its people apart', () => {
  const forgetful: MergeRules = { ...rules, kindOf: () => 'unknown' };
  const [retired, survivor] = ['r', 's'].map((id) => graph(id, { identities: [identity(id, 'gone')] })) as [
    AccountGraph,
    AccountGraph,
  ];
  assert.deepEqual(refusal(retired, survivor, forgetful), { code: 'same_provider', providers: ['gone'] });
});

for (const [state, expected] of [
  ['disabled', { code: 'user_disabled' }],
  ['merged', { code: 'user_not_mergeable', because: 'merged' }],
  ['deleted', { code: 'user_not_mergeable', because: 'deleted' }],
] as const) {
  test(`an account that is ${state} is merged in neither direction: a merge is no amnesty`, () => {
    const [bad, good] = [graph('bad', { user: { state } }), graph('good')];
    for (const [retired, survivor] of [
      [bad, good],
      [good, bad],
    ] as const) {
      assert.deepEqual(refusal(retired, survivor, lenientRules), { ...expected, userId: 'bad' });
    }
  });
}

test('an account under legal hold is merged in neither direction', () => {
  const [held, free] = [graph('held', { isHeld: true }), graph('free')];
  for (const [retired, survivor] of [
    [held, free],
    [free, held],
  ] as const) {
    assert.deepEqual(refusal(retired, survivor, lenientRules), { code: 'legal_hold', userId: 'held' });
  }
});

test('nobody is merged with themselves, and nobody into a guest', () => {
  const user = graph('u');
  assert.deepEqual(refusal(user, user), { code: 'user_not_mergeable', userId: 'u', because: 'same-user' });
  const guest = graph('g', { user: { state: 'temporary' } });
  const because = 'survivor-is-temporary';
  assert.deepEqual(refusal(user, guest), { code: 'user_not_mergeable', userId: 'g', because });
});

test('two different CURPs are two people, unless support knows better; one in common is one person', () => {
  const of = (id: string, ...values: readonly string[]) => graph(id, { identifiers: values.map(curp) });
  assert.deepEqual(refusal(of('r', 'A'), of('s', 'B')), { code: 'identifiers_differ', kinds: ['curp'] });
  assert.deepEqual(planned(of('r', 'A'), of('s')).changes.identifiers.moves, [curp('A')]);
  assert.deepEqual(planned(of('r', 'A', 'B'), of('s', 'B')).changes.identifiers, {
    moves: [curp('A')],
    ends: [curp('B')],
  });
  const known = planned(of('r', 'A'), of('s', 'B'), {}, lenientRules);
  assert.deepEqual(previewOf(known).identifiers, [{ kind: 'curp', outcome: 'differs' }]);
});

// ------------------------------------------------------------------------------------------------------ what is asked

const ana: Partial<User> = {
  name: { ...nameless, given: 'Ana' },
  birthDate: '1999-12-31',
  phone: { number: '+525512345678', verified: true },
  locale: 'en',
  country: 'MX',
};
const anna: Partial<User> = {
  name: { ...nameless, given: 'Anna' },
  birthDate: '2000-01-01',
  phone: { number: '+525512345678', verified: false },
  locale: 'es-MX',
  country: 'GT',
};

test('where both have a value it is a question, and the survivor keeps its own while nobody answers', () => {
  const plan = planned(graph('r', { user: ana }), graph('s', { user: anna }));
  assert.deepEqual(plan.changes.fields, []);
  const shown = previewOf(plan).fields.map(({ field, chosen, isQuestion }) => [field, chosen, isQuestion]);
  assert.deepEqual(
    shown,
    ['name', 'birthDate', 'phone', 'locale', 'country', 'username'].map((field) => [field, 'survivor', true]),
  );
});

/** The accounts above do not say whose words these are. */
const NOBODY = { before: null, after: null };

test('each value can be chosen from the retired account, alone', () => {
  for (const field of ['name', 'birthDate', 'phone', 'locale', 'country'] as const) {
    const { changes } = planned(graph('r', { user: ana }), graph('s', { user: anna }), { [field]: 'retired' });
    assert.deepEqual(changes.fields, [{ field, before: anna[field], after: ana[field], sources: NOBODY }]);
    assert.equal(changes.swapsUsernames, false);
  }
  const { changes } = planned(graph('r', { user: ana }), graph('s', { user: anna }), { username: 'retired' });
  assert.deepEqual([changes.fields, changes.swapsUsernames], [[], true]);
});

test('M-06: a value goes with whose word it is, and with whether the person corrected it', () => {
  const retired = graph('r', {
    user: { country: 'MX', sources: { country: 'llave-mx' }, details: { language: 'fr' }, corrected: ['language'] },
  });
  const { fields } = planned(retired, graph('s')).changes;
  assert.deepEqual(
    fields.map(({ field, sources }) => [field, sources]),
    [
      ['country', { before: null, after: 'llave-mx' }],
      ['details.language', { before: null, after: 'correction' }],
    ],
  );
  const { user } = graph('s');
  const merged = fields.reduce((one, { field, after, sources }) => withValue(one, field, after, sources.after), user);
  assert.deepEqual(
    [merged.sources, merged.details, merged.corrected],
    [{ country: 'llave-mx' }, { language: 'fr' }, ['language']],
  );
  const undone = fields.reduce(
    (one, { field, before, sources }) => withValue(one, field, before, sources.before),
    merged,
  );
  assert.deepEqual(undone, user);
});

test('where only one side has a value that one stays, whatever was chosen, and nobody is asked', () => {
  const full = graph('full', { user: ana });
  const empty = graph('empty');
  const perverse: MergeChoices = { name: 'survivor', birthDate: 'survivor', phone: 'survivor', locale: 'survivor' };
  const taken = planned(full, empty, perverse);
  assert.deepEqual(
    taken.changes.fields.map(({ field, after }) => [field, after]),
    Object.entries(ana),
  );
  assert.ok(previewOf(taken).fields.every(({ field, isQuestion }) => isQuestion === (field === 'username')));
  const kept = planned(empty, full, { name: 'retired', birthDate: 'retired', phone: 'retired', locale: 'retired' });
  assert.deepEqual(kept.changes.fields, []);
});

test('each thing that the person said is a value of its own, beside what providers say of it', () => {
  const retired = graph('r', { user: { country: 'MX', details: { city: 'Mérida', goals: 'aprender' } } });
  const survivor = graph('s', { user: { details: { city: 'Antigua', country: 'GT' } } });
  const shown = previewOf(planned(retired, survivor)).fields;
  assert.deepEqual(
    shown.map(({ field, chosen, isQuestion }) => [field, chosen, isQuestion]),
    [
      ['country', 'retired', false],
      ['details.country', 'survivor', false],
      ['details.city', 'survivor', true],
      ['details.goals', 'retired', false],
      ['username', 'survivor', true],
    ],
  );
  const { fields } = planned(retired, survivor, { 'details.city': 'retired' }).changes;
  assert.deepEqual(fields, [
    { field: 'country', before: null, after: 'MX', sources: NOBODY },
    { field: 'details.city', before: 'Antigua', after: 'Mérida', sources: NOBODY },
    { field: 'details.goals', before: null, after: 'aprender', sources: NOBODY },
  ]);
});

test('of two agreements to one version the earlier counts; where both are of one moment the survivor\u2019s stays', () => {
  const agreement = (version: string, agreedAt: number) => ({ version, address: 'https://terms.test/', agreedAt });
  const { moves, yields, ends } = planned(
    graph('r', { agreements: ['1', '2', '3', '4'].map((version) => agreement(version, 2)) }),
    graph('s', { agreements: [agreement('2', 1), agreement('3', 2), agreement('4', 3)] }),
  ).changes.agreements;
  assert.deepEqual(moves, [agreement('1', 2), agreement('4', 2)]);
  assert.deepEqual(yields, [agreement('4', 3)]);
  assert.deepEqual(ends, [agreement('2', 2), agreement('3', 2)]);
});

test('a guest has no values of its own: nothing is asked, and nothing of it is taken over', () => {
  const guest = graph('g', {
    user: { ...ana, state: 'temporary' },
    identities: [identity('g', 'guest')],
    subjects: [subject('lms', 'g')],
    sessions: 2,
  });
  const plan = planned(guest, graph('s'), { name: 'retired', username: 'retired' });
  assert.deepEqual([plan.changes.fields, plan.changes.swapsUsernames], [[], false]);
  const { fields, identities, clients, sessions } = previewOf(plan);
  assert.deepEqual(fields, []);
  assert.deepEqual(
    identities.map(({ provider, outcome }) => [provider, outcome]),
    [['guest', 'ends']],
  );
  assert.deepEqual(clients, [{ clientId: 'lms', kind: 'subject-kept', from: 'g', to: 'g' }]);
  assert.equal(sessions, 2);
});

// ------------------------------------------------------------------------------------------------- what moves, what ends

test('every identity moves but a guest\u2019s and a password beside another, which end', () => {
  const mine = ['google', 'email', 'password', 'guest'].map((provider) => identity('r', provider));
  const alone = planned(graph('r', { identities: mine }), graph('s')).changes.identities;
  assert.deepEqual(
    alone.moves.map(({ provider }) => provider),
    ['google', 'email', 'password'],
  );
  const beside = planned(graph('r', { identities: mine }), graph('s', { identities: [identity('s', 'password')] }));
  const { moves, ends } = beside.changes.identities;
  assert.deepEqual(
    moves.map(({ provider }) => provider),
    ['google', 'email'],
  );
  assert.deepEqual(
    ends.map(({ provider, password }) => [provider, password?.sealedHash ?? null]),
    [
      ['password', 'hash of r'],
      ['guest', null],
    ],
  );
  assert.deepEqual(
    previewOf(beside).identities.map(({ provider, outcome }) => `${provider} ${outcome}`),
    ['google moves', 'email moves', 'password ends', 'guest ends'],
  );
});

test('an identity of a guest ends also when its provider is not configured any more', () => {
  const guest = graph('g', { user: { state: 'temporary' }, identities: [identity('g', 'gone')] });
  const { identities } = planned(guest, graph('s'), {}, { ...rules, kindOf: () => 'unknown' }).changes;
  assert.deepEqual([identities.moves.length, identities.ends.length], [0, 1]);
});

test('DESIGN §6.2: verified addresses move, one that nobody verified ends, and one that both have is verified by the merge', () => {
  const retired = graph('r', {
    emails: [
      email('one@x.mx', true, true),
      email('both@x.mx', true),
      email('claimed@x.mx', false),
      email('other@x.mx', false),
    ],
  });
  const survivor = graph('s', {
    emails: [email('own@x.mx', true, true), email('both@x.mx', false), email('other@x.mx', true)],
  });
  const { emails } = planned(retired, survivor).changes;
  const keys = (list: readonly OwnedEmail[]) => list.map(({ key }) => key);
  assert.deepEqual(
    [keys(emails.moves), keys(emails.joins), keys(emails.ends)],
    [['one@x.mx'], ['both@x.mx'], ['claimed@x.mx', 'other@x.mx']],
  );
  assert.deepEqual(emails.primary, { before: 'own@x.mx', after: 'own@x.mx' });
  const chosen = planned(retired, survivor, { primaryEmail: 'retired' });
  assert.deepEqual(chosen.changes.emails.primary, { before: 'own@x.mx', after: 'one@x.mx' });
});

test('an address that nobody verified moves only where the survivor would have none at all, and never from a guest', () => {
  const claimed = [email('claimed@x.mx', false, true), email('second@x.mx', false)];
  const { emails } = planned(graph('r', { emails: claimed }), graph('s')).changes;
  assert.deepEqual([emails.moves, emails.primary.after], [[claimed[0]], 'claimed@x.mx']);
  const beside = planned(graph('r', { emails: claimed }), graph('s', { emails: [email('own@x.mx', false, true)] }));
  assert.deepEqual(beside.changes.emails.moves, []);
  const guest = planned(graph('g', { emails: claimed, user: { state: 'temporary' } }), graph('s'));
  assert.deepEqual([guest.changes.emails.moves, guest.changes.emails.primary.after], [[], null]);
});

test('the primary address of the retired cannot be chosen where it does not move', () => {
  const plan = planned(
    graph('r', { emails: [email('claimed@x.mx', false, true), email('mine@x.mx', true)] }),
    graph('s', { emails: [email('own@x.mx', true, true)] }),
    { primaryEmail: 'retired' },
  );
  assert.equal(plan.changes.emails.primary.after, 'own@x.mx');
  assert.ok(previewOf(plan).fields.every(({ field }) => field !== 'primaryEmail'));
});

test('D-15: roles are shown with who asserts them, and nothing of them changes hands', () => {
  const withRole = (id: string, provider: string, name: string) =>
    identity(id, provider, { profile: profileWith({ provider, roles: [{ id: name, name }] }) });
  const plan = planned(
    graph('r', { identities: [withRole('r', 'campus', 'docente')] }),
    graph('s', { identities: [withRole('s', 'llave-mx', 'alumno')] }),
  );
  assert.deepEqual(previewOf(plan).roles, [
    { side: 'retired', provider: 'campus', id: 'docente', name: 'docente' },
    { side: 'survivor', provider: 'llave-mx', id: 'alumno', name: 'alumno' },
  ]);
  assert.deepEqual(plan.changes.fields, []);
});

test('V-08: a client that knew only the retired keeps its sub; of one that knew both the survivor\u2019s stays', () => {
  const plan = planned(
    graph('r', { subjects: [subject('only', 'older'), subject('both', 'r')] }),
    graph('s', { subjects: [subject('both', 's'), subject('theirs', 's')] }),
  );
  assert.deepEqual(plan.changes.subjects.moves, [subject('only', 'older')]);
  assert.deepEqual(previewOf(plan).clients, [
    { clientId: 'only', kind: 'subject-kept', from: 'older', to: 'older' },
    { clientId: 'both', kind: 'subject-replaced', from: 'r', to: 's' },
  ]);
});

// ------------------------------------------------------------------------------------------------------- what is shown

test('a preview holds no value of an identifier, no password and no subject of a provider', () => {
  const mine = graph('r', {
    identities: [identity('r', 'google'), identity('r', 'password')],
    identifiers: [curp('SECRET-CURP')],
  });
  const text = JSON.stringify(previewOf(planned(mine, graph('s', { identities: [identity('s', 'password')] }))));
  for (const secret of ['SECRET-CURP', 'index of', 'hash of', 'at google', 'sealed'])
    assert.ok(!text.includes(secret), secret);
});

test('D-14: the fingerprint is another when anything is that was agreed to, and the same when somebody only signed in', () => {
  const retired = graph('r', {
    user: ana,
    identities: [identity('r', 'google')],
    emails: [email('a@x.mx', true, true)],
    identifiers: [curp('A')],
  });
  const survivor = graph('s', { user: anna });
  const print = (one: AccountGraph, other: AccountGraph, choices: MergeChoices = {}) =>
    previewOf(planned(one, other, choices)).fingerprint;
  const first = print(retired, survivor);
  const used = { ...retired, sessions: 3, identities: [identity('r', 'google', { lastUsedAt: 9 * AT })] };
  assert.equal(print(used, survivor), first);
  const others = [
    print(survivor, retired),
    print({ ...retired, identities: [] }, survivor),
    print({ ...retired, emails: [] }, survivor),
    print({ ...retired, identifiers: [] }, survivor),
    print(retired, { ...survivor, user: { ...survivor.user, birthDate: '2000-01-02' } }),
    print(retired, survivor, { name: 'retired' }),
    print(graph('third', { ...retired, user: ana }), survivor),
  ];
  assert.equal(new Set([first, ...others]).size, others.length + 1);
});

test('planning is pure: it changes neither account, and answers the same again', () => {
  const state = fc.constantFrom('active', 'temporary', 'disabled') as fc.Arbitrary<User['state']>;
  fc.assert(
    fc.property(state, state, fc.boolean(), (one, other, held) => {
      const [retired, survivor] = [
        graph('r', { user: { ...ana, state: one } }),
        graph('s', { user: { ...anna, state: other }, isHeld: held }),
      ];
      const before = structuredClone([retired, survivor]);
      assert.deepEqual(planMerge(retired, survivor, {}, rules), planMerge(retired, survivor, {}, rules));
      assert.deepEqual([retired, survivor], before);
    }),
  );
});

// ------------------------------------------------------------------------------------------------------- learners at an LMS

const learner = (lms: string, clientId = lms) => ({
  ...{ id: `learner at ${lms}`, lms, clientId, account: 'created' as const, username: 'ana', sealedTokens: 'sealed' },
  ...{ failure: null, createdAt: AT, changedAt: AT },
});

test('a record at an LMS goes with the sub that the LMS knows; tokens of another account there are never the survivor\u2019s', () => {
  const retired = graph('r', {
    learners: ['moves', 'known', 'theirs', 'never told'].map((lms) => learner(lms)),
    subjects: ['moves', 'known', 'theirs'].map((client) => subject(client, 'r')),
  });
  const survivor = graph('s', { learners: [learner('theirs')], subjects: [subject('known', 's')] });
  const { learners } = planned(retired, survivor).changes;
  assert.deepEqual(
    learners.moves.map(({ lms }) => lms),
    ['moves'],
  );
  assert.deepEqual(
    learners.ends.map(({ lms }) => lms),
    ['known', 'theirs', 'never told'],
  );
});
