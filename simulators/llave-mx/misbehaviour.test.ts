import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model.ts';
import { createFixture, locationOf, native, prefix } from './fixture.ts';
import type { Order } from './misbehaviour.ts';
import { orderSchema } from './misbehaviour.ts';

const path = `${prefix(native)}/datosUsuario`;
type UserDataOrder = Extract<Order, { endpoint: 'user-data' }>;

/** The user data of `nacional` while the stand-in misbehaves in this way. */
async function spoiledUserData(
  how: UserDataOrder['how'],
  pause = async (_milliseconds: number) => {},
): Promise<Response> {
  const { accessToken, fetch, simulator } = createFixture({ pause });
  simulator.misbehave({ endpoint: 'user-data', how, times: 1 });
  const headers = { accessToken: await accessToken('nacional') };
  const answer = await fetch(path, { headers });
  assert.deepEqual(simulator.complaints, []);
  return answer;
}

for (const status of [200, 502] as const) {
  test(`a load balancer answers ${status} with HTML`, async () => {
    const answer = await spoiledUserData({ kind: 'html-from-load-balancer', status });
    assert.equal(answer.status, status);
    assert.match(answer.headers.get('Content-Type') ?? '', /text\/html/);
    assert.match(await answer.text(), /^<!DOCTYPE html>/);
  });
}

test('500 and 411 come on request', async () => {
  assert.equal((await spoiledUserData({ kind: 'status-500' })).status, 500);
  assert.equal((await spoiledUserData({ kind: 'status-411' })).status, 411);
});

test('slow, no-headers: nothing comes until the client goes away', async () => {
  const { simulator } = createFixture();
  simulator.misbehave({ endpoint: 'user-data', how: { kind: 'slow', how: 'no-headers' }, times: 1 });
  const client = new AbortController();
  const answer = simulator.app.fetch(new Request(`https://llave.example${path}`, { signal: client.signal }));
  const soon = new Promise((resolve) => setImmediate(resolve, 'still waiting'));
  assert.equal(await Promise.race([answer, soon]), 'still waiting');
  client.abort();
  assert.equal((await answer).status, 500);
});

test('slow, no-body: the headers come and the body never does', async () => {
  const answer = await spoiledUserData({ kind: 'slow', how: 'no-body' });
  assert.equal(answer.status, 200);
  const reader = answer.body?.getReader();
  const soon = new Promise((resolve) => setImmediate(resolve, 'still waiting'));
  assert.equal(await Promise.race([reader?.read(), soon]), 'still waiting');
  await reader?.cancel();
});

test('slow, byte-at-a-time: each byte is waited for, and there is always another', async () => {
  let waited = 0;
  const answer = await spoiledUserData({ kind: 'slow', how: 'byte-at-a-time' }, async (milliseconds) => {
    waited += milliseconds;
  });
  const reader = answer.body?.getReader();
  for (let count = 0; count < 50; count += 1) assert.equal((await reader?.read())?.value?.length, 1);
  assert.ok(waited >= 5_000);
  await reader?.cancel();
});

test('huge: 3 MB that are valid JSON, so that only a limit on the size refuses them', async () => {
  const text = await (await spoiledUserData({ kind: 'huge' })).text();
  assert.ok(text.length > 3_000_000);
  assert.equal(JSON.parse(text).idUsuario, 700001);
});

test('an empty body, and one that is not JSON, come with 200', async () => {
  const empty = await spoiledUserData({ kind: 'empty-body' });
  assert.deepEqual([empty.status, await empty.text()], [200, '']);
  const text = await (await spoiledUserData({ kind: 'not-json' })).text();
  assert.throws(() => JSON.parse(text));
});

test('an error comes inside a 200, or with a status', async () => {
  const inside = await spoiledUserData({ kind: 'error-inside-200', error: 'invalid_token' });
  assert.deepEqual([inside.status, ((await inside.json()) as JsonObject).error], [200, 'invalid_token']);
  const outside = await spoiledUserData({ kind: 'error-with-status', status: 403, error: 'invalid_token' });
  assert.deepEqual([outside.status, ((await outside.json()) as JsonObject).error], [403, 'invalid_token']);
});

test('a redirect goes where the order says', async () => {
  const answer = await spoiledUserData({ kind: 'redirect', location: 'http://169.254.169.254/' });
  assert.deepEqual([answer.status, answer.headers.get('Location')], [302, 'http://169.254.169.254/']);
});

test('K-07: the subject is there twice, in valid JSON', async () => {
  const text = await (await spoiledUserData({ kind: 'duplicate-members' })).text();
  assert.equal(text.match(/"idUsuario":/g)?.length, 2);
  assert.equal(JSON.parse(text).idUsuario, 'otro');
});

