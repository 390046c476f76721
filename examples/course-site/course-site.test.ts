/**
 * The course site against a real OpenID provider that is not ours, with a browser that keeps the rules.
 */

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { type Handler, overHttp, type Page, TestBrowser } from '../../test/browser.ts';
import { type CourseSiteOptions, createCourseSite, listen } from './course-site.ts';
import { type ProviderSetting, startProvider } from './test-provider.ts';

const site = 'https://courses.test';
const issuer = 'https://broker.test';
const evil = 'https://evil.example';

const ana: ProviderSetting = {
  issuer,
  site,
  claims: { name: 'Ana López Ruiz', preferred_username: 'ana', email: 'ana@example.org', email_verified: true },
  answer: 'sign-in',
};

/** The site and the provider, joined without a network except the provider's own socket. */
async function setUp(
  context: TestContext,
  changes: Partial<ProviderSetting> = {},
  more: Partial<CourseSiteOptions> = {},
) {
  const setting = { ...ana, ...changes };
  const server = await startProvider(setting);
  context.after(() => server.close());

  // Begins at the wall clock, because the provider keeps its own time by it and dates its cookies so.
  const clock = { now: Date.now() };
  const reported: string[] = [];
  const seen: URL[] = [];
  const broker: { handle: Handler; alter: (response: Response, url: URL) => Promise<Response> } = {
    handle: overHttp(server),
    alter: async (response) => response,
  };
  const options: CourseSiteOptions = {
    origin: setting.site,
    issuer: setting.issuer,
    clientId: 'course-site',
    clientSecret: 'a-secret-of-the-test',
    environment: { now: () => clock.now, randomBytes },
    fetch: async (url, init) => {
      const request = new Request(url, init as RequestInit);
      return broker.alter(await broker.handle(request), new URL(url));
    },
    report: (failure) => reported.push(failure.code),
    ...more,
  };
  const app = createCourseSite(options);
  const origins: { [origin: string]: Handler } = {
    [site]: (request) => app.fetch(request),
    [issuer]: (request) => {
      seen.push(new URL(request.url));
      return broker.handle(request);
    },
  };
  const openBrowser = (language = 'en') => new TestBrowser({ origins, now: () => clock.now, language });
  return { broker, clock, reported, seen, app, openBrowser, browser: openBrowser() };
}

const signIn = async (browser: TestBrowser): Promise<Page> => browser.click(await browser.get(site), 'sign-in');

/** The address that the broker sent the browser back to. */
function callbackOf(page: Page): string {
  const hop = page.trail.find(({ url }) => url.startsWith(`${site}/callback`));
  return hop?.url ?? assert.fail('the trail has no callback');
}

test('a visitor sees courses and the ways to sign in', async (context) => {
  const { browser } = await setUp(context);
  const page = await browser.get(site);
  assert.equal(page.status, 200);
  assert.equal(page.get('sign-in').attribute('href'), '/login');
  assert.equal(page.get('course-water').all('h3')[0]?.text, 'Water in the city');
  assert.equal(page.find('signed-in-as'), null);
  assert.deepEqual(browser.cookies(), [], 'looking around leaves no cookie');
});

test('signing in ends on the home page with the name and the claims of the person', async (context) => {
  const { browser } = await setUp(context);
  const page = await signIn(browser);
  assert.equal(page.url.href, `${site}/`);
  assert.match(page.text('signed-in-as'), /Ana López Ruiz/);
  assert.match(page.text('claims'), /ana@example\.org/);
  const all = JSON.parse(page.get('claims-json').rawText);
  assert.equal(all.id_token.iss, issuer);
  assert.equal(all.userinfo.sub, 'learner-1');
});

test('the authorization request carries state, nonce and an S256 challenge that differ each time (RFC 9700 §2.1.1)', async (context) => {
  const { browser, seen } = await setUp(context);
  await browser.get(`${site}/login`);
  await browser.get(`${site}/login`);
  const requests = seen.filter((url) => url.pathname === '/auth').map((url) => url.searchParams);
  assert.equal(requests.length, 2);
  for (const name of ['state', 'nonce', 'code_challenge']) {
    const values = requests.map((request) => request.get(name) ?? '');
    assert.ok(
      values.every((value) => value.length >= 43),
      name,
    );
    assert.notEqual(values[0], values[1], name);
  }
  assert.equal(requests[0]?.get('code_challenge_method'), 'S256');
});

