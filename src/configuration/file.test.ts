// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references as they stand in the file
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError } from '../errors.ts';
import { parseConfigurationFile } from './file.ts';
import { exampleVendor } from './testing.ts';

const env = { LMS_SECRET: 'hTq3vV0aXn5Y2pKs', MX_SECRET: 'w2Zk: {not: structure} #1', EMPTY: '' };
const parse = (text: string) => parseConfigurationFile(text, { env, vendors: [exampleVendor] });

function faultsOf(text: string): readonly string[] {
  try {
    parse(text);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.faults;
  }
  return [];
}

const good = `
providers:
  - slug: llave-mx
    vendor: example
    enabled: true
    settings: { client_id: "202508101834311980", client_secret: \${MX_SECRET} }
clients:
  - client_id: lms
    client_name: Campus LMS
    client_secret: \${LMS_SECRET}
    redirect_uris: [https://lms.example/auth/complete/oidc/]
    post_logout_redirect_uris: [https://lms.example/logout]
    redirect_uri_match: exact
    skip_authorization: true
    userinfo_shape: standard
    claims: [preferred_username, name, email, email_verified]
    default_provider: llave-mx
  - client_id: app
    client_name: App
    token_endpoint_auth_method: none
    redirect_uris: [com.example.app:/cb, "http://127.0.0.1/cb"]
    skip_authorization: false
outbound: { allow_private: ["idp.uni.local", "10.0.0.9:8080"] }
brand: { product_name: Campus, support_contact: ayuda@campus.example, accent_color: "#005fcc" }
`;

test('a complete file is read, with references filled in and defaults made explicit', () => {
  const { providers, clients, outbound, brand } = parse(good);
  assert.deepEqual(providers, [
    {
      ...{ slug: 'llave-mx', vendor: 'example', enabled: true, name: null, hint: null, icon: null },
      // The promised example of DESIGN §11 says nothing of these, and has a button.
      ...{ visible: true, order: 100, secondary: false, site: null, domains: [], skip_hinted_login_dialog: true },
      ...{
        skip_registration_form: false,
        skip_email_verification: false,
        send_to_registration_first: false,
        one_identity_per_user: false,
      },
      ...{ sync_learner_profile_data: true, enable_sso_id_verification: false, max_session_length: null },
      settings: { client_id: '202508101834311980', client_secret: env.MX_SECRET },
    },
  ]);
  assert.equal(clients[0]?.client_secret, env.LMS_SECRET);
  assert.equal(clients[0]?.token_endpoint_auth_method, 'client_secret_basic');
  assert.equal(clients[0]?.id_token_signed_response_alg, 'RS256');
  assert.equal(clients[1]?.client_secret, null);
  assert.deepEqual(clients[1]?.claims, []);
  assert.deepEqual(outbound, { allow_private: ['idp.uni.local', '10.0.0.9:8080'] });
  assert.equal(brand?.accent_color, '#005fcc');
});

test('O-07 five mistakes are five faults, each with its line, column and path', () => {
  const text = `providers:
  - slug: llave-mx
    vendor: exampel
    enabled: yes please
clients:
  - client_id: lms
    client_name: Campus LMS
    client_secret: \${NOT_SET}
    redirect_uris: [https://lms.example/cb, "https://*.lms.example/cb"]
    skip_authorisation: true
    skip_authorization: true
`;
  assert.deepEqual(faultsOf(text), [
    'line 3, column 13: providers[0].vendor is not a vendor known here; there are example',
    'line 4, column 14: providers[0].enabled must be true or false',
    'line 8, column 20: clients[0].client_secret refers to the environment variable NOT_SET, which is not set',
    'line 9, column 45: clients[0].redirect_uris[1] holds a wildcard: list each address',
    'line 10, column 5: clients[0].skip_authorisation is unknown: a misspelling?',
  ]);
});

