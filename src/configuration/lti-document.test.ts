/**
 * The section `lti`: what it accepts, that a second apply writes nothing, that no secret is shown, and that a launch can belong
 * to one registration only.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachStore } from '../../test/store-fixture.ts';
import { ConfigurationError } from '../errors.ts';
import { clientSchema } from './client-document.ts';
import { exportFile } from './export-file.ts';
import { parseConfigurationFile } from './file.ts';
import { applyChanges, planChanges } from './plan.ts';
import { createConfigurationStore } from './revisions.ts';

const SECRET = 'a-campus-secret-that-nobody-sees';
const client = `
clients:
  - { client_id: lms, client_name: LMS, token_endpoint_auth_method: none, redirect_uris: ["https://lms.example/cb"], skip_authorization: true }`;
/** DESIGN §11, as it is promised. */
const promised = `${client}
lti:
  consumers:
    - { slug: campus, oauth_consumer_key: campus, secret: ${SECRET}, linking: require-account, client: lms }
  platforms:
    - { slug: moodle, issuer: https://moodle.example, client_id: abc, deployment_ids: ["1"], authorization_endpoint: https://moodle.example/auth, token_endpoint: https://moodle.example/token, jwks_uri: https://moodle.example/jwks, linking: create-on-first-launch, client: lms }
`;
const parse = (text: string, env: { [name: string]: string } = {}) =>
  parseConfigurationFile(text, { env, vendors: [] });
const options = { prune: false, vendors: [] };

function faultsOf(work: () => unknown): readonly string[] {
  try {
    work();
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.faults.map((fault) => fault.replace(/^line \d+, column \d+: /, ''));
  }
}
const consumer = (more: string) =>
  `lti: { consumers: [{ slug: campus, oauth_consumer_key: k, secret: ${SECRET}, linking: never, client: lms${more} }] }`;
const platform = (more: string) =>
  `lti: { platforms: [{ slug: p, issuer: "https://p.example", client_id: c, deployment_ids: ["1"], authorization_endpoint: "https://p.example/a", token_endpoint: "https://p.example/t", jwks_uri: "https://p.example/k", linking: never, client: lms${more} }] }`;

test('DESIGN §11: the promised form is accepted, and what is not written trusts nobody further', () => {
  const { lti } = parse(promised);
  const [campus] = lti.consumers;
  const [moodle] = lti.platforms;
  assert.deepEqual(campus?.signature_methods, ['HMAC-SHA1']);
  assert.deepEqual(
    [campus?.previous_secret, campus?.expires_at, campus?.frame_origins, campus?.trusted_email_domains],
    [null, null, [], []],
  );
  assert.equal(moodle?.subject_scope, 'platform');
  assert.equal(moodle?.id_token_signed_response_alg, 'RS256');
});

test('a platform that is trusted for an institution’s ids says whose they are, and where they stand', () => {
  const more =
    ', identifier_namespace: udg, identifier_custom_parameter: matricula, identifier_closed_to_authors: true';
  const { platforms } = parse(platform(more).replace('never', 'match-identifier')).lti;
  assert.equal(platforms[0]?.identifier_namespace, 'udg');
  const plain = platform(', identifier_namespace: udg').replace('never', 'match-identifier');
  assert.equal(parse(plain).lti.platforms[0]?.identifier_custom_parameter, null);
});

const wrong: readonly (readonly [what: string, text: string, fault: RegExp])[] = [
  [
    'a secret that can be guessed from one launch',
    consumer('').replace(SECRET, 'short-secret'),
    /consumers\[0\]\.secret is too short/,
  ],
  ['a rule that is not said', consumer('').replace('linking: never, ', ''), /linking/],
  ['trust in addresses of no domain', platform('').replace('never', 'trust-emails'), /trusted_email_domains is needed/],
  ['domains of another rule', consumer(', trusted_email_domains: [a.example]'), /belongs to linking: trust-emails/],
  [
    'an LMS of LTI 1.1 that is believed addresses',
    consumer(', trusted_email_domains: [a.example]').replace('never', 'trust-emails'),
    /trust-emails with LTI 1\.3 only/,
  ],
  [
    'an LMS of LTI 1.1 that is believed ids: Open edX lets course authors write them',
    consumer('').replace('never', 'match-identifier'),
    /match-identifier with LTI 1\.3 only/,
  ],
  ['ids of no namespace', platform('').replace('never', 'match-identifier'), /identifier_namespace is needed/],
  ['ids of another rule', platform(', identifier_namespace: udg'), /belongs to linking: match-identifier/],
  [
    'ids in a parameter that course authors may write',
    platform(', identifier_namespace: udg, identifier_custom_parameter: matricula').replace(
      'never',
      'match-identifier',
    ),
    /identifier_closed_to_authors must be true/,
  ],
  [
    'a word about a parameter that is not there',
    platform(', identifier_namespace: udg, identifier_closed_to_authors: true').replace('never', 'match-identifier'),
    /belongs to identifier_custom_parameter/,
  ],
  [
    'ids of many campuses behind one client id',
    platform(', identifier_namespace: udg, subject_scope: deployment').replace('never', 'match-identifier'),
    /subject_scope must be platform/,
  ],
  ['a secret before without an end', consumer(`, previous_secret: ${SECRET}`), /previous_secret_expires_at is missing/],
  ['signatures that are the secret', consumer(', signature_methods: [PLAINTEXT]'), /signature_methods\[0\]/],
  ['frames of every site', consumer(', frame_origins: ["https://*"]'), /frame_origins\[0\] must be scheme/],
  ['no deployment', platform('').replace('["1"]', '[]'), /deployment_ids must list at least one/],
  [
    'keys over http',
    platform('').replace('https://p.example/k', 'http://p.example/k'),
    /jwks_uri must begin with https/,
  ],
  ['HS256', platform(', id_token_signed_response_alg: HS256'), /id_token_signed_response_alg/],
  ['a third list', 'lti: { tools: [] }', /lti\.tools is unknown; there are consumers, platforms/],
  ['no map', 'lti: []', /lti must be a map/],
  ['no list', 'lti: { consumers: {} }', /lti\.consumers must be a list/],
];
for (const [what, text, fault] of wrong) {
  test(`refused: ${what}`, () => {
    const faults = faultsOf(() => parse(text));
    assert.match(faults.join('\n'), fault);
    assert.ok(!faults.join().includes(SECRET));
  });
}

