/**
 * Going in as a guest.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playedPorts, Visit } from '../own-ways.fixture.ts';

test('looking at the page makes nobody; pressing its button makes a temporary person without anything', async () => {
  const visit = new Visit('guest');
  assert.deepEqual(await visit.start(), { kind: 'guest' });
  const step = await visit.submit({});
  assert.ok(step.kind === 'answered');
  const { profile, special } = step.answer;
  assert.deepEqual(special, { kind: 'guest' });
  assert.deepEqual([profile.emails, profile.name.full, profile.identifiers, profile.phone], [[], null, [], null]);
});

test('two visitors in one moment are two people, whatever they send', async () => {
  let drawn = 0;
  const draw = (count: number) => {
    drawn += 1;
    return new Uint8Array(count).fill(drawn);
  };
  const ports = { ...playedPorts(), randomBytes: draw };
  const subjects = new Set<string>();
  for (const fields of [{}, {}, { subject: 'victim' }]) {
    const step = await new Visit('guest', {}, ports).submit(fields);
    assert.ok(step.kind === 'answered');
    subjects.add(step.answer.profile.subject);
  }
  assert.equal(subjects.size, 3);
  assert.ok(!subjects.has('victim'));
});