test('faults of a member and faults between members are reported in one run', () => {
  const text = `clients:
  - client_id: "a b"
    client_name: A
    redirect_uris: [com.example.app:/cb]
    skip_authorization: false
`;
  assert.deepEqual(faultsOf(text), [
    'line 2, column 5: clients[0].client_secret is missing (a public client has token_endpoint_auth_method: none instead)',
    'line 2, column 16: clients[0].client_id must be 1 to 100 of A-Z a-z 0-9 . _ ~ -',
    'line 4, column 20: clients[0].redirect_uris may hold a private-use scheme only with token_endpoint_auth_method: none',
  ]);
});

test('where a client is told things is judged as where people are sent, and must be a server (K-11)', () => {
  const faults = (members: string) =>
    faultsOf(`clients:
  - client_id: a
    client_name: A
    token_endpoint_auth_method: none
    redirect_uris: [https://a.example/cb]
    skip_authorization: true
    ${members}
`).map((fault) => fault.replace(/^line \d+, column \d+: clients\[0\]\./, ''));
  for (const member of ['event_endpoint', 'backchannel_logout_uri']) {
    assert.deepEqual(faults(`${member}: https://a.example/told?app=1`), []);
    assert.deepEqual(faults(`${member}: http://localhost:4000/told`), []);
    for (const address of [
      'http://a.example/told',
      'com.example.app:/told',
      'https://user:secret@a.example/',
      'https://*.example/',
      'https://a.example/#x',
      'file:///etc/passwd',
      'unix:/run/x',
      '""',
    ]) {
      const found = faults(`${member}: ${address}`);
      assert.equal(found.length, 1, address);
      assert.ok(found[0]?.startsWith(`${member} `), found[0]);
      assert.doesNotMatch(found.join(), /secret/);
    }
  }
  assert.deepEqual(faults('backchannel_logout_session_required: true'), [
    'backchannel_logout_session_required needs a backchannel_logout_uri',
  ]);
  // Front-Channel Logout §2: only sites that people come from are opened in their browsers.
  assert.deepEqual(faults('frontchannel_logout_uri: https://a.example/logout?no_redirect=1'), []);
  for (const address of ['https://b.example/logout', 'https://a.example:8443/logout', 'http://localhost:4000/logout']) {
    assert.deepEqual(faults(`frontchannel_logout_uri: ${address}`), [
      'frontchannel_logout_uri must have the scheme, host and port of one of redirect_uris',
    ]);
  }
  for (const address of ['https://a.example/#x', 'javascript:alert(1)', 'com.example.app:/out', '""']) {
    const found = faults(`frontchannel_logout_uri: ${address}`);
    assert.ok(found.length > 0 && found.every((fault) => fault.startsWith('frontchannel_logout_uri ')), address);
  }
  assert.deepEqual(faults('frontchannel_logout_session_required: true'), [
    'frontchannel_logout_session_required needs a frontchannel_logout_uri',
  ]);
});

test('the providers of a client are slugs, at least one, and its default is one of them', () => {
  const faults = (members: string) =>
    faultsOf(`clients:
  - client_id: a
    client_name: A
    token_endpoint_auth_method: none
    redirect_uris: [https://a.example/cb]
    skip_authorization: false
    ${members}
`).map((fault) => fault.replace(/^line \d+, column \d+: clients\[0\]\./, ''));
  assert.deepEqual(faults('allowed_providers: [b, c]\n    default_provider: c'), []);
  assert.deepEqual(faults('allowed_providers: []'), ['allowed_providers must list at least one']);
  assert.deepEqual(faults('allowed_providers: [b, b]'), ['allowed_providers[1] is listed twice']);
  assert.deepEqual(faults('allowed_providers: b'), ['allowed_providers must be a list']);
  assert.deepEqual(faults('allow_guests: maybe'), ['allow_guests must be true or false']);
  assert.deepEqual(faults('allowed_providers: [b]\n    default_provider: c'), [
    'default_provider must be one of allowed_providers',
  ]);
});

