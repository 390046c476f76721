/**
 * What every database promises, whichever it is. A new driver is right when this suite passes over it.
 *
 * Contains promises only about the interface; what one driver promises beyond it is tested beside that driver.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  ConstraintViolation,
  type Database,
  DatabaseUnavailable,
  type Statement,
  type Step,
  sql,
} from '../../src/store/database.ts';
import { openDatabases } from '../../src/store/open-database.ts';
import { forEachEmptyDatabase } from '../databases.ts';

const tables = `
  create table owners (id text not null primary key, n bigint, note text check (note <> 'forbidden'));
  create table things (
    id text not null primary key,
    owner text not null references owners (id),
    restricted text references owners (id) on delete restrict
  );`;

function promise(name: string, body: (database: Database) => Promise<void>): void {
  forEachEmptyDatabase(name, async ({ durable }) => {
    await durable.script(tables);
    await body(durable);
  });
}

const insert = (id: string, n: number | null = null, note: string | null = null): Statement =>
  sql`insert into owners (id, n, note) values (${id}, ${n}, ${note})`;
const insertThing = (id: string, owner: string, restricted: string | null = null): Statement =>
  sql`insert into things (id, owner, restricted) values (${id}, ${owner}, ${restricted})`;
const count = async (database: Database) => (await database.get(sql`select count(*) as n from owners`))?.n;

export function databaseContract(): void {
  reading();
  changing();
  transactions();
  constraints();
  text();
  numbers();
  closing();
}

function reading(): void {
  promise('get gives the first row as a plain object, or null', async (database) => {
    await database.run(insert('b', 2));
    await database.run(insert('a', 1));
    assert.equal(await database.get(sql`select * from owners where id = ${'none'}`), null);
    assert.deepEqual(await database.get(sql`select id, n, note from owners order by n`), { id: 'a', n: 1, note: null });
  });

  promise('all gives every row in order, or an empty list', async (database) => {
    await database.run(insert('b', 2));
    await database.run(insert('a', 1));
    assert.deepEqual(await database.all(sql`select id from owners order by n`), [{ id: 'a' }, { id: 'b' }]);
    assert.deepEqual(await database.all(sql`select id from owners where n > ${5}`), []);
  });

  promise('one call site can be reached a thousand times, with other values each time', async (database) => {
    for (let n = 0; n < 1000; n += 1) await database.run(insert(`id-${n}`, n));
    const find = (id: string) => database.get(sql`select n from owners where id = ${id}`);
    for (let n = 0; n < 1000; n += 1) assert.deepEqual(await find(`id-${n}`), { n });
  });

  promise('a statement that is wrong fails, and the next one works', async (database) => {
    await assert.rejects(database.all(sql`select nothing from nowhere`));
    assert.equal(await count(database), 0);
  });
}

function changing(): void {
  promise('run tells how many rows it changed', async (database) => {
    assert.equal(await database.run(insert('a', 1)), 1);
    assert.equal(await database.run(insert('b', 1)), 1);
    assert.equal(await database.run(sql`update owners set n = ${2} where n = ${1}`), 2);
    assert.equal(await database.run(sql`update owners set n = ${3} where n = ${1}`), 0);
    assert.equal(await database.run(sql`insert into owners (id) values (${'a'}) on conflict do nothing`), 0);
    assert.equal(await database.run(sql`update owners set n = ${4} returning id`), 2);
    assert.equal(await database.run(sql`delete from owners`), 2);
  });

  promise(
    'a statement that changes nothing by nature does not repeat the count of the one before',
    async (database) => {
      await database.run(insert('a'));
      assert.equal(await database.run(sql`create table more (id text)`), 0);
      assert.equal(await database.run(sql`select id from owners where id = ${'none'}`), 0);
    },
  );

  promise('returning gives the rows that were changed, and the change stands', async (database) => {
    await database.run(insert('a', 1));
    const take = () => database.get(sql`update owners set n = n + 1 where id = ${'a'} returning n`);
    assert.deepEqual(await take(), { n: 2 });
    assert.deepEqual(await take(), { n: 3 });
    assert.deepEqual(await database.get(sql`select n from owners`), { n: 3 });
  });

  promise('a script is carried out whole or not at all', async (database) => {
    await database.script("insert into owners (id) values ('a'); insert into owners (id) values ('b');");
    assert.equal(await count(database), 2);
    await assert.rejects(
      database.script("insert into owners (id) values ('c'); insert into owners (id) values ('a');"),
    );
    await assert.rejects(database.script("insert into owners (id) values ('c'); this is no statement"));
    assert.equal(await count(database), 2);
  });
}

const must = (statement: Statement, changes: number | 'any' = 1): Step => ({ statement, changes });

function transactions(): void {
  promise('atomically carries out every step', async (database) => {
    const steps = [must(insert('a', 1)), must(insert('b', 1)), must(sql`update owners set n = ${2}`, 2)];
    assert.deepEqual(await database.atomically(steps), { committed: true });
    assert.equal(await count(database), 2);
  });

  promise('a step that changes another number of rows undoes all, and is named', async (database) => {
    await database.run(insert('a', 1));
    const steps = [must(insert('b')), must(sql`update owners set n = ${2} where id = ${'none'}`), must(insert('c'))];
    assert.deepEqual(await database.atomically(steps), { committed: false, failedAt: 1 });
    assert.equal(await count(database), 1);
    assert.deepEqual(await database.atomically([must(insert('b'))]), { committed: true });
  });

  promise(
    'the first failing step is the answer, even when a later one would violate a constraint',
    async (database) => {
      const steps = [must(insert('a')), must(sql`delete from owners where id = ${'none'}`), must(insert('a'))];
      assert.deepEqual(await database.atomically(steps), { committed: false, failedAt: 1 });
      assert.equal(await count(database), 0);
    },
  );

  promise('a violated constraint inside atomically undoes all', async (database) => {
    await assert.rejects(database.atomically([must(insert('a')), must(insert('a'))]), ConstraintViolation);
    assert.equal(await count(database), 0);
    await database.run(insert('a'));
  });

  promise('a step whose changes may be any number never undoes the others', async (database) => {
    const steps = [must(sql`delete from owners`, 'any'), must(insert('a')), must(sql`delete from owners`, 'any')];
    assert.deepEqual(await database.atomically(steps), { committed: true });
  });

  promise('no steps are a transaction too', async (database) => {
    assert.deepEqual(await database.atomically([]), { committed: true });
  });

  promise('of fifty that advance one row from a state, exactly one does', async (database) => {
    await database.run(insert('a', 0, 'started'));
    const advance = () =>
      database.run(sql`update owners set note = ${'done'} where id = ${'a'} and note = ${'started'}`);
    const changed = await Promise.all(Array.from({ length: 50 }, advance));
    assert.equal(changed.filter((rows) => rows === 1).length, 1);
    assert.equal(changed.filter((rows) => rows === 0).length, 49);
  });

  promise('of fifty transactions that take one row, exactly one commits', async (database) => {
    await database.run(insert('a', 0));
    const take = (n: number) =>
      database.atomically([must(insert(`mark-${n}`)), must(sql`update owners set n = 1 where id = ${'a'} and n = 0`)]);
    const results = await Promise.all(Array.from({ length: 50 }, (_, n) => take(n)));
    assert.equal(results.filter(({ committed }) => committed).length, 1);
    assert.equal(await count(database), 2, 'no mark of a loser is left');
  });

  promise('of fifty that insert one key and accept a conflict, exactly one inserts', async (database) => {
    const claim = (n: number) =>
      database.run(sql`insert into owners (id, n) values (${'a'}, ${n}) on conflict do nothing`);
    const changed = await Promise.all(Array.from({ length: 50 }, (_, n) => claim(n)));
    assert.equal(changed.filter((rows) => rows === 1).length, 1);
  });

  promise('R-11: transactions that lock rows in opposite order all succeed', async (database) => {
    for (const id of ['a', 'b']) await database.run(insert(id, 0));
    const add = (id: string) => must(sql`update owners set n = n + 1 where id = ${id}`);
    const pairs = Array.from({ length: 10 }, (_, n) => (n % 2 === 0 ? [add('a'), add('b')] : [add('b'), add('a')]));
    const results = await Promise.all(pairs.map((steps) => database.atomically(steps)));
    assert.ok(results.every(({ committed }) => committed));
    assert.deepEqual(await database.all(sql`select n from owners`), [{ n: 10 }, { n: 10 }]);
  });
}

function constraints(): void {
  promise('P-02: a second row with the same key is a ConstraintViolation', async (database) => {
    await database.run(insert('a'));
    await assert.rejects(database.run(insert('a')), ConstraintViolation);
    assert.equal(await count(database), 1);
  });

  promise(
    'P-02: a reference to nothing, and removing what is referred to, are ConstraintViolations',
    async (database) => {
      await assert.rejects(database.run(insertThing('t', 'nobody')), ConstraintViolation);
      await assert.rejects(
        database.get(sql`insert into things (id, owner) values (${'t'}, ${'nobody'}) returning id`),
        ConstraintViolation,
      );
      for (const id of ['a', 'b']) await database.run(insert(id));
      await database.run(insertThing('t', 'a', 'b'));
      await assert.rejects(database.run(sql`delete from owners where id = ${'a'}`), ConstraintViolation);
      await assert.rejects(database.run(sql`delete from owners where id = ${'b'}`), ConstraintViolation);
    },
  );

  promise('P-02: what only a fault of ours can do is refused, and is no ConstraintViolation', async (database) => {
    const isFault = (error: unknown) =>
      error instanceof Error && !(error instanceof ConstraintViolation) && !(error instanceof DatabaseUnavailable);
    await assert.rejects(database.run(sql`insert into owners (id) values (${null})`), isFault);
    await assert.rejects(database.run(insert('a', 1, 'forbidden')), isFault);
  });

  promise('an error never repeats a value of the statement', async (database) => {
    const secret = 'ana@example.org';
    const silent = (error: unknown) =>
      error instanceof Error && !`${error.stack}${JSON.stringify(error)}${error.cause}`.includes(secret);
    await database.run(insert(secret));
    await assert.rejects(database.run(insert(secret)), silent);
    await assert.rejects(database.run(insertThing('t', `${secret}-nobody`)), silent);
    await assert.rejects(database.run(sql`insert into owners (id, note) values (${secret}, ${'forbidden'})`), silent);
    await assert.rejects(database.run(insert(`${secret}\0`)), silent);
  });
}

const texts = [
  'AbC',
  'abc',
  'caf\u00e9', // NFC
  'cafe\u0301', // NFD: another text, whatever it looks like
  'É',
  'İ',
  'i',
  '\u212a', // Kelvin sign
  'K',
  'ſ',
  's',
  'chico',
  'llave',
  'x',
  'x ',
  'x  ',
  ' x',
  '',
  "it's; drop table owners --",
  '\\',
  '$1 ? :a @b %s',
  'line\r\nline\tend',
  '\u{1f511}\u200d\u{1f468}',
  '\uffff\ufeff',
  'ñ'.repeat(10_240),
];

function text(): void {
  promise('P-03: text comes back exactly, and is found by exactly itself', async (database) => {
    for (const [n, id] of texts.entries()) await database.run(insert(id, n, `-${id}`));
    for (const [n, id] of texts.entries()) {
      assert.deepEqual(await database.all(sql`select id, n, note from owners where id = ${id}`), [
        { id, n, note: `-${id}` },
      ]);
    }
    assert.equal(await count(database), texts.length);
  });

  promise('P-03: text that one of the databases would change is refused by all', async (database) => {
    for (const id of ['\0', 'a\0b', '\ud83d', 'a\udc00']) {
      await assert.rejects(database.run(insert(id)), TypeError);
      await assert.rejects(database.get(sql`select * from owners where id = ${id}`), TypeError);
      await assert.rejects(database.atomically([must(insert('before')), must(insert(id))]), TypeError);
    }
    assert.equal(await count(database), 0);
  });
}

function numbers(): void {
  const kept = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 253402300799999];

  promise('P-04: integers come back exactly, as numbers', async (database) => {
    for (const n of kept) {
      await database.run(insert(`n${n}`, n));
      assert.deepEqual(await database.get(sql`select n from owners where n = ${n}`), { n });
    }
  });

  promise('P-04: counts, sums and comparisons are numbers, no rows sum to null', async (database) => {
    const sums = sql`select count(*) as c, sum(n) as s, max(n) as m from owners`;
    assert.deepEqual(await database.get(sums), { c: 0, s: null, m: null });
    await database.run(insert('a', 7));
    await database.run(insert('b', 8));
    assert.deepEqual(await database.get(sums), { c: 2, s: 15, m: 8 });
    assert.deepEqual(await database.all(sql`select n > 7 as big, n / 2 as half from owners order by n`), [
      { big: 0, half: 3 },
      { big: 1, half: 4 },
    ]);
  });

  promise('P-04: a number in arithmetic counts as an integer, and in a text column as its digits', async (database) => {
    await database.run(insert('a', 7, null));
    assert.deepEqual(await database.get(sql`select n / ${2} as half from owners`), { half: 3 });
    await database.run(sql`update owners set note = ${12}`);
    assert.deepEqual(await database.get(sql`select note from owners`), { note: '12' });
  });

  promise('P-04: a number that is not a safe integer is refused, never rounded', async (database) => {
    for (const n of [0.5, 2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY]) {
      await assert.rejects(database.run(insert('a', n)), TypeError);
    }
    assert.equal(await count(database), 0);
  });

  promise('P-04: an integer that a number cannot hold is an error when it is read', async (database) => {
    await database.run(insert('a', Number.MAX_SAFE_INTEGER));
    await database.run(insert('b', 2));
    await assert.rejects(database.get(sql`select sum(n) as s from owners`), RangeError);
    await assert.rejects(database.get(sql`select n + 2 as s from owners where id = ${'a'}`), RangeError);
    assert.deepEqual(await database.get(sql`select n from owners where id = ${'b'}`), { n: 2 });
  });
}

function closing(): void {
  forEachEmptyDatabase('a closed database is a DatabaseUnavailable, and closing twice is allowed', async ({ url }) => {
    const { durable, ephemeral } = await openDatabases(url, { randomBytes, poolSize: 1 });
    await durable.run(sql`select 1`);
    for (const database of [durable, ephemeral]) {
      await database.close();
      await database.close();
      await assert.rejects(database.get(sql`select 1 as one`), DatabaseUnavailable);
      await assert.rejects(database.atomically([]), DatabaseUnavailable);
    }
  });
}
