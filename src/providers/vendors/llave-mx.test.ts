import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type Application, createLlaveMxSimulator, type Order, practicePeople } from '../../../simulators/index.ts';
import { type ErrorCode, SignInError } from '../../errors.ts';
import type { Outbound } from '../../http.ts';
import type { Profile } from '../../model.ts';
import type { ProviderContext } from '../provider.ts';
import { vendors } from '../registry.ts';
import { createRedirectProvider } from '../testing.ts';

const redirectUri = 'https://broker.test/callback/llave-mx?keep=1';
const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
const state = 'a state/with+odd=characters&';

const native: Application = {
  mode: 'apps',
  clientId: '202508101834311980',
  name: 'Cursos',
  redirectUris: [redirectUri],
};
const web: Application = {
  mode: 'web',
  clientId: '202508101834311981',
  name: 'Portal',
  redirectUris: [redirectUri],
  clientSecret: 'the client secret',
  webService: { user: 'usuario_ws', password: 'contraseña: %+ñ' },
};
const credentials = {
  apps: {},
  web: { client_secret: 'the client secret', web_service_user: 'usuario_ws', web_service_password: 'contraseña: %+ñ' },
};

/** A provider beside a simulator of its own; the only network is a call of the simulator. */
function practice(mode: 'apps' | 'web', changes: object = {}) {
  let now = Date.UTC(2026, 0, 15, 12);
  let byte = 0;
  const environment = {
    now: () => now,
    randomBytes: (count: number) => Uint8Array.from({ length: count }, () => (byte += 7)),
  };
  const simulator = createLlaveMxSimulator({ environment, applications: [native, web] });
  const outbound: Outbound = async ({ method, url, headers, body }) => {
    const answer = await simulator.app.fetch(new Request(url, { method, headers: { ...headers }, body }));
    const text = await answer.text();
    if (text.length > 1024 * 1024) throw new SignInError('provider_answer_too_large', url.host);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text };
  };
  const context: ProviderContext = { ...environment, outbound };
  const clientId = mode === 'apps' ? native.clientId : web.clientId;
  const settings = { environment: 'val', mode, client_id: clientId, roles: true, ...credentials[mode], ...changes };
  const provider = createRedirectProvider(vendors, { slug: 'llave-mx', vendor: 'llave-mx', settings });

  /** What a browser does: follows the redirect, picks the person, and comes back with the callback's parameters. */
  async function visit(person: string): Promise<ReadonlyMap<string, string>> {
    const request = { redirectUri, state, codeChallenge, nonce: 'n', locale: 'es-MX', loginHint: null } as const;
    const { redirect } = await provider.start(request, context);
    const choice = new Request(redirect, { method: 'POST', body: new URLSearchParams({ person }) });
    const answer = await simulator.app.fetch(choice);
    return new Map(new URL(answer.headers.get('location') ?? '').searchParams);
  }
  const finish = (parameters: ReadonlyMap<string, string>, verifier = codeVerifier) =>
    provider.finish({ parameters, redirectUri, codeVerifier: verifier, nonce: 'n', remembered: {} }, context);
  return {
    simulator,
    provider,
    context,
    visit,
    finish,
    signIn: async (person: string) => finish(await visit(person)),
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
  };
}

const refusedAs = (code: ErrorCode) => (error: unknown) => {
  assert.ok(error instanceof SignInError, String(error));
  assert.equal(error.code, code, error.detail);
  return true;
};

