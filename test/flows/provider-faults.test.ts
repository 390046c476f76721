/**
 * The provider denies, fails, lies or is silent: each ends in a page with a reason, nothing is written, and starting
 * again leads to the course site (areas B and K of the security cases).
 */
import assert from 'node:assert/strict';
import type { Order } from '../../simulators/llave-mx/misbehaviour.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { withRealNetwork } from '../real-network.ts';
import { assertRefused } from '../refusal.ts';
import { COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';

const requestsTo = (rig: Rig, endpoint: string) => rig.llaveMx.requests.filter((one) => one.endpoint === endpoint);

async function assertNothingWritten(rig: Rig): Promise<void> {
  for (const table of ['users', 'identities', 'sessions', 'emails'] as const) assert.equal(await rig.count(table), 0);
}

/** From the refused page through "start again" to the course site: the client's request was kept. */
async function assertStartingAgainWorks(rig: Rig, browser: TestBrowser, refused: Page): Promise<void> {
  rig.llaveMx.behave();
  const chooser = await browser.click(refused, 'start-again');
  const end = await browser.submit(await browser.click(chooser, 'provider-llave-mx'), 'person-nacional');
  assert.equal(end.url.origin, COURSE_SITE);
  assert.match(end.text('signed-in-as'), /Citlali/);
  assert.equal(await rig.count('users'), 1);
}

type Fault = readonly [
  what: string,
  how: Extract<Order, { endpoint: 'token' | 'roles' | 'logout' }>['how'],
  code: ErrorCode,
];

const faults: readonly Fault[] = [
  ['is answered with 500', { kind: 'status-500' }, 'provider_unreachable'],
  ['is answered with 502 and HTML', { kind: 'html-from-load-balancer', status: 502 }, 'provider_unreachable'],
  ['is answered with 200 and HTML', { kind: 'html-from-load-balancer', status: 200 }, 'provider_answer_invalid'],
  ['is answered with an empty body', { kind: 'empty-body' }, 'provider_answer_invalid'],
  ['is answered with something that is not JSON', { kind: 'not-json' }, 'provider_answer_invalid'],
  ['is answered with one name twice (K-07)', { kind: 'duplicate-members' }, 'provider_answer_invalid'],
  ['is answered 100,000 levels deep (K-09)', { kind: 'deeply-nested' }, 'provider_answer_invalid'],
  ['is redirected (K-02)', { kind: 'redirect', location: 'https://evil.test/' }, 'provider_answer_invalid'],
  ['is answered with 3 MB (K-05)', { kind: 'huge' }, 'provider_answer_too_large'],
  [
    'fails with an error and 503',
    { kind: 'error-with-status', status: 503, error: 'server_error' },
    'provider_unreachable',
  ],
];

for (const endpoint of ['token', 'user-data'] as const) {
  for (const [what, how, code] of faults) {
    withOneRig(`the ${endpoint} request ${what}: refused with ${code}, nothing written, starting again works`, (rig) =>
      withRealNetwork(rig, {}, async () => {
        rig.llaveMx.misbehave({ endpoint, how, times: 'until-reset' });
        const browser = rig.browser();
        const page = await rig.signIn(browser, 'nacional');
        await assertRefused(rig, page, code);
        assert.doesNotMatch(page.body, /Error de práctica|evil/);
        await assertNothingWritten(rig);
        // A code is spent by sending it: nothing is asked twice.
        assert.equal(requestsTo(rig, 'token').length, 1);
        await assertStartingAgainWorks(rig, browser, page);
      }),
    );
  }

  for (const how of ['no-headers', 'no-body', 'byte-at-a-time'] as const) {
    withOneRig(
      `K-06 the ${endpoint} request is answered slowly (${how}): refused in time, nothing written`,
      async (rig) => {
        const browser = rig.browser();
        const page = await withDeadline(rig, { endpoint, how: { kind: 'slow', how }, times: 'until-reset' }, browser);
        await assertRefused(rig, page, 'provider_timeout');
        await assertNothingWritten(rig);
        assert.equal(requestsTo(rig, 'token').length, 1);
        await assertStartingAgainWorks(rig, browser, page);
      },
    );
  }
}

/** The token request before it gets no short deadline: only what is slow on purpose may miss one. */
async function withDeadline(rig: Rig, order: Order, browser: TestBrowser): Promise<Page> {
  const seen: Page[] = [];
  await withRealNetwork(rig, { timeoutMs: 700 }, async () => {
    rig.llaveMx.misbehave(order);
    seen.push(await rig.signIn(browser, 'nacional'));
  });
  const [page] = seen;
  if (page === undefined) throw new Error('nothing was answered');
  return page;
}

forEachRig('a person who says no to the provider is told so, and may start again', async (rig) => {
  const browser = rig.browser();
  const page = await rig.signIn(browser, 'rechaza');
  await assertRefused(rig, page, 'provider_denied');
  await assertNothingWritten(rig);
  assert.equal(requestsTo(rig, 'token').length, 0);
  await assertStartingAgainWorks(rig, browser, page);
});

forEachRig('who gives up after a refusal is sent back to the client with access_denied', async (rig) => {
  const browser = rig.browser();
  const page = await rig.signIn(browser, 'rechaza');
  const back = await browser.click(page, 'back-to-client');
  assert.equal(back.url.origin, COURSE_SITE);
  assert.equal(back.url.searchParams.get('error'), 'access_denied');
  assert.equal(back.url.searchParams.get('iss'), 'https://broker.test');
  assert.equal(back.status, 403);
});

const unusable = ['null', '""', '"  "', '"null"', '"undefined"', '1.5', '1e999', '{}', '[]', 'true', '"a\\u0000b"'];
for (const json of unusable) {
  withOneRig(`DESIGN §6.1 the subject ${json} signs nobody in`, async (rig) => {
    rig.llaveMx.misbehave({ endpoint: 'user-data', how: { kind: 'subject', json }, times: 'until-reset' });
    const page = await rig.signIn(rig.browser(), 'nacional');
    // A number that nothing can hold is refused where JSON is read, before anybody looks for a subject.
    await assertRefused(rig, page, json === '1e999' ? 'provider_answer_invalid' : 'subject_unusable');
    await assertNothingWritten(rig);
  });
}

forEachRig('DESIGN §6.1 two subjects that only differ beyond 2^53 are two people', async (rig) => {
  // Two practice people: one verified address would be one person, whatever the subjects are.
  for (const [person, json] of [
    ['nacional', '9007199254740992'],
    ['extranjero', '9007199254740993'],
  ] as const) {
    rig.llaveMx.misbehave({ endpoint: 'user-data', how: { kind: 'subject', json }, times: 1 });
    assert.ok((await rig.signIn(rig.browser(), person)).find('signed-in-as'));
  }
  const identities = await rig.databases.durable.all(sql`select subject from identities order by subject`);
  assert.deepEqual(identities, [{ subject: '9007199254740992' }, { subject: '9007199254740993' }]);
  assert.equal(await rig.count('users'), 2);
});

forEachRig('DESIGN §6.1 a missing subject signs nobody in', async (rig) => {
  rig.llaveMx.misbehave({ endpoint: 'user-data', how: { kind: 'subject-missing' }, times: 'until-reset' });
  await assertRefused(rig, await rig.signIn(rig.browser(), 'nacional'), 'subject_unusable');
  await assertNothingWritten(rig);
});