test('a slug that is taken in the same list is a fault of the file', () => {
  const [item] = /\{ slug: campus.*\}/.exec(promised) ?? [];
  const twice = promised.replace(item ?? '', `${item}\n    - ${item}`);
  assert.match(faultsOf(() => parse(twice))[0] ?? '', /lti\.consumers\[1\]\.slug is taken/);
});

forEachStore(
  'a second apply writes nothing; plan and export show no secret; the export applies as it is',
  async ({ databases, vault, clock }) => {
    const store = createConfigurationStore(databases.durable, vault);
    const plan = planChanges(await store.loadAll(), parse(promised), options);
    assert.ok(!JSON.stringify(plan.changes).includes(SECRET));
    await applyChanges(store, plan, { by: 'test', reason: 'test', at: clock.now() });
    const stored = await store.loadAll();
    assert.deepEqual(planChanges(stored, parse(promised), options).writes, []);
    const { text, variables } = exportFile(stored, []);
    assert.ok(!text.includes(SECRET));
    assert.deepEqual(
      variables.map(({ variable }) => variable),
      ['LTI_CONSUMER_CAMPUS_SECRET'],
    );
    const again = planChanges(stored, parse(text, { LTI_CONSUMER_CAMPUS_SECRET: SECRET }), { ...options, prune: true });
    assert.deepEqual(again.writes, []);
  },
);

forEachStore('what a launch is looked up by names one, whether it stands in the file or not', async (given) => {
  const store = createConfigurationStore(given.databases.durable, given.vault);
  const plan = planChanges(await store.loadAll(), parse(promised), options);
  await applyChanges(store, plan, { by: 'test', reason: 'test', at: given.clock.now() });
  const stored = await store.loadAll();
  const faults = (text: string) => faultsOf(() => planChanges(stored, parse(text), options)).join('\n');
  assert.match(faults(consumer('').replace('slug: campus', 'slug: moodle')), /its slug is taken/);
  assert.match(
    faults(consumer('').replace('slug: campus, oauth_consumer_key: k', 'slug: other, oauth_consumer_key: campus')),
    /lti_consumer other: its oauth_consumer_key is taken by lti_consumer campus/,
  );
  const second = platform('')
    .replace('https://p.example"', 'https://moodle.example"')
    .replace('client_id: c', 'client_id: abc');
  assert.match(faults(second), /its issuer and client_id is taken/);
  assert.equal(
    faults(second.replace('client_id: abc', 'client_id: abd')),
    '',
    'one issuer may have several client ids',
  );
  assert.match(faults(consumer('').replace('client: lms', 'client: lmz')), /client lmz is not among the clients/);
});

test('lti.md §5.2 chain 7: no claim of a launch is released without the deployment that its ids are unique within', () => {
  const LTI = 'https://purl.imsglobal.org/spec/lti/claim/';
  const wrongIn = (...names: readonly string[]) => {
    const secret = { client_secret: 'Qm7tZ2xV9rK4wP8sB1nC6yH3', redirect_uris: ['https://lms.test/cb'] };
    const claims = ['email', ...names.map((name) => `${LTI}${name}`)];
    const result = clientSchema.safeParse({
      client_id: 'a',
      client_name: 'A',
      skip_authorization: true,
      ...secret,
      claims,
    });
    return result.error?.issues.map(({ path }) => path[0]) ?? [];
  };
  assert.deepEqual(wrongIn(), []);
  assert.deepEqual(wrongIn('deployment_id'), []);
  assert.deepEqual(wrongIn('roles', 'context', 'resource_link', 'deployment_id'), []);
  for (const name of ['roles', 'context', 'resource_link']) assert.deepEqual(wrongIn(name), ['claims'], name);
});