for (const mode of ['apps', 'web'] as const) {
  for (const person of practicePeople.filter((candidate) => candidate.answer === 'consents')) {
    test(`${person.slug} signs in, in mode ${mode}, and Llave MX has nothing to complain about`, async () => {
      const { simulator, signIn, context } = practice(mode);
      const { profile, upstream } = await signIn(person.slug);
      assert.deepEqual(simulator.complaints, []);
      assert.equal(profile.subject, String(person.userData.idUsuario ?? person.userData.id));
      assert.equal(profile.issuer, 'https://val-llave.infotec.mx');
      assert.equal(upstream?.expiresAt, context.now() + 900_000, 'the life is 15 minutes whatever unit was sent');
      assert.deepEqual(profile.raw.sent, person.userData);
    });
  }

  test(`the whole visit ends with the session at Llave MX, in mode ${mode}`, async () => {
    const { simulator, provider, signIn, context } = practice(mode);
    const { upstream } = await signIn('nacional');
    assert.ok(upstream !== null && provider.endSession !== null);
    await provider.endSession(upstream, context);
    assert.deepEqual(simulator.complaints, []);
    assert.equal(simulator.requests.at(-1)?.body, '{}');
    await assert.rejects(provider.endSession(upstream, context), refusedAs('provider_rejected_token'));
  });

  test(`check finds a right registration good, in mode ${mode}`, async () => {
    const { provider, context } = practice(mode);
    const findings = await provider.check(redirectUri, context);
    assert.deepEqual(
      findings.map((finding) => finding.verdict),
      ['good', 'good'],
      JSON.stringify(findings),
    );
  });
}

test('facts §3: both redirect names carry the same value, state is verbatim, and no scope is sent', async () => {
  const { simulator, visit } = practice('apps');
  const parameters = await visit('nacional');
  const sent = new URLSearchParams(simulator.requests[0]?.query);
  assert.deepEqual(sent.getAll('redirect_url'), [redirectUri]);
  assert.deepEqual(sent.getAll('redirect_uri'), [redirectUri]);
  assert.equal(sent.has('scope'), false);
  assert.equal(parameters.get('state'), state);
});

test('facts §1: the web mode sends no PKCE and the native mode no Basic', async () => {
  for (const [mode, hasPkce, hasBasic] of [
    ['apps', true, false],
    ['web', false, true],
  ] as const) {
    const { simulator, signIn } = practice(mode);
    await signIn('nacional');
    const [authorize, ...calls] = simulator.requests;
    assert.equal(new URLSearchParams(authorize?.query).has('code_challenge'), hasPkce);
    assert.equal('codeVerifier' in JSON.parse(calls[0]?.body ?? ''), hasPkce);
    assert.deepEqual(new Set(calls.map((call) => 'authorization' in call.headers)), new Set([hasBasic]));
  }
});

// ------------------------------------------------------------------------------------------------ what is read

const profileOf = async (person: string, changes: object = {}): Promise<Profile> =>
  (await practice('apps', changes).signIn(person)).profile;

test('a national with everything is read whole', async () => {
  const profile = await profileOf('nacional', { trust_verified_email: true });
  assert.deepEqual(profile.emails, [{ address: 'citlali.robledo@example.com', verified: true }]);
  assert.deepEqual(profile.name, {
    full: null,
    given: 'Citlali Ximena',
    firstSurname: 'Robledo',
    secondSurname: 'Ayala',
  });
  assert.equal(profile.birthDate, '1991-03-14');
  assert.deepEqual(profile.phone, { number: '+525500000101', verified: true });
  assert.equal(profile.identifiers[0]?.identifies, true);
  assert.deepEqual(
    profile.roles.map((role) => role.name),
    ['Monitor', 'Docente'],
  );
});

test('the older generation of answers is read alike, and what it lacks is not verified', async () => {
  const profile = await profileOf('formato-antiguo', { trust_verified_email: true });
  assert.equal(profile.subject, '700002');
  assert.equal(profile.emails[0]?.verified, false);
  assert.equal(profile.birthDate, '1978-11-02');
  assert.deepEqual(profile.phone, { number: '+525500000102', verified: false });
  assert.match(profile.identifiers[0]?.value ?? '', /^NUPE781102HOCXXS0\d$/);
  assert.deepEqual(profile.roles, [{ id: '5', name: 'Monitor' }]);
});

