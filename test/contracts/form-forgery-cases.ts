/**
 * Who may send a form, and from where: other browsers, other attempts, other sites, other providers, and forms that are
 * none of ours.
 *
 * Each is tried in front of each form of the way, must change nothing, and must not keep the person out.
 */
import assert from 'node:assert/strict';
import { cookieOf } from '../attacks/browser-surface.ts';
import type { Page } from '../browser.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { assertNothingLeaked } from '../refusal.ts';
import { BROKER, COURSE_SITE } from '../rig.ts';
import { always, type FormCase, needing, needsFields } from './form-case.ts';
import { addressOf, assertSame, type FormWorld, formOf, OTHER, type Standing, sentBy } from './form-world.ts';

/** The form as the person would send it, with changes; undefined takes a field away. */
async function changed(world: FormWorld, at: Standing, changes: { readonly [name: string]: string | undefined }) {
  const fields = { ...(await sentBy(world, at)), ...changes };
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The same, by the person's own browser from the page of the form. */
const send = async (world: FormWorld, at: Standing, changes: { readonly [name: string]: string | undefined }) =>
  at.browser.post(addressOf(), await changed(world, at, changes), { from: at.page });

/** A request that says of itself what no browser of a person would. */
async function sendAs(world: FormWorld, at: Standing, headers: { readonly [name: string]: string }, body?: string) {
  const form = { 'content-type': 'application/x-www-form-urlencoded', cookie: cookieOf(at.browser) };
  const sent = body ?? new URLSearchParams(await sentBy(world, at)).toString();
  const request = new Request(addressOf(), { method: 'POST', headers: { ...form, ...headers }, body: sent });
  const answer = await world.rig.broker(request);
  const text = await answer.text();
  assertNothingLeaked(text);
  return { status: answer.status, code: /data-testid="error-code">(\w+)</.exec(text)?.[1] ?? null };
}

const ofBrowser: readonly FormCase[] = [
  always('C-02 a form that another browser sends, token and all: sign_in_other_browser', (world) =>
    world.attackEachForm(async (at) => {
      const thief = world.browser();
      const page = await thief.post(addressOf(), await sentBy(world, at), { from: at.page });
      world.refused(page, 'sign_in_other_browser');
      assert.equal((await thief.get(`${BROKER}/account`)).url.pathname, '/sign-in');
    }),
  ),
  always('C-02 a form of an attempt that never was: sign_in_unknown', (world) =>
    world.attackEachForm(async (at) => {
      for (const id of ['AAAAAAAAAAAAAAAAAAAAAA', '', '\0', 'x'.repeat(3000)]) {
        world.refused(await send(world, at, { id }), 'sign_in_unknown');
      }
      world.refused(await send(world, at, { id: undefined }), 'sign_in_unknown');
    }),
  ),
  always('L-08 the token of another attempt of the same browser: cross_site_request', (world) =>
    world.attackEachForm(async (at) => {
      const other = await world.stand(0, { browser: at.browser, person: at.person });
      const { token } = await sentBy(world, other);
      world.refused(await send(world, at, { token }), 'cross_site_request');
    }),
  ),
  always('L-08 the token of the same form in another browser: cross_site_request', (world) =>
    world.attackEachForm(async (at) => {
      const other = await world.stand(0, { person: at.person });
      const { token } = await sentBy(world, other);
      world.refused(await send(world, at, { token }), 'cross_site_request');
    }),
  ),
  always('L-08 no token, an empty one, one that was cut or lengthened: cross_site_request', (world) =>
    world.attackEachForm(async (at) => {
      const { token = '' } = await sentBy(world, at);
      for (const wrong of [undefined, '', token.slice(1), token.slice(0, -1), `${token}A`, token.toLowerCase()]) {
        world.refused(await send(world, at, { token: wrong }), 'cross_site_request');
      }
    }),
  ),
];

const foreign: readonly { readonly [name: string]: string }[] = [
  { origin: 'https://evil.test' },
  { origin: 'null' },
  { origin: COURSE_SITE },
  { 'sec-fetch-site': 'cross-site', origin: BROKER },
  { 'sec-fetch-site': 'same-site', origin: BROKER },
  { 'sec-fetch-site': 'none' },
  { 'sec-fetch-site': 'same-origin', origin: 'https://evil.test' },
  {},
];

const ofOrigin: readonly FormCase[] = [
  always('C-10 a form that another site sends, or nobody says who: cross_site_request', (world) =>
    world.attackEachForm(async (at) => {
      for (const headers of foreign) {
        assert.deepEqual(await sendAs(world, at, headers), { status: 403, code: 'cross_site_request' });
      }
      // Not even with the person's own cookies: a browser that knew no SameSite would send them along.
      const page = await at.browser.post(addressOf(), await sentBy(world, at), { from: 'https://evil.test/' });
      world.refused(page, 'cross_site_request');
    }),
  ),
  always('L-08 every field of the form twice, the same or another: bad_request', (world) =>
    world.attackEachForm(async (at) => {
      const fields = await sentBy(world, at);
      for (const name of Object.keys(fields)) {
        for (const value of [fields[name] ?? '', 'other']) {
          const body = `${new URLSearchParams(fields)}&${new URLSearchParams({ [name]: value })}`;
          assert.deepEqual(await sendAs(world, at, { origin: BROKER }, body), { status: 400, code: 'bad_request' });
        }
      }
    }),
  ),
  always('L-08 the right fields in what is no form: bad_request', (world) =>
    world.attackEachForm(async (at) => {
      const fields = await sentBy(world, at);
      const urlencoded = new URLSearchParams(fields).toString();
      const types = ['application/json', 'text/plain', 'multipart/form-data; boundary=x', ''];
      for (const type of types) {
        const body = type === 'application/json' ? JSON.stringify(fields) : urlencoded;
        const answer = await sendAs(world, at, { origin: BROKER, 'content-type': type }, body);
        assert.deepEqual(answer, { status: 400, code: 'bad_request' }, type);
      }
    }),
  ),
  needing('L-08 G-06 fields as lists and objects are no fields: nobody is let in', needsFields, (world) =>
    world.attackEachForm(async (at) => {
      const filled = Object.keys(await world.fields(at));
      for (const suffix of ['[]', '[0]', '[$ne]', '.value']) {
        const fields = Object.entries(await sentBy(world, at));
        const hidden = fields.map(([name, value]) => [filled.includes(name) ? `${name}${suffix}` : name, value]);
        const page = await at.browser.post(addressOf(), Object.fromEntries(hidden), { from: at.page });
        assert.ok(!isSignedIn(page) && page.status < 500);
      }
    }, world.filledIn),
  ),
  always('G-19 the form by GET, HEAD, PUT, PATCH and DELETE: not looked at', (world) =>
    world.attackEachForm(async (at) => {
      const fields = new URLSearchParams(await sentBy(world, at));
      const headers = { cookie: cookieOf(at.browser), origin: BROKER };
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']) {
        const url = `${addressOf()}?${fields}`;
        const answer = await world.rig.broker(new Request(url, { method, headers }));
        assert.ok(answer.status < 500, `${method} ${answer.status}`);
      }
      assert.equal(formOf(await world.stored(at.page)), at.press.form);
    }),
  ),
];

