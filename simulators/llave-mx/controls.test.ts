import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFixture, native, prefix } from './fixture.ts';

const order = JSON.stringify({ endpoint: 'user-data', how: { kind: 'status-500' }, times: 'until-reset' });
const json = { 'Content-Type': 'application/json' };

test('without `controls` nobody can make the stand-in misbehave over HTTP', async () => {
  const { fetch } = createFixture();
  assert.equal((await fetch('/practica/misbehave', { method: 'POST', headers: json, body: order })).status, 404);
});

test('with `controls` a POST gives an order and a DELETE ends it', async () => {
  const { fetch, accessToken } = createFixture({ controls: true });
  const headers = { accessToken: await accessToken('nacional') };
  const userData = async () => (await fetch(`${prefix(native)}/datosUsuario`, { headers })).status;
  assert.equal((await fetch('/practica/misbehave', { method: 'POST', headers: json, body: order })).status, 204);
  assert.equal(await userData(), 500);
  assert.equal((await fetch('/practica/misbehave', { method: 'DELETE' })).status, 204);
  assert.equal(await userData(), 200);
});

test('what is not an order is refused with the reason', async () => {
  const { fetch } = createFixture({ controls: true });
  for (const body of ['', '{', '{"endpoint":"token"}']) {
    assert.equal((await fetch('/practica/misbehave', { method: 'POST', headers: json, body })).status, 400);
  }
});

test('a page of another site cannot give an order: text is refused', async () => {
  const { fetch } = createFixture({ controls: true });
  assert.equal((await fetch('/practica/misbehave', { method: 'POST', body: order })).status, 415);
});
