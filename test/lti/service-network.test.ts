/**
 * The services of a campus over real sockets and the one way out: its limits hold for them too (K-02, K-04, K-05).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listen } from '../../simulators/listen.ts';
import { createOutbound, type OutboundOptions } from '../../src/http.ts';
import { createLineItem, deleteLineItem, updateLineItem } from '../../src/lti/services/line-items.ts';
import { createSendScore } from '../../src/lti/services/send-score.ts';
import { createServiceWorld, type ServiceWorld, scoreAt } from './service-world.ts';

async function withSockets(
  limits: Pick<OutboundOptions, 'timeoutMs'>,
  body: (world: ServiceWorld, received: () => readonly string[]) => Promise<void>,
): Promise<void> {
  const world = createServiceWorld();
  const campus = await listen(world.simulator.app, { port: 0, hostname: '127.0.0.1' });
  const { host } = new URL(campus.origin);
  const { outbound, close } = createOutbound({ ...limits, allowPrivate: [host], allowInsecure: [host] });
  // Only what is meant for the campus: everything else is where it says.
  world.wrap((request) => {
    const { url } = request;
    const there = url.host === 'campus.test' ? new URL(url.pathname + url.search, campus.origin) : url;
    return outbound({ ...request, url: there });
  });
  try {
    await body(world, () => world.simulator.requests.map(({ method, endpoint }) => `${method} ${endpoint}`));
  } finally {
    await campus.close();
    await close();
  }
}

const codeOf = async (world: ServiceWorld, changes: object = {}) => {
  const destination = { ...world.destination('alumna', 'llavero-tarea'), ...changes };
  const delivery = await createSendScore(world.ports)(destination, scoreAt(world.now()));
  return delivery.kind === 'sent' ? 'sent' : `${delivery.kind} ${delivery.code}`;
};

test('a score goes over a socket, and a column is changed and taken away', async () => {
  await withSockets({}, async (world, received) => {
    assert.equal(await codeOf(world), 'sent');
    const destination = world.destination('alumna', 'llavero-tarea');
    assert.ok(destination.kind === 'grade-service');
    const { client, errand } = world.client();
    const column = { label: 'x', scoreMaximum: 1, resourceLinkId: null, resourceId: null, tag: null };
    const item = await createLineItem(client, errand, new URL(destination.lineItems ?? ''), column);
    await updateLineItem(client, errand, { ...item, label: 'y' });
    await deleteLineItem(client, errand, item.address);
    const [token, ...calls] = received().slice(2);
    assert.deepEqual([token, ...calls], ['POST token', 'POST line-items', 'PUT line-items', 'DELETE line-items']);
    assert.deepEqual(world.simulator.complaints, []);
  });
});

test('no launch makes us call an address within the network, or one without TLS', async () => {
  await withSockets({}, async (world) => {
    for (const lineItem of [
      'https://169.254.169.254/latest',
      'https://127.0.0.1:1/',
      'https://[::1]/',
      'http://campus.example/',
    ]) {
      assert.equal(await codeOf(world, { lineItem }), 'later provider_unreachable', lineItem);
    }
    const lineItems = 'https://10.0.0.1/line-items';
    assert.equal(await codeOf(world, { lineItem: null, lineItems }), 'later provider_unreachable');
    const outcome = { ...world.destination('alumna', 'antigua-tarea'), serviceUrl: 'https://192.168.0.1/outcomes' };
    const delivery = await createSendScore(world.ports)(outcome, scoreAt(world.now()));
    assert.ok(delivery.kind === 'later' && delivery.code === 'provider_unreachable');
  });
});

test('a redirect is not followed: the token goes nowhere else', async () => {
  await withSockets({}, async (world, received) => {
    const how = { kind: 'redirect', location: 'https://evil.test/' } as const;
    world.simulator.misbehave({ endpoint: 'line-items', how, times: 1 });
    assert.equal(await codeOf(world), 'later answer_unreadable');
    world.simulator.misbehave({ endpoint: 'token', how, times: 1 });
    assert.equal(await codeOf(world), 'later answer_unreadable');
    assert.deepEqual(received(), ['POST token', 'POST line-items', 'POST token']);
  });
});

for (const endpoint of ['token', 'line-items'] as const) {
  test(`a ${endpoint} answer that is too large, or is not to the end, is none`, async () => {
    await withSockets({}, async (world) => {
      world.simulator.misbehave({ endpoint, how: { kind: 'huge' }, times: 1 });
      // A score is answered with nothing, which cannot be made larger: a list can.
      const link = endpoint === 'token' ? {} : { lineItem: null };
      assert.equal(await codeOf(world, link), 'later provider_answer_too_large');
    });
    await withSockets({ timeoutMs: 300 }, async (world) => {
      for (const how of ['no-headers', 'no-body', 'byte-at-a-time'] as const) {
        world.simulator.misbehave({ endpoint, how: { kind: 'slow', how }, times: 1 });
        assert.equal(
          await codeOf(world, endpoint === 'token' ? {} : { lineItem: null }),
          'later provider_timeout',
          how,
        );
      }
    });
  });
}
