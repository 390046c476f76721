/**
 * Deep linking requests over a socket: who is shown the picker and where, what is sent back, and what is not (lti.md §3.11, cases
 * 53 and 54, R16, R17).
 */
import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import type { Page } from '../browser.ts';
import { createNewcomer, profileWith } from '../store-fixture.ts';
import { begin, claimsOf, codeOn, finish, jwkOf, LAUNCH, LTI, rsaKey, serveKeys, signed } from './platform.ts';
import { BROKER, CAMPUS, forEachLtiWorld, type LtiWorld, platformWith, withOneLtiWorld } from './world.ts';

const key = rsaKey('k1');
const DL = 'https://purl.imsglobal.org/spec/lti-dl/claim';
const PICKER = `${BROKER}/lti/1.3/deep-link`;
const RETURN = `${CAMPUS}/dl`;
const MINUTE = 60_000;

const content = [
  { title: 'Álgebra', url: 'https://lms.example/courses/a', scoreMaximum: 10 },
  { title: 'Geometría', url: 'https://lms.example/courses/g', scoreMaximum: null },
];
const options = { platforms: [platformWith({ name: 'Campus' })], content };
const usual = {
  ...{ deep_link_return_url: RETURN, accept_types: ['ltiResourceLink', 'html'], accept_multiple: true },
  ...{ accept_presentation_document_targets: ['iframe'], data: ' as it is ' },
};

interface Asked {
  readonly settings: object;
  readonly as: 'document' | 'iframe';
  readonly claims: { [claim: string]: unknown };
}

/** A teacher presses "add an activity". */
async function ask(world: LtiWorld, { settings = usual, as = 'iframe', claims = {} }: Partial<Asked> = {}) {
  serveKeys(world, [jwkOf(key)]);
  const browser = world.browser();
  const { state, nonce } = await begin(browser);
  const deep = {
    [`${LTI}/message_type`]: 'LtiDeepLinkingRequest',
    [`${LTI}/resource_link`]: undefined,
    [`${DL}/deep_linking_settings`]: settings,
    ...claims,
  };
  const token = await signed(claimsOf(world, nonce, deep), key);
  const page =
    as === 'document'
      ? await finish(browser, { state, id_token: token })
      : await browser.post(LAUNCH, { state, id_token: token }, { from: `${CAMPUS}/auth`, as });
  return { browser, page };
}

const all = { 'item-0': 'https://lms.example/courses/a', 'item-1': 'https://lms.example/courses/g' };
const policyOf = (page: Page) => page.headers.get('content-security-policy') ?? '';
const jwtOn = (page: Page): string => {
  const [field = assert.fail(page.body)] = page.document.all('input').filter((one) => one.attribute('name') === 'JWT');
  return field.attribute('value') ?? '';
};

async function verified(world: LtiWorld, page: Page) {
  const published = await (await world.send(new Request(`${BROKER}/lti/1.3/jwks`))).json();
  const currentDate = new Date(world.clock.now());
  const expected = { issuer: 'client', audience: CAMPUS, currentDate };
  return jwtVerify(jwtOn(page), createLocalJWKSet(published as JSONWebKeySet), expected);
}

/** Somebody who has come by course links before. */
const known = (world: LtiWorld, subject = 'ana') =>
  createNewcomer(world, { profile: profileWith({ provider: 'lti:moodle', subject }) });

