/**
 * What the bench must not get wrong: whom time is charged to, and how often something was asked.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outgoing } from '../src/mail/fixture.ts';
import type { Database } from '../src/store/database.ts';
import { sql } from '../src/store/database.ts';
import { countStatements } from './count-statements.ts';
import { percentile } from './drive.ts';
import { createMailboxInProcess } from './mailbox.ts';
import { parseOptions } from './options.ts';
import { readProfile } from './read-profile.ts';

test('a method that a driver carries out by another of its own counts once', async () => {
  const database: Database = {
    dialect: 'postgres',
    async get(statement) {
      return (await this.all(statement))[0] ?? null;
    },
    all: async () => [],
    run: async () => 1,
    atomically: async () => ({ committed: true }),
    script: async () => {},
    close: async () => {},
  };
  const counter = countStatements(database);
  const find = (id: string) => database.get(sql`select * from t where id = ${id}`);
  await Promise.all([find('a'), find('b'), database.all(sql`select 1`)]);
  await database.atomically([{ statement: sql`delete from t`, changes: 'any' }]);
  assert.deepEqual(counter.take(), [
    { statement: 'select * from t where id = ?', times: 2 },
    { statement: 'select 1', times: 1 },
    { statement: 'delete from t', times: 1 },
    { statement: 'commit', times: 1 },
  ]);
  assert.deepEqual(counter.take(), []);
});

test('what Node does for a file is charged to the file, and idle time to nobody', () => {
  const frame = (functionName: string, url: string) => ({
    functionName,
    url,
    scriptId: '0',
    lineNumber: 9,
    columnNumber: 0,
  });
  const reading = readProfile({
    nodes: [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 4, 5, 6] },
      { id: 2, callFrame: frame('seal', 'file:///x/src/crypto.ts'), children: [3] },
      { id: 3, callFrame: frame('update', 'node:internal/crypto/cipher') },
      { id: 4, callFrame: frame('(idle)', '') },
      { id: 5, callFrame: frame('parserOnIncoming', 'node:_http_server') },
      { id: 6, callFrame: frame('dispatch', 'file:///x/node_modules/@hono/node-server/dist/index.mjs') },
    ],
    startTime: 0,
    endTime: 0,
    samples: [2, 3, 4, 5, 6],
    timeDeltas: [1000, 5000, 90_000, 2000, 1000],
  });
  assert.equal(reading.busyMs, 9);
  assert.deepEqual(reading.byPackage, [
    { name: 'src/crypto.ts', milliseconds: 6 },
    { name: 'node', milliseconds: 2 },
    { name: '@hono/node-server', milliseconds: 1 },
  ]);
  assert.deepEqual(reading.byFunction[0], { name: 'update node:internal/crypto/cipher:10', milliseconds: 5 });
});

test('a percentile is a value of the list', () => {
  assert.equal(percentile([1, 2, 3, 4], 0.5), 3);
  assert.equal(percentile([1], 0.99), 1);
});

test('by kinds, SQLite alone is measured and with fewer people, unless said otherwise', () => {
  const { databases, kinds, people } = parseOptions(['--kinds']);
  assert.deepEqual([databases, kinds, people], [['sqlite'], true, 500]);
  assert.deepEqual(parseOptions(['--kinds', '--database', 'postgres', '--people', '9']).databases, ['postgres']);
});

test('the code of a mail is handed out once, to whoever asks for it before or after it is sent', async () => {
  const { transport, codeFor } = createMailboxInProcess();
  const sender = { name: 'Llavero', address: 'no-reply@broker.test' };
  const mail = (code: string) => outgoing('ana@uni.example', { text: `x\n${code}\nx` });
  const waiting = codeFor('ana@uni.example');
  await transport.deliver(mail('123 456'), sender);
  assert.equal(await waiting, '123456');
  await transport.deliver(mail('000 001'), sender);
  assert.equal(await codeFor('ana@uni.example'), '000001');
});

test('both databases are measured unless one is named; a mistyped option is refused', () => {
  assert.deepEqual(parseOptions([]).databases, ['sqlite', 'postgres']);
  assert.deepEqual(parseOptions(['--database', 'sqlite']).databases, ['sqlite']);
  for (const wrong of [
    ['--database', 'mysql'],
    ['--people', '0'],
    ['--seed', '-1'],
    ['--providers', 'many'],
    ['--peple', '9'],
  ]) {
    assert.throws(() => parseOptions(wrong), TypeError);
  }
});