test('a foreigner keeps the generic CURP, which finds nobody, and one surname', async () => {
  const profile = await profileOf('extranjero');
  assert.deepEqual(profile.identifiers, [{ kind: 'curp', value: 'XEXX010101HDFXXX04', identifies: false }]);
  assert.equal(profile.name.secondSurname, null);
  assert.deepEqual(profile.phone, { number: '+33639980103', verified: false });
});

test('a basic account has no CURP and no e-mail, and signs in all the same', async () => {
  const profile = await profileOf('cuenta-basica');
  assert.deepEqual([profile.emails, profile.identifiers], [[], []]);
  assert.deepEqual(profile.phone, { number: '+525500000104', verified: true });
});

test('B-16: an e-mail is verified only when the operator trusts Llave MX for it and correoVerificado is true', async () => {
  assert.equal((await profileOf('nacional')).emails[0]?.verified, false);
  assert.equal((await profileOf('correo-sin-verificar', { trust_verified_email: true })).emails[0]?.verified, false);
});

test('roles are asked for only when the operator wants them', async () => {
  const { simulator, signIn } = practice('apps', { roles: false });
  assert.deepEqual((await signIn('nacional')).profile.roles, []);
  assert.equal(
    simulator.requests.some((request) => request.endpoint === 'roles'),
    false,
  );
});

test('facts §8.6: of the token nothing is kept but what ends the session', async () => {
  const { profile, upstream } = await practice('apps').signIn('nacional');
  assert.deepEqual(Object.keys(upstream ?? {}).sort(), ['accessToken', 'expiresAt', 'provider']);
  assert.equal(JSON.stringify(profile).includes(upstream?.accessToken ?? ''), false);
});

test('facts §4: a token is never kept longer than 15 minutes, whatever life is sent', async () => {
  for (const sent of ['"expiresIn":7200', '"expires":"99999999999999"', '"expiresIn":null', '"lifetime":1']) {
    const { provider, context, visit } = practice('apps');
    const outbound: Outbound = async (request) => {
      const answer = await context.outbound(request);
      return { ...answer, body: answer.body.replace('"expiresIn":900', sent) };
    };
    const request = { parameters: await visit('nacional'), redirectUri, codeVerifier, nonce: 'n', remembered: {} };
    const { upstream } = await provider.finish(request, { ...context, outbound });
    assert.equal(upstream?.expiresAt, context.now() + 900_000, sent);
  }
});

// ------------------------------------------------------------------------------------------------ what is refused

test('a person who says no is provider_denied', () =>
  assert.rejects(practice('apps').signIn('rechaza'), refusedAs('provider_denied')));

for (const person of ['nacional', 'formato-antiguo']) {
  test(`facts §3: a code of ${person} that comes late, twice, or with another verifier is provider_rejected_code`, async () => {
    const { visit, finish, pass } = practice('apps');
    const used = await visit(person);
    await finish(used);
    await assert.rejects(finish(used), refusedAs('provider_rejected_code'));
    await assert.rejects(finish(await visit(person), 'x'.repeat(43)), refusedAs('provider_rejected_code'));
    const late = await visit(person);
    pass(60_001);
    await assert.rejects(finish(late), refusedAs('provider_rejected_code'));
  });
}

const subjects: readonly [string, ErrorCode][] = [
  ['null', 'subject_unusable'],
  ['""', 'subject_unusable'],
  ['"null"', 'subject_unusable'],
  ['{}', 'subject_unusable'],
  ['true', 'subject_unusable'],
  ['1.5', 'subject_unusable'],
  ['1e999', 'provider_answer_invalid'],
];
for (const [json, code] of subjects) {
  test(`DESIGN §6.1: idUsuario ${json} signs nobody in`, async () => {
    const { simulator, signIn } = practice('apps');
    simulator.misbehave({ endpoint: 'user-data', how: { kind: 'subject', json }, times: 1 });
    await assert.rejects(signIn('nacional'), refusedAs(code));
  });
}

test('an idUsuario beyond 2^53 keeps its last digit', async () => {
  const { simulator, signIn } = practice('apps', { roles: false });
  simulator.misbehave({ endpoint: 'user-data', how: { kind: 'subject', json: '9007199254740993' }, times: 1 });
  assert.equal((await signIn('nacional')).profile.subject, '9007199254740993');
});