test("a vendor's own schema judges the settings, and an unknown setting is a fault", () => {
  const faults = faultsOf(
    'providers: [{ slug: a, vendor: example, enabled: true, settings: { client_id: 5, extra: 1 } }]',
  );
  assert.equal(faults.length, 2);
  assert.match(faults[0] ?? '', /settings\.client_id must be text: put it in quotes$/);
  assert.match(faults[1] ?? '', /settings\.extra is unknown/);
});

test('what is not said is a fault where a default would trust: enabled and skip_authorization', () => {
  const faults = faultsOf(`providers: [{ slug: a, vendor: example, settings: { client_id: x } }]
clients: [{ client_id: a, client_name: A, token_endpoint_auth_method: none, redirect_uris: ["https://a.example/"] }]`);
  assert.match(faults.join('\n'), /providers\[0\]\.enabled is missing\n.*clients\[0\]\.skip_authorization is missing$/);
});

test('names that are taken twice, reserved or malformed are faults', () => {
  const provider = (slug: string) =>
    `  - { slug: ${slug}, vendor: example, enabled: true, settings: { client_id: x } }\n`;
  const faults = faultsOf(`providers:\n${['a', 'a', 'step', 'Ñ', 'x'.repeat(41)].map(provider).join('')}`);
  assert.equal(faults.length, 4, faults.join('\n'));
  assert.match(faults[0] ?? '', /^line 3, .*providers\[1\]\.slug is taken by an entry above/);
});

test('a key that is written twice is a fault, not the later one', () => {
  assert.match(
    faultsOf('brand: { product_name: A, product_name: B }')[0] ?? '',
    /brand\.product_name is written twice/,
  );
});

test('unknown sections are refused with a hint', () => {
  assert.match(faultsOf('provider: []')[0] ?? '', /provider is unknown; there are providers, clients/);
});

