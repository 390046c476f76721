/**
 * A sign-in that waits for the person: its page belongs to one browser, and looking at it decides nothing (C-13).
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { Page } from '../browser.ts';
import { assertRefused } from '../refusal.ts';
import { BROKER, forEachRig, withOneRig } from '../rig.ts';
import { askBeforeCreating } from '../steps.ts';

const asking = { steps: askBeforeCreating };

forEachRig(
  'C-13 the page of a paused sign-in: another browser is refused, looking at it advances nothing, answering ends it',
  async (rig) => {
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'nacional');
    const rows = () => rig.databases.ephemeral.all(sql`select id, state, version from sign_ins`);
    const before = await rows();
    assert.equal(before[0]?.state, 'waiting');
    for (let look = 0; look < 3; look++) assert.equal((await browser.get(question.url)).status, 200);
    assert.deepEqual(await rows(), before);

    const other = rig.browser();
    await assertRefused(rig, await other.get(question.url), 'sign_in_other_browser');
    const fields = fieldsOf(question);
    const forged = await other.post(`${BROKER}/sign-in/step`, { ...fields, answer: 'yes' }, { from: question });
    await assertRefused(rig, forged, 'sign_in_other_browser', { events: 2 });
    assert.deepEqual(await rows(), before);

    const end = await browser.submit(question, 'confirm-yes');
    assert.match(end.text('signed-in-as'), /Citlali/);
    assert.equal(await rig.count('users'), 1);
  },
  asking,
);

forEachRig(
  'C-13 an answer that is sent twice, one after the other or at once, is one answer',
  async (rig) => {
    const browser = rig.browser();
    const people = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-llave-mx');
    const question = await browser.submit(people, 'person-nacional');
    const ends = await Promise.all([1, 2, 3].map(() => browser.submit(question, 'confirm-yes')));
    ends.push(await browser.submit(question, 'confirm-yes'));
    // Changing one's mind afterwards is no answer any more.
    ends.push(await browser.submit(question, 'confirm-no'));
    for (const end of ends) assert.equal(end.url.pathname, '/account');
    assert.equal(await rig.count('users'), 1);
    assert.equal(await rig.count('sessions'), 1);
    const types = (await rig.audit()).map(({ type }) => type).sort();
    assert.deepEqual(types, ['identity.linked', 'sign_in.succeeded', 'user.created']);
  },
  asking,
);

forEachRig(
  'C-13 whoever answers no is refused, and nothing is written',
  async (rig) => {
    const browser = rig.browser();
    const page = await browser.submit(await rig.signIn(browser, 'nacional'), 'confirm-no');
    await assertRefused(rig, page, 'sign_in_refused_by_rule');
    for (const table of ['users', 'identities', 'sessions'] as const) assert.equal(await rig.count(table), 0);
  },
  asking,
);

withOneRig(
  'C-13 an answer without the token of its form, with a foreign one, or to another question is none',
  async (rig) => {
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'nacional');
    const foreign = fieldsOf(await rig.signIn(rig.browser(), 'correo-sin-verificar'));
    const fields = fieldsOf(question);
    const send = (changed: Record<string, string>) =>
      browser.post(`${BROKER}/sign-in/step`, { ...fields, answer: 'yes', ...changed }, { from: question });
    await assertRefused(rig, await send({ token: '' }), 'cross_site_request', { events: 1 });
    await assertRefused(rig, await send({ token: foreign.token ?? '' }), 'cross_site_request', { events: 2 });
    await assertRefused(rig, await send({ id: foreign.id ?? '' }), 'sign_in_other_browser');
    for (const step of ['', 'new-user', '__proto__', 'constructor']) {
      assert.notEqual((await send({ step })).find('confirm-yes'), null);
    }
    assert.equal(await rig.count('users'), 0);
  },
  asking,
);

function fieldsOf(page: Page): Record<string, string> {
  const hidden = page.document.all('input').filter((input) => input.attribute('type') === 'hidden');
  return Object.fromEntries(hidden.map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']));
}
