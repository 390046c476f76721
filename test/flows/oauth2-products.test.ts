/**
 * OAuth 2 products that are data: described in the configuration file alone, or known as a vendor. From the course site
 * through the stand-in and back, with all of the broker in between.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  createOAuth2Simulator,
  type OAuth2Flavour,
  type OAuth2FlavourName,
  type OAuth2Simulator,
  plainOAuth2Flavour,
} from '../../simulators/index.ts';
import { claimMappingSchema } from '../../src/providers/claim-mapping.ts';
import { dialectSchema } from '../../src/providers/dialect.ts';
import { sql } from '../../src/store/database.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { cellsOf, codeBlocksOf, wordsInCode } from '../markdown.ts';
import { assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';

const CLIENT_SECRET = 'practice-oauth2-client-secret-0123456789';

/** What the broker and a browser need to reach a product. */
interface Product {
  readonly slug: string;
  readonly origin: string;
  readonly clientId: string;
  readonly flavour: OAuth2FlavourName | OAuth2Flavour;
}

function standIn(rig: Rig, { slug, origin, clientId, flavour }: Product): OAuth2Simulator {
  const simulator = createOAuth2Simulator({
    environment: rig.clock.environment,
    flavour,
    prefix: '',
    clients: [
      {
        kind: 'confidential',
        clientId,
        clientSecret: CLIENT_SECRET,
        name: 'Broker',
        redirectUris: [`${BROKER}/callback/${slug}`],
      },
    ],
  });
  rig.interfere(async ({ method, url, headers, body }) => {
    assert.equal(url.origin, origin, 'the broker called somebody else');
    const answer = await simulator.app.fetch(new Request(url, { method, headers, body }));
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  });
  return simulator;
}

const browserFor = (rig: Rig, { origin }: Product, simulator: OAuth2Simulator): TestBrowser =>
  rig.browser('en', { [origin]: async (request) => simulator.app.fetch(request) });

async function signIn(browser: TestBrowser, { slug }: Product, person: string): Promise<Page> {
  const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
  return browser.submit(await browser.click(chooser, `provider-${slug}`), `person-${person}`);
}

// ------------------------------------------------------------------------------------- described in the file alone

const guide = (name: string) => readFileSync(join(import.meta.dirname, `../../docs/providers/${name}.md`), 'utf8');

/** The providers of the guide's first example, ready to be put behind others. */
function exampleOf(name: string): string {
  const example = codeBlocksOf(guide(name)).find(({ language }) => language === 'yaml')?.text ?? '';
  return `\n${example
    .replace('providers:\n', '')
    .trimEnd()
    .replace(/\$\{CAMPUS_SECRET\}/, CLIENT_SECRET)}`;
}

/** The product of the guide: JSON token request, token in a header of its own, the person under `data`. */
const campus: Product = {
  slug: 'campus',
  origin: 'https://campus.example',
  clientId: 'llavero',
  flavour: {
    ...plainOAuth2Flavour,
    product: 'Campus',
    scopes: { separator: ' ', needed: ['profile', 'email'] },
    authentication: ['client_secret_post'],
    tokenRequest: 'json',
    tokenIn: [{ header: 'x-campus-token' }],
    subject: { within: ['data'], members: ['id'] },
    userData: ({ userData }) => ({ data: userData }),
  },
};

for (const language of ['oauth2', 'oauth2.es']) {
  forEachRig(
    `the example of docs/providers/${language}.md, with its three deviations, signs a person in and knows them again`,
    async (rig) => {
      const simulator = standIn(rig, campus);
      const page = await signIn(browserFor(rig, campus, simulator), campus, 'correo-verificado');
      assert.match(page.text('signed-in-as'), /Ofelia Campos/);
      await signIn(browserFor(rig, campus, simulator), campus, 'correo-verificado');
      assert.equal(await rig.count('users'), 1);
      assert.deepEqual(simulator.complaints, []);
      const identities = await rig.databases.durable.all(sql`select provider, subject from identities`);
      assert.deepEqual(identities, [{ provider: 'campus', subject: '7' }]);
    },
    { moreProviders: exampleOf(language) },
  );

  test(`docs/providers/${language}.md lists every member of the dialect and of the mapping, and no other`, () => {
    const namesUnder = (header: string) =>
      cellsOf(guide(language), [header]).map(([cell = '']) => wordsInCode(cell)[0]);
    const [dialect, mapping] = language === 'oauth2' ? ['dialect', 'mapping'] : ['dialecto', 'mapeo'];
    assert.deepEqual(namesUnder(dialect ?? ''), Object.keys(dialectSchema.shape));
    assert.deepEqual(namesUnder(mapping ?? ''), Object.keys(claimMappingSchema.shape));
  });
}

// ------------------------------------------------------------------------------------------------------- a vendor

const wordpress: Product = {
  slug: 'sitio',
  origin: 'https://sitio.example',
  clientId: 'practice-wordpress',
  flavour: 'wordpress',
};
const moreProviders = `
  - slug: sitio
    vendor: wordpress
    enabled: true
    settings:
      base_address: https://sitio.example
      client_id: practice-wordpress
      client_secret: ${CLIENT_SECRET}
      access_token_in: query`;

/** The tokens that stood in the address of a user data request. */
const tokensIn = (simulator: OAuth2Simulator) =>
  simulator.requests.flatMap(({ query }) => new URLSearchParams(query).get('access_token') ?? []);

function assertNowhere(rig: Rig, page: Page, secrets: readonly string[]): void {
  assert.ok(secrets.length > 0);
  const seen = JSON.stringify(rig.logged) + page.body;
  for (const secret of [...secrets, CLIENT_SECRET]) assert.equal(seen.includes(secret), false);
}

forEachRig(
  'a callback of WordPress with redirect_state and iframe=break signs in, and a token in the query is in no log',
  async (rig) => {
    const simulator = standIn(rig, wordpress);
    const page = await signIn(browserFor(rig, wordpress, simulator), wordpress, 'autora');
    assert.match(page.text('signed-in-as'), /María de la Cruz Olvera/);
    assert.deepEqual(simulator.complaints, []);
    assertNowhere(rig, page, tokensIn(simulator));
  },
  { moreProviders },
);

for (const how of [
  { kind: 'status-500' },
  { kind: 'error-inside-200', error: 'expired_token' },
  { kind: 'not-json' },
  { kind: 'redirect', location: 'https://evil.test/' },
] as const) {
  withOneRig(
    `a token in the query is in no log and on no page when user data fails: ${how.kind}`,
    async (rig) => {
      const simulator = standIn(rig, wordpress);
      simulator.misbehave({ endpoint: 'user-data', how, times: 'until-reset' });
      const page = await signIn(browserFor(rig, wordpress, simulator), wordpress, 'autora');
      const code = {
        'status-500': 'provider_unreachable',
        'error-inside-200': 'provider_rejected_token',
        'not-json': 'provider_answer_invalid',
        redirect: 'provider_answer_invalid',
      } as const;
      await assertRefused(rig, page, code[how.kind]);
      assertNowhere(rig, page, tokensIn(simulator));
      assert.equal(await rig.count('users'), 0);
    },
    { moreProviders },
  );
}
