import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen } from '../listen.ts';
import { createFixture, worker } from './fixture.ts';

test('a registration can be done and its answer lost', async () => {
  const { simulator, register } = createFixture();
  simulator.misbehave({ endpoint: 'registration', how: { kind: 'connection-lost' }, times: 1 });
  await assert.rejects((await register()).text());
  assert.notEqual(simulator.account('ana'), null);
  assert.equal((await register()).status, 409);
});

test('over a socket the connection breaks', async () => {
  const { simulator } = createFixture();
  const listening = await listen(simulator.app, { port: 0, hostname: '127.0.0.1' });
  try {
    simulator.misbehave({ endpoint: 'me', how: { kind: 'connection-lost' }, times: 1 });
    await assert.rejects(fetch(`${listening.origin}/api/user/v1/me`));
    const answer = await fetch(`${listening.origin}/api/user/v1/me`, {
      headers: { authorization: `Bearer ${worker}` },
    });
    assert.equal(answer.status, 200);
  } finally {
    await listening.close();
  }
});

test('a registration can be refused before anything is done, with the seconds to wait', async () => {
  const { simulator, register } = createFixture();
  const how = {
    kind: 'refused',
    status: 429,
    body: '<h1>Slow down</h1>',
    contentType: 'text/html; charset=utf-8',
    retryAfter: 30,
  } as const;
  simulator.misbehave({ endpoint: 'registration', how, times: 1 });
  const answer = await register();
  assert.deepEqual([answer.status, answer.headers.get('retry-after')], [429, '30']);
  assert.equal(simulator.account('ana'), null);
  assert.equal((await register()).status, 200);
});

test('any answer can be a 500, HTML, no JSON, huge or late, after its work is done', async () => {
  for (const kind of ['status-500', 'not-json', 'empty-body', 'huge'] as const) {
    const { simulator, register } = createFixture();
    simulator.misbehave({ endpoint: 'registration', how: { kind }, times: 1 });
    await register();
    assert.notEqual(simulator.account('ana'), null, kind);
  }
});

test('orders over HTTP exist only where they are switched on', async () => {
  const order = { endpoint: 'me', how: { kind: 'status-500' }, times: 1 };
  const off = createFixture();
  assert.equal((await off.post('/practica/misbehave', order)).status, 404);
  const on = createFixture({ controls: true });
  assert.equal((await on.post('/practica/misbehave', order)).status, 204);
  assert.equal((await on.get('/api/user/v1/me')).status, 500);
  assert.equal((await on.get('/api/user/v1/me')).status, 200);
});