test('a shortcut hands the provider on as idp_hint, and nothing that is not a slug', async (context) => {
  const { browser, seen } = await setUp(context);
  await browser.click(await browser.get(site), 'sign-in-llave-mx');
  await browser.get(`${site}/login?idp_hint=a%20b%26c`);
  const hints = seen.filter((url) => url.pathname === '/auth').map((url) => url.searchParams.get('idp_hint'));
  assert.deepEqual(hints, ['llave-mx', null]);
});

for (const [claims, expected] of [
  [{ preferred_username: 'ana' }, 'ana'],
  [{ name: '  ' }, 'learner-1'],
] as const) {
  test(`without a usable name the person is called "${expected}"`, async (context) => {
    const { browser } = await setUp(context, { claims });
    assert.ok((await signIn(browser)).text('signed-in-as').endsWith(` ${expected}`));
  });
}

test('what the broker says about a person is escaped (cross-site scripting)', async (context) => {
  const { browser } = await setUp(context, { claims: { name: '<script>alert(1)</script>' } });
  const page = await signIn(browser);
  assert.ok(!page.body.includes('<script'));
  assert.match(page.text('signed-in-as'), /<script>/);
});

test('the session cookie is HttpOnly, Secure, SameSite=Lax and new at each sign-in (session fixation)', async (context) => {
  const { browser } = await setUp(context);
  const cookie = () => browser.cookies('courses.test').find(({ name }) => name === 'course-site-session');
  await signIn(browser);
  const first = cookie();
  assert.deepEqual([first?.httpOnly, first?.secure, first?.sameSite, first?.hostOnly], [true, true, 'Lax', true]);
  await browser.get(`${site}/login`);
  assert.notEqual(cookie()?.value, first?.value);
});

test('a session ends after eight hours, even for a browser that keeps the cookie', async (context) => {
  const { app, browser, clock } = await setUp(context);
  await signIn(browser);
  const cookie = browser
    .cookies('courses.test')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ');
  const home = async () => (await app.request(site, { headers: { cookie } })).text();
  clock.now += 8 * 60 * 60 * 1000 - 1000;
  assert.match(await home(), /data-testid="signed-in-as"/);
  clock.now += 1000;
  assert.match(await home(), /data-testid="sign-in"/);
});

test('signing out ends the session here and at the broker, and comes back', async (context) => {
  const { browser, seen } = await setUp(context);
  const confirm = await browser.click(await signIn(browser), 'sign-out');
  assert.deepEqual(
    confirm.trail.map(({ method, status }) => [method, status]),
    [
      ['POST', 303],
      ['GET', 200],
    ],
  );
  const request = seen.at(-1)?.searchParams;
  assert.equal(request?.get('post_logout_redirect_uri'), `${site}/signed-out`);
  assert.ok(request?.get('id_token_hint'));
  const page = await browser.submit(confirm, 'confirm-yes');
  assert.equal(page.url.pathname, '/signed-out');
  assert.ok(page.find('signed-out'));
  assert.ok((await browser.get(site)).find('sign-in'));
});

test('signing out works while the broker is down', async (context) => {
  const { browser, broker } = await setUp(context);
  const page = await signIn(browser);
  broker.handle = () => new Response('down', { status: 503 });
  await browser.click(page, 'sign-out');
  assert.ok((await browser.get(site)).find('sign-in'));
});

test('another site can neither sign a person out nor show the page that says so (CSRF)', async (context) => {
  const { browser, app } = await setUp(context);
  await signIn(browser);
  const page = await browser.post(`${site}/logout`, {}, { from: `${evil}/` });
  assert.equal(page.status, 403);
  assert.equal(page.text('error-code'), 'cross_site_request');
  assert.equal((await browser.get(`${site}/signed-out?state=guessed`)).url.pathname, '/');
  assert.ok((await browser.get(site)).find('signed-in-as'));

  const post = (headers: { [name: string]: string }) => app.request(`${site}/logout`, { method: 'POST', headers });
  assert.equal((await post({})).status, 403, 'neither header');
  assert.equal((await post({ origin: evil })).status, 403);
  assert.equal((await post({ origin: site })).status, 303, 'an older browser');
});

