import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { claimOf } from './claims.ts';
import { type Changes, campus, claimsIn, createFixture, formOf, tool13 } from './fixture.ts';
import { launchFaults } from './launch-faults.ts';
import type { ProductName } from './product.ts';
import { products } from './products.ts';

const names = Object.keys(products) as readonly ProductName[];
type Fixture = ReturnType<typeof createFixture>;

const keySetOf = async ({ fetch }: Fixture) => (await (await fetch('/lti/jwks')).json()) as JSONWebKeySet;

for (const name of names) {
  test(`${name}: jose accepts the token of a launch, with what the platform says of itself, and nothing is complained of`, async () => {
    const fixture = createFixture(name);
    const { simulator } = fixture;
    const form = await fixture.launch('alumna');
    assert.equal(form.action, tool13.redirectUris[0]);
    assert.equal(form.get('state'), 'state-1');
    const { payload } = await jwtVerify(form.get('id_token'), createLocalJWKSet(await keySetOf(fixture)), {
      issuer: simulator.platform.issuer,
      audience: tool13.clientId,
      algorithms: ['RS256'],
      currentDate: new Date(fixture.seconds() * 1000),
    });
    assert.equal(payload.nonce, 'nonce-1');
    assert.equal(payload.sub, simulator.subjectOf('alumna', 'mat-101'));
    assert.equal(payload[claimOf('version')], '1.3.0');
    assert.equal(payload[claimOf('message_type')], 'LtiResourceLinkRequest');
    assert.equal(payload[claimOf('deployment_id')], tool13.deploymentId);
    assert.equal(payload[claimOf('target_link_uri')], tool13.launchAddress);
    assert.deepEqual(simulator.complaints, []);
  });
}