test('a reference may be a part of a text, $${ stands for ${, and an empty or malformed one is a fault', () => {
  const text = (value: string) => `brand: { product_name: "${value}" }`;
  assert.equal(parse(text('A ${LMS_SECRET} B')).brand?.product_name, `A ${env.LMS_SECRET} B`);
  assert.equal(parse(text('$${LMS_SECRET}')).brand?.product_name, '${LMS_SECRET}');
  assert.match(faultsOf(text('${EMPTY}'))[0] ?? '', /EMPTY, which is not set/);
  assert.match(faultsOf(text('${no-name}'))[0] ?? '', /holds a \$\{ that is no reference/);
});

test('the value of a variable never becomes structure', () => {
  const [provider] = parse(good).providers;
  assert.equal(provider?.settings.client_secret, 'w2Zk: {not: structure} #1');
});

test('a long number without quotes is a fault: it would arrive as another number', () => {
  assert.match(faultsOf('brand: { product_name: 202508101834311980 }')[0] ?? '', /put it in quotes/);
});

const bombs: readonly [name: string, text: string, fault: RegExp][] = [
  ['too large', `# ${'x'.repeat(1_048_576)}`, /larger than/],
  ['nested without end', '['.repeat(50_000), /nested too deeply/],
  ['nested 30 deep', `a: ${'['.repeat(30)}${']'.repeat(30)}`, /nested more than 20 deep/],
  [
    'aliases of aliases',
    [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...Array.from('bcdefg', (name, index) => `${name}: &${name} [${`*${'abcdef'[index]},`.repeat(10)}]`),
    ].join('\n'),
    /more than 200000 values/,
  ],
  ['an alias inside its own anchor', 'a: &a [*a]', /alias without an anchor/],
  ['a prototype key', '__proto__: { a: 1 }', /no plain text/],
  ['a tag', 'a: !!js/function x', /tag/],
  ['two documents', 'brand: {}\n---\nbrand: {}', /several documents/],
  ['nothing', '# nothing\n', /is empty/],
  ['a list', '- a', /must be a map/],
  ['a control character', 'brand: { product_name: "a\\u0000" }', /control/],
];
for (const [name, text, fault] of bombs) {
  test(`O-07 refused: ${name}`, () => assert.match(faultsOf(text).join('\n'), fault));
}

test('O-07 fifty thousand keys are judged in seconds, not minutes', () => {
  const faults = faultsOf(Array.from({ length: 50_000 }, (_, index) => `k${index}: v`).join('\n'));
  assert.equal(faults.length, 101);
  assert.equal(faults[100], 'and 49900 more');
});

test('an alias repeats a value', () => {
  const text = `clients:
  - { client_id: a, client_name: A, token_endpoint_auth_method: none, redirect_uris: ["https://a.example/"], skip_authorization: true, claims: &c [email] }
  - { client_id: b, client_name: B, token_endpoint_auth_method: none, redirect_uris: ["https://b.example/"], skip_authorization: true, claims: *c }`;
  assert.deepEqual(parse(text).clients[1]?.claims, ['email']);
});

test('no fault holds a value: not of a broken file, not of a wrong one', () => {
  const texts = [
    'clients: [{ client_secret: "canary-canary-canary }]',
    'clients: [{ client_secret: canary } canary',
    'clients: [{ client_id: canary!, client_secret: canary, redirect_uris: ["http://canary/"], claims: [canary] }]',
    'providers: [{ slug: CANARY!, vendor: canary, enabled: canary, settings: canary }]',
    'outbound: { allow_private: ["CANARY/"] }\nbrand: { support_contact: "javascript:canary", accent_color: canary }',
  ];
  for (const text of texts) {
    const faults = faultsOf(text).join('\n');
    assert.ok(faults !== '' && !/canary/i.test(faults), faults);
  }
});

test('colours that white words cannot be read on, and contacts that are no address, are refused', () => {
  for (const brand of ['accent_color: "#ffd700"', 'accent_color: red', 'support_contact: "javascript:alert(1)"']) {
    assert.equal(faultsOf(`brand: { ${brand} }`).length, 1, brand);
  }
});

test('K-04 private hosts are listed one by one, without wildcard, scheme or path', () => {
  for (const host of ['*', '*.local', 'http://a', 'a/b', 'A', 'a:0', '']) {
    assert.equal(faultsOf(`outbound: { allow_private: ["${host}"] }`).length, 1, host);
  }
  assert.deepEqual(faultsOf('outbound: { allow_private: ["localhost:8080", "[fd00::1]:443", "10.0.0.1"] }'), []);
});

test('DESIGN §6.4: two accounts of one provider are not merged unless the file says so in that very word', () => {
  assert.equal(parse('accounts: {}').accounts?.merge_same_provider, 'refuse');
  assert.equal(parse('brand: {}').accounts, null);
  for (const word of ['yes', 'true', 'Allow', '']) {
    assert.equal(faultsOf(`accounts: { merge_same_provider: ${word} }`).length, 1, word);
  }
});

test('F-09: mails come from one plain address, or the file has a fault', () => {
  assert.deepEqual(parse('mail: { from_address: no-reply@uni.mx }').mail, {
    from_address: 'no-reply@uni.mx',
    from_name: null,
  });
  assert.equal(parse('brand: {}').mail, null);
  for (const address of [
    'no-reply',
    'a@uni.mx, b@uni.mx',
    'A <a@uni.mx>',
    'a@uni.mx\\r\\nBcc: b@evil.test',
    'ñ@uni.mx',
  ]) {
    assert.match(
      faultsOf(`mail: { from_address: "${address}" }`)[0] ?? '',
      /mail\.from_address (?:must be an e-mail|holds control)/,
      address,
    );
  }
  assert.match(faultsOf('mail: { from_name: "a\\nBcc: b@evil.test" }')[0] ?? '', /mail\.from_name must be one line/);
  assert.match(faultsOf('mail: { from: a@uni.mx }')[0] ?? '', /mail\.from is unknown/);
});