forEachLtiWorld('case 54: what is chosen is sent back signed, as it was asked for', options, async (world) => {
  const { browser, page } = await ask(world);
  const sent = await browser.submit(page, 'add', all);
  const { payload, protectedHeader } = await verified(world, sent);
  const { iat = 0, exp = 0, nonce, ...claims } = payload;
  assert.deepEqual([protectedHeader.alg, protectedHeader.kid], ['RS256', 'lti-rs256-1']);
  assert.equal(exp - iat, 300);
  assert.match(String(nonce), /^[\w-]{43}$/);
  assert.deepEqual(claims, {
    ...{ iss: 'client', aud: CAMPUS },
    [`${LTI}/message_type`]: 'LtiDeepLinkingResponse',
    [`${LTI}/version`]: '1.3.0',
    [`${LTI}/deployment_id`]: '1',
    [`${DL}/data`]: ' as it is ',
    [`${DL}/content_items`]: [
      {
        ...{ type: 'ltiResourceLink', title: 'Álgebra', url: 'https://lms.example/courses/a' },
        lineItem: { scoreMaximum: 10, label: 'Álgebra' },
      },
      { type: 'ltiResourceLink', title: 'Geometría', url: 'https://lms.example/courses/g' },
    ],
  });
  const form = sent.get('continue').closest('form') ?? assert.fail();
  assert.deepEqual([form.attribute('action'), form.attribute('method')], [RETURN, 'post']);
  assert.deepEqual(
    sent.document.all('input').map((field) => field.attribute('name')),
    ['JWT'],
  );
  assert.match(policyOf(sent), /form-action 'self' https:\/\/campus\.example;/);
  assert.match(policyOf(sent), /script-src 'self'/);
  assert.equal(sent.headers.get('cache-control'), 'no-store');
  assert.deepEqual([world.launches.length, await world.store.accounts.findIdentity('lti:moodle', 'ana')], [0, null]);
});

withOneLtiWorld(
  'case 54: without data there is no data, and to choose nothing is an answer',
  options,
  async (world) => {
    const { data: _left, ...settings } = usual;
    const { browser, page } = await ask(world, { settings });
    const { payload } = await verified(world, await browser.submit(page, 'add-nothing'));
    assert.ok(!(`${DL}/data` in payload));
    assert.deepEqual(payload[`${DL}/content_items`], []);
  },
);

withOneLtiWorld('case 54: one is chosen where one is asked for, also by the word', options, async (world) => {
  for (const accept_multiple of [false, 'false', undefined]) {
    const { browser, page } = await ask(world, { settings: { ...usual, accept_multiple } });
    assert.equal(page.get('item-0').attribute('type'), 'radio');
    const fields = Object.fromEntries(
      page.document
        .all('input')
        .filter((field) => field.attribute('type') === 'hidden')
        .map((field) => [field.attribute('name') ?? '', field.attribute('value') ?? '']),
    );
    const forged = await browser.post(PICKER, { ...fields, ...all, answer: 'add' }, { from: page });
    assert.equal(codeOn(forged), 'bad_request');
    const { payload } = await verified(world, await browser.submit(page, 'add', { item: all['item-1'] }));
    assert.equal((payload[`${DL}/content_items`] as unknown[]).length, 1);
  }
});

withOneLtiWorld(
  'only what is asked for is sent: no column of grades, a plain link, nothing',
  options,
  async (world) => {
    const itemsFor = async (settings: object) => {
      const { browser, page } = await ask(world, { settings: { ...usual, ...settings } });
      if (page.find('add') === null) return page.find('nothing-offered') && [];
      const { payload } = await verified(world, await browser.submit(page, 'add', { 'item-0': all['item-0'] }));
      return payload[`${DL}/content_items`];
    };
    const link = { title: 'Álgebra', url: 'https://lms.example/courses/a' };
    assert.deepEqual(await itemsFor({ accept_lineitem: false }), [{ type: 'ltiResourceLink', ...link }]);
    assert.deepEqual(await itemsFor({ accept_types: ['link'] }), [{ type: 'link', ...link }]);
    assert.deepEqual(await itemsFor({ accept_types: ['html', 'image'] }), []);
  },
);

withOneLtiWorld('case 54: an answer goes to a web address, encrypted on its way', options, async (world) => {
  for (const url of [
    'javascript:alert(1)',
    'data:text/html,x',
    'http://campus.example/dl',
    'https://a@evil.example/',
    '//evil.example/dl',
    '/dl',
    'https://campus.example/"onload="x',
    '',
    undefined,
    7,
  ]) {
    const { page } = await ask(world, { settings: { ...usual, deep_link_return_url: url } });
    assert.equal(codeOn(page), 'lti_launch_malformed', String(url));
  }
  const { page } = await ask(world, { settings: { ...usual, deep_link_return_url: 'http://localhost:4404/dl' } });
  assert.ok(page.find('add'), 'a practice campus on this machine');
});

