/**
 * `openid-client`, a certified library that we did not write, is the tool that the practice campus launches: it builds the
 * authentication request, and judges the answer that the browser posts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as openid from 'openid-client';
import {
  createKeyPool,
  createLtiSimulator,
  type LtiOrder,
  type LtiProductName,
  type LtiTool13,
} from '../../simulators/index.ts';
import { TestBrowser } from '../browser.ts';
import { type Campus, launch } from '../lti/campus-visit.ts';

const keyPool = createKeyPool();

const tool: LtiTool13 = {
  version: '1.3',
  slug: 'llavero',
  name: 'Llavero',
  launchAddress: 'https://tool.test/launch',
  clientId: 'client-13',
  deploymentId: '1',
  loginAddress: 'https://tool.test/login',
  redirectUris: ['https://tool.test/launch'],
  keySetAddress: 'https://tool.test/jwks',
  scopes: [],
  legacy: null,
};

/** A campus of this product and the tool, in one browser. */
function createWorld(product: LtiProductName) {
  const clock = {
    now: () => Date.now(),
    randomBytes: (count: number) => crypto.getRandomValues(new Uint8Array(count)),
  };
  const simulator = createLtiSimulator({
    environment: clock,
    product,
    origin: 'https://campus.test',
    prefix: '/lms',
    fetch: async () => Response.json({ keys: [] }),
    tools: [tool],
    keyPool,
  });
  const { token_audience: _audience, openid_configuration: _document, ...server } = simulator.platform;
  const configuration = new openid.Configuration(server, tool.clientId, { id_token_signed_response_alg: 'RS256' });
  openid.useIdTokenResponseType(configuration);
  configuration[openid.customFetch] = async (url, { method, headers }) =>
    simulator.app.request(url, { method, headers });
  let nonce = '';
  let state = '';
  const login = async (request: Request) => {
    const parameters =
      request.method === 'POST' ? new URLSearchParams(await request.text()) : new URL(request.url).searchParams;
    nonce = openid.randomNonce();
    state = openid.randomState();
    const location = openid.buildAuthorizationUrl(configuration, {
      ...{
        redirect_uri: tool.launchAddress,
        scope: 'openid',
        prompt: 'none',
        response_mode: 'form_post',
        nonce,
        state,
      },
      login_hint: parameters.get('login_hint') ?? '',
      lti_message_hint: parameters.get('lti_message_hint') ?? '',
    });
    return Response.redirect(location, 302);
  };
  const receive = async (request: Request) => {
    try {
      const claims = await openid.implicitAuthentication(configuration, request, nonce, { expectedState: state });
      return new Response(claims.sub);
    } catch (error) {
      return new Response(String(error), { status: 401 });
    }
  };
  const browser = new TestBrowser({
    now: clock.now,
    origins: {
      'https://campus.test': (request) => simulator.app.fetch(request),
      'https://tool.test': (request) =>
        new URL(request.url).pathname === '/login' ? login(request) : receive(request),
    },
  });
  const campus: Campus = { base: 'https://campus.test/lms', browser };
  return {
    simulator,
    launch: (person: string) => launch(campus, { person, course: 'mat-101', link: 'llavero-curso' }),
  };
}

const names = ['plain', 'canvas', 'moodle', 'blackboard', 'd2l', 'sakai', 'schoology', 'open-edx'] as const;

for (const product of names) {
  test(`openid-client takes part in a launch from ${product}, and knows who it is`, async () => {
    const world = createWorld(product);
    for (const person of ['alumna', 'profesora', 'reservada']) {
      const page = await world.launch(person);
      assert.deepEqual([page.status, page.body], [200, world.simulator.subjectOf(person, 'mat-101')]);
    }
    assert.deepEqual(world.simulator.complaints, []);
  });
}

type How = Extract<LtiOrder, { endpoint: 'authorize' }>['how'];

const faults: readonly How[] = [
  { kind: 'claim', name: 'iss', json: '"https://otro.example"' },
  { kind: 'claim', name: 'aud', json: '"otro"' },
  { kind: 'nonce-of-another' },
  { kind: 'replayed' },
  { kind: 'time', name: 'exp', seconds: -120 },
  { kind: 'time', name: 'nbf', seconds: 3600 },
  { kind: 'signed-by', signer: 'alg-none' },
  { kind: 'signed-by', signer: 'hmac-of-public-pem' },
  { kind: 'signed-by', signer: 'unpublished-key' },
  { kind: 'signed-by', signer: 'another-token' },
  { kind: 'field', name: 'state', value: 'otro' },
  { kind: 'error', error: 'login_required', description: 'x' },
];

for (const how of faults) {
  test(`openid-client refuses what the campus does wrong: ${JSON.stringify(how)}`, async () => {
    const world = createWorld('plain');
    assert.equal((await world.launch('alumna')).status, 200);
    world.simulator.misbehave({ endpoint: 'authorize', how, times: 1 });
    assert.equal((await world.launch('alumna')).status, 401);
    assert.equal((await world.launch('alumna')).status, 200);
  });
}
