/**
 * M-01, M-03, M-11, M-13: what must never be seen is marked, whole sign-ins are made to succeed and to fail at the most
 * talkative level, and then everything that was written is searched for the marks.
 */
import assert from 'node:assert/strict';
import { generatedPerson } from '../../simulators/index.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { assertNothingLeaked, assertRefusalPage } from '../refusal.ts';
import { BROKER, COURSE_SITE_SECRET, DEPLOYMENT_SECRET, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { failingWith } from '../steps.ts';
import { allTables } from '../tables.ts';

const person = generatedPerson(4242);
const { curp, telVigente: phone, fechaNacimiento: birthDate, correo: email } = person.userData;
const personal = { curp, phone, birthDate };

const settingsSecrets = {
  clientSecret: COURSE_SITE_SECRET,
  deploymentSecret: DEPLOYMENT_SECRET,
  upstreamSecret: 'practice-llave-mx-client-secret',
  upstreamPassword: 'practice-web-service-password',
};

for (const mode of ['apps', 'web'] as const) {
  forEachRig(
    `M-01 V-11 no secret and no personal datum is in a log, an audit event, a refusal or a clear column (${mode})`,
    async (rig) => {
      rig.llaveMx.addPerson(person);
      const watch = new Watch(rig);
      await everythingThatHappens(rig, watch);

      const secrets = { ...settingsSecrets, ...watch.secrets() };
      assert.ok(Object.keys(secrets).length > 20);
      const log = JSON.stringify(rig.logged);
      assert.ok(rig.logged.length > 5);
      const stored = await dump(rig);
      const { audit_events: audit = '' } = stored;
      for (const [kind, value] of Object.entries({ ...secrets, ...personal, email })) {
        const canary = String(value);
        assert.ok(!log.includes(canary), `${kind} in the log`);
        assert.ok(!audit.includes(canary), `${kind} in the audit log`);
        for (const page of watch.refusals) assert.ok(!page.includes(canary), `${kind} on a page`);
      }
      for (const [kind, value] of Object.entries({ ...secrets, ...personal })) {
        for (const [table, text] of Object.entries(stored)) {
          assert.ok(!text.includes(String(value)), `${kind} in clear in ${table}`);
        }
      }
      for (const page of watch.pages) {
        for (const [kind, value] of Object.entries(personal))
          assert.ok(!page.includes(String(value)), `${kind} on a page`);
        for (const [kind, value] of Object.entries(settingsSecrets))
          assert.ok(!page.includes(value), `${kind} on a page`);
      }
      // The search works: what is meant to be there is found.
      assert.ok(log.includes('llave-mx') && audit.includes('sign_in.succeeded'));
      assert.ok(watch.pages.some((page) => page.includes(String(email))));
    },
    { mode },
    mode === 'apps' ? undefined : ['SQLite in memory'],
  );
}

/** Reads along what the broker shows to browsers and what travels between it and Llave MX. */
class Watch {
  readonly pages: string[] = [];
  readonly refusals: string[] = [];
  readonly #rig: Rig;
  readonly #browsers: TestBrowser[] = [];
  readonly #fromLlaveMx = new Map<string, string>();

  constructor(rig: Rig) {
    this.#rig = rig;
    rig.interfere(async ({ method, url, headers, body }) => {
      const answer = await rig.llaveMx.app.fetch(new Request(url, { method, headers, body }));
      const text = await answer.text();
      const token = /"accessToken":"([^"]+)"/.exec(text)?.[1];
      if (token !== undefined) this.#fromLlaveMx.set(`access token ${this.#fromLlaveMx.size}`, token);
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text };
    });
  }

  browser(): TestBrowser {
    const watched = async (request: Request) => {
      const answer = await this.#rig.broker(request);
      const text = await answer.clone().text();
      this.pages.push(text);
      if (text.includes('data-testid="error-code"')) this.refusals.push(text);
      return answer;
    };
    const browser = this.#rig.browser('en', { [BROKER]: watched });
    this.#browsers.push(browser);
    return browser;
  }

  /** Every secret that came up, under a name that says what it is. */
  secrets(): { [kind: string]: string } {
    const found = Object.fromEntries(this.#fromLlaveMx);
    for (const [index, { endpoint, body }] of this.#rig.llaveMx.requests.entries()) {
      if (endpoint !== 'token') continue;
      const { code, codeVerifier } = JSON.parse(body);
      found[`code ${index}`] = code;
      if (codeVerifier !== undefined) found[`verifier ${index}`] = codeVerifier;
    }
    for (const [index, browser] of this.#browsers.entries()) {
      for (const { name, value } of browser.cookies()) {
        // Those of the protocol library that name an interaction: the same name is in its address, and no secret.
        if (value.length > 15 && !/-(?:interaction|resume)$/.test(name)) found[`cookie ${index} ${name}`] = value;
      }
    }
    return found;
  }
}