test('whoever turns back at the broker reads that, and can try again', async (context) => {
  const { browser, reported } = await setUp(context, { answer: 'deny' });
  const page = await signIn(browser);
  assert.equal(page.status, 403);
  assert.equal(page.document.all('h1')[0]?.text, 'You did not finish signing in');
  assert.equal(page.text('error-code'), 'access_denied');
  assert.equal(page.get('try-again').attribute('href'), '/login');
  assert.deepEqual(reported, ['access_denied']);
});

test('a callback works once: the back button and a replay get a page that lets one start again', async (context) => {
  const { browser } = await setUp(context);
  const callback = callbackOf(await signIn(browser));
  const page = await browser.get(callback);
  assert.equal(page.status, 400);
  assert.equal(page.text('error-code'), 'sign_in_unknown');
  assert.ok((await browser.get(site)).find('signed-in-as'), 'the session is still there');
});

test("a callback of somebody else's attempt is refused (login CSRF, RFC 6749 §10.12)", async (context) => {
  const { browser, openBrowser } = await setUp(context);
  const attacker = openBrowser();
  let step = await attacker.get(`${site}/login`, { follow: false });
  while (!step.redirect?.href.startsWith(`${site}/callback`)) {
    step = await attacker.get(step.redirect ?? assert.fail('no callback'), { from: step, follow: false });
  }
  await browser.get(site);
  const page = await browser.get(step.redirect, { from: `${evil}/` });
  assert.equal(page.text('error-code'), 'sign_in_unknown');
  assert.equal((await attacker.get(step.redirect)).text('error-code'), 'sign_in_unknown', 'and it is spent');
});

for (const query of [
  '',
  '?code=x',
  '?state=x&code=x',
  '?error=access_denied',
  '?state=a&state=b',
  `?state=${'x'.repeat(5000)}`,
]) {
  test(`a callback made up as "${query.slice(0, 30)}" gets a page, not a fault`, async (context) => {
    const { browser } = await setUp(context);
    assert.equal((await browser.get(`${site}/callback${query}`)).text('error-code'), 'sign_in_unknown');
  });
}

test('an attempt expires after fifteen minutes', async (context) => {
  const { browser, clock } = await setUp(context);
  const away = await browser.get(`${site}/login`, { follow: false });
  clock.now += 15 * 60 * 1000;
  assert.equal((await browser.follow(away)).text('error-code'), 'sign_in_unknown');
});

test('signing in works in two tabs at once', async (context) => {
  const { browser } = await setUp(context);
  const first = await browser.get(`${site}/login`, { follow: false });
  const second = await browser.get(`${site}/login`, { follow: false });
  assert.ok((await browser.follow(second)).find('signed-in-as'));
  assert.ok((await browser.follow(first)).find('signed-in-as'));
});

/** Begins a sign-in and comes back with the callback's parameters changed. */
async function returnWith(browser: TestBrowser, change: (parameters: URLSearchParams) => void): Promise<Page> {
  let step = await browser.get(`${site}/login`, { follow: false });
  while (!step.redirect?.href.startsWith(`${site}/callback`)) {
    step = await browser.get(step.redirect ?? assert.fail('no callback'), { from: step, follow: false });
  }
  const callback = step.redirect;
  change(callback.searchParams);
  return browser.get(callback, { from: step });
}

test("an answer with another broker's iss is thrown away (mix-up, RFC 9207)", async (context) => {
  const { browser } = await setUp(context);
  const page = await returnWith(browser, (parameters) => parameters.set('iss', evil));
  assert.equal(page.status, 502);
  assert.equal(page.text('error-code'), 'answer_invalid');
});

test('a code that the broker does not know gets a page with its error', async (context) => {
  const { browser } = await setUp(context);
  const page = await returnWith(browser, (parameters) => parameters.set('code', 'unknown'));
  assert.equal(page.text('error-code'), 'invalid_grant');
});

test('an error code that is not one is not shown', async (context) => {
  const { browser } = await setUp(context);
  const page = await returnWith(browser, (parameters) => parameters.set('error', 'Call 555-0100 now!'));
  assert.equal(page.text('error-code'), 'unknown_error');
});

