import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFixture, origin } from './fixture.ts';
import { createRelyingParty, oidcRecord } from './provider.fixture.ts';

const framesOf = (page: string) => [...page.matchAll(/<iframe[^>]* src="([^"]*)"/g)].map(([, source]) => source);
const targetOf = (page: string) => /id="target" href="([^"]*)"/.exec(page)?.[1];
const sites = ['https://broker.test/sign-out', 'https://studio.test/logout/?x=1'];

async function loggedIn(fixture: ReturnType<typeof createRelyingParty>) {
  await fixture.register({ provider: 'oidc' });
  const { visit } = await fixture.arrive('oidc');
  await visit('/auth/complete/oidc/');
  assert.equal((await visit('/dashboard')).status, 200);
  return visit;
}

test('the session ends, its cookies go, and each site of the list is in a frame with no_redirect', async () => {
  const visit = await loggedIn(createRelyingParty({ settings: { IDA_LOGOUT_URI_LIST: sites } }));
  const answer = await visit('/logout');
  const page = await answer.text();
  assert.deepEqual(framesOf(page), [
    'https://broker.test/sign-out?no_redirect=1',
    'https://studio.test/logout/?x=1&amp;no_redirect=1',
  ]);
  assert.equal(targetOf(page), '/');
  assert.equal(answer.headers.getSetCookie().filter((line) => /Max-Age=0/.test(line)).length, 3);
  assert.equal((await visit('/dashboard')).headers.get('location'), '/login?next=%2Fdashboard');
});

test('a site from which the browser came is skipped, also by a bare origin; without a referrer none is', async () => {
  const { fetch } = createFixture({ settings: { IDA_LOGOUT_URI_LIST: sites } });
  const frames = async (headers: { readonly [name: string]: string }) =>
    framesOf(await (await fetch('/logout', { headers })).text()).length;
  assert.equal(await frames({ referer: 'https://broker.test/' }), 1);
  assert.equal(await frames({ referer: 'https://broker.test/account' }), 2);
  assert.equal(await frames({}), 2);
});

test('redirect_url leads to this host, to hosts of the list, or exactly to an address of the application', async () => {
  const { fetch } = createFixture({ settings: { LOGIN_REDIRECT_WHITELIST: ['broker.test'] } });
  const target = async (query: { readonly [name: string]: string }) =>
    targetOf(await (await fetch(`/logout?${new URLSearchParams(query)}`)).text());
  assert.equal(await target({ redirect_url: 'https://broker.test/x' }), 'https://broker.test/x');
  assert.equal(await target({ next: `${origin}/courses` }), `${origin}/courses`);
  assert.equal(await target({ redirect_url: 'https://app.test/done' }), '/');
  assert.equal(
    await target({ redirect_url: 'https://app.test/done', client_id: 'connector' }),
    'https://app.test/done',
  );
  assert.equal(await target({ redirect_url: 'https://app.test/done?x=1', client_id: 'connector' }), '/');
});

test('TPA_AUTOMATIC_LOGOUT_ENABLED leads to the provider instead of the frames, for whoever came by it', async () => {
  const fixture = createRelyingParty({ settings: { IDA_LOGOUT_URI_LIST: sites, TPA_AUTOMATIC_LOGOUT_ENABLED: true } });
  const logoutUrl = 'https://broker.test/oauth2/logout?client_id=lms';
  fixture.simulator.saveProvider({
    ...oidcRecord,
    other_settings: { ...oidcRecord.other_settings, logout_url: logoutUrl },
  });
  const visit = await loggedIn(fixture);
  assert.equal((await visit('/logout')).headers.get('location'), logoutUrl);
  assert.equal(framesOf(await (await visit('/logout')).text()).length, 2);
});
