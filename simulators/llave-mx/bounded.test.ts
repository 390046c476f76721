import assert from 'node:assert/strict';
import { test } from 'node:test';
import { register } from './application.ts';
import { createFixture } from './fixture.ts';
import { generatedPerson } from './generated-person.ts';
import { World } from './world.ts';

test('codes, tokens and sessions stay within their limits however many people come', () => {
  const environment = { now: () => 0, randomBytes: (bytes: number) => new Uint8Array(bytes) };
  const world = new World(environment, register([]), 0);
  const application = {
    mode: 'apps',
    clientId: '1'.repeat(18),
    name: 'a',
    redirectUris: ['https://a.example/'],
  } as const;
  for (let number = 0; number < 10_050; number += 1) {
    const person = generatedPerson(0);
    const citizenSession = world.beginCitizenSession(person);
    const value = world.issueCode({ application, person, redirectUri: '', codeChallenge: null, citizenSession });
    const code = world.codes.get(value);
    // Chance stands still in this test: that the code is found at all shows that values do not collide.
    assert.equal(code?.citizenSession, citizenSession);
    world.issueToken(code);
  }
  assert.deepEqual([world.codes.size, world.tokens.size, world.citizenSessions.size], [10_000, 10_000, 10_000]);
});

test('recorded requests stay within the number asked for', async () => {
  const { simulator, authorize } = createFixture({ recordedRequests: 3 });
  for (const state of ['1', '2', '3', '4', '5']) await authorize({ state });
  assert.deepEqual(
    simulator.requests.map(({ query }) => new URLSearchParams(query).get('state')),
    ['3', '4', '5'],
  );
});

test('complaints stay within a thousand', async () => {
  const { simulator, authorize } = createFixture();
  for (let count = 0; count < 1_001; count += 1) await authorize({ state: null });
  assert.equal(simulator.complaints.length, 1_000);
});

test('a body over 64 KiB is refused', async () => {
  const { fetch } = createFixture();
  const answer = await fetch('/ws/rest/apps/oauth/obtenerToken', { method: 'POST', body: 'x'.repeat(65 * 1024) });
  assert.equal(answer.status, 413);
});

test('a thousand people can be added and not one more', () => {
  const { simulator } = createFixture({ people: [] });
  for (let number = 0; number < 1_000; number += 1) simulator.addPerson(generatedPerson(number));
  simulator.addPerson(generatedPerson(999));
  assert.throws(() => simulator.addPerson(generatedPerson(1_000)), RangeError);
});
