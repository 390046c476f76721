import assert from 'node:assert/strict';
import { test } from 'node:test';
import { claimOf } from './claims.ts';
import { campus, claimsIn, createFixture, tool13 } from './fixture.ts';
import type { ProductName } from './product.ts';

type Answer = { readonly [name: string]: unknown };

const dl = 'https://purl.imsglobal.org/spec/lti-dl/claim';

/** A deep linking request and the correct answer to it, with changes. */
async function deepLinking(product: ProductName = 'plain') {
  const fixture = createFixture(product);
  const request = claimsIn((await fixture.launch('profesora', '/courses/mat-101/add/llavero')).get('id_token'));
  const settings = request[`${dl}/deep_linking_settings`] as Answer;
  const answer = async (changes: Answer = {}) => {
    const claims = {
      iss: tool13.clientId,
      aud: fixture.simulator.platform.issuer,
      ...{ iat: fixture.seconds(), exp: fixture.seconds() + 60, nonce: 'n-1' },
      [claimOf('deployment_id')]: tool13.deploymentId,
      [claimOf('message_type')]: 'LtiDeepLinkingResponse',
      [claimOf('version')]: '1.3.0',
      [`${dl}/content_items`]: [
        { type: 'ltiResourceLink', url: 'https://tool.test/otra', title: 'Unidad <2>', custom: { u: 2 } },
      ],
      ...(settings.data === undefined ? {} : { [`${dl}/data`]: settings.data }),
      ...changes,
    };
    const defined = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    const body = new URLSearchParams({ JWT: await fixture.sign(defined) });
    return fixture.fetch(String(settings.deep_link_return_url).slice(campus.length), { method: 'POST', body });
  };
  return { fixture, request, settings, answer };
}

test('§3.11 a teacher adds an activity: what the tool answers is a link of the course, and launches with its own values', async () => {
  const { fixture, request, answer } = await deepLinking();
  assert.equal(request[claimOf('message_type')], 'LtiDeepLinkingRequest');
  const page = await (await answer()).text();
  assert.match(page, /data-testid="added"[^>]*>[^<]*Unidad &lt;2&gt;/);
  const cookie = await fixture.enter('alumna');
  const course = await (await fixture.fetch('/courses/mat-101', { headers: cookie })).text();
  const slug = [...course.matchAll(/data-testid="link-([^"]+)"/g)].at(-1)?.[1];
  const claims = claimsIn((await fixture.launch('alumna', `/courses/mat-101/links/${slug}/launch`)).get('id_token'));
  assert.equal(claims[claimOf('target_link_uri')], 'https://tool.test/otra');
  assert.deepEqual(claims[claimOf('custom')], { u: '2' });
  assert.deepEqual(fixture.simulator.complaints, []);
});

test('an answer that chooses nothing adds nothing, and an answer is taken once', async () => {
  const { answer } = await deepLinking();
  assert.match(await (await answer({ [`${dl}/content_items`]: [] })).text(), /data-testid="nothing-added"/);
  assert.equal((await answer({ nonce: 'n-2' })).status, 400);
});

const badAnswers: readonly (readonly [complaint: string, changes: Answer])[] = [
  ['message_type is not LtiDeepLinkingResponse', { [claimOf('message_type')]: 'LtiResourceLinkRequest' }],
  ['version is not 1.3.0', { [claimOf('version')]: undefined }],
  ['deployment_id is not that of the request', { [claimOf('deployment_id')]: '2' }],
  ['data is not exactly that of the request', { [`${dl}/data`]: 'otro' }],
  ['data is not exactly that of the request', { [`${dl}/data`]: undefined }],
  ['nonce is absent or was used before', { nonce: undefined }],
  ['content_items is not a list of items', { [`${dl}/content_items`]: {} }],
  ['an item is of a type that was not asked for', { [`${dl}/content_items`]: [{ type: 'x-otro' }] }],
  ['aud is not the one that is expected here', { aud: 'https://otro.example' }],
  ['iss is not the client id', { iss: 'https://tool.test' }],
  ['the token has expired, or does not say when it does', { exp: 1 }],
];

for (const [complaint, changes] of badAnswers) {
  test(`an answer to deep linking is refused: ${complaint} (${Object.keys(changes)})`, async () => {
    const { fixture, answer } = await deepLinking();
    assert.equal((await answer(changes)).status, 400);
    assert.deepEqual(fixture.simulator.complaints, [`deep-links: ${complaint}`]);
  });
}

test('§4 Schoology takes one item, of two types', async () => {
  const item = { type: 'ltiResourceLink', url: 'https://tool.test/otra' };
  const { fixture, answer } = await deepLinking('schoology');
  assert.equal((await answer({ [`${dl}/content_items`]: [item, item] })).status, 400);
  assert.equal((await answer({ [`${dl}/content_items`]: [{ type: 'image' }], nonce: 'n-2' })).status, 400);
  assert.match(fixture.simulator.complaints.join(), /more than one item[\s\S]*not asked for/);
});
