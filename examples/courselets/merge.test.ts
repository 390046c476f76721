/**
 * The union merge over courselets full of chance: nothing is lost, the undoing gives back exactly, and neither order nor
 * repetition of the events changes where it ends.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Database } from './database.ts';
import { columnsOf, dump, filledDatabase, learningTables, subjectOf, tablesOf } from './fixture.ts';
import { type MergeEvent, merge, personOf, unmerge } from './merge.ts';
import { movingColumns, personColumns } from './person-columns.ts';

const PEOPLE = 4;
const ROWS = 12;

/** A repeatable chance: the same seed fills the same database (mulberry32). */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const filled = (seed: number) => filledDatabase(PEOPLE, ROWS, chanceFrom(seed));
const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 });
const runs = { numRuns: 40 };

/** What an event may not change, and what an undoing must give back. */
const learningOf = (database: Database) => dump(database, [...learningTables(database), 'people']);

test('every column that names a person has a rule, and every rule has its column', () => {
  const database = filled(1);
  const found = tablesOf(database).flatMap((table) =>
    columnsOf(database, table)
      .filter(({ refersTo }) => refersTo === 'people')
      .map(({ name }) => `${table}.${name}`),
  );
  assert.deepEqual(found.toSorted(), personColumns.map(({ table, column }) => `${table}.${column}`).toSorted());
});

test('no column names a person without saying so: what is called like one refers to people', () => {
  const database = filled(1);
  const like = /(person|people|user|author|owner|instructor|invited|student|learner)(_id)?$|_by$|^(origin|holder)_id$/;
  const silent = tablesOf(database).flatMap((table) =>
    columnsOf(database, table)
      .filter(({ name, type, refersTo }) => type === 'integer' && like.test(name) && refersTo !== 'people')
      .map(({ name }) => `${table}.${name}`),
  );
  assert.deepEqual(silent, []);
});

test('no reference to a person cascades: nothing goes because somebody goes', () => {
  const database = filled(1);
  for (const table of tablesOf(database)) {
    for (const { on_delete: onDelete } of database.all(`pragma foreign_key_list(${table})`)) {
      assert.equal(onDelete, 'NO ACTION', table);
    }
  }
});

test('what is once for a person is so by a rule: each unique index with a person in it is one that the rules know', () => {
  const database = filled(1);
  for (const table of learningTables(database)) {
    for (const { name, unique } of database.all(`pragma index_list(${table})`)) {
      if (unique !== 1) continue;
      const columns = database.all(`pragma index_info(${String(name)})`).map((row) => String(row.name));
      const known = movingColumns.some(
        ({ table: of, column, rule }) =>
          of === table &&
          rule.kind === 'moves-once' &&
          [...rule.sameBy, column].toSorted().join() === columns.toSorted().join(),
      );
      assert.ok(known, `${table} (${columns.join(', ')})`);
    }
  }
});

test('nothing is lost: every row of both is the survivor’s, but for what both had, and nobody else is touched', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const database = filled(seed);
      const before = learningOf(database);
      const [from, to] = [personOf(database, 'a'), personOf(database, 'b')];
      merge(database, { mergeId: 'm', from: 'a', to: 'b', happenedAt: 1 });
      const after = learningOf(database);
      for (const table of learningTables(database)) {
        assert.equal(after[table]?.length, before[table]?.length, table);
      }
      for (const { table, column, rule } of movingColumns) {
        for (const [index, was] of (before[table] ?? []).entries()) {
          const is = after[table]?.[index] ?? assert.fail('a row is gone');
          if (was[column] !== from) assert.equal(is[column], was[column], `${table}.${column} of somebody else`);
          else if (is[column] === from) {
            assert.equal(rule.kind, 'moves-once', `${table}.${column} was left behind`);
            const sameBy = rule.kind === 'moves-once' ? rule.sameBy : [];
            const twin = after[table]?.find(
              (row) => row[column] === to && sameBy.every((name) => row[name] === is[name]),
            );
            assert.ok(twin, `${table}.${column} was left behind, and the survivor has nothing like it`);
          } else assert.equal(is[column], to);
        }
      }
      for (const table of learningTables(database)) {
        const others = columnsOf(database, table).filter(({ refersTo }) => refersTo !== 'people');
        const rest = (rows: (typeof after)[string]) => rows.map((row) => others.map(({ name }) => row[name]));
        assert.deepEqual(rest(after[table] ?? []), rest(before[table] ?? []), table);
      }
      const retired = database.get('select merged_into from people where id = ?', from);
      assert.equal(retired?.merged_into, to, 'the retired one stays, as a pointer');
    }),
    runs,
  );
});