forEachLtiWorld('two presses are one answer, and a third comes too late', options, async (world) => {
  const { browser, page } = await ask(world);
  const [first, second] = await Promise.all([
    browser.submit(page, 'add', { 'item-0': all['item-0'] }),
    browser.submit(page, 'add', { 'item-0': all['item-0'] }),
  ]);
  assert.equal(jwtOn(first), jwtOn(second));
  assert.equal(jwtOn(await browser.submit(page, 'add-nothing')), jwtOn(first), 'another press, the same answer');
  world.clock.advance(MINUTE);
  const late = await browser.submit(page, 'add', { 'item-0': all['item-0'] });
  assert.equal(codeOn(late), 'deep_link_unusable');
});

withOneLtiWorld('R17 ten minutes, and it is over', options, async (world) => {
  const { browser, page } = await ask(world);
  world.clock.advance(10 * MINUTE - 1);
  assert.match((await browser.submit(page, 'add')).body, /id="items-fault"/);
  world.clock.advance(1);
  assert.equal(codeOn(await browser.submit(page, 'add', all)), 'deep_link_unusable');
});

withOneLtiWorld(
  'a form of another site, another browser, or with a guessed secret answers nothing',
  options,
  async (world) => {
    const { browser, page } = await ask(world);
    const value = (name: string) =>
      page.document
        .all('input')
        .find((field) => field.attribute('name') === name)
        ?.attribute('value') ?? '';
    const fields = { id: value('id'), secret: value('secret'), ...all, answer: 'add' };
    const from = `${CAMPUS}/evil`;
    assert.equal(codeOn(await browser.post(PICKER, fields, { from })), 'cross_site_request');
    for (const changes of [{ secret: 'guess' }, { secret: '' }, { id: 'other' }, { id: '' }]) {
      const forged = await browser.post(PICKER, { ...fields, ...changes }, { from: page });
      assert.equal(codeOn(forged), 'deep_link_unusable', JSON.stringify(changes));
    }
    assert.equal(codeOn(await world.browser().get(`${PICKER}?id=${fields.id}`)), 'deep_link_unusable');
  },
);

withOneLtiWorld('an address that nobody offers is not sent', options, async (world) => {
  const { browser, page } = await ask(world);
  world.configure({ content: content.slice(1) });
  const shown = await browser.submit(page, 'add', { 'item-0': all['item-0'] });
  assert.ok(shown.body.includes('items-fault'), 'it was taken back meanwhile');
});

withOneLtiWorld(
  'R16 in a frame the picker stands in the frames of its own LMS, signs nobody in and needs no cookie',
  { ...options, platforms: [platformWith({ frame_origins: ['https://school.example'] })] },
  async (world) => {
    const { user } = await known(world);
    const { browser, page } = await ask(world);
    assert.match(policyOf(page), /frame-ancestors https:\/\/campus\.example https:\/\/school\.example$/);
    assert.equal(page.headers.get('x-frame-options'), null);
    assert.deepEqual(world.launches, []);
    assert.deepEqual(browser.cookies(), []);
    assert.ok(!page.body.includes(user.id) && !page.body.includes('Ruiz'), 'nothing of anybody');
    const sent = await browser.submit(page, 'add', all);
    assert.match(policyOf(sent), /frame-ancestors https:\/\/campus\.example https:\/\/school\.example$/);
    await verified(world, sent);
  },
);

withOneLtiWorld('who has an account here is signed in first, in a window of ours', options, async (world) => {
  const { user } = await known(world);
  const { browser, page } = await ask(world, { as: 'document' });
  assert.equal(page.body, 'received');
  const here = world.ends[0] ?? assert.fail('the sign-in ends with us');
  assert.match(here, /^https:\/\/broker\.example\/lti\/1\.3\/deep-link\?id=[\w-]+$/);
  // Nobody, and somebody else.
  for (const signedIn of [null, 'somebody-else']) {
    world.configure({ signedIn });
    assert.equal(codeOn(await browser.get(here)), 'deep_link_unusable');
  }
  world.configure({ signedIn: user.id });
  const picker = await browser.get(here);
  assert.match(policyOf(picker), /frame-ancestors 'none'$/);
  assert.equal(picker.headers.get('x-frame-options'), 'DENY');
  assert.equal(codeOn(await world.browser().get(here)), 'deep_link_unusable', 'another browser of the same person');
  world.configure({ signedIn: 'somebody-else' });
  assert.equal(codeOn(await browser.submit(picker, 'add', all)), 'deep_link_unusable');
  world.configure({ signedIn: user.id });
  await verified(world, await browser.submit(picker, 'add', all));
});

