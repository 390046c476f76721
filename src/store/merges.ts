/**
 * Merges that were carried out: who into whom, by whom and why, and for a while what it takes to undo them.
 *
 * A merge row is written in the transaction of the merge and never deleted; its snapshot, sealed because it holds all that ended, is
 * forgotten when the time for undoing is over. `position` counts the merges of one survivor.
 */
import type { Sealer } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, numberOrNull, textOf, textOrNull } from './rows.ts';

export interface NewMerge {
  readonly id: string;
  readonly retiredId: string;
  readonly survivorId: string;
  /** Whether anything of the survivor's own is another since: then no earlier merge is undone before this one. */
  readonly changedSurvivor: boolean;
  readonly mergedBy: string;
  readonly reason: string;
  readonly mergedAt: Milliseconds;
  /** From then on it cannot be undone, and the snapshot is forgotten. */
  readonly undoUntil: Milliseconds;
}

export interface StoredMerge extends NewMerge {
  readonly position: number;
  readonly undoneAt: Milliseconds | null;
  /** JSON text; null once it was undone, or can be undone no more. */
  readonly snapshot: string | null;
}

/** A merge without its snapshot. */
export type MergeEntry = Omit<StoredMerge, 'snapshot'>;

export interface Merges {
  find(id: string): Promise<StoredMerge | null>;
  /** In which the user had a part, the newest first. */
  ofUser(userId: string): Promise<MergeEntry[]>;
  /** The one that stands by which this user was retired; null while they are not. */
  findStanding(retiredId: string): Promise<MergeEntry | null>;
  /** The last one that must be undone before this one can be; null when there is none. */
  findInTheWayOf(merge: MergeEntry): Promise<MergeEntry | null>;
  /** Forgets what can be undone no more. Answers how many. */
  forgetSnapshots(now: Milliseconds, atMost: number): Promise<number>;
}

export function createMerges(database: Database, sealer: Sealer): Merges {
  const entryOrNull = (row: Row | null) => row && readEntry(row);
  return {
    async find(id) {
      const row = await database.get(sql`select * from merges where id = ${id}`);
      if (row === null) return null;
      const sealed = textOrNull(row, 'snapshot');
      return { ...readEntry(row), snapshot: sealed === null ? null : sealer.open(place(id), sealed) };
    },

    async ofUser(userId) {
      const rows = await database.all(sql`
        select * from merges where retired_id = ${userId} or survivor_id = ${userId} order by merged_at desc, position desc`);
      return rows.map(readEntry);
    },

    findStanding: async (retiredId) =>
      entryOrNull(await database.get(sql`select * from merges where retired_id = ${retiredId} and undone_at is null`)),

    findInTheWayOf: async ({ survivorId, position }) =>
      entryOrNull(
        await database.get(sql`
          select * from merges
          where undone_at is null
            and (retired_id = ${survivorId}
                 or (survivor_id = ${survivorId} and position > ${position} and changed_survivor = 1))
          order by merged_at desc, position desc limit 1`),
      ),

    forgetSnapshots: (now, atMost) =>
      database.run(sql`
        update merges set snapshot = null
        where id in (select id from merges where snapshot is not null and undo_until <= ${now} limit ${atMost})`),
  };
}

/** The step that writes a merge, for its transaction. The survivor's row must be locked: of two merges each has its position. */
export function insertMerge(merge: NewMerge, snapshot: string, sealer: Sealer): Step {
  const { id, retiredId, survivorId, changedSurvivor, mergedBy, reason, mergedAt, undoUntil } = merge;
  return {
    statement: sql`
      insert into merges (id, retired_id, survivor_id, position, changed_survivor, merged_by, reason,
                          merged_at, undo_until, undone_at, snapshot)
      select ${id}, ${retiredId}, ${survivorId}, before.merges + 1, cast(${changedSurvivor ? 1 : 0} as bigint),
             ${mergedBy}, ${reason}, cast(${mergedAt} as bigint), cast(${undoUntil} as bigint), null,
             ${sealer.seal(place(id), snapshot)}
      from (select count(*) as merges from merges where survivor_id = ${survivorId}) as before`,
    changes: 1,
  };
}

/** The step that ends a merge, for the transaction of its undo: once, in time, and with none in the way. */
export function endMerge({ id, survivorId, position }: MergeEntry, now: Milliseconds): Step {
  return {
    statement: sql`
      update merges set undone_at = ${now}, snapshot = null
      where id = ${id} and undone_at is null and snapshot is not null and undo_until > ${now}
        and not exists (select 1 from merges as later where later.survivor_id = ${survivorId}
                        and later.position > ${position} and later.changed_survivor = 1
                        and later.undone_at is null)`,
    changes: 1,
  };
}

const place = (id: string) => ({ table: 'merges', column: 'snapshot', row: id });

function readEntry(row: Row): MergeEntry {
  return {
    id: textOf(row, 'id'),
    retiredId: textOf(row, 'retired_id'),
    survivorId: textOf(row, 'survivor_id'),
    changedSurvivor: numberOf(row, 'changed_survivor') === 1,
    position: numberOf(row, 'position'),
    mergedBy: textOf(row, 'merged_by'),
    reason: textOf(row, 'reason'),
    mergedAt: numberOf(row, 'merged_at'),
    undoUntil: numberOf(row, 'undo_until'),
    undoneAt: numberOrNull(row, 'undone_at'),
  };
}
