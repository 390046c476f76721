/**
 * D-14, D-21: what somebody would have to send to have accounts merged that are not both theirs, or otherwise than they were shown.
 */
import assert from 'node:assert/strict';
import type { Page } from '../browser.ts';
import { byMail, MERGE, MINE, MINUTE, mergesIn, OTHER, toPreview, twoAccounts } from '../flows/own-merges.ts';
import { fieldsIn, ownWays, signInByMail } from '../flows/own-ways.ts';
import { BROKER, forEachRig, type Rig, withOneRig } from '../rig.ts';

const THIRD = 'carla@uni.mx';

/** What the confirming form sends, and where to. */
function formOf(preview: Page) {
  const action = preview.get('confirm-merge').closest('form')?.attribute('action') ?? '';
  const chosen = preview.document.all('input').filter((input) => input.attribute('type') !== 'radio');
  return {
    action: new URL(action, BROKER).href,
    fields: Object.fromEntries(chosen.map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? ''])),
  };
}

const proofIn = (preview: Page) => preview.url.searchParams.get('proof') ?? assert.fail('no proof');

async function nothingMerged(rig: Rig): Promise<void> {
  assert.deepEqual(await mergesIn(rig), []);
}

withOneRig(
  'D-14 a proof of eleven minutes ago shows nothing, on the page and when it is confirmed',
  async (rig) => {
    const { browser } = await twoAccounts(rig);
    const preview = await toPreview(rig, browser);
    rig.clock.advance(11 * MINUTE);
    // Their own sign-in is as old: they are to sign in once more.
    assert.equal((await browser.submit(preview, 'confirm-merge')).url.pathname, '/sign-in');
    await signInByMail(rig, browser, MINE).catch(() => null);
    await nothingMerged(rig);
  },
  ownWays,
);

withOneRig(
  'D-14 an own sign-in of a moment ago does not make an old proof good',
  async (rig) => {
    const { browser } = await twoAccounts(rig);
    const preview = await toPreview(rig, browser);
    rig.clock.advance(9 * MINUTE);
    const again = await browser.get(`${BROKER}/sign-in?return_to=/account`);
    await byMail(rig, browser, again, MINE);
    rig.clock.advance(2 * MINUTE);
    const page = await browser.get(preview.url);
    assert.ok(page.find('proof-is-gone'));
    const form = formOf(preview);
    const token = fieldsIn(page).token ?? '';
    const end = await browser.post(form.action, { ...form.fields, token }, { from: page });
    assert.ok(end.find('proof-is-gone'));
    await nothingMerged(rig);
  },
  ownWays,
);

withOneRig(
  'D-14 a proof of another browser, of another person, or made up shows nothing',
  async (rig) => {
    const { browser } = await twoAccounts(rig);
    const preview = await toPreview(rig, browser);
    // The same person in another browser, and somebody else altogether.
    for (const address of [MINE, THIRD]) {
      const another = rig.browser();
      await signInByMail(rig, another, address);
      const page = await another.get(preview.url);
      assert.ok(page.find('proof-is-gone'));
      assert.ok(!page.document.text.includes(OTHER), 'nothing of the other account is shown');
      const { action, fields } = formOf(preview);
      const end = await another.post(action, { ...fields, token: fieldsIn(page).token ?? '' }, { from: page });
      assert.ok(end.find('proof-is-gone'));
    }
    const madeUp = await browser.get(`${MERGE}?proof=${'A'.repeat(22)}`);
    assert.ok(madeUp.find('proof-is-gone'));
    const endless = `${MERGE}?proof=${encodeURIComponent('é'.repeat(900))}`;
    assert.ok((await browser.get(endless)).find('proof-is-gone'));
    const token = fieldsIn(madeUp).token ?? '';
    assert.ok((await browser.post(endless, { token }, { from: madeUp })).find('proof-is-gone'));
    await nothingMerged(rig);
  },
  ownWays,
);

withOneRig(
  'IDOR: an attempt of this browser that is no proof, or is one for another account, shows nothing',
  async (rig) => {
    const { browser } = await twoAccounts(rig);
    // An ordinary sign-in that has succeeded: its secret is in this very browser.
    const cookie = browser.cookies().find(({ name }) => name.includes('sign-in-'));
    const id = cookie?.name.split('sign-in-')[1] ?? assert.fail('no attempt');
    assert.ok((await browser.get(`${MERGE}?proof=${id}`)).find('proof-is-gone'));
    // A proof that was made for the account in which the browser was before.
    const preview = await toPreview(rig, browser);
    await browser.submit(await browser.get(`${BROKER}/account`), 'sign-out');
    await byMail(rig, browser, await browser.get(`${BROKER}/sign-in`), THIRD);
    const page = await browser.get(preview.url);
    assert.ok(page.find('proof-is-gone'));
    const { action, fields } = formOf(preview);
    await browser.post(action, { ...fields, token: fieldsIn(page).token ?? '' }, { from: page });
    await nothingMerged(rig);
  },
  ownWays,
);

