import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campus, claimsIn, createFixture, tool13 } from './fixture.ts';
import type { ProductName } from './product.ts';
import { scopes } from './tool.ts';

type Fixture = ReturnType<typeof createFixture>;
type Answer = { readonly [name: string]: unknown };

const itemType = 'application/vnd.ims.lis.v2.lineitem+json';
const scoreType = 'application/vnd.ims.lis.v1.score+json';

/** The address of the line item that a launch tells of, below the campus. */
async function columnOf(fixture: Fixture): Promise<string> {
  const form = await fixture.launch('alumna', '/courses/mat-101/links/llavero-tarea/launch');
  const claim = claimsIn(form.get('id_token'))['https://purl.imsglobal.org/spec/lti-ags/claim/endpoint'] as Answer;
  return String(claim.lineitem).slice(campus.length);
}

const withPath = (address: string, more: string) => address.replace(/(\?|$)/, `${more}$1`);

const score = (fixture: Fixture, changes: Answer = {}) => ({
  userId: fixture.simulator.subjectOf('alumna', 'mat-101'),
  scoreGiven: 8.5,
  scoreMaximum: 10,
  timestamp: new Date(fixture.seconds() * 1000).toISOString(),
  activityProgress: 'Completed',
  gradingProgress: 'FullyGraded',
  ...changes,
});

async function sendScore(fixture: Fixture, address: string, changes: Answer = {}, type = scoreType) {
  const headers = { ...(await fixture.bearer(scopes.score)), 'content-type': type };
  return fixture.fetch(withPath(address, '/scores'), {
    method: 'POST',
    headers,
    body: JSON.stringify(score(fixture, changes)),
  });
}

for (const product of ['plain', 'moodle', 'd2l'] as const satisfies readonly ProductName[]) {
  test(`${product}: a score arrives in the grade book, and is read as a result`, async () => {
    const fixture = createFixture(product);
    const address = await columnOf(fixture);
    assert.equal((await sendScore(fixture, address)).status, 204);
    const answer = await fixture.fetch(withPath(address, '/results'), {
      headers: await fixture.bearer(scopes.resultReadOnly),
    });
    const [result] = (await answer.json()) as Answer[];
    assert.deepEqual([result?.resultScore, result?.resultMaximum], [85, 100]);
    const page = await fixture.fetch('/courses/mat-101/grades', { headers: await fixture.enter('profesora') });
    assert.match(await page.text(), /data-testid="grade-mat-101\.llavero-tarea-alumna">8\.5 \/ 10/);
    assert.deepEqual(fixture.simulator.complaints, []);
  });
}

test('57: at Moodle the query of a line item belongs after /scores, and is lost by whoever appends', async () => {
  const fixture = createFixture('moodle');
  const address = await columnOf(fixture);
  assert.match(address, /\?type_id=3$/);
  const headers = { ...(await fixture.bearer(scopes.score)), 'content-type': scoreType };
  const body = JSON.stringify(score(fixture));
  const [path] = address.split('?');
  assert.equal((await fixture.fetch(`${address}/scores`, { method: 'POST', headers, body })).status, 404);
  assert.equal((await fixture.fetch(`${path}/scores`, { method: 'POST', headers, body })).status, 404);
});

const badScores: readonly (readonly [what: string, status: number, changes: Answer])[] = [
  ['of nobody', 404, { userId: 'otro' }],
  ['of a teacher', 422, { userId: 'u-4' }],
  ['of the test person', 422, { userId: 'u-900' }],
  ['with a maximum of nothing', 400, { scoreMaximum: 0 }],
  ['without a maximum', 400, { scoreMaximum: undefined }],
  ['below nothing', 400, { scoreGiven: -1 }],
  ['as text', 400, { scoreGiven: '8' }],
  ['at a time without zone', 400, { timestamp: '2025-10-09T08:53:20.000' }],
  ['at a time without fraction', 400, { timestamp: '2025-10-09T08:53:20Z' }],
  ['with another progress', 400, { activityProgress: 'Done' }],
  ['without progress', 400, { gradingProgress: undefined }],
];

for (const [what, status, changes] of badScores) {
  test(`a score ${what} is refused with ${status}`, async () => {
    const fixture = createFixture();
    assert.equal((await sendScore(fixture, await columnOf(fixture), changes)).status, status);
    assert.equal(fixture.simulator.score('mat-101.llavero-tarea', 'alumna'), null);
  });
}

test('a score that is not later than the last is refused, and one of another type', async () => {
  const fixture = createFixture();
  const address = await columnOf(fixture);
  assert.equal((await sendScore(fixture, address)).status, 204);
  assert.equal((await sendScore(fixture, address, { scoreGiven: 1 })).status, 409);
  assert.equal((await sendScore(fixture, address, {}, 'application/json')).status, 415);
  assert.equal(fixture.simulator.score('mat-101.llavero-tarea', 'alumna')?.given, 8.5);
});

test('line items are made, found, changed and taken away by the tool that owns them, and by no other', async () => {
  const other = { ...tool13, slug: 'otra', clientId: 'client-other' };
  const fixture = createFixture('plain', { tools: [tool13, other] });
  const headers = { ...(await fixture.bearer()), 'content-type': itemType };
  const items = '/lti/courses/mat-101/line-items';
  const made = await fixture.fetch(items, {
    method: 'POST',
    headers,
    body: JSON.stringify({ label: 'Examen', scoreMaximum: 20, tag: 'final', resourceLinkId: 'mat-101.llavero-curso' }),
  });
  assert.equal(made.status, 201);
  const path = String(((await made.json()) as Answer).id).slice(campus.length);
  const found = await (await fixture.fetch(`${items}?tag=final`, { headers })).json();
  assert.equal((found as object[]).length, 1);
  assert.deepEqual(await (await fixture.fetch(`${items}?tag=otro`, { headers })).json(), []);
  const assertion = await fixture.assertion({ iss: other.clientId, sub: other.clientId });
  const token = (await (await fixture.token({ client_assertion: assertion })).json()) as Answer;
  const stranger = { authorization: `Bearer ${token.access_token}` };
  assert.deepEqual(await (await fixture.fetch(items, { headers: stranger })).json(), []);
  assert.equal((await fixture.fetch(path, { headers: stranger })).status, 404);
  assert.equal((await fixture.fetch(path, { method: 'DELETE', headers: stranger })).status, 404);
  const change = { method: 'PUT', headers, body: JSON.stringify({ label: 'Examen 2', scoreMaximum: 30 }) };
  assert.equal(((await (await fixture.fetch(path, change)).json()) as Answer).scoreMaximum, 30);
  assert.equal((await fixture.fetch(path, { method: 'DELETE', headers })).status, 204);
  assert.equal((await fixture.fetch(path, { headers })).status, 404);
  const bad = { method: 'POST', headers, body: JSON.stringify({ label: '', scoreMaximum: 0 }) };
  assert.equal((await fixture.fetch(items, bad)).status, 400);
});