test('user info about somebody else is refused (OpenID Connect Core §5.3.2)', async (context) => {
  const { browser, broker } = await setUp(context);
  broker.alter = async (response, url) => (url.pathname === '/me' ? Response.json({ sub: 'learner-2' }) : response);
  const page = await signIn(browser);
  assert.equal(page.text('error-code'), 'answer_invalid');
  assert.ok((await browser.get(site)).find('sign-in'));
});

test('the broker may start later than the site', async (context) => {
  const { browser, broker, reported } = await setUp(context);
  const running = broker.handle;
  broker.handle = () => Promise.reject(new TypeError('connection refused'));
  const page = await signIn(browser);
  assert.equal(page.status, 503);
  assert.equal(page.text('error-code'), 'broker_unreachable');
  broker.handle = running;
  assert.ok((await browser.click(page, 'try-again')).find('signed-in-as'));
  assert.deepEqual(reported, ['broker_unreachable']);
});

test('plain http is spoken to a broker on this machine only', async (context) => {
  const { broker } = await setUp(context);
  const calls: string[] = [];
  for (const address of ['http://localhost:4400', 'http://broker.test']) {
    const app = createCourseSite({
      origin: 'http://localhost:4402',
      issuer: address,
      clientId: 'course-site',
      clientSecret: 'a-secret-of-the-test',
      environment: { now: () => 0, randomBytes },
      fetch: async (url) => {
        calls.push(url);
        return broker.handle(new Request(`${issuer}/.well-known/openid-configuration`));
      },
      report: () => {},
    });
    await app.request('/login');
  }
  assert.deepEqual(calls, ['http://localhost:4400/.well-known/openid-configuration']);
});

test('pages forbid scripts, framing and caching, and name the broker as the only other target of a form', async (context) => {
  const { browser } = await setUp(context);
  for (const path of ['/', '/nowhere', '/callback']) {
    const { headers, body } = await browser.get(site + path);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.ok(policy.includes(`form-action 'self' ${issuer};`));
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.doesNotMatch(body, /<script|style=|onclick/);
  }
});

test('pages speak the language of the browser, and the chosen one stays chosen', async (context) => {
  const { openBrowser } = await setUp(context);
  const h1 = (page: Page) => page.document.all('h1')[0]?.text;
  const spanish = openBrowser('fr, es-MX;q=0.8, en;q=0.5');
  const page = await spanish.get(site);
  assert.equal(page.document.all('html')[0]?.attribute('lang'), 'es-MX');
  assert.equal(h1(page), 'Aprende a tu ritmo');
  assert.equal(h1(await spanish.click(page, 'language')), 'Learn at your own pace');
  assert.equal(h1(await spanish.get(site)), 'Learn at your own pace');
  assert.equal(h1(await openBrowser('fr').get(site)), 'Aprende a tu ritmo', 'Spanish where nothing fits');
});

test('listen serves the site on a real port', async (context) => {
  const { app } = await setUp(context);
  const server = await listen(app, 0, '127.0.0.1');
  context.after(() => server.close());
  const browser = new TestBrowser({ origins: { [site]: overHttp(server) }, now: () => 0 });
  assert.equal((await browser.get(`${site}/style.css`)).headers.get('content-type'), 'text/css; charset=utf-8');
  assert.match((await browser.get(`${site}/mark.svg`)).body, /^<svg xmlns=.*<\/svg>$/);
});

test('a sign-in that begins for one of our courses ends at it', async (context) => {
  const { browser } = await setUp(context);
  const course = await browser.click(await browser.get(`${site}/courses/water`), 'sign-in');
  assert.equal(course.url.href, `${site}/courses/water`);
  assert.match(course.text('signed-in-as'), /Ana López Ruiz/);
  assert.equal(course.find('from-campus'), null, 'nobody was sent by a campus');
});

test('a sign-in that others begin ends on this site, whatever they ask for (OpenID Connect Core §4)', async (context) => {
  const { browser } = await setUp(context);
  for (const target of [`${evil}/`, '//evil.example/', 'javascript:alert(1)', `${site}@evil.example/`, '']) {
    const query = new URLSearchParams({ iss: issuer, target_link_uri: target });
    assert.equal((await browser.get(`${site}/login?${query}`)).url.href, `${site}/`, target);
  }
  const doubled = new URLSearchParams({ iss: issuer, target_link_uri: `${site}//evil.example/` });
  assert.equal((await browser.get(`${site}/login?${doubled}`)).url.href, `${site}//evil.example/`);
});

