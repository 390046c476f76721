/**
 * What providers answer when something is wrong on the way or with them: each call, each fault, a refusal with its code.
 *
 * Needs no word from a provider's author: a new provider is put to all of these by being mounted.
 */
import assert from 'node:assert/strict';
import type { ErrorCode } from '../../src/errors.ts';
import { type Case, forEachCall } from './provider-case.ts';
import { type Call, type CallName, type Fixture, isNotApplicable, notApplicable } from './provider-fixture.ts';
import {
  asStandIn,
  firstMemberTwice,
  longerThanSaid,
  member,
  notUtf8,
  packed,
  redirected,
  tooManyHeaders,
} from './provider-spoils.ts';
import { callOf, type Spoil, type World } from './provider-world.ts';

/** `form`: what it is in an answer that is a form; null where such an answer cannot have it, with the reason. */
interface Fault {
  readonly what: string;
  readonly how: (call: Call, origin: string) => Spoil;
  readonly code: ErrorCode;
  readonly inForms?: string;
}

const own = (how: Parameters<typeof asStandIn>[0]) => () => asStandIn(how);
const onlyJson = 'the answer is a form, not JSON';

const faults: readonly Fault[] = [
  {
    what: 'B-18 is a page of HTML with status 200',
    how: own({ kind: 'html-from-load-balancer', status: 200 }),
    code: 'provider_answer_invalid',
  },
  {
    what: 'is a page with 502',
    how: own({ kind: 'html-from-load-balancer', status: 502 }),
    code: 'provider_unreachable',
  },
  { what: 'is a page with 500', how: own({ kind: 'status-500' }), code: 'provider_unreachable' },
  {
    what: 'is "too many requests"',
    how: own({ kind: 'status-with-json', status: 429, json: '{}' }),
    code: 'provider_unreachable',
  },
  { what: 'K-05 is 3 MB long', how: own({ kind: 'huge' }), code: 'provider_answer_too_large' },
  { what: 'K-05 is 3 MB long and does not say so', how: () => longerThanSaid, code: 'provider_answer_too_large' },
  { what: 'K-05 has 40 KB of headers', how: () => tooManyHeaders, code: 'provider_answer_too_large' },
  { what: 'K-05 is compressed, which nobody asked for', how: () => packed, code: 'provider_answer_invalid' },
  { what: 'is empty', how: own({ kind: 'empty-body' }), code: 'provider_answer_invalid' },
  { what: 'is something else than agreed', how: own({ kind: 'not-json' }), code: 'provider_answer_invalid' },
  { what: 'is not UTF-8', how: () => notUtf8, code: 'provider_answer_invalid' },
  { what: 'is a list', how: own({ kind: 'json-replaced', json: '[]' }), code: 'provider_answer_invalid' },
  { what: 'is null', how: own({ kind: 'json-replaced', json: 'null' }), code: 'provider_answer_invalid' },
  { what: 'K-07 has one name twice', how: firstMemberTwice, code: 'provider_answer_invalid' },
  {
    what: 'K-09 is 100,000 levels deep',
    how: own({ kind: 'deeply-nested' }),
    code: 'provider_answer_invalid',
    inForms: onlyJson,
  },
  {
    what: 'B-18 is labelled as a page',
    how: own({ kind: 'other-content-type', contentType: 'text/html; charset=utf-8' }),
    code: 'provider_answer_invalid',
    inForms: 'X labels its forms as pages, so the label of a form says nothing',
  },
  {
    what: 'B-18 is an error inside status 200 that nobody knows',
    how: own({ kind: 'error-inside-200', error: 'error-de-práctica' }),
    code: 'provider_answer_invalid',
  },
  {
    what: 'B-18 is an error inside status 200',
    how: own({ kind: 'error-inside-200', error: 'server_error' }),
    code: 'provider_unreachable',
    inForms: onlyJson,
  },
];

const refusedFaults = forEachCall((name, what) =>
  faults.map(
    ({ what: fault, how, code, inForms }): Case => ({
      name: `${what} ${fault}: ${code}`,
      needs: ({ calls }) => [calls[name], ...forms(calls[name], inForms)],
      run: async (world) => {
        const call = callOf(world, name);
        world.spoil(call.endpoint, how(call, world.origin));
        await world.refuses(code);
        assert.equal(world.asked(call.endpoint), 1, 'it was asked, and only once');
        if (name === 'token') assertTokenUnused(world);
      },
    }),
  ),
);

function forms(call: Fixture['calls'][CallName], reason: string | undefined) {
  const isForm = !isNotApplicable(call) && call.answer === 'form';
  return isForm && reason !== undefined ? [notApplicable(reason)] : [];
}

const redirects = forEachCall((name, what) => [
  {
    name: `K-02 ${what} is a redirect: it is refused, and nobody follows it`,
    needs: ({ calls }) => [calls[name]],
    run: async (world) => {
      const { endpoint } = callOf(world, name);
      world.spoil(endpoint, redirected(`${world.origin}/trap?evil.test`));
      await world.refuses('provider_answer_invalid');
      assert.equal(world.trapped(), 0);
    },
  },
]);

const slowness = forEachCall((name, what) =>
  (['no-headers', 'byte-at-a-time'] as const).map((how) => ({
    name: `K-06 ${what} comes slowly (${how}): provider_timeout`,
    needs: ({ calls }) => [calls[name]],
    run: async (world) => {
      world.spoil(callOf(world, name).endpoint, asStandIn({ kind: 'slow', how }));
      world.hurry();
      await world.refuses('provider_timeout');
    },
  })),
);

const tokens: readonly (readonly [what: string, json: string | null])[] = [
  ['is missing', null],
  ['is empty', '""'],
  ['holds a line break, which would become a header', '"a\\r\\nx: y"'],
  ['is 20 KB long', JSON.stringify('x'.repeat(20_000))],
  ['holds a space', '"a b"'],
];

const ofTokens: readonly Case[] = [
  ...tokens.map(
    ([what, json]): Case => ({
      name: `B-18 the access token ${what}: refused, and not used`,
      needs: () => [],
      run: (world) => refuseToken(world, world.fixture.token.member, json),
    }),
  ),
  {
    name: 'B-18, RFC 6749 §7.1 the access token is of a type that nobody knows: refused, and not used',
    needs: ({ token }) => [token.typeMember],
    run: async (world) => {
      const { typeMember } = world.fixture.token;
      if (typeof typeMember === 'string') await refuseToken(world, typeMember, '"mac"');
    },
  },
];

async function refuseToken(world: World, name: string, json: string | null): Promise<void> {
  const { calls } = world.fixture;
  world.spoil(calls.token.endpoint, member(calls.token, { within: [], members: [name] }, json));
  await world.refuses('provider_answer_invalid');
  assertTokenUnused(world);
}

/** What came with a refused answer goes nowhere. */
function assertTokenUnused({ fixture, asked }: World): void {
  const { userData } = fixture.calls;
  if (!isNotApplicable(userData)) assert.equal(asked(userData.endpoint), 0);
}

export const answerCases: readonly Case[] = [...refusedFaults, ...redirects, ...slowness, ...ofTokens];