withOneLtiWorld('who has none gets the picker without one, also in a window', options, async (world) => {
  const { browser, page } = await ask(world, { as: 'document' });
  await verified(world, await browser.submit(page, 'add', all));
  assert.deepEqual(world.launches, []);
});

withOneLtiWorld(
  'case 79: whose account is closed, or who is nobody, chooses nothing in a frame either',
  options,
  async (world) => {
    const { user } = await known(world);
    await world.databases.durable.run({
      shape: ["update users set state = 'disabled' where id = ", ''],
      values: [user.id],
    });
    const { page } = await ask(world);
    assert.equal(codeOn(page), 'user_disabled');
    assert.match(policyOf(page), /frame-ancestors https:\/\/campus\.example$/);
    const anonymous = await ask(world, { claims: { sub: undefined } });
    assert.equal(codeOn(anonymous.page), 'launch_anonymous');
  },
);

withOneLtiWorld('a platform that was switched off meanwhile is answered no more', options, async (world) => {
  const { browser, page } = await ask(world);
  world.configure({ platforms: [platformWith({ enabled: false })] });
  assert.equal(codeOn(await browser.submit(page, 'add', all)), 'lti_platform_disabled');
});

withOneLtiWorld(
  'many are searched, and what was chosen before stays chosen',
  {
    ...options,
    content: Array.from({ length: 60 }, (_, index) => ({
      ...{ title: `Curso ${index}`, url: `https://lms.example/courses/${index}`, scoreMaximum: null },
    })),
  },
  async (world) => {
    const { browser, page } = await ask(world);
    assert.equal(page.document.all('input').filter((field) => field.attribute('type') === 'checkbox').length, 40);
    const found = await browser.submit(page, 'submit', { q: 'curso 59', 'item-3': 'https://lms.example/courses/3' });
    assert.deepEqual(
      ['item-0', 'item-1'].map((id) => found.get(id).attribute('value')),
      ['https://lms.example/courses/3', 'https://lms.example/courses/59'],
    );
    const sent = await browser.submit(found, 'add', { 'item-1': 'https://lms.example/courses/59' });
    const items = decodeJwt(jwtOn(sent))[`${DL}/content_items`] as { url: string }[];
    assert.deepEqual(
      items.map(({ url }) => url),
      ['https://lms.example/courses/3', 'https://lms.example/courses/59'],
    );
    const nothing = await browser.submit(page, 'submit', { q: '<script>' });
    assert.match(nothing.get('nothing-found').text, /<script>/);
    assert.doesNotMatch(nothing.body, /<script>/);
  },
);

withOneLtiWorld(
  'case 53: the administration that asks for somebody’s data reads kinds and whom to ask, and no data',
  options,
  async (world) => {
    const { user } = await known(world, 'bea');
    serveKeys(world, [jwkOf(key)]);
    const askAbout = async (forUser: object, more: object = {}) => {
      const browser = world.browser();
      const { state, nonce } = await begin(browser);
      const privacy = {
        [`${LTI}/message_type`]: 'DataPrivacyLaunchRequest',
        [`${LTI}/resource_link`]: undefined,
        [`${LTI}/for_user`]: forUser,
        ...more,
      };
      return finish(browser, { state, id_token: await signed(claimsOf(world, nonce, privacy), key) });
    };
    const page = await askAbout({ user_id: 'bea', name: 'Bea' });
    assert.equal(page.get('for-user').text, 'bea');
    assert.equal(page.get('own-data').attribute('href'), '/account/data');
    const stranger = await askAbout({ id: 'zoe' });
    // The same for who is known here and for who is not.
    assert.equal(stranger.body.replaceAll('zoe', 'bea'), page.body);
    assert.ok(!page.body.includes(user.id) && !page.body.includes('Ruiz'));
    assert.match(policyOf(page), /frame-ancestors https:\/\/campus\.example$/);
    assert.deepEqual(world.launches, []);
    assert.equal(
      codeOn(await askAbout({ user_id: 'bea' }, { [`${LTI}/context`]: { id: 'c' } })),
      'lti_launch_malformed',
    );
  },
);
