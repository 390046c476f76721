/**
 * The pages of registration under attack: not to be skipped, answered by others, or answered in part (E-01, E-02, E-06, E-09).
 */
import assert from 'node:assert/strict';
import { floodLimits } from '../../src/limits/limits.ts';
import { sql } from '../../src/store/database.ts';
import type { Page } from '../browser.ts';
import { ownWays } from '../flows/own-ways.ts';
import { APP, appBrowser, authorizationUrl, clientsInYaml, signInAs } from '../oidc/relying-party.ts';
import { assertRefusalPage, assertRefused } from '../refusal.ts';
import { BROKER, forEachRig, type Rig, type RigOptions, withOneRig } from '../rig.ts';

const asking: Partial<RigOptions> = {
  ...ownWays,
  registration:
    '{ verify_email: true, fields: { country: required, city: optional, goals: optional }, ' +
    'terms: { version: "1", address: "https://cursos.test/terminos" } }',
};
const good = { action: 'save', country: 'MX', city: 'Mérida', goals: '', terms: '1' };

async function nothingHappened(rig: Rig): Promise<void> {
  for (const table of ['users', 'identities', 'sessions', 'emails'] as const)
    assert.equal(await rig.count(table), 0, table);
}

function fieldsOf(page: Page): Record<string, string> {
  const hidden = page.document.all('input').filter((input) => input.attribute('type') === 'hidden');
  return Object.fromEntries(hidden.map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']));
}

forEachRig(
  'E-01 while the page stands open there is no session and no code: not by the account, the request, nor prompt=none',
  async (rig) => {
    const browser = appBrowser(rig);
    const page = await signInAs(browser, await browser.get(authorizationUrl('web')), 'nacional');
    assert.notEqual(page.find('country'), null);
    const { id = '' } = fieldsOf(page);
    assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
    const silent = await browser.get(authorizationUrl('web', { prompt: 'none' }));
    assert.equal(silent.url.origin, APP);
    assert.equal(silent.url.searchParams.get('error'), 'login_required');
    const row = await rig.open.store.signIns.find(id);
    assert.ok(row?.purpose.kind === 'authorize');
    const interaction = `${BROKER}/oauth2/interaction/${row.purpose.interaction}`;
    for (const address of [interaction, `${interaction}?sign_in=${id}`, `${interaction}?ways=all&sign_in=${id}`]) {
      const answer = await browser.get(address);
      assert.notEqual(answer.url.origin, APP, address);
      assert.ok(!answer.url.searchParams.has('code'));
    }
    await nothingHappened(rig);
    // The page is still good for whoever it belongs to.
    const end = await browser.submit(page, 'submit', { country: 'MX', terms: true });
    assert.ok(end.url.searchParams.has('code'), end.url.href);
  },
  { ...asking, moreClients: clientsInYaml() },
);

forEachRig(
  'E-02 whatever is sent that is not the page as we made it, the step stays',
  async (rig) => {
    const browser = rig.browser();
    const page = await rig.signIn(browser, 'nacional');
    const own = fieldsOf(page);
    const send = (fields: Record<string, string>) =>
      browser.post(`${BROKER}/sign-in/step`, { ...own, ...fields }, { from: page });
    const { action, ...withoutButton } = good;
    const { terms, ...withoutTerms } = good;
    for (const fields of [
      {},
      { action },
      { terms },
      withoutButton,
      withoutTerms,
      { ...good, terms: '' },
      { ...good, terms: 'false' },
      { ...withoutTerms, 'terms[]': '1', 'terms[version]': '1' },
      { ...good, country: '' },
      { ...good, country: 'México' },
      { ...good, country: '__proto__' },
      { ...good, city: 'x'.repeat(40_000) },
      { ...good, step: 'new-user' },
      { ...good, step: 'verify-email' },
      { ...good, step: '__proto__' },
    ]) {
      const answer = await send(fields);
      assert.equal(answer.status, 200, JSON.stringify(fields).slice(0, 100));
      assert.notEqual(answer.find('country'), null);
    }
    await nothingHappened(rig);
    // Sent whole, the same way, it is taken: nothing above was passed over for how it was sent.
    assert.notEqual((await send(good)).find('signed-in-as'), null);
  },
  asking,
);

withOneRig(
  'E-02 L-08 a doubled field, another content type, no body and a huge one are refused, and the page stays good',
  async (rig) => {
    const browser = rig.browser();
    const page = await rig.signIn(browser, 'nacional');
    const cookie = browser
      .cookies('broker.test')
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
    const send = async (body: string, type = 'application/x-www-form-urlencoded') => {
      const headers = { cookie, 'content-type': type, origin: BROKER, 'sec-fetch-site': 'same-origin' };
      const { status } = await rig.broker(new Request(`${BROKER}/sign-in/step`, { method: 'POST', headers, body }));
      return status;
    };
    const form = new URLSearchParams({ ...fieldsOf(page), ...good }).toString();
    assert.equal(await send(`${form}&terms=1`), 400);
    assert.equal(await send(`${form}&country=GT`), 400);
    assert.equal(await send(JSON.stringify({ ...fieldsOf(page), ...good }), 'application/json'), 400);
    assert.equal(await send(form, 'multipart/form-data; boundary=x'), 400);
    assert.ok((await send('')) >= 400);
    assert.equal(await send(`${form}&goals2=${'x'.repeat(70_000)}`), 413);
    await nothingHappened(rig);
    assert.notEqual((await browser.submit(page, 'submit', { country: 'MX', terms: true })).find('signed-in-as'), null);
  },
  asking,
);

withOneRig(
  'C-13 another browser can neither see the page nor answer it, and a page of another attempt answers only its own',
  async (rig) => {
    const browser = rig.browser();
    const page = await rig.signIn(browser, 'nacional');
    const other = rig.browser();
    await assertRefused(rig, await other.get(page.url), 'sign_in_other_browser');
    const theirs = await rig.signIn(other, 'extranjero');
    const forged = await other.post(`${BROKER}/sign-in/step`, { ...fieldsOf(page), ...good }, { from: theirs });
    await assertRefused(rig, forged, 'sign_in_other_browser', { events: 2 });
    const crossed = { ...fieldsOf(theirs), token: fieldsOf(page).token ?? '', ...good };
    await assertRefused(
      rig,
      await other.post(`${BROKER}/sign-in/step`, crossed, { from: theirs }),
      'cross_site_request',
      { events: 1 },
    );
    await nothingHappened(rig);
  },
  asking,
);

forEachRig(
  'E-09 E-03 of two tabs with different answers one wins whole; the other, the back button and a reload change nothing',
  async (rig) => {
    const browser = rig.browser();
    const page = await rig.signIn(browser, 'nacional');
    const send = (country: string, city: string) => browser.submit(page, 'submit', { country, city, terms: true });
    const ends = await Promise.all([send('MX', 'Mérida'), send('GT', 'Antigua')]);
    ends.push(await send('US', 'Austin'));
    for (const end of ends) assert.ok(end.status < 500);
    const account = await browser.get(`${BROKER}/account`);
    const said = `${account.text('about-country')} ${account.text('about-city')}`;
    assert.ok(['Mexico Mérida', 'Guatemala Antigua'].includes(said), said);
    assert.equal(await rig.count('users'), 1);
    assert.equal(await rig.count('sessions'), 1);
    const types = (await rig.audit()).map(({ type }) => type).sort();
    assert.deepEqual(types, ['identity.linked', 'sign_in.succeeded', 'terms.agreed', 'user.created']);
  },
  asking,
);

forEachRig(
  'E-06 M-02 what people type stands in clear in no table, no log and no audit event, before and after',
  async (rig) => {
    const browser = rig.browser();
    const secret = { city: 'Tzucacab-canary', goals: 'canary-goal' };
    const page = await rig.signIn(browser, 'correo-sin-verificar');
    const again = await browser.submit(page, 'submit', { ...secret });
    assert.equal(again.get('city').attribute('value'), secret.city);
    const assertSilent = async () => {
      const seen = [
        rig.logged,
        await rig.databases.ephemeral.all(sql`select * from sign_ins`),
        await rig.databases.durable.all(sql`select * from users`),
        await rig.databases.durable.all(sql`select * from audit_events`),
      ];
      for (const word of Object.values(secret)) assert.ok(!JSON.stringify(seen).includes(word), word);
    };
    await assertSilent();
    await browser.submit(again, 'submit', { country: 'MX', terms: true });
    await assertSilent();
  },
  asking,
);

withOneRig(
  'DESIGN §7: who tries many usernames to find out who is there is stopped for a minute; others, and the page, are not',
  async (rig) => {
    const { limit } = floodLimits.usernamesPerClientAddress;
    const browser = rig.browser();
    const page = await rig.signIn(browser, 'nacional');
    const fields = { ...fieldsOf(page), action: 'save', username: 'ana' };
    for (let time = 0; time < limit; time++) {
      const options = { from: page, follow: false } as const;
      assert.equal((await browser.post(`${BROKER}/sign-in/step`, fields, options)).status, 303);
    }
    const stopped = await browser.post(`${BROKER}/sign-in/step`, fields, { from: page });
    assertRefusalPage(stopped, 'too_many_requests');
    const other = rig.browserAt('203.0.113.7');
    const theirs = await rig.signIn(other, 'extranjero');
    assert.ok((await other.submit(theirs, 'submit', { username: 'ana', terms: true })).find('signed-in-as') !== null);
    rig.clock.advance(60_000);
    const again = await browser.submit(page, 'submit', { username: 'ana', terms: true });
    assert.match(again.body, /Somebody else has that name/);
    assert.ok((await browser.submit(again, 'submit', { username: 'eva', terms: true })).find('signed-in-as') !== null);
  },
  {
    ...asking,
    registration:
      '{ verify_email: false, fields: { username: required }, terms: { version: "1", address: "https://cursos.test/t" } }',
  },
);

withOneRig(
  'I-06 what people type is text on every page that shows it',
  async (rig) => {
    const browser = rig.browser();
    const attack = '"><script>alert(1)</script>';
    const page = await browser.submit(await rig.signIn(browser, 'nacional'), 'submit', { city: attack, goals: attack });
    assert.equal(page.document.all('script').length, 0);
    assert.equal(page.get('city').attribute('value'), attack);
    await browser.submit(page, 'submit', { country: 'MX', terms: true });
    const account = await browser.get(`${BROKER}/account`);
    assert.equal(account.document.all('script').length, 0);
    assert.equal(account.text('about-goals'), attack);
  },
  asking,
);
