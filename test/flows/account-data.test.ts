/**
 * The download of what is held of a person: only by them, after a sign-in of the last ten minutes (M-04, M-11).
 */
import assert from 'node:assert/strict';
import { BROKER, forEachRig, withOneRig } from '../rig.ts';
import { ADDRESS, byLlaveMx, byMail, MINUTE, open, typesOf } from './own-account.ts';
import { ownWays, towards } from './own-ways.ts';

forEachRig(
  'M-04 M-11 somebody downloads what is held of them: a file that is kept nowhere, and that they did is written down',
  async (rig) => {
    await byMail(rig, 'otra@uni.mx');
    const browser = await byLlaveMx(rig, 'nacional');
    const page = await open(browser, '/data');
    const form = page.forms.find((one) => one.attribute('action') === '/account/data/download');
    assert.ok(form);
    const file = await browser.submit(page, 'download');
    assert.equal(file.headers.get('cache-control'), 'no-store');
    assert.match(file.headers.get('content-disposition') ?? '', /^attachment/);
    assert.match(file.headers.get('content-type') ?? '', /^application\/json/);
    const { format, ...parts } = JSON.parse(file.body);
    assert.equal(format, 'llavero-personal-data/1');
    assert.equal(parts.ways_to_sign_in.data[0].provider, 'llave-mx');
    assert.ok(parts.identifiers.data.some(({ kind }: { kind: string }) => kind === 'curp'));
    assert.ok(parts.events.data.some(({ type }: { type: string }) => type === 'personal_data.viewed'));
    assert.ok(parts.account.meaning.length > 10);
    assert.doesNotMatch(file.body, /otra@uni\.mx/);
    assert.ok((await typesOf(rig)).includes('personal_data.viewed'));
  },
  ownWays,
);

withOneRig(
  'M-11 C-12 ten minutes after the sign-in it is asked for again, and by the form of somebody else nothing leaves',
  async (rig) => {
    const browser = await byMail(rig);
    const [page, foreign] = [await open(browser, '/data'), await open(await byMail(rig, 'otra@uni.mx'), '/data')];
    const token = foreign.document.all('input').find((input) => input.attribute('name') === 'token');
    const sent = { token: token?.attribute('value') ?? '' };
    const refused = await browser.post(`${BROKER}/account/data/download`, sent, { from: page });
    assert.equal(refused.text('error-code'), 'cross_site_request');
    rig.clock.advance(10 * MINUTE);
    const asked = await browser.submit(await open(browser, '/data'), 'download');
    assert.equal(asked.url.pathname, '/sign-in');
    assert.ok(!asked.body.includes(ADDRESS));
    assert.ok(!(await typesOf(rig)).includes('personal_data.viewed'));
  },
  ownWays,
);

withOneRig(
  'M-04 a guest, who has nothing to sign in with again, gets theirs as well',
  async (rig) => {
    const browser = rig.browser();
    await browser.submit(await towards(browser, 'guest'), 'submit');
    rig.clock.advance(20 * MINUTE);
    const file = await browser.submit(await open(browser, '/data'), 'download');
    assert.equal(JSON.parse(file.body).account.data.state, 'temporary');
  },
  ownWays,
);
