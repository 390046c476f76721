/**
 * The purpose *test* with every other kind of provider: OpenID Connect, OAuth 1.0a, and our own forms.
 */
import assert from 'node:assert/strict';
import { createOAuth1Simulator, createOidcSimulator } from '../../simulators/index.ts';
import { importUsers } from '../../src/admin/import-users.ts';
import type { Outbound } from '../../src/http.ts';
import { PHRASE as DJANGO_PHRASE, hashesOfPhrase } from '../../src/passwords/hashes.fixture.ts';
import type { TestBrowser } from '../browser.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { choosePassword, codeIn, linkIn, PHRASE, signInByPassword } from './own-ways.ts';
import {
  assertAnonymous,
  enter,
  everythingBut,
  failureOf,
  invite,
  reported,
  storedReport,
  tryOut,
  WHOLE,
} from './provider-tests.ts';

const UPSTREAM = 'http://localhost:4401';
const SECRET = 'practice-upstream-secret-0123456789';
const ADDRESS = 'ana@uni.mx';

const upstreams = {
  moreProviders: `
  - slug: campus
    vendor: oidc
    enabled: false
    settings: { issuer: ${UPSTREAM}/campus, client_id: llavero, client_secret: ${SECRET} }
  - slug: signed
    vendor: oauth1
    enabled: false
    settings:
      temporary_credentials_endpoint: ${UPSTREAM}/signed/oauth/initiate
      authorization_endpoint: ${UPSTREAM}/signed/oauth/authorize
      token_credentials_endpoint: ${UPSTREAM}/signed/oauth/token
      user_data_endpoint: ${UPSTREAM}/signed/oauth/me
      user_data_path: [person]
      subject_members: [id]
      mapping: { full_name: name }
      consumer_key: llavero
      consumer_secret: ${SECRET}`,
};

/** The stand-in behind the broker's way out, and a browser that reaches it. */
function reach(rig: Rig, fetch: (request: Request) => Response | Promise<Response>): TestBrowser {
  const outbound: Outbound = async ({ method, url, headers, body }) => {
    const answer = await fetch(new Request(url, { method, headers: { ...headers }, body }));
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  };
  rig.interfere(outbound);
  return rig.browser('en', { [UPSTREAM]: async (request) => fetch(request) });
}

function openId(rig: Rig) {
  const client = { kind: 'confidential', clientId: 'llavero', clientSecret: SECRET, name: 'Llavero' } as const;
  const simulator = createOidcSimulator({
    environment: rig.clock.environment,
    flavour: 'plain',
    origin: UPSTREAM,
    prefix: '/campus',
    clients: [{ ...client, redirectUris: [`${BROKER}/callback/campus`] }],
  });
  return { simulator, browser: reach(rig, (request) => simulator.app.fetch(request)) };
}

function oauth1(rig: Rig, secret: string = SECRET) {
  const signing = { method: 'HMAC-SHA1', secret } as const;
  const simulator = createOAuth1Simulator({
    environment: rig.clock.environment,
    flavour: 'plain',
    origin: UPSTREAM,
    prefix: '/signed',
    clients: [{ consumerKey: 'llavero', name: 'Llavero', callbacks: [`${BROKER}/callback/signed`], signing }],
  });
  return { simulator, browser: reach(rig, (request) => simulator.app.fetch(request)) };
}