test('a sign-in that names another issuer is refused', async (context) => {
  const { browser } = await setUp(context);
  const page = await browser.get(`${site}/login?iss=${encodeURIComponent(evil)}`);
  assert.deepEqual([page.status, page.text('error-code')], [400, 'issuer_unknown']);
});

test('a course that is not there is not found', async (context) => {
  const { browser } = await setUp(context);
  assert.equal((await browser.get(`${site}/courses/constructor`)).status, 404);
});

const lti = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;
const activity = {
  [lti('resource_link')]: { id: 'mat.1', title: 'Tarea' },
  [lti('context')]: { id: 'mat', title: 'Cálculo' },
};

/** A broker that says that the person came from an activity, and answers so to a score. */
async function setUpScores(context: TestContext, answer: () => Response, more: object = {}) {
  const stage = await setUp(context, {}, { sendsScores: true, scope: 'openid profile email lti' });
  const scores: unknown[] = [];
  const { handle } = stage.broker;
  stage.broker.handle = async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/api/v1/lti/scores') {
      scores.push([request.headers.get('authorization'), await request.json()]);
      return answer();
    }
    const grant = pathname === '/token' ? new URLSearchParams(await request.clone().text()) : null;
    if (grant?.get('grant_type') !== 'client_credentials') return handle(request);
    assert.equal(grant.get('scope'), 'lti:scores');
    return Response.json({ access_token: 'of-the-site', token_type: 'Bearer', expires_in: 60 });
  };
  stage.broker.alter = async (response, url) =>
    url.pathname === '/me' ? Response.json({ ...((await response.json()) as object), ...activity, ...more }) : response;
  await signIn(stage.browser);
  return { ...stage, scores };
}

test('a score goes to the broker in the name of the site, with the activity as the campus named it', async (context) => {
  const { browser, scores, clock } = await setUpScores(context, () => Response.json({ id: 'x' }, { status: 202 }));
  const course = await browser.get(`${site}/courses/water`);
  assert.match(course.text('from-campus'), /Cálculo.*Tarea/s);
  const after = await browser.submit(course, 'send-score');
  assert.equal(after.url.href, `${site}/courses/water?score=sent`);
  assert.ok(after.find('score-sent'));
  const timestamp = new Date(clock.now).toISOString();
  const progress = { activityProgress: 'Completed', gradingProgress: 'FullyGraded' };
  const body = { user: 'learner-1', scoreGiven: 8, scoreMaximum: 10, timestamp, ...progress };
  const named = { resource_link: activity[lti('resource_link')], context: activity[lti('context')] };
  assert.deepEqual(scores, [['Bearer of-the-site', { ...body, ...named }]]);
});

test('whom a campus does not grade is offered no score: its teachers', async (context) => {
  const as = (role: string) => ({ [lti('roles')]: [`http://purl.imsglobal.org/vocab/lis/v2/membership#${role}`] });
  for (const [role, offered] of [
    ['Learner', true],
    ['Instructor', false],
  ] as const) {
    const { browser } = await setUpScores(context, () => Response.json({}), as(role));
    const course = await browser.get(`${site}/courses/water`);
    assert.ok(course.find('from-campus'));
    assert.equal(course.find('send-score') !== null, offered, role);
  }
});

test('a score that the broker refuses is a page with its code', async (context) => {
  const refused = () => Response.json({ code: 'score_place_unknown' }, { status: 404 });
  const { browser } = await setUpScores(context, refused);
  const page = await browser.submit(await browser.get(`${site}/courses/water`), 'send-score');
  assert.deepEqual([page.status, page.text('error-code')], [400, 'score_place_unknown']);
});

test('nobody is offered to send a score whom no campus sent, nor where the site may not', async (context) => {
  for (const sendsScores of [true, false]) {
    const { browser } = await setUp(context, {}, { sendsScores });
    await signIn(browser);
    assert.equal((await browser.get(`${site}/courses/water`)).find('send-score'), null);
    assert.equal(
      (await browser.post(`${site}/courses/water/score`, {}, { from: `${site}/courses/water` })).status,
      404,
    );
  }
});
