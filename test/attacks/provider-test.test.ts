/**
 * Attacks on a test of a provider: who may begin one, who may see what it found, and what it could be turned into.
 */
import assert from 'node:assert/strict';
import { generatedPerson } from '../../simulators/index.ts';
import { sql } from '../../src/store/database.ts';
import type { TestBrowser } from '../browser.ts';
import {
  addressOf,
  assertAnonymous,
  enter,
  everythingBut,
  invite,
  reported,
  storedReport,
  tryOut,
  WHOLE,
} from '../flows/provider-tests.ts';
import { assertRefusalPage, assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, DEPLOYMENT_SECRET, forEachRig, type Rig, withOneRig } from '../rig.ts';

const FORM = `${BROKER}/sign-in/test`;
const post = (browser: TestBrowser, fields: Record<string, string>, from: string = FORM) =>
  browser.post(FORM, fields, { from });

/** Every attempt as it is stored. */
async function attempts(rig: Rig): Promise<string> {
  return JSON.stringify(await rig.databases.ephemeral.all(sql`select * from sign_ins order by id`));
}

forEachRig('I-10 opening the address begins nothing, however often and by whom; only the button does', async (rig) => {
  const invitation = await invite(rig, 'llave-mx');
  const before = (await attempts(rig)) + (await everythingBut(rig));
  for (let time = 0; time < 3; time++) {
    const page = await rig.browser().get(addressOf(invitation));
    assert.equal(page.status, 200);
    assert.equal(page.headers.get('cache-control'), 'no-store');
    await rig.broker(new Request(addressOf(invitation), { method: 'HEAD' }));
    await rig.broker(new Request(`${addressOf(invitation)}&code=${invitation.code}`));
  }
  assert.equal((await attempts(rig)) + (await everythingBut(rig)), before);
  assert.equal(rig.llaveMx.requests.length, 0);
  const browser = rig.browser();
  const people = await enter(browser, invitation);
  assert.equal(reported(await browser.submit(people, 'person-nacional')), WHOLE);
});

forEachRig('of fifty browsers that type the code at once, one has the test', async (rig) => {
  const invitation = await invite(rig, 'llave-mx');
  const browsers = Array.from({ length: 50 }, () => rig.browser());
  const pages = await Promise.all(
    browsers.map((browser) => browser.post(FORM, { ...invitation }, { from: FORM, follow: false })),
  );
  assert.equal(pages.filter(({ status }) => status === 303).length, 1);
  for (const page of pages.filter(({ status }) => status !== 303)) assertRefusalPage(page, 'sign_in_replayed');
  const winner = browsers[pages.findIndex(({ status }) => status === 303)] as TestBrowser;
  const people = await winner.follow(await winner.get(`${BROKER}/sign-in/step?id=${invitation.id}`));
  assert.equal(reported(await winner.submit(people, 'person-nacional')), WHOLE);
});

withOneRig(
  'a code that is wrong, cut, of another test or a browser secret opens nothing, and uses nothing up',
  async (rig) => {
    const invitation = await invite(rig, 'llave-mx');
    const another = await invite(rig, 'llave-mx');
    const before = await attempts(rig);
    const browser = rig.browser();
    const { id, code } = invitation;
    for (const wrong of ['', code.slice(0, -1), `${code}0`, another.code, 'x'.repeat(5000), '\0', '0000-0000-0000']) {
      const page = await post(browser, { id, code: wrong });
      assert.equal(page.status, 400);
      assert.match(page.body, /That is not the code/);
      assert.ok(!browser.cookies().some(({ name }) => name.includes('sign-in-')));
    }
    assert.equal(await attempts(rig), before);
    // The stored hash of the code is of another kind than that of a browser: neither stands in for the other.
    const cookie = `__Host-llavero-sign-in-${id}=${code}`;
    const asCookie = await rig.broker(new Request(`${BROKER}/sign-in/step?id=${id}`, { headers: { cookie } }));
    assert.match(await asCookie.text(), /sign_in_other_browser/);
    // However it is typed.
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
    assert.equal((await browser.post(FORM, { id, code: typed }, { from: FORM, follow: false })).status, 303);
  },
);

withOneRig('a forged id is unknown, and so is the id of somebody’s sign-in', async (rig) => {
  const browser = rig.browser();
  const chooser = await browser.get(`${BROKER}/sign-in`);
  const real = chooser.url.searchParams.get('id') ?? '';
  const before = await attempts(rig);
  let events = 0;
  for (const id of ['', 'A'.repeat(22), '__proto__', '\0', real]) {
    await assertRefused(rig, await rig.browser().get(`${FORM}?id=${encodeURIComponent(id)}`), 'sign_in_unknown', {
      events: ++events,
    });
    await assertRefused(rig, await post(rig.browser(), { id, code: '0000-0000-0000' }), 'sign_in_unknown', {
      events: ++events,
    });
  }
  assert.equal(await attempts(rig), before);
  // Also in the browser whose sign-in it is.
  assertRefusalPage(await browser.get(`${FORM}?id=${real}`), 'sign_in_unknown');
});

