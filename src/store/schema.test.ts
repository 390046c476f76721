import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachDatabase, forEachEmptyDatabase } from '../../test/databases.ts';
import { sql } from './database.ts';
import { bringUpToDate, olderSchemaFault, pendingSteps, refuseOlderSchema, schemaSteps } from './schema.ts';

forEachEmptyDatabase('what is pending is what is then applied, once, in order', async (databases) => {
  assert.deepEqual(await pendingSteps(databases), schemaSteps);
  assert.deepEqual(await bringUpToDate(databases, 0), schemaSteps);
  assert.deepEqual(await pendingSteps(databases), []);
  assert.deepEqual(await bringUpToDate(databases, 0), []);
});

forEachEmptyDatabase('O-10 a schema that is absent is no older one', refuseOlderSchema);

forEachDatabase('O-10 a current schema is not refused, also when its ephemeral part was lost', async (databases) => {
  await refuseOlderSchema(databases);
  await databases.ephemeral.run(sql`delete from schema_migrations where part = 'ephemeral'`);
  await refuseOlderSchema(databases);
});

const step = (part: 'durable' | 'ephemeral', id: number) => ({ part, id, name: 'a step' });
const known = [step('durable', 1), step('durable', 2), step('ephemeral', 1), step('ephemeral', 2)];

test('O-10 a part that lacks some of its steps was made by an older release, and the way out is named', () => {
  const fault = olderSchemaFault([step('durable', 2)], known);
  assert.equal(fault, 'the durable schema lacks 1 of 2 steps: bring it up to date with `llavero migrate`');
  assert.match(olderSchemaFault([step('ephemeral', 2)], known) ?? '', /^the ephemeral schema lacks 1 of 2/);
});

test('O-10 a part that lacks all of its steps is not there, and one that lacks none is current', () => {
  assert.equal(olderSchemaFault([], known), null);
  assert.equal(olderSchemaFault(known, known), null);
  assert.equal(olderSchemaFault([step('ephemeral', 1), step('ephemeral', 2)], known), null);
});