/** After this the form is the same as before, whatever was said in between. */
async function assertStillAsked(world: FormWorld, at: Standing, page: Page): Promise<void> {
  assert.ok(!isSignedIn(page), page.url.href);
  assert.ok(page.status < 500, `${page.status}`);
  assert.equal(formOf(await world.stored(at.page)), at.press.form);
}

const ofOwner: readonly FormCase[] = [
  always('E-03 the form sent to another provider, or to nobody: not looked at', (world) =>
    world.attackEachForm(async (at) => {
      for (const slug of [OTHER, 'llave-mx', 'nobody', 'step', 'mail', '__proto__']) {
        const page = await at.browser.post(addressOf(slug), await sentBy(world, at), { from: at.page });
        await assertStillAsked(world, at, page);
      }
    }),
  ),
  always('E-03 the form sent as the answer to a step of the pipeline: not looked at', (world) =>
    world.attackEachForm(async (at) => {
      for (const step of ['', 'new-user', 'ask-first', 'constructor']) {
        const fields = { ...(await sentBy(world, at)), step, answer: 'yes' };
        await assertStillAsked(world, at, await at.browser.post(`${BROKER}/sign-in/step`, fields, { from: at.page }));
      }
    }),
  ),
  always("E-03 the form sent while the attempt is at another provider's: not looked at", (world) =>
    world.attackEachForm(async (at) => {
      const elsewhere = await world.stand(0, { browser: at.browser, person: at.person });
      const { id, token } = await sentBy(world, elsewhere);
      await at.browser.get(`${addressOf(OTHER)}?id=${id}`);
      const page = await at.browser.post(
        addressOf(),
        { ...(await sentBy(world, at)), id: id ?? '', token: token ?? '' },
        { from: at.page },
      );
      assert.ok(!isSignedIn(page));
    }),
  ),
  always(
    'C-03 a callback of the way, with the attempt as its state: issuer_mismatch, and nothing is let in',
    async (world) => {
      for (const step of world.fixture.presses.keys()) {
        const at = await world.stand(step);
        const before = await world.people();
        const { id } = await sentBy(world, at);
        const page = await at.browser.get(`${BROKER}/callback/subject?code=x&state=${id}`);
        world.refused(page, 'issuer_mismatch');
        assertSame(before, await world.people(), at.press.form);
        assert.notEqual(page.find('start-again'), null);
        world.refused(await at.browser.get(`${BROKER}/sign-in/step?id=${id}`), 'issuer_mismatch');
      }
    },
  ),
];

const unknownActions = ['sign-in', 'finish', 'skip', 'back', '__proto__', 'constructor', '\0', 'x'.repeat(5000)];

const ofContent: readonly FormCase[] = [
  needing(
    'a button that the form does not have: nobody is let in, and nothing is sent to anybody',
    needsFields,
    (world) =>
      world.attackEachForm(async (at) => {
        const filled = Object.keys(await world.fields(at));
        const empty = Object.fromEntries(filled.map((name) => [name, '']));
        for (const action of unknownActions) {
          await assertStillAsked(world, at, await send(world, at, { ...empty, action }));
        }
      }),
  ),
  needing(
    'F-04 a link that was made up, instead of what is asked for: nobody is let in',
    needsFields,
    async (world) => {
      for (const step of world.fixture.presses.keys()) {
        const at = await world.stand(step);
        const before = await world.people();
        const none = Object.fromEntries(Object.keys(await world.fields(at)).map((name) => [name, undefined]));
        for (const link of ['', 'AAAAAAAAAAAAAAAAAAAAAA', '\0', 'x'.repeat(5000)]) {
          const page = await send(world, at, { ...none, link });
          assert.ok(!isSignedIn(page) && page.status === 200, `${link}: ${page.status}`);
        }
        assertSame(before, await world.people(), at.press.form);
      }
    },
  ),
];

export const forgeryCases: readonly FormCase[] = [...ofBrowser, ...ofOrigin, ...ofOwner, ...ofContent];