async function everythingThatHappens(rig: Rig, watch: Watch): Promise<void> {
  const signIn = async (slug = person.slug): Promise<{ browser: TestBrowser; page: Page }> => {
    const browser = watch.browser();
    return { browser, page: await rig.signIn(browser, slug) };
  };
  const { browser } = await signIn();
  await browser.get(`${BROKER}/account`);
  await signIn('rechaza');
  for (const endpoint of ['token', 'user-data'] as const) {
    for (const how of ['status-500', 'not-json', 'duplicate-members', 'empty-body'] as const) {
      rig.llaveMx.misbehave({ endpoint, how: { kind: how }, times: 1 });
      await signIn();
    }
  }
  rig.llaveMx.misbehave({ endpoint: 'user-data', how: { kind: 'subject', json: `"${curp}\\u0000"` }, times: 1 });
  await signIn();
  const away = await browser.submit(
    await rig.toLlaveMx(watch.browser()),
    `person-${person.slug}`,
    {},
    { follow: false },
  );
  await watch.browser().get(away.redirect ?? '');
  // Not watched: a page may repeat, escaped, the address that the same person opened, as its links to other languages do.
  const curious = rig.browser();
  await curious.get(`${BROKER}/callback/${curp}?state=${email}&code=${phone}&error=${birthDate}`);
  await curious.get(`${BROKER}/sign-in?id=${curp}&return_to=/${phone}`);
  await curious.get(`${BROKER}/oauth2/authorize?client_id=${curp}&redirect_uri=https://x.test/${phone}`);
  const token = new URLSearchParams({ grant_type: 'authorization_code', code: String(curp), client_id: 'course-site' });
  await rig.broker(new Request(`${BROKER}/oauth2/token`, { method: 'POST', body: token }));
  rig.breakDatabase(({ text }) => (text.includes('insert into users') ? 'fails before' : 'works'));
  rig.llaveMx.addPerson({ ...person, slug: 'fresh', userData: { ...person.userData, idUsuario: 31_337 } });
  await signIn('fresh');
  rig.breakDatabase(null);
}

/** Every table as text, all columns. */
async function dump(rig: Rig): Promise<{ [table: string]: string }> {
  const texts: { [table: string]: string } = {};
  for (const part of ['durable', 'ephemeral'] as const) {
    for (const table of allTables[part]) {
      const rows = await rig.databases[part].all({ shape: [`select * from ${table}`], values: [] });
      texts[table] = JSON.stringify(rows);
    }
  }
  return texts;
}

withOneRig(
  'M-02 the page of a refused callback repeats neither code nor state, also at an address registered elsewhere',
  async (rig) => {
    for (const path of ['/callback/llave-mx', '/auth/complete/llavemx/']) {
      const page = await rig.browser().get(`${BROKER}${path}?code=canary-code&state=canary-state`);
      assert.equal(page.text('error-code'), 'sign_in_unknown');
      assert.doesNotMatch(page.body, /canary/);
    }
  },
  { moreSettings: [`redirect_uri: ${BROKER}/auth/complete/llavemx/`] },
);

withOneRig('M-03 nothing that somebody sends becomes a line of the log, or more than a line', async (rig) => {
  const fake = '\r\n{"level":"info","event":"fake.event"}\u2028\u001b[31m';
  const encoded = encodeURIComponent(fake);
  const browser = rig.browser();
  for (const path of [
    `/callback/${encoded}?state=${encoded}`,
    `/sign-in?id=${encoded}`,
    `/${encoded}`,
    `/sign-in/${encoded}`,
  ]) {
    await browser.get(`${BROKER}${path}`);
  }
  const state = (await rig.toLlaveMx(browser)).url.searchParams.get('state');
  await browser.get(
    `${BROKER}/callback/llave-mx?state=${state}&error=${encoded}&error_description=${'x'.repeat(6000)}`,
  );
  await browser.get(`${BROKER}/oauth2/authorize?client_id=${encoded}&redirect_uri=${encoded}`);
  await rig.broker(
    new Request(`${BROKER}/oauth2/token`, {
      method: 'POST',
      headers: { 'user-agent': 'x'.repeat(8000) },
      body: new URLSearchParams({ grant_type: fake, client_id: fake, code: fake }),
    }),
  );
  assert.ok(rig.logged.length > 3);
  for (const line of rig.logged) {
    assert.notEqual(line.event, 'fake.event');
    const text = JSON.stringify(line);
    assert.ok(text.length < 4096, 'K-07 a line of the log stays short');
    assert.doesNotMatch(text, /fake\.event|\\u2028|\\u001b|\\r|\\n/);
  }
});

const told = 'secret-of-the-operator and CURP GEPX700101HDFBBB00';

forEachRig(
  'M-13 a fault of ours: a page with a reference, the same reference in the log, and nothing else on the page',
  async (rig) => {
    const browser = rig.browser();
    const page = await rig.signIn(browser, 'nacional');
    assertRefusalPage(page, 'internal_error');
    assert.doesNotMatch(page.body, /secret-of-the-operator|GEPX/);
    const line = rig.logged.find(({ reference }) => reference === page.text('error-reference'));
    assert.deepEqual([line?.level, line?.code], ['error', 'internal_error']);
    assert.doesNotMatch(JSON.stringify(rig.logged), /GEPX700101/);
    for (const table of ['users', 'identities', 'sessions'] as const) assert.equal(await rig.count(table), 0);
    assert.notEqual(page.find('start-again'), null);
  },
  { steps: failingWith(new Error(told)) },
);

withOneRig(
  'M-13 a fault in a call to the provider, or in the database, is a fault of ours without details',
  async (rig) => {
    rig.interfere(() => Promise.reject(new TypeError(told)));
    const called = await rig.signIn(rig.browser(), 'nacional');
    rig.interfere(null);
    const people = await rig.toLlaveMx(rig.browser());
    rig.breakDatabase(() => {
      throw new Error(told);
    });
    const stored = await rig.browser().get(`${BROKER}/sign-in`);
    const asked = await rig.browser().get(`${BROKER}/oauth2/authorize?client_id=course-site&response_type=code`);
    rig.breakDatabase(null);
    assert.equal(people.status, 200);
    for (const page of [called, stored]) {
      assertRefusalPage(page, 'internal_error');
      assert.ok(rig.logged.some((line) => line.reference === page.text('error-reference') && line.level === 'error'));
    }
    for (const page of [called, stored, asked]) {
      assertNothingLeaked(page.body);
      assert.doesNotMatch(page.body, /secret-of-the-operator|GEPX/);
    }
    assert.doesNotMatch(JSON.stringify(rig.logged), /GEPX700101/);
  },
);