forEachRig('a code is good once, and for ten minutes', async (rig) => {
  const browser = rig.browser();
  const { invitation, page: people } = await tryOut(rig, browser, 'llave-mx');
  for (const page of [await rig.browser().get(addressOf(invitation)), await post(rig.browser(), { ...invitation })]) {
    assertRefusalPage(page, 'sign_in_replayed');
  }
  const report = await browser.submit(people, 'person-nacional');
  assert.equal(reported(report), WHOLE);
  assertRefusalPage(await post(rig.browser(), { ...invitation }), 'sign_in_replayed');
  const late = await invite(rig, 'llave-mx');
  rig.clock.advance(10 * 60_000);
  assertRefusalPage(await rig.browser().get(addressOf(late)), 'sign_in_expired');
  assertRefusalPage(await post(rig.browser(), { ...late }), 'sign_in_expired');
});

withOneRig('I-04 the code sent from a page of another site opens nothing', async (rig) => {
  const invitation = await invite(rig, 'llave-mx');
  const before = await attempts(rig);
  assertRefusalPage(await post(rig.browser(), { ...invitation }, 'https://evil.test/'), 'cross_site_request');
  assert.equal(await attempts(rig), before);
});

forEachRig('nobody but the browser that made it sees the report, the forms, or how far it has come', async (rig) => {
  const browser = rig.browser();
  const { invitation, page: people } = await tryOut(rig, browser, 'llave-mx');
  const paths = ['/sign-in/step?id=', '/sign-in?id=', '/sign-in/llave-mx?id=', '/callback/llave-mx?code=x&state='];
  const spy = async () => {
    for (const path of paths) {
      const page = await rig.browser().get(`${BROKER}${path}${invitation.id}`);
      assertRefusalPage(page, 'sign_in_other_browser');
    }
    const progress = await rig.browser().get(`${BROKER}/sign-in/progress?id=${invitation.id}&seen=1`, { as: 'fetch' });
    assert.deepEqual([progress.status, progress.body], [200, '']);
  };
  await spy();
  const report = await browser.submit(people, 'person-nacional');
  assert.equal(reported(report), WHOLE);
  await spy();
});

forEachRig('C-02 the callback of a test, opened by a victim, shows nothing and signs nobody in', async (rig) => {
  const attacker = rig.browser();
  const { page: people } = await tryOut(rig, attacker, 'llave-mx');
  const back = await attacker.submit(people, 'person-nacional', {}, { follow: false });
  const victim = rig.browser();
  assertRefusalPage(await victim.get(back.redirect ?? '', { from: 'https://evil.test/' }), 'sign_in_other_browser');
  await assertAnonymous(victim);
});

forEachRig('the code of a test is no use to a real sign-in, and the other way round', async (rig) => {
  const browser = rig.browser();
  const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
  const realPeople = await browser.click(chooser, 'provider-llave-mx');
  const { page: testPeople, invitation } = await tryOut(rig, browser, 'llave-mx');
  const ofTest = new URL((await browser.submit(testPeople, 'person-nacional', {}, { follow: false })).redirect ?? '');
  const ofReal = new URL((await browser.submit(realPeople, 'person-nacional', {}, { follow: false })).redirect ?? '');
  const codes = [ofTest.searchParams.get('code') ?? '', ofReal.searchParams.get('code') ?? ''] as const;
  ofTest.searchParams.set('code', codes[1]);
  ofReal.searchParams.set('code', codes[0]);
  // PKCE: each code is of the other attempt.
  assert.equal((await browser.get(ofReal)).text('error-code'), 'provider_rejected_code');
  assert.equal((await browser.get(ofTest)).text('error-code'), 'provider_rejected_code');
  assert.equal((await storedReport(rig, invitation)).steps.at(-1)?.step, 'failure');
  assert.equal(await rig.count('sessions'), 0);
  assert.equal(await rig.count('users'), 0);
});

forEachRig('a client’s interaction is not answered by a test, however well that went', async (rig) => {
  const browser = rig.browser();
  const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
  const cancel = chooser.get('cancel').attribute('href') ?? '';
  const interaction = cancel.replace(/\/cancel$/, '');
  const { page: people, invitation } = await tryOut(rig, browser, 'llave-mx');
  assert.equal(reported(await browser.submit(people, 'person-nacional')), WHOLE);
  const answered = await browser.get(`${BROKER}${interaction}?sign_in=${invitation.id}`);
  assert.equal(answered.url.pathname, '/sign-in', 'the person is asked to sign in');
  assert.notEqual(answered.find('provider-llave-mx'), null);
  const back = await browser.get(`${BROKER}${cancel}?sign_in=${invitation.id}`);
  assert.equal(back.url.origin, COURSE_SITE);
  assert.equal(back.find('signed-in-as'), null);
  assert.equal(await rig.count('sessions'), 0);
});

