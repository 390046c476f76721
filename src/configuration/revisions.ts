/**
 * The configuration as it is stored: a list of revisions that only grows, each one document written or removed.
 *
 * A revision is a number, without gaps. Whoever saves names the revision their change was made against; the primary key
 * lets only one of two such changes in, so none is overwritten unseen (O-08). Because the next number can only be taken
 * once the one before is committed, a reader who asks for everything after a revision misses nothing.
 * Documents hold secrets: they are sealed, and must never reach an audit event or a message.
 */
import type { Sealer } from '../crypto.ts';
import type { JsonObject, Milliseconds } from '../model.ts';
import { insertAuditEvent } from '../store/audit.ts';
import { type Database, type Row, type Step, sql } from '../store/database.ts';
import { numberOf, textOf, textOrNull } from '../store/rows.ts';
import { isObject } from './common-schemas.ts';
import { type ConfigurationEntry, type ConfigurationKind, configurationKinds } from './documents.ts';

/** One document to be written; null removes it. */
export interface ConfigurationWrite {
  readonly kind: ConfigurationKind;
  readonly name: string;
  readonly document: JsonObject | null;
}

/** Who changes something, and why: kept with each revision. */
export interface Authorship {
  readonly by: string;
  readonly reason: string;
  readonly at: Milliseconds;
}

export interface StoredConfiguration {
  /** 0 where nothing was ever configured. */
  readonly revision: number;
  readonly entries: readonly ConfigurationEntry[];
}

export interface ConfigurationChanges {
  readonly revision: number;
  /** In the order in which they were made. */
  readonly writes: readonly ConfigurationWrite[];
}

export type SaveResult =
  | { readonly saved: true; readonly revision: number }
  /** Somebody else saved since `baseRevision`, or `also` did not find what it needs: nothing was written. */
  | { readonly saved: false };

export interface PastRevision {
  readonly revision: number;
  readonly change: 'written' | 'removed';
  readonly by: string;
  readonly reason: string;
  readonly at: Milliseconds;
}

export interface ConfigurationStore {
  latestRevision(): Promise<number>;
  /** Every document as it is now. @throws SealBroken when one does not open with this secret. */
  loadAll(): Promise<StoredConfiguration>;
  /** One version of one document; null where that document has none of this number. @throws SealBroken likewise. */
  load(kind: ConfigurationKind, name: string, revision: number): Promise<ConfigurationWrite | null>;
  /** What was changed after `revision`. @throws SealBroken likewise. */
  loadSince(revision: number): Promise<ConfigurationChanges>;
  /** Saves all the writes and carries out `also`, or nothing; each write as a revision and an audit event. @throws DatabaseUnavailable */
  saveChanges(
    baseRevision: number,
    writes: readonly ConfigurationWrite[],
    authorship: Authorship,
    also?: readonly Step[],
  ): Promise<SaveResult>;
  /** The newest 200 revisions of one document, the newest first. */
  history(kind: ConfigurationKind, name: string): Promise<readonly PastRevision[]>;
}

export function createConfigurationStore(database: Database, sealer: Sealer): ConfigurationStore {
  const readAll = (rows: readonly Row[]) => rows.flatMap((row) => readWrite(row, sealer));
  return {
    async latestRevision() {
      const row = await database.get(sql`select coalesce(max(revision), 0) as latest from configuration_revisions`);
      return row === null ? 0 : numberOf(row, 'latest');
    },
    async loadAll() {
      const rows = await database.all(sql`
        select r.revision, r.kind, r.name, r.document from configuration_revisions r
        join (select max(revision) as latest from configuration_revisions group by kind, name) l on l.latest = r.revision
        order by r.revision`);
      // One statement, removed documents included: the last row's revision is the one that all of this belongs to.
      return { revision: lastRevision(rows, 0), entries: readAll(rows).filter(isWritten) };
    },
    async load(kind, name, revision) {
      const row = await database.get(sql`
        select revision, kind, name, document from configuration_revisions
        where kind = ${kind} and name = ${name} and revision = ${revision}`);
      return row === null ? null : (readAll([row])[0] ?? null);
    },
    async loadSince(revision) {
      const rows = await database.all(sql`
        select revision, kind, name, document from configuration_revisions
        where revision > ${revision} order by revision`);
      return { revision: lastRevision(rows, revision), writes: readAll(rows) };
    },
    async saveChanges(baseRevision, writes, authorship, also = []) {
      const steps = writes.flatMap((write, index) => stepsOf(write, baseRevision + index + 1, authorship, sealer));
      const result = await database.atomically([...steps, ...also]);
      return result.committed ? { saved: true, revision: baseRevision + writes.length } : { saved: false };
    },
    async history(kind, name) {
      const rows = await database.all(sql`
        select revision, case when document is null then 'removed' else 'written' end as change,
               changed_by, reason, changed_at
        from configuration_revisions where kind = ${kind} and name = ${name} order by revision desc limit 200`);
      return rows.map((row) => ({
        revision: numberOf(row, 'revision'),
        change: textOf(row, 'change') === 'removed' ? 'removed' : 'written',
        by: textOf(row, 'changed_by'),
        reason: textOf(row, 'reason'),
        at: numberOf(row, 'changed_at'),
      }));
    },
  };
}

function stepsOf(write: ConfigurationWrite, revision: number, authorship: Authorship, sealer: Sealer): Step[] {
  const { kind, name, document } = write;
  const { by, reason, at } = authorship;
  const sealed = document === null ? null : sealer.seal(place(revision, kind, name), JSON.stringify(document));
  return [
    {
      // The revision before must be there: a base that is ahead of the table would leave a gap.
      statement: sql`
        insert into configuration_revisions (revision, kind, name, document, changed_at, changed_by, reason)
        select ${revision}, ${kind}, ${name}, ${sealed}, ${at}, ${by}, ${reason}
        where (select coalesce(max(revision), 0) from configuration_revisions) = ${revision - 1}
        on conflict (revision) do nothing`,
      changes: 1,
    },
    insertAuditEvent({
      id: `configuration-${revision}`,
      at,
      type: 'config.changed',
      code: null,
      userId: null,
      provider: kind === 'provider' ? name : null,
      clientId: kind === 'client' ? name : null,
      signInId: null,
      reference: null,
      detail: { revision, kind, name, change: document === null ? 'removed' : 'written', by, reason },
    }),
  ];
}

/** Bound to the revision, the kind and the name: an older or another document put in its place does not open. */
function place(revision: number, kind: string, name: string) {
  return { table: 'configuration_revisions', column: 'document', row: JSON.stringify([revision, kind, name]) };
}

/** Nothing for a kind that this version does not know: a newer process beside this one may write it. */
function readWrite(row: Row, sealer: Sealer): ConfigurationWrite[] {
  const kind = configurationKinds.find((known) => known === row.kind);
  if (kind === undefined) return [];
  const name = textOf(row, 'name');
  const sealed = textOrNull(row, 'document');
  if (sealed === null) return [{ kind, name, document: null }];
  const document: unknown = JSON.parse(sealer.open(place(numberOf(row, 'revision'), kind, name), sealed));
  if (!isObject(document)) throw new TypeError(`the stored ${kind} ${name} is no map`);
  return [{ kind, name, document }];
}

function isWritten(write: ConfigurationWrite): write is ConfigurationEntry {
  return write.document !== null;
}

function lastRevision(rows: readonly Row[], otherwise: number): number {
  const last = rows.at(-1);
  return last === undefined ? otherwise : numberOf(last, 'revision');
}
