/**
 * The database is gone: 503 with a reason and a time to come back, nothing written, and everything as before when it is
 * back (R-13, V-22).
 */
import assert from 'node:assert/strict';
import type { Page } from '../browser.ts';
import { assertNothingLeaked, assertRefusalPage } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, withOneRig } from '../rig.ts';

const gone = () => 'fails before' as const;

function assertUnavailable(page: Page): void {
  assertRefusalPage(page, 'store_unavailable');
  assert.equal(page.headers.get('retry-after'), '5');
}

forEachRig(
  'a database that is gone at the callback: 503, no code spent, and a reload afterwards signs in',
  async (rig) => {
    const browser = rig.browser();
    const back = await browser.submit(await rig.toLlaveMx(browser), 'person-nacional', {}, { follow: false });
    rig.breakDatabase(gone);
    const page = await browser.get(back.redirect ?? '', { from: back });
    assertUnavailable(page);
    assert.equal(rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'token').length, 0);
    for (const table of ['users', 'sessions', 'audit_events'] as const) {
      assert.equal(await rig.count(table), table === 'audit_events' ? await configurationEvents(rig) : 0);
    }
    rig.breakDatabase(null);
    assert.match((await browser.get(page.url)).text('signed-in-as'), /Citlali/);
  },
);

forEachRig(
  'a database that is gone: every address of ours says 503 and when to come back, and is well afterwards',
  async (rig) => {
    const browser = rig.browser();
    await rig.signIn(browser, 'nacional');
    rig.breakDatabase(gone);
    for (const path of [
      '/',
      '/account',
      '/sign-in',
      '/sign-in/llave-mx',
      '/sign-out',
      '/sign-in/step?id=AAAA',
      '/callback/llave-mx?state=AAAA',
    ]) {
      assertUnavailable(await browser.get(`${BROKER}${path}`));
    }
    const authorize = await browser.get(`${COURSE_SITE}/login`);
    assertUnavailable(authorize);
    const ready = await rig.broker(new Request(`${BROKER}/readyz`));
    assert.deepEqual([ready.status, ready.headers.get('retry-after')], [503, '5']);
    assert.equal((await rig.broker(new Request(`${BROKER}/healthz`))).status, 200);
    assert.equal((await rig.broker(new Request(`${BROKER}/oauth2/jwks`))).status, 200);

    rig.breakDatabase(null);
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/account');
    assert.equal((await rig.broker(new Request(`${BROKER}/readyz`))).status, 200);
    assert.deepEqual(
      rig.logged.filter(({ code }) => code === 'internal_error'),
      [],
    );
  },
);

forEachRig(
  'a database that is gone: clients are told 503 at token and user info, and when to come back',
  async (rig) => {
    rig.breakDatabase(gone);
    const basic = Buffer.from('course-site:practice-course-site-secret-0123456789').toString('base64');
    const token = await rig.broker(
      new Request(`${BROKER}/oauth2/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          code: 'x',
          redirect_uri: `${COURSE_SITE}/callback`,
        }),
      }),
    );
    const userInfo = await rig.broker(
      new Request(`${BROKER}/oauth2/userinfo`, { headers: { authorization: 'Bearer x' } }),
    );
    for (const answer of [token, userInfo]) {
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '5']);
      assertNothingLeaked(await answer.text());
    }
  },
);

withOneRig('a database that is gone from the first request on: still a page or a plain word, and 503', async (rig) => {
  rig.breakDatabase(gone);
  const answer = await rig.broker(new Request(`${BROKER}/sign-in`));
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '5']);
  assertNothingLeaked(await answer.text());
  rig.breakDatabase(null);
  assert.equal((await rig.browser().get(`${BROKER}/sign-in`)).status, 200);
});

forEachRig('a refusal that cannot be written down is still told to the person', async (rig) => {
  const browser = rig.browser();
  await browser.get(`${BROKER}/sign-in`);
  rig.breakDatabase(({ part }) => (part === 'durable' ? 'fails before' : 'works'));
  const page = await browser.get(`${BROKER}/callback/llave-mx?code=x&state=AAAAAAAAAAAAAAAAAAAAAA`);
  assertRefusalPage(page, 'sign_in_unknown');
});

async function configurationEvents(rig: Parameters<Parameters<typeof withOneRig>[1]>[0]): Promise<number> {
  const [row] = await rig.databases.durable.all({
    shape: ["select count(*) as n from audit_events where type = 'config.changed'"],
    values: [],
  });
  return Number(row?.n);
}