test('a merge and its undoing leave everything as it was', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const database = filled(seed);
      const before = learningOf(database);
      merge(database, { mergeId: 'm', from: 'a', to: 'b', happenedAt: 1 });
      unmerge(database, 'm');
      assert.deepEqual(learningOf(database), before);
    }),
    runs,
  );
});

test('what the survivor did after the merge stays theirs; what the app gave to others stays there', () => {
  const database = filled(7);
  const [a, b, c] = ['a', 'b', 'c'].map((subject) => personOf(database, subject)) as [number, number, number];
  database.run('update responses set author_id = ?', a);
  merge(database, { mergeId: 'm', from: 'a', to: 'b', happenedAt: 1 });
  const [given, kept] = database.all('select id from responses order by id').map(({ id }) => Number(id));
  database.run('update responses set author_id = ? where id = ?', c, given ?? 0);
  const lesson = database.get('select unit_lesson_id from responses')?.unit_lesson_id ?? null;
  const later = database.insert('responses', { unit_lesson_id: lesson, author_id: b, text: 'x', is_preview: 0, at: 9 });
  unmerge(database, 'm');
  const ownerOf = (id: number) => database.get('select author_id from responses where id = ?', id)?.author_id;
  assert.deepEqual([ownerOf(given ?? 0), ownerOf(kept ?? 0), ownerOf(later)], [c, a, b]);
});

test('what cannot be given back, because its owner has the same again, stays where it is', () => {
  const database = filled(3);
  const [a, b] = [personOf(database, 'a'), personOf(database, 'b')];
  const course = Number(database.get('select id from courses')?.id);
  database.run('delete from roles');
  const role = { course_id: course, role: 'student' };
  const first = database.insert('roles', { ...role, person_id: a });
  merge(database, { mergeId: 'm', from: 'a', to: 'b', happenedAt: 1 });
  // A person of their own again at the broker, who enrols before this app is told.
  database.insert('roles', { ...role, person_id: a });
  unmerge(database, 'm');
  assert.equal(database.get('select person_id from roles where id = ?', first)?.person_id, b);
});

type Told = ({ readonly kind: 'merge' } & MergeEvent) | { readonly kind: 'unmerge'; readonly mergeId: string };

/** What a broker can do one after the other: only who is of their own is merged, and the last merge is undone first. */
const histories = fc
  .array(fc.record({ undo: fc.boolean(), from: fc.nat(PEOPLE - 1), to: fc.nat(PEOPLE - 1) }), { maxLength: 12 })
  .map((wishes) => {
    const told: Told[] = [];
    const standing: { mergeId: string; from: number; to: number }[] = [];
    for (const [n, { undo, from, to }] of wishes.entries()) {
      const isOfTheirOwn = (person: number) => !standing.some((one) => one.from === person);
      const last = standing.findLast((one) => isOfTheirOwn(one.to));
      if (undo && last !== undefined) {
        standing.splice(standing.indexOf(last), 1);
        told.push({ kind: 'unmerge', mergeId: last.mergeId });
      } else if (from !== to && isOfTheirOwn(from) && isOfTheirOwn(to)) {
        const mergeId = `m${n}`;
        standing.push({ mergeId, from, to });
        told.push({ kind: 'merge', mergeId, from: subjectOf(from), to: subjectOf(to), happenedAt: n });
      }
    }
    return told;
  });

