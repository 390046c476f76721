/**
 * Sign-ins that were refused because more than one account could be meant, until support has decided (DESIGN §6.3).
 *
 * One row for each identity, however often it tries: repeats are counted. What the person's provider said is kept sealed,
 * because support has nothing else to go by. The decision stays: the next sign-in of the identity follows it.
 */
import type { Sealer } from '../crypto.ts';
import type { Milliseconds, Profile } from '../model.ts';
import { type AuditEvent, insertAuditEvent } from './audit.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOf, numberOrNull, textOf, textOrNull } from './rows.ts';

export type ConflictDecision =
  | { readonly kind: 'link'; readonly userId: string }
  /** An account of its own. */
  | { readonly kind: 'create' }
  /** The identity is not let in. */
  | { readonly kind: 'refuse' };

export interface Conflict {
  readonly id: string;
  /** What the person was shown, and tells support. */
  readonly caseNumber: string;
  readonly provider: string;
  readonly subject: string;
  /** What the provider said at the latest try. */
  readonly profile: Profile;
  /** Ids of the accounts that could be meant. */
  readonly candidates: readonly string[];
  readonly openedAt: Milliseconds;
  readonly lastAt: Milliseconds;
  readonly times: number;
  readonly decided: {
    readonly decision: ConflictDecision;
    readonly at: Milliseconds;
    readonly by: string;
    readonly reason: string;
  } | null;
}

/** A try that could not be decided. `id` and `caseNumber` are those that it gets if it is the first one. */
export type NewConflict = Pick<Conflict, 'id' | 'caseNumber' | 'profile' | 'candidates'>;

export interface Conflicts {
  /** Opens the conflict of this identity, opens it again, or counts one more try. @returns its case number */
  note(conflict: NewConflict, opened: AuditEvent, now: Milliseconds): Promise<string>;
  findDecision(provider: string, subject: string): Promise<ConflictDecision | null>;
  find(caseNumber: string): Promise<Conflict | null>;
  /** The latest first. */
  list(which: 'open' | 'all', atMost: number): Promise<Conflict[]>;
  /** Also in place of an earlier decision. False when it is not as `conflict` says any more: somebody else decided. */
  decide(conflict: Conflict, decided: NonNullable<Conflict['decided']>, resolved: AuditEvent): Promise<boolean>;
}

export function createConflicts(database: Database, sealer: Sealer): Conflicts {
  const place = (id: string) => ({ table: 'conflicts', column: 'profile', row: id });

  const read = (row: Row): Conflict => {
    const id = textOf(row, 'id');
    const decision = textOrNull(row, 'decision');
    return {
      id,
      caseNumber: textOf(row, 'case_number'),
      provider: textOf(row, 'provider'),
      subject: textOf(row, 'subject'),
      profile: JSON.parse(sealer.open(place(id), textOf(row, 'profile'))),
      candidates: JSON.parse(textOf(row, 'candidates')),
      openedAt: numberOf(row, 'opened_at'),
      lastAt: numberOf(row, 'last_at'),
      times: numberOf(row, 'times'),
      decided:
        decision === null
          ? null
          : {
              decision: JSON.parse(decision),
              at: numberOrNull(row, 'decided_at') ?? 0,
              by: textOrNull(row, 'decided_by') ?? '',
              reason: textOrNull(row, 'reason') ?? '',
            },
    };
  };
  const findOf = (provider: string, subject: string) =>
    database.get(sql`select * from conflicts where provider = ${provider} and subject = ${subject}`);

  return {
    async note({ id, caseNumber, profile, candidates }, opened, now) {
      const { provider, subject } = profile;
      const insert = await database.atomically([
        {
          statement: sql`
            insert into conflicts (id, case_number, provider, subject, profile, candidates, opened_at, last_at, times)
            values (${id}, ${caseNumber}, ${provider}, ${subject}, ${sealer.seal(place(id), JSON.stringify(profile))},
                    ${JSON.stringify(candidates)}, ${now}, ${now}, 1)
            on conflict (provider, subject) do nothing`,
          changes: 1,
        },
        insertAuditEvent(opened),
      ]);
      if (insert.committed) return caseNumber;
      const row = await findOf(provider, subject);
      if (row === null) throw new Error('a conflict is there and is not');
      const before = read(row);
      const sealed = sealer.seal(place(before.id), JSON.stringify(profile));
      const written = JSON.stringify(candidates);
      const again = await database.atomically([
        {
          // A decision that could not be followed: support has to look once more.
          statement: sql`
            update conflicts set times = times + 1, last_at = ${now}, profile = ${sealed}, candidates = ${written},
              decision = null, decided_at = null, decided_by = null, reason = null
            where id = ${before.id} and decision is not null`,
          changes: 1,
        },
        insertAuditEvent(opened),
      ]);
      if (!again.committed) {
        await database.run(sql`
          update conflicts set times = times + 1, last_at = ${now}, profile = ${sealed}, candidates = ${written}
          where id = ${before.id}`);
      }
      return before.caseNumber;
    },

    async findDecision(provider, subject) {
      const row = await database.get(sql`
        select decision from conflicts
        where provider = ${provider} and subject = ${subject} and decision is not null`);
      return row && JSON.parse(textOf(row, 'decision'));
    },

    async find(caseNumber) {
      const row = await database.get(sql`select * from conflicts where case_number = ${caseNumber}`);
      return row && read(row);
    },

    async list(which, atMost) {
      const rows =
        which === 'open'
          ? await database.all(sql`
              select * from conflicts where decision is null order by last_at desc, id limit ${atMost}`)
          : await database.all(sql`select * from conflicts order by last_at desc, id limit ${atMost}`);
      return rows.map(read);
    },

    async decide(conflict, { decision, at, by, reason }, resolved) {
      const { committed } = await database.atomically([
        {
          statement: sql`
            update conflicts set decision = ${JSON.stringify(decision)}, decided_at = ${at}, decided_by = ${by},
              reason = ${reason}
            where id = ${conflict.id} and times = ${conflict.times}
              and coalesce(decided_at, 0) = ${conflict.decided?.at ?? 0}`,
          changes: 1,
        },
        insertAuditEvent(resolved),
      ]);
      return committed;
    },
  };
}
