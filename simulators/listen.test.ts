import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen } from './listen.ts';
import { createFixture, native, prefix } from './llave-mx/fixture.ts';

const anyPort = { port: 0, hostname: '127.0.0.1' };

test('a stand-in answers on a socket, on a port that the system chose', async () => {
  const { simulator, accessToken } = createFixture();
  const listening = await listen(simulator.app, anyPort);
  assert.match(listening.origin, /^http:\/\/127\.0\.0\.1:[1-9][0-9]*$/);
  const headers = { accessToken: await accessToken('nacional') };
  const answer = await fetch(`${listening.origin}${prefix(native)}/datosUsuario`, { headers });
  assert.equal(((await answer.json()) as { idUsuario: number }).idUsuario, 700001);
  await listening.close();
  await assert.rejects(fetch(listening.origin));
});

test('a port that is taken is an error, not silence', async () => {
  const { simulator } = createFixture();
  const listening = await listen(simulator.app, anyPort);
  const port = Number(new URL(listening.origin).port);
  await assert.rejects(listen(simulator.app, { ...anyPort, port }), { code: 'EADDRINUSE' });
  await listening.close();
});

for (const how of ['no-headers', 'no-body', 'byte-at-a-time'] as const) {
  test(`closing does not wait for a slow answer (${how})`, async () => {
    const { simulator } = createFixture();
    simulator.misbehave({ endpoint: 'user-data', how: { kind: 'slow', how }, times: 1 });
    const listening = await listen(simulator.app, anyPort);
    const cutOff = fetch(`${listening.origin}${prefix(native)}/datosUsuario`).then((answer) => answer.text());
    cutOff.catch(() => {});
    while (simulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await listening.close();
    await assert.rejects(cutOff);
  });
}