test('§4 the products differ as the table says', async () => {
  const seen = Object.fromEntries(
    await Promise.all(
      names.map(async (name) => {
        const fixture = createFixture(name);
        const claims = claimsIn((await fixture.launch('alumna')).get('id_token'));
        return [name, claims] as const;
      }),
    ),
  );
  const life = (name: ProductName) => Number(seen[name]?.exp) - Number(seen[name]?.iat);
  assert.deepEqual(
    [seen.canvas?.iss, seen.blackboard?.iss, seen.schoology?.iss],
    ['https://canvas.instructure.com', 'https://blackboard.com', 'https://schoology.schoology.com'],
  );
  assert.deepEqual(
    [seen.moodle?.iss, seen.d2l?.iss, seen.sakai?.iss],
    [campus, 'https://campus.test', `${campus}/deployment/1`],
  );
  assert.deepEqual([seen.moodle?.sub, seen.sakai?.sub], ['2', `${campus}/user/2`]);
  assert.match(String(seen.blackboard?.sub), /^[0-9a-f]{32}$/);
  assert.match(String(seen.d2l?.sub), /^[0-9a-f-]{36}_2$/);
  assert.match(String(seen.canvas?.sub), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual([life('canvas'), life('moodle'), life('d2l'), life('sakai')], [3600, 60, 1800, 3600]);
  assert.deepEqual(
    [seen.canvas?.azp, seen['open-edx']?.azp, seen.moodle?.azp],
    [tool13.clientId, tool13.clientId, undefined],
  );
  assert.equal(seen.d2l?.nbf, seen.d2l?.iat);
  assert.deepEqual(seen.canvas?.errors, { errors: {} });
  assert.equal(seen.sakai?.given_name, undefined);
  assert.deepEqual(seen.sakai?.[claimOf('roles')], ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner']);
  const { keys } = await keySetOf(createFixture('canvas'));
  assert.deepEqual(
    keys.map(({ alg }) => alg),
    [undefined],
  );
});

test('§4 Canvas: the payload is of when the launch began, and gone once it was answered', async () => {
  const fixture = createFixture('canvas');
  const cookie = await fixture.enter('alumna');
  const hints = await fixture.press(cookie);
  fixture.pass(5_000);
  const claims = claimsIn((await formOf(await fixture.ask(hints, cookie))).get('id_token'));
  assert.equal(claims.iat, fixture.seconds() - 5);
  assert.equal((await formOf(await fixture.ask(hints, cookie))).get('error'), 'launch_no_longer_valid');
  const moodle = createFixture('moodle');
  const moodleCookie = await moodle.enter('alumna');
  const again = await moodle.press(moodleCookie);
  await moodle.ask(again, moodleCookie);
  assert.notEqual((await formOf(await moodle.ask(again, moodleCookie))).get('id_token'), '');
});

test('§3.2 the login initiation says what the product says, by GET or by POST, with hints that decoding spoils', async () => {
  for (const name of names) {
    const fixture = createFixture(name);
    const cookie = await fixture.enter('alumna');
    const answer = await fixture.fetch('/courses/mat-101/links/llavero-curso/launch', { headers: cookie });
    assert.equal(answer.status, products[name].initiation.method === 'GET' ? 302 : 200, name);
    const hints = await fixture.initiation(answer);
    assert.equal(hints.get('iss'), fixture.simulator.platform.issuer);
    assert.equal(hints.get('target_link_uri'), tool13.launchAddress);
    assert.match(hints.get('login_hint') ?? '', /\+\/=%2B$/);
    assert.equal(hints.get('lti_storage_target'), products[name].storageTarget);
  }
});

const refusals: readonly (readonly [complaint: string, changes: Changes, error: string])[] = [
  ['response_type is not "id_token"', { response_type: 'code' }, 'unsupported_response_type'],
  ['scope is not "openid"', { scope: 'openid email' }, 'invalid_scope'],
  ['response_mode is not "form_post"', { response_mode: 'query' }, 'invalid_request'],
  ['response_mode is not "form_post"', { response_mode: null }, 'invalid_request'],
  ['prompt is not "none"', { prompt: null }, 'invalid_request'],
  ['prompt is not "none"', { prompt: 'login' }, 'invalid_request'],
  ['state is absent: the answer could be forged', { state: null }, 'invalid_request'],
  ['nonce is absent: a token could be injected', { nonce: null }, 'invalid_request'],
  ['lti_message_hint is not the one that was given', { lti_message_hint: null }, 'invalid_request'],
  ['login_hint is not the one that was given', { login_hint: 'otra' }, 'invalid_request'],
];

for (const [complaint, changes, error] of refusals) {
  test(`§3.3 an authentication request is refused: ${complaint} (${JSON.stringify(changes)})`, async () => {
    const fixture = createFixture();
    const cookie = await fixture.enter('alumna');
    const form = await formOf(await fixture.ask(await fixture.press(cookie), cookie, changes));
    assert.deepEqual([form.get('error'), form.get('id_token')], [error, '']);
    assert.deepEqual(fixture.simulator.complaints, [`authorize: ${complaint}`]);
  });
}

test('§3.3 no browser is sent to an address that is not registered, nor for a client that is not, nor by a parameter sent twice', async () => {
  for (const [complaint, changes, more] of [
    ['client_id is absent or not registered', { client_id: 'otro' }, ''],
    ['redirect_uri is not registered', { redirect_uri: `${tool13.redirectUris[0]}/` }, ''],
    ['redirect_uri is not registered', { redirect_uri: null }, ''],
    ['a parameter was sent twice', {}, '&nonce=x'],
  ] as const) {
    const fixture = createFixture();
    const cookie = await fixture.enter('alumna');
    const hints = await fixture.press(cookie);
    const answer =
      more === '' ? await fixture.ask(hints, cookie, changes) : await fixture.fetch(`/lti/authorize?nonce=y${more}`);
    assert.equal(answer.status, 400);
    assert.doesNotMatch(await answer.text(), /<form/);
    assert.deepEqual(fixture.simulator.complaints, [`authorize: ${complaint}`]);
  }
});

test('§4 Moodle bears an absent prompt, and its cookie does not go along where another site posts', async () => {
  const fixture = createFixture('moodle');
  const cookie = await fixture.enter('alumna');
  const form = await formOf(await fixture.ask(await fixture.press(cookie), cookie, { prompt: null }));
  assert.notEqual(form.get('id_token'), '');
  const answer = await fixture.fetch('/session', { method: 'POST', body: new URLSearchParams({ person: 'alumna' }) });
  assert.match(answer.headers.get('set-cookie') ?? '', /SameSite=Lax/);
});

test('§3.4 login_required for a browser without the session, or with that of another person', async () => {
  const fixture = createFixture();
  const cookie = await fixture.enter('alumna');
  const hints = await fixture.press(cookie);
  for (const headers of [{}, await fixture.enter('alumno')]) {
    assert.equal((await formOf(await fixture.ask(hints, headers))).get('error'), 'login_required');
  }
});

test('a nonce is good once, and a launch for five minutes', async () => {
  const fixture = createFixture();
  const cookie = await fixture.enter('alumna');
  const hints = await fixture.press(cookie);
  await fixture.ask(hints, cookie, { nonce: 'una' });
  assert.equal((await formOf(await fixture.ask(hints, cookie, { nonce: 'una' }))).get('error'), 'invalid_request');
  fixture.pass(300_001);
  assert.equal((await formOf(await fixture.ask(hints, cookie))).get('error'), 'launch_no_longer_valid');
});

test('what a person shares is what arrives, and a visitor is nobody', async () => {
  const claims = async (person: string) => claimsIn((await createFixture().launch(person)).get('id_token'));
  const everything = await claims('alumna');
  assert.deepEqual([everything.email, everything.name], ['citlali.robles@example.com', 'Citlali Robles Peña']);
  const nothing = await claims('reservada');
  assert.deepEqual([nothing.email, nothing.name, nothing.sub], [undefined, undefined, 'u-5']);
  assert.equal((await claims('correo-vacio')).email, '');
  const visitor = await claims('visitante');
  assert.equal('sub' in visitor, false);
  assert.equal(visitor.name, undefined);
  const testUser = (await claims('vista-alumno'))[claimOf('roles')] as readonly string[];
  assert.ok(testUser.includes('http://purl.imsglobal.org/vocab/lti/system/person#TestUser'));
});

test('§3.15 the migration claim is signed as the vector is, over this token', async () => {
  const claims = claimsIn((await createFixture().launch('alumna')).get('id_token'));
  const migration = claims[claimOf('lti1p1')] as { readonly [name: string]: string };
  const text = ['clave', tool13.deploymentId, claims.iss, tool13.clientId, claims.exp, claims.nonce].join('&');
  assert.equal(
    migration.oauth_consumer_key_sign,
    createHmac('sha256', 'my-lti11-secret').update(text).digest('base64'),
  );
  assert.equal(migration.user_id, 'u-2');
});

test('§3.9 submission review and data privacy speak of somebody else, and privacy of no course', async () => {
  const fixture = createFixture();
  const review = claimsIn(
    (await fixture.launch('profesora', '/courses/mat-101/links/llavero-tarea/review/alumno')).get('id_token'),
  );
  assert.equal(review[claimOf('message_type')], 'LtiSubmissionReviewRequest');
  assert.equal(review.sub, 'u-4');
  assert.deepEqual(review[claimOf('for_user')], { user_id: 'u-3', name: 'Efraín Chan Uc' });
  const privacy = claimsIn((await fixture.launch('administrador', '/tools/llavero/privacy/alumna')).get('id_token'));
  assert.equal(privacy[claimOf('message_type')], 'DataPrivacyLaunchRequest');
  assert.deepEqual([privacy[claimOf('context')], privacy[claimOf('resource_link')]], [undefined, undefined]);
});

test('keys rotate: the old one stays published, or is withdrawn', async () => {
  const fixture = createFixture();
  const kids = async () => (await keySetOf(fixture)).keys.map(({ kid }) => kid);
  const [first] = await kids();
  fixture.simulator.rotateKeys({ withdraw: false });
  assert.equal((await kids()).at(-1), first);
  fixture.simulator.rotateKeys({ withdraw: true });
  assert.equal((await kids()).length, 1);
  assert.ok(!(await kids()).includes(first));
});

test('every fault of a launch changes what arrives, is used up by it, and the next launch is right again', async () => {
  const right = async (fixture: Fixture) => {
    const form = await fixture.launch('alumna');
    const keys = createLocalJWKSet(await keySetOf(fixture));
    const currentDate = new Date(fixture.seconds() * 1000);
    await jwtVerify(form.get('id_token'), keys, { audience: tool13.clientId, currentDate });
    return form;
  };
  const skeleton = ({ fields }: Awaited<ReturnType<typeof right>>) =>
    fields.map(([name, value]) =>
      name === 'id_token' ? [name, value.split('.').slice(0, 2).join('.')] : [name, value],
    );
  for (const { what, how } of launchFaults(tool13.clientId)) {
    const [good, bad] = [createFixture(), createFixture()];
    for (const fixture of [good, bad]) await right(fixture);
    bad.simulator.misbehave({ endpoint: 'authorize', how, times: 1 });
    const [expected, got] = [await right(good), await bad.launch('alumna')];
    const isSame = JSON.stringify(skeleton(expected)) === JSON.stringify(skeleton(got));
    const isOnlyTheSignature = expected.get('id_token') !== got.get('id_token');
    assert.ok(!isSame || isOnlyTheSignature, what);
    await right(bad);
  }
});

test('an error of the platform arrives as it was ordered', async () => {
  const fixture = createFixture();
  const how = { kind: 'error', error: 'login_required', description: '<script>alert(1)</script>' } as const;
  fixture.simulator.misbehave({ endpoint: 'authorize', how, times: 1 });
  const form = await fixture.launch('alumna');
  assert.deepEqual([form.get('error'), form.get('error_description')], ['login_required', '<script>alert(1)</script>']);
});

test('the campus shows courses to those who are in them, and links to nobody else', async () => {
  const fixture = createFixture();
  const path = '/courses/mat-101/links/llavero-curso/launch';
  assert.equal((await fixture.fetch(path)).status, 403);
  fixture.simulator.addPerson({
    slug: 'ajena',
    name: 'Persona ajena',
    special: { es: 'No está en el curso.', en: 'Is not in the course.' },
    ...{ number: 50, given: 'Persona', family: 'Ajena', email: null, username: 'ajena', sourcedId: null },
    ...{ sharing: 'everything', isTestUser: false, isAdministrator: false },
  });
  assert.equal((await fixture.fetch(path, { headers: await fixture.enter('ajena') })).status, 403);
  const learner = await fixture.enter('alumna');
  assert.equal((await fixture.fetch('/courses/mat-101/grades', { headers: learner })).status, 403);
  assert.equal((await fixture.fetch('/courses/mat-101/add/llavero', { headers: learner })).status, 403);
  assert.equal((await fixture.fetch('/admin', { headers: learner })).status, 403);
});

test('pages say that they are for practice, in the language that is asked for', async () => {
  const { fetch } = createFixture('moodle');
  const spanish = await (await fetch('/')).text();
  const english = await (await fetch('/', { headers: { 'accept-language': 'en, es;q=0.5' } })).text();
  assert.match(spanish, /<html lang="es-MX">[\s\S]*data-testid="practice-notice"[\s\S]*Moodle en pruebas/);
  assert.match(english, /<html lang="en">[\s\S]*stands in for Moodle/);
});