function tell(database: Database, events: readonly Told[]): void {
  for (const event of events) {
    if (event.kind === 'merge') merge(database, event);
    else unmerge(database, event.mergeId);
  }
}

/** By what was told alone: everybody's rows are with whom they are merged into in the end, but for what that one has too. */
function assertWithSurvivors(database: Database, before: ReturnType<typeof learningOf>, told: readonly Told[]): void {
  const undone = new Set(told.filter(({ kind }) => kind === 'unmerge').map(({ mergeId }) => mergeId));
  const into = new Map<number, number>();
  for (const event of told) {
    if (event.kind === 'merge' && !undone.has(event.mergeId)) {
      into.set(personOf(database, event.from), personOf(database, event.to));
    }
  }
  const survivorOf = (person: number): number => {
    const next = into.get(person);
    return next === undefined ? person : survivorOf(next);
  };
  const after = learningOf(database);
  for (const { table, column, rule } of movingColumns) {
    for (const [index, was] of (before[table] ?? []).entries()) {
      const is = after[table]?.[index];
      const survivor = was[column] === null ? null : survivorOf(Number(was[column]));
      if (is?.[column] === survivor) continue;
      const sameBy = rule.kind === 'moves-once' ? rule.sameBy : assert.fail(`${table}.${column} is not the survivor's`);
      const twin = after[table]?.find(
        (row) => row[column] === survivor && sameBy.every((name) => row[name] === is?.[name]),
      );
      assert.ok(twin, `${table}.${column} is not the survivor's, who has nothing like it`);
    }
  }
}

test('in whatever order, and however often, the events of a history arrive, it ends as in the right order', () => {
  const shuffled = histories.chain((told) =>
    fc.record({
      told: fc.constant(told),
      arrived: fc.shuffledSubarray([...told, ...told], { minLength: told.length * 2, maxLength: told.length * 2 }),
    }),
  );
  fc.assert(
    fc.property(seeds, shuffled, (seed, { told, arrived }) => {
      const [right, wrong] = [filled(seed), filled(seed)];
      const before = learningOf(right);
      tell(right, told);
      assertWithSurvivors(right, before, told);
      tell(wrong, arrived);
      assert.deepEqual(learningOf(wrong), learningOf(right));
    }),
    runs,
  );
});

test('a history that undoes all that it did leaves everything as it was', () => {
  fc.assert(
    fc.property(seeds, histories, (seed, told) => {
      const database = filled(seed);
      const before = learningOf(database);
      tell(database, told);
      const undone = told.filter(({ kind }) => kind === 'merge').toReversed();
      tell(
        database,
        undone.map(({ mergeId }) => ({ kind: 'unmerge', mergeId }) as const),
      );
      assert.deepEqual(learningOf(database), before);
    }),
    runs,
  );
});

test('an undoing that comes before its merge leaves nothing to do for it', () => {
  const database = filled(5);
  const before = learningOf(database);
  unmerge(database, 'm');
  merge(database, { mergeId: 'm', from: 'a', to: 'b', happenedAt: 1 });
  assert.deepEqual(learningOf(database), before);
});

test('a person whom the app has never seen can be merged: whatever they do later is the other one’s', () => {
  const database = filled(5);
  merge(database, { mergeId: 'm', from: 'stranger', to: 'a', happenedAt: 1 });
  const row = database.get("select merged_into from people where subject = 'stranger'");
  assert.equal(row?.merged_into, personOf(database, 'a'));
});

test('the sessions of the retired person end, and nobody else’s', () => {
  const database = filled(5);
  for (const subject of ['a', 'b']) {
    const person_id = personOf(database, subject);
    database.insert('sessions', { id_hash: subject, person_id, sid: null, id_token: 't', expires_at: 9 });
  }
  merge(database, { mergeId: 'm', from: 'a', to: 'b', happenedAt: 1 });
  assert.deepEqual(
    database.all('select id_hash from sessions').map(({ id_hash }) => id_hash),
    ['b'],
  );
});