withOneRig(
  'an OpenID provider: the claims of the ID token are shown, and neither the token nor the nonce',
  async (rig) => {
    const { browser } = openId(rig);
    const before = await everythingBut(rig);
    const { page, invitation } = await tryOut(rig, browser, 'campus');
    const nonce = page.url.searchParams.get('nonce') ?? assert.fail('there was a nonce');
    const report = await browser.submit(page, 'person-correo-verificado');
    assert.equal(reported(report), WHOLE);
    assert.match(
      report.text('step-claims'),
      /"id_token": \{.*"iss": "http:\/\/localhost:4401\/campus".*"nonce": "•••"/s,
    );
    assert.doesNotMatch(JSON.stringify(await storedReport(rig, invitation)) + report.body, new RegExp(`${nonce}|eyJ`));
    assert.equal(await everythingBut(rig), before);
    await assertAnonymous(browser);
  },
  upstreams,
);

withOneRig(
  'an OpenID provider whose metadata cannot be had: the test fails on the way there, with the advice',
  async (rig) => {
    const { simulator, browser } = openId(rig);
    simulator.misbehave({ endpoint: 'discovery', how: { kind: 'status-500' }, times: 'until-reset' });
    const { page: report, invitation } = await tryOut(rig, browser, 'campus');
    assert.equal(reported(report), 'failure');
    const { at, code, advice } = await failureOf(rig, invitation);
    assert.deepEqual([at, code], ['departure', 'provider_unreachable']);
    assert.equal(report.text('advice'), advice);
  },
  upstreams,
);

withOneRig(
  'an OpenID provider whose ID token is signed by nobody is found out',
  async (rig) => {
    const { simulator, browser } = openId(rig);
    simulator.misbehave({
      endpoint: 'token',
      how: { kind: 'id-token-signed-by', signer: 'nobody' },
      times: 'until-reset',
    });
    const { page, invitation } = await tryOut(rig, browser, 'campus');
    const report = await browser.submit(page, 'person-correo-verificado');
    assert.equal(reported(report), 'departure return failure');
    assert.deepEqual((await failureOf(rig, invitation)).code, 'provider_answer_invalid');
  },
  upstreams,
);

withOneRig(
  'an OAuth 1.0a provider: neither token, verifier nor token secret is shown',
  async (rig) => {
    const { browser } = oauth1(rig);
    const before = await everythingBut(rig);
    const { page, invitation } = await tryOut(rig, browser, 'signed');
    const token = page.url.searchParams.get('oauth_token') ?? assert.fail('there was a token');
    const back = await browser.submit(page, 'person-con-correo', {}, { follow: false });
    const verifier = back.redirect?.searchParams.get('oauth_verifier') ?? assert.fail('there was a verifier');
    const report = await browser.follow(back);
    assert.equal(reported(report), WHOLE);
    assert.match(report.text('step-departure'), /oauth_token=•••/);
    const all = JSON.stringify(await storedReport(rig, invitation)) + report.body;
    for (const secret of [token, verifier, SECRET]) assert.ok(!all.includes(secret));
    assert.equal(await everythingBut(rig), before);
    await assertAnonymous(browser);
  },
  upstreams,
);

withOneRig(
  'an OAuth 1.0a provider that knows another secret refuses on the way there',
  async (rig) => {
    const { browser } = oauth1(rig, 'another-practice-upstream-secret-987');
    const { page: report, invitation } = await tryOut(rig, browser, 'signed');
    assert.equal(reported(report), 'failure');
    assert.equal((await failureOf(rig, invitation)).at, 'departure');
    assert.notEqual(report.find('advice'), null);
  },
  upstreams,
);

// --------------------------------------------------------------------------------------------------- our own ways

const ways = {
  moreProviders: ['email', 'password', 'guest']
    .map((way) => `\n  - { slug: ${way}, vendor: ${way}, enabled: false }`)
    .join(''),
};
/** Mails are really sent and tries really counted, whatever for. */
const counted = ['mail_proofs', 'rate_limits'];

forEachRig(
  'by e-mail: the forms are shown, the mail is sent, and the report ends it',
  async (rig) => {
    const before = await everythingBut(rig, ...counted);
    const browser = rig.browser();
    const { page: form, invitation } = await tryOut(rig, browser, 'email');
    assert.equal(form.find('other-ways'), null);
    const asks = await browser.submit(form, 'submit', { email: ADDRESS });
    const wrong = await browser.submit(asks, 'submit', { code: '000000' });
    assert.match(wrong.body, /That code does not work/);
    const report = await browser.submit(wrong, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    assert.equal(reported(report), 'departure profile decision');
    assert.match(report.text('step-departure'), /form of ours/);
    assert.match(report.text('step-profile'), /ana@uni\.mx/);
    assert.equal(await everythingBut(rig, ...counted), before);
    await assertAnonymous(browser);
    assert.equal((await storedReport(rig, invitation)).steps.length, 3);
  },
  ways,
);

forEachRig(
  'F-02 the link of its mail ends the test where it began, and signs nobody in anywhere else',
  async (rig) => {
    // Switched on: otherwise another browser would be refused for that alone.
    const browser = rig.browser();
    const { page: form } = await tryOut(rig, browser, 'email');
    await browser.submit(form, 'submit', { email: ADDRESS });
    const link = linkIn(await rig.lastMail(ADDRESS));
    const stranger = rig.browser();
    const asks = await stranger.get(link);
    assert.match(asks.body, /Go back there and type the 6-digit code/);
    assert.equal(asks.find('submit'), null);
    const token = new URL(link).searchParams.get('token') ?? '';
    const forced = await stranger.post(`${BROKER}/sign-in/mail`, { link: token }, { from: asks.url.href });
    assert.equal(forced.text('error-code'), 'mail_link_unusable');
    await assertAnonymous(stranger);
    const done = await browser.submit(await browser.get(link), 'submit');
    const report = await browser.click(done, 'continue');
    assert.equal(reported(report), 'departure profile decision');
    assert.equal(await rig.count('sessions'), 0);
    await assertAnonymous(browser);
  },
  { moreProviders: '\n  - { slug: email, vendor: email, enabled: true }' },
);

forEachRig(
  'with a password: a right one is recognised and an older hash left as it is; a wrong one is asked for again',
  async (rig) => {
    const person = { username: 'ana.lopez', email: ADDRESS, email_verified: true, name: 'Ana López' };
    const line = JSON.stringify({ ...person, password_hash: hashesOfPhrase.pbkdf2_sha256 });
    await importUsers(line, 'password', { ...rig.open, environment: rig.clock.environment });
    const before = await everythingBut(rig, ...counted);
    const browser = rig.browser();
    const { page: form } = await tryOut(rig, browser, 'password');
    const wrong = await browser.submit(form, 'submit', { email: ADDRESS, password: 'not that one at all' });
    assert.match(wrong.body, /do not match/);
    const report = await browser.submit(wrong, 'submit', { email: ADDRESS, password: DJANGO_PHRASE });
    assert.notEqual(report.find('would-use'), null);
    assert.equal(await everythingBut(rig, ...counted), before);
    await assertAnonymous(browser);
  },
  ways,
);

forEachRig(
  'choosing a password: everything but writing it; the one before stays',
  async (rig) => {
    const on = { moreProviders: ways.moreProviders.replaceAll('false', 'true') };
    await rig.configure(on);
    await choosePassword(rig, rig.browser(), ADDRESS);
    const before = await everythingBut(rig, ...counted);
    const browser = rig.browser();
    const { page: login, invitation } = await tryOut(rig, browser, 'password');
    const asks = await browser.submit(login, 'forgot');
    const sent = await browser.submit(asks, 'submit', { email: ADDRESS });
    const choose = await browser.submit(sent, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    const other = 'otra frase larga que nadie adivina';
    const report = await browser.submit(choose, 'submit', { password: other });
    assert.notEqual(report.find('would-use'), null);
    assert.equal(await everythingBut(rig, ...counted), before);
    const all = JSON.stringify(await storedReport(rig, invitation)) + report.body + JSON.stringify(rig.logged);
    assert.doesNotMatch(all, /otra frase|argon2/);
    assert.match(all, /new-password/);
    assert.equal((await signInByPassword(rig.browser(), ADDRESS, PHRASE)).find('signed-in-as') !== null, true);
    await assertAnonymous(browser);
  },
  ways,
);

withOneRig(
  'G-07 a test is no way around the limit of guesses',
  async (rig) => {
    await rig.configure({ moreProviders: ways.moreProviders.replaceAll('false', 'true') });
    await choosePassword(rig, rig.browser(), ADDRESS);
    const browser = rig.browser();
    let { page } = await tryOut(rig, browser, 'password');
    for (let guess = 0; guess < 10; guess++) {
      page = await browser.submit(page, 'submit', { email: ADDRESS, password: `guess number ${guess}` });
    }
    page = await browser.submit(page, 'submit', { email: ADDRESS, password: PHRASE });
    assert.equal(page.find('step-decision'), null);
    assert.match(page.body, /do not match/);
  },
  ways,
);

forEachRig(
  'as a guest, also where no client allows any: opening and pressing make nobody',
  async (rig) => {
    const before = await everythingBut(rig);
    const browser = rig.browser();
    const { page: form } = await tryOut(rig, browser, 'guest');
    const report = await browser.submit(form, 'submit');
    assert.notEqual(report.find('would-create'), null);
    assert.match(report.text('step-profile'), /"special": "guest"/);
    assert.equal(await everythingBut(rig), before);
    await assertAnonymous(browser);
  },
  ways,
);

withOneRig(
  'the forms of a test speak the language of the browser that opened it',
  async (rig) => {
    const browser = rig.browser('es-MX');
    const form = await enter(browser, await invite(rig, 'email'));
    assert.match(form.body, /lang="es-MX"/);
    await browser.submit(form, 'submit', { email: ADDRESS });
    assert.match((await rig.lastMail(ADDRESS))?.subject ?? '', /código|entrar/i);
  },
  ways,
);