withOneRig(
  'a form that was not made for this session, or comes from another site, merges nothing',
  async (rig) => {
    const { browser } = await twoAccounts(rig);
    const preview = await toPreview(rig, browser);
    const { action, fields } = formOf(preview);
    const forged = await browser.post(action, { ...fields, token: 'x'.repeat(43) }, { from: preview });
    assert.equal(forged.text('error-code'), 'cross_site_request');
    const foreign = await browser.post(action, fields, { from: 'https://evil.test/' });
    assert.notEqual(foreign.status, 200);
    const begun = await browser.post(`${MERGE}/prove`, { token: '' }, { from: 'https://evil.test/' });
    assert.notEqual(begun.url.pathname, '/sign-in');
    await nothingMerged(rig);
  },
  ownWays,
);

forEachRig(
  'a fingerprint, a choice or a direction that was not shown merges nothing, and it is shown anew',
  async (rig) => {
    const { mine, browser } = await twoAccounts(rig);
    const preview = await toPreview(rig, browser);
    const { action, fields } = formOf(preview);
    const tampered: readonly { readonly to: string; readonly fields: { readonly [name: string]: string } }[] = [
      { to: action, fields: { ...fields, fingerprint: '' } },
      { to: action, fields: { ...fields, fingerprint: 'x'.repeat(43) } },
      { to: action, fields: { ...fields, 'choice-username': 'both' } },
      { to: action, fields: { ...fields, 'choice-id': 'retired' } },
      { to: action, fields: { ...fields, 'choice-__proto__': 'retired' } },
      // Agreed to for the other direction.
      { to: `${action}&keep=other`, fields },
    ];
    for (const { to, fields: sent } of tampered) {
      const page = await browser.post(to, sent, { from: preview });
      assert.ok(page.find('preview-changed'), JSON.stringify(sent));
      assert.equal(page.status, 409);
      await nothingMerged(rig);
    }
    // What changed since it was shown is no agreement either.
    const found = await rig.open.store.accounts.findUser(mine);
    assert.ok(found);
    await rig.databases.durable.run({
      shape: ['update emails set address = ', ' where user_id = ', ''],
      values: ['Ana@Uni.mx', mine],
    });
    await rig.databases.durable.run({
      shape: ['update users set username = ', ', username_key = ', ' where id = ', ''],
      values: ['another-name', 'another-name', mine],
    });
    const changed = await browser.submit(preview, 'confirm-merge');
    assert.ok(changed.find('preview-changed'));
    await nothingMerged(rig);
    assert.ok((await browser.submit(changed, 'confirm-merge')).find('merge-id'));
  },
  ownWays,
);

forEachRig(
  'D-14 a proof is used once: after support has undone the merge it merges nothing again',
  async (rig) => {
    const { browser } = await twoAccounts(rig);
    const preview = await toPreview(rig, browser);
    const { action, fields } = formOf(preview);
    const done = await browser.submit(preview, 'confirm-merge');
    const mergeId = done.text('merge-id');
    const undone = await rig.merging.unmerge({
      ...{ mergeId, by: { kind: 'operator', name: 'support' }, reason: 'test', reference: null },
      ...{ requester: { userAgent: null, addressKey: 'test', knownDevice: null }, also: () => [] },
    });
    assert.equal(undone.kind, 'unmerged');
    await byMail(rig, browser, await browser.get(`${BROKER}/sign-in`), MINE);
    const page = await browser.get(`${MERGE}?proof=${proofIn(preview)}`);
    assert.ok(page.find('proof-is-gone'));
    const end = await browser.post(action, { ...fields, token: fieldsIn(page).token ?? '' }, { from: page });
    assert.ok(end.find('proof-is-gone'));
    await nothingMerged(rig);
  },
  ownWays,
);

withOneRig(
  'whoever lost the session in which it was done gets no other by the proof of another browser, or later',
  async (rig) => {
    const { browser } = await twoAccounts(rig);
    const exchanged = await browser.click(await toPreview(rig, browser), 'exchange');
    const { action, fields } = formOf(exchanged);
    await browser.submit(exchanged, 'confirm-merge');
    const another = rig.browser();
    const page = await another.post(action, fields, { from: exchanged });
    assert.equal(page.url.pathname, '/sign-in');
    browser.forget('__Host-llavero-session');
    rig.clock.advance(2 * MINUTE);
    assert.equal((await browser.post(action, fields, { from: exchanged })).url.pathname, '/sign-in');
  },
  ownWays,
);