test('K-07: 100,000 arrays in each other beside the true answer', async () => {
  const text = await (await spoiledUserData({ kind: 'deeply-nested' })).text();
  assert.match(text, /^\{"idUsuario":700001,/);
  assert.ok(text.includes('['.repeat(100_000)));
});

for (const json of ['null', '""', '"null"', '9007199254740993', '{}', '1e999', 'true', '[1]']) {
  test(`the subject is the raw text ${json}`, async () => {
    const text = await (await spoiledUserData({ kind: 'subject', json })).text();
    assert.ok(text.startsWith(`{"idUsuario":${json},"curp":`));
    assert.doesNotThrow(() => JSON.parse(text));
  });
}

test('the subject is missing', async () => {
  const data = (await (await spoiledUserData({ kind: 'subject-missing' })).json()) as JsonObject;
  assert.deepEqual(['idUsuario' in data, 'id' in data, 'curp' in data], [false, false, true]);
});

test('the answer is replaced by any text', async () => {
  const answer = await spoiledUserData({ kind: 'json-replaced', json: '"a text"' });
  assert.deepEqual([await answer.text(), answer.headers.get('Content-Type')], ['"a text"', 'application/json']);
});

test('the true answer comes under another content type', async () => {
  const answer = await spoiledUserData({ kind: 'other-content-type', contentType: 'text/plain' });
  assert.equal(answer.headers.get('Content-Type'), 'text/plain');
  assert.equal(((await answer.json()) as JsonObject).idUsuario, 700001);
});

const ways = [
  { kind: 'wrong-state', states: ['estado-de-otra-persona'], codes: 1, error: null },
  { kind: 'no-state', states: [], codes: 1, error: null },
  { kind: 'state-twice', states: ['state', 'estado-de-otra-persona'], codes: 1, error: null },
  { kind: 'code-twice', states: ['state'], codes: 2, error: null },
  { kind: 'denies', states: ['state'], codes: 0, error: 'access_denied' },
] as const;
for (const { kind, states, codes, error } of ways) {
  test(`${kind}: waits for the way back to the application, and changes that alone`, async () => {
    const { authorize, simulator } = createFixture();
    simulator.misbehave({ endpoint: 'authorize', how: { kind }, times: 1 });
    assert.equal((await authorize()).status, 200);
    const address = `https://llave.example/oauth.xhtml?${simulator.requests[0]?.query}`;
    const body = () => new URLSearchParams({ person: 'nacional' });
    const spoiled = await simulator.app.fetch(new Request(address, { method: 'POST', body: body() }));
    const { searchParams } = locationOf(spoiled);
    assert.deepEqual(searchParams.getAll('state'), states);
    assert.equal(searchParams.getAll('code').length, codes);
    assert.equal(searchParams.get('error'), error);

    const { searchParams: honest } = locationOf(
      await simulator.app.fetch(new Request(address, { method: 'POST', body: body() })),
    );
    assert.deepEqual([...honest.keys()], ['code', 'state']);
  });
}

test('the answer is spoiled after the work was done: the code is spent', async () => {
  const { code, token, simulator } = createFixture();
  simulator.misbehave({ endpoint: 'token', how: { kind: 'status-500' }, times: 1 });
  const value = await code('nacional');
  assert.equal((await token(value)).status, 500);
  assert.equal((await token(value)).status, 400);
  assert.match(simulator.complaints[0] ?? '', /used twice/);
});

test('an order holds for its endpoint and its number of answers, then things are well again', async () => {
  const { accessToken, fetch, simulator } = createFixture();
  simulator.misbehave({ endpoint: 'user-data', how: { kind: 'status-500' }, times: 2 });
  simulator.misbehave({ endpoint: 'user-data', how: { kind: 'status-411' }, times: 1 });
  const headers = { accessToken: await accessToken('nacional') };
  const statuses = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await fetch(path, { headers })).status);
  assert.deepEqual(statuses, [500, 500, 411, 200]);
});

test('until-reset holds until reset', async () => {
  const { accessToken, fetch, simulator } = createFixture();
  simulator.misbehave({ endpoint: 'user-data', how: { kind: 'status-500' }, times: 'until-reset' });
  const headers = { accessToken: await accessToken('nacional') };
  for (let count = 0; count < 5; count += 1) assert.equal((await fetch(path, { headers })).status, 500);
  simulator.behave();
  assert.equal((await fetch(path, { headers })).status, 200);
});

test('an order that makes no sense at its endpoint is no order', () => {
  const senseless = [
    { endpoint: 'token', how: { kind: 'state-twice' }, times: 1 },
    { endpoint: 'roles', how: { kind: 'subject', json: 'null' }, times: 1 },
    { endpoint: 'authorize', how: { kind: 'deeply-nested' }, times: 1 },
    { endpoint: 'token', how: { kind: 'status-500' }, times: 0 },
    { endpoint: 'token', how: { kind: 'status-500', status: 1 }, times: 1 },
  ];
  for (const order of senseless) assert.equal(orderSchema.safeParse(order).success, false, JSON.stringify(order));
});

test('orders are bounded', () => {
  const { simulator } = createFixture();
  const order: Order = { endpoint: 'token', how: { kind: 'empty-body' }, times: 1 };
  for (let count = 0; count < 100; count += 1) simulator.misbehave(order);
  assert.throws(() => simulator.misbehave(order), RangeError);
});