withOneRig(
  'a test departs for its own provider and no other, and cannot be turned into a choice of one',
  async (rig) => {
    const browser = rig.browser();
    const { invitation } = await tryOut(rig, browser, 'llave-mx');
    assertRefusalPage(await browser.get(`${BROKER}/sign-in/second?id=${invitation.id}`), 'provider_unknown');
    const chooser = await browser.get(`${BROKER}/sign-in?id=${invitation.id}`);
    assert.equal(chooser.find('provider-second'), null);
    const other = await browser.get(`${BROKER}/callback/second?code=x&state=${invitation.id}`);
    assert.equal(other.text('error-code'), 'issuer_mismatch');
    assert.equal(rig.llaveMx.requests.filter(({ endpoint }) => endpoint === 'token').length, 0);
  },
  {
    moreProviders: `
  - { slug: second, vendor: llave-mx, enabled: true, settings: { environment: val, mode: apps, client_id: "202508101834311980" } }`,
  },
);

const person = generatedPerson(77);
const secrets = ['code', 'state', 'code_challenge'] as const;

for (const mode of ['apps', 'web'] as const) {
  forEachRig(
    `M-01 no secret stands in report, page or log, and nothing of the person in log, audit or a clear column (${mode})`,
    async (rig) => {
      rig.llaveMx.addPerson(person);
      const pages: string[] = [];
      const browser = rig.browser('en', {
        [BROKER]: async (request) => {
          const answer = await rig.broker(request);
          pages.push(await answer.clone().text());
          return answer;
        },
      });
      const canaries: string[] = [
        DEPLOYMENT_SECRET,
        'practice-llave-mx-client-secret',
        'practice-web-service-password',
      ];
      rig.interfere(async ({ method, url, headers, body }) => {
        const answer = await rig.llaveMx.app.fetch(new Request(url, { method, headers, body }));
        const text = await answer.text();
        const token = /"accessToken":"([^"]+)"/.exec(text)?.[1];
        if (token !== undefined) canaries.push(token);
        // As a provider might that has not thought about it: the token in the person's own data.
        const told = url.pathname.includes('datosUsuario')
          ? text.replace(/\}\s*$/, `,"nota":"con ${canaries.at(-1)} dentro"}`)
          : text;
        return { status: answer.status, headers: Object.fromEntries(answer.headers), body: told };
      });
      const { page: people, invitation } = await tryOut(rig, browser, 'llave-mx');
      const back = await browser.submit(people, `person-${person.slug}`, {}, { follow: false });
      for (const url of [people.url, back.redirect]) {
        for (const name of secrets) canaries.push(url?.searchParams.get(name) ?? '');
      }
      const report = await browser.follow(back);
      assert.equal(reported(report), WHOLE);
      for (const { endpoint, body } of rig.llaveMx.requests) {
        if (endpoint === 'token') canaries.push(JSON.parse(body).codeVerifier ?? '');
      }
      canaries.push(invitation.code, ...browser.cookies('broker.test').map(({ value }) => value));
      const stored = JSON.stringify(await storedReport(rig, invitation));
      assert.match(stored, /"nota":"•••"/);
      const log = JSON.stringify(rig.logged);
      const everything = (await attempts(rig)) + (await everythingBut(rig));
      const found = canaries.filter((canary) => canary.length > 8);
      assert.ok(found.length >= 8, 'there is something to search for');
      for (const canary of found) {
        // The state is the id of the attempt: it stands in addresses, and in the row as its key.
        const isState = canary === invitation.id;
        assert.ok(isState || !pages.some((page) => page.includes(canary)), `${canary} on a page`);
        assert.ok(isState || !everything.includes(canary), `${canary} in a clear column`);
        assert.ok(!stored.includes(canary), `${canary} in the report`);
        assert.ok(!log.includes(canary), `${canary} in the log`);
      }
      const { curp, telVigente, correo, nombre } = person.userData;
      for (const datum of [curp, telVigente, correo, nombre].map(String)) {
        assert.ok(report.body.includes(datum), 'the person sees their own data');
        assert.ok(!log.includes(datum) && !everything.includes(datum), `${datum} beside the sealed report`);
      }
    },
    { mode },
    mode === 'apps' ? undefined : ['SQLite in memory'],
  );
}

withOneRig('M-03 nothing that a browser brings back is a line, a command to a terminal, or markup', async (rig) => {
  const browser = rig.browser();
  const { invitation } = await tryOut(rig, browser, 'llave-mx');
  const hostile = '\u001b[31m\u009b2J\u202e\r\n<script>alert(1)</script>';
  const parameters = new URLSearchParams({ state: invitation.id, error: 'access_denied', error_description: hostile });
  for (let index = 0; index < 100; index++) parameters.append(`p${index}${hostile}`, 'x');
  const report = await browser.get(`${BROKER}/callback/llave-mx?${parameters}`);
  assert.equal(report.text('error-code'), 'provider_denied');
  assert.doesNotMatch(report.body, /<script/);
  const { steps } = await storedReport(rig, invitation);
  const texts = [...report.body.split('\n'), ...steps.flatMap((step) => Object.values(step)).map(String)];
  for (const text of texts) assert.doesNotMatch(text, /[\p{Cc}\p{Cf}]/u);
  assert.ok(JSON.stringify(steps).length < 10_000);
});
