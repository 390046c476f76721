/**
 * Pushed authorization requests (RFC 9126): the request goes to the broker behind the browser's back, and the browser carries a
 * reference to it that is for one use.
 */
import assert from 'node:assert/strict';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import {
  AUTHORIZE,
  appBrowser,
  authorizationUrl,
  type ClientId,
  clients,
  codeIn,
  errorOf,
  type RequestParameters,
  redeem,
  signInAs,
  tokenRequest,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

function pushing(clientId: ClientId, changes: RequestParameters = {}): Request {
  const fields = Object.fromEntries(authorizationUrl(clientId, changes).searchParams);
  return new Request(`${BROKER}/oauth2/par`, tokenRequest(clientId, fields));
}

async function push(rig: Rig, clientId: ClientId, changes: RequestParameters = {}): Promise<string> {
  const response = await rig.broker(pushing(clientId, changes));
  const body = (await response.json()) as { request_uri: string; expires_in: number };
  assert.equal(response.status, 201, JSON.stringify(body));
  assert.match(body.request_uri, /^urn:ietf:params:oauth:request_uri:/);
  assert.ok(body.expires_in <= 60);
  return body.request_uri;
}

function reference(clientId: ClientId, request_uri: string): URL {
  const url = new URL(AUTHORIZE);
  url.search = new URLSearchParams({ client_id: clientId, request_uri }).toString();
  return url;
}

const answerOf = (page: Page) => page.url.searchParams.get('error') ?? (codeIn(page.url) && 'code');

async function signIn(browser: TestBrowser, url: URL): Promise<Page> {
  return signInAs(browser, await browser.get(url), 'nacional');
}

withClientsOnEachDatabase('RFC 9126 a request that was pushed is answered as any other', async (rig) => {
  const page = await signIn(appBrowser(rig), reference('web', await push(rig, 'web', { scope: 'openid email' })));
  assert.equal(page.url.origin + page.url.pathname, clients.web.redirectUri);
  assert.equal(page.url.searchParams.get('state'), 'practice-state');
  await redeem(rig, 'web', codeIn(page.url));
});

withClients('RFC 9126 §7.3 a reference is for one use, for one client, and for a minute', async (rig) => {
  const used = await push(rig, 'web');
  const browser = appBrowser(rig);
  await signIn(browser, reference('web', used));
  const again = await browser.get(reference('web', used));
  assert.equal(again.status, 400);
  assert.equal(again.url.origin, BROKER);
  const foreign = await browser.get(reference('bare', await push(rig, 'web')));
  assert.equal(foreign.status, 400);
  const late = await push(rig, 'web');
  rig.clock.advance(61_000);
  assert.equal((await browser.get(reference('web', late))).status, 400);
  assert.equal((await browser.get(reference('web', 'urn:ietf:params:oauth:request_uri:invented'))).status, 400);
});

withClients('RFC 9126 §2.1 what is wrong with a request is told when it is pushed', async (rig) => {
  const cases: [RequestParameters, string][] = [
    [{ redirect_uri: 'https://evil.test/cb' }, '400 invalid_request'],
    [{ response_type: 'token' }, '400 unsupported_response_type'],
    [{ scope: 'openid curp' }, '400 invalid_scope'],
    [{ code_challenge_method: 'plain' }, '400 invalid_request'],
    [{ request_uri: 'https://evil.test/x' }, '400 request_uri_not_supported'],
  ];
  rig.interfere(() => assert.fail('the broker called out'));
  for (const [changes, error] of cases) {
    assert.equal(await errorOf(await rig.broker(pushing('web', changes))), error, JSON.stringify(changes));
  }
});

withClients('RFC 9126 §2 only the client itself pushes', async (rig) => {
  const fields = Object.fromEntries(authorizationUrl('web').searchParams);
  const asOther = new Request(`${BROKER}/oauth2/par`, tokenRequest('bare', fields));
  assert.match(await errorOf(await rig.broker(asOther)), /^40[01] invalid_(request|client)$/);
  const body = new URLSearchParams(fields);
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const unproved = new Request(`${BROKER}/oauth2/par`, { method: 'POST', headers, body });
  assert.equal(await errorOf(await rig.broker(unproved)), '401 invalid_client');
});

withClients('RFC 9126 §5 a client that is to push gets nothing by way of the browser', async (rig) => {
  const browser = appBrowser(rig);
  assert.equal(answerOf(await browser.get(authorizationUrl('pushing'))), 'invalid_request');
  const page = await signIn(browser, reference('pushing', await push(rig, 'pushing')));
  await redeem(rig, 'pushing', codeIn(page.url));
});

withClients('C-04 whoever pressed twice is answered again, also at a client that is to push', async (rig) => {
  const browser = appBrowser(rig);
  const chooser = await browser.get(reference('pushing', await push(rig, 'pushing')));
  const interaction = chooser.trail.find(({ url }) => url.includes('/oauth2/interaction/'))?.url ?? assert.fail();
  await signInAs(browser, chooser, 'nacional');
  assert.equal(answerOf(await browser.get(interaction)), 'code');
});