type Fault = Extract<Order, { endpoint: 'token' | 'roles' | 'logout' }>['how'];
const faults: readonly [Fault, ErrorCode][] = [
  [{ kind: 'html-from-load-balancer', status: 200 }, 'provider_answer_invalid'],
  [{ kind: 'html-from-load-balancer', status: 502 }, 'provider_unreachable'],
  [{ kind: 'status-411' }, 'provider_answer_invalid'],
  [{ kind: 'huge' }, 'provider_answer_too_large'],
  [{ kind: 'empty-body' }, 'provider_answer_invalid'],
  [{ kind: 'not-json' }, 'provider_answer_invalid'],
  [{ kind: 'redirect', location: 'https://evil.test/' }, 'provider_answer_invalid'],
  [{ kind: 'other-content-type', contentType: 'text/html' }, 'provider_answer_invalid'],
  [{ kind: 'error-inside-200', error: 'invalid_grant' }, 'provider_rejected_code'],
  [{ kind: 'error-inside-200', error: 'invalid_client' }, 'provider_rejected_client'],
  [{ kind: 'error-inside-200', error: 'invalid_token' }, 'provider_rejected_token'],
  [{ kind: 'error-with-status', status: 400, error: 'redirect_uri_mismatch' }, 'provider_rejected_client'],
  [{ kind: 'duplicate-members' }, 'provider_answer_invalid'],
  [{ kind: 'deeply-nested' }, 'provider_answer_invalid'],
  [{ kind: 'json-replaced', json: '[]' }, 'provider_answer_invalid'],
];
for (const [how, code] of faults) {
  const what = JSON.stringify(how);
  for (const endpoint of ['token', 'user-data'] as const) {
    test(`K-07, B-18: ${what} at ${endpoint} is ${code}`, async () => {
      const { simulator, signIn } = practice('apps');
      simulator.misbehave({ endpoint, how, times: 1 });
      await assert.rejects(signIn('nacional'), refusedAs(code));
    });
  }
  test(`facts §6: ${what} at the roles never stops a sign-in`, async () => {
    const { simulator, signIn } = practice('apps');
    simulator.misbehave({ endpoint: 'roles', how, times: 1 });
    assert.deepEqual((await signIn('nacional')).profile.roles, []);
  });
}

// ------------------------------------------------------------------------------------------------ what check finds

const misconfigured: readonly [string, 'apps' | 'web', object, RegExp][] = [
  ['an unknown client', 'apps', { client_id: '999999999999999999' }, /Compare client_id/],
  ['a web application configured as native', 'apps', { client_id: web.clientId }, /mode/],
  ['a wrong client secret', 'web', { client_secret: 'wrong' }, /client secret/],
  ['a wrong web-service password', 'web', { web_service_password: 'wrong' }, /web-service user/],
];
for (const [what, mode, changes, advice] of misconfigured) {
  test(`check finds ${what} and says what to do, without a secret`, async () => {
    const { provider, context } = practice(mode, changes);
    const findings = await provider.check(redirectUri, context);
    assert.equal(findings.at(-1)?.verdict, 'bad');
    assert.match(findings.at(-1)?.detail ?? '', advice);
    assert.doesNotMatch(JSON.stringify(findings), /wrong|contraseña/);
  });
}

test('check finds a redirect address that is not registered', async () => {
  const { provider, context } = practice('apps');
  const [page] = await provider.check('https://other.test/cb', context);
  assert.equal(page?.verdict, 'bad');
});

test('check says what an unregistered IP address looks like', async () => {
  const { provider, context } = practice('apps');
  const outbound: Outbound = async () => {
    throw new SignInError('provider_timeout', 'val-api-llave.infotec.mx did not answer in time');
  };
  const findings = await provider.check(redirectUri, { ...context, outbound });
  for (const finding of findings) assert.match(finding.detail, /homologadas/);
});
