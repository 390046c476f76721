/**
 * Scores that apps gave and campuses are to get: taken once, sent afterwards, by one process at a time.
 *
 * Of one person and one activity only the newest score goes out, and none while another of them is on its way: Basic Outcomes has no
 * times, so an older one that arrives late would stand. The order is the app's: that of `at`. What a score says is sealed, and gone
 * as soon as the campus has it or a newer one takes its place; that there was one stays for a month. A claim is a lease, as that of
 * a mail. Must never be asked to hold a claim open in a transaction (V-25).
 */
import type { Vault } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type AuditEvent, insertAuditEvent } from './audit.ts';
import { type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, textOf, textOrNull } from './rows.ts';
import { openScorePlace, type ScoreLink, type ScoreService } from './score-places.ts';

/** A campus that is down over a long weekend gets it all the same. */
export const SCORE_LIFE: Milliseconds = 72 * 60 * 60_000;
/** How long it can be seen what became of one, and one that was given up can be sent again. */
export const SCORE_KEPT: Milliseconds = 30 * 24 * 60 * 60_000;

export const scoreStates = ['waiting', 'sent', 'replaced', 'given-up'] as const;
export type ScoreState = (typeof scoreStates)[number];

export interface NewScore {
  readonly id: string;
  readonly placeId: string;
  readonly registration: string;
  readonly clientId: string;
  /** When the app gave it: with the place its name, so that the same is taken once however often it is sent. */
  readonly at: Milliseconds;
  /** The score as JSON text. */
  readonly said: string;
}

/** What became of one: nothing of what it says. */
export interface ScoreView {
  readonly id: string;
  readonly placeId: string;
  readonly registration: string;
  readonly clientId: string;
  /** The account that the identity belongs to now. */
  readonly userId: string;
  readonly link: ScoreLink;
  readonly at: Milliseconds;
  readonly state: ScoreState;
  readonly createdAt: Milliseconds;
  readonly changedAt: Milliseconds;
  readonly attempts: number;
  /** Null where none will follow. */
  readonly nextAttemptAt: Milliseconds | null;
  /** Why the last attempt failed; null before that, and once it went through. */
  readonly failure: string | null;
}

export type Taken =
  /** Also where it was taken before. */
  | { readonly kind: 'taken'; readonly view: ScoreView }
  /** Another score of the same moment was taken before. */
  | { readonly kind: 'differs' }
  /** The identity, and with it the place, is gone since it was looked up. */
  | { readonly kind: 'no-place' };

/** A score that this caller alone may send until its lease ends. */
export interface ClaimedScore {
  readonly id: string;
  readonly placeId: string;
  readonly clientId: string;
  readonly userId: string;
  readonly link: ScoreLink;
  /** As the last launch said it, which may be after the score was given. */
  readonly service: ScoreService;
  readonly said: string;
  readonly at: Milliseconds;
  readonly notAfter: Milliseconds;
  readonly attempt: number;
}

export interface ScoreCounts {
  readonly waiting: number;
  /** When the oldest of those that wait was taken; null where none waits. */
  readonly waitingSince: Milliseconds | null;
  readonly givenUp: number;
}

export interface OutgoingScores {
  take(score: NewScore, now: Milliseconds): Promise<Taken>;
  /** The registrations for which something waits, due or not. */
  waitingRegistrations(): Promise<string[]>;
  /** One score for this campus that is due, leased to the caller; null when there is none. */
  claim(registration: string, now: Milliseconds, lease: Milliseconds): Promise<ClaimedScore | null>;
  /** The campus has it. False when the claim had run out and somebody else has it, or a newer one took its place. */
  finish(claimed: ClaimedScore, now: Milliseconds): Promise<boolean>;
  /** Due again at `retryAt`, unless a newer one was given meanwhile. False likewise. */
  putBack(claimed: ClaimedScore, retryAt: Milliseconds, failure: string, now: Milliseconds): Promise<boolean>;
  /** With the event that says so in the audit trail. False likewise. */
  giveUp(claimed: ClaimedScore, failure: string, audit: AuditEvent): Promise<boolean>;
  find(id: string): Promise<ScoreView | null>;
  /** Those of some places, the newest first. */
  ofPlaces(placeIds: readonly string[], atMost: number): Promise<ScoreView[]>;
  /** Of a user, with what those say that are still to be sent. */
  ofUser(userId: string): Promise<{ readonly view: ScoreView; readonly said: string | null }[]>;
  /** Oldest first. */
  list(state: ScoreState, atMost: number): Promise<ScoreView[]>;
  counts(): Promise<ScoreCounts>;
  /** Makes one due now that waits or was given up. False when it is neither, on its way, or when there is a newer one. */
  retry(id: string, now: Milliseconds): Promise<boolean>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createOutgoingScores(database: Database, vault: Vault): OutgoingScores {
  /** Not the id: the same score that comes again has another one. */
  const fingerprintOf = ({ placeId, said }: NewScore) => vault.blindIndex('score', JSON.stringify([placeId, said]));
  const views = (rows: readonly Row[]) => rows.map((row) => readView(row, vault));

  return {
    async take(score, now) {
      const { id, placeId, at } = score;
      const fingerprint = fingerprintOf(score);
      const { committed } = await database.atomically([
        lockPlace(placeId, at),
        insertScore(score, fingerprint, vault, now),
        replaceOlder(placeId, at, now),
      ]);
      if (!committed) return { kind: 'no-place' };
      const row = await database.get(sql`
        select outgoing_scores.*, score_places.document as place, identities.user_id
        from outgoing_scores join score_places on score_places.id = place_id
        join identities on identities.id = identity_id
        where place_id = ${placeId} and scored_at = ${at}`);
      if (row === null) return { kind: 'no-place' };
      const isSame = textOf(row, 'id') === id || textOf(row, 'fingerprint') === fingerprint;
      return isSame ? { kind: 'taken', view: readView(row, vault) } : { kind: 'differs' };
    },

    async waitingRegistrations() {
      // From one to the next through the index: a campus that is down for a day has many thousands of rows.
      const rows = await database.all(sql`
        with recursive campus (id) as (
          select min(registration) from outgoing_scores where state = 'waiting'
          union all
          select (select min(registration) from outgoing_scores where state = 'waiting' and registration > campus.id)
          from campus where campus.id is not null
        )
        select id from campus where id is not null`);
      return rows.map((row) => textOf(row, 'id'));
    },

    async claim(registration, now, lease) {
      // Whatever has a lease waits: asking for that too would have SQLite read all that wait, for each one that is due.
      for (;;) {
        const due = await database.get(sql`
          select outgoing_scores.*, score_places.document as place, identities.user_id
          from outgoing_scores join score_places on score_places.id = place_id
          join identities on identities.id = identity_id
          where outgoing_scores.registration = ${registration} and state = 'waiting' and next_attempt_at <= ${now}
            and lease_until <= ${now} and scored_at = last_scored_at
            and not exists (
              select 1 from outgoing_scores as other
              where other.place_id = outgoing_scores.place_id and other.lease_until > ${now})
          order by next_attempt_at limit 1`);
        if (due === null) return null;
        const [placeId, at] = [textOf(due, 'place_id'), numberOf(due, 'scored_at')];
        const claimed = await database.atomically([
          lockPlace(placeId, 0),
          leaseScore(due, now, lease),
          replaceOlder(placeId, at, now),
        ]);
        // Somebody was faster with this one, or gave a newer one; there may be others.
        if (claimed.committed) return readClaimed(due, vault);
      }
    },

    async finish({ id, attempt }, now) {
      const changed = await database.run(sql`
        update outgoing_scores
        set state = 'sent', document = null, failure = null, lease_until = 0, changed_at = ${now}
        where id = ${id} and attempts = ${attempt} and state = 'waiting'`);
      return changed === 1;
    },

    async putBack({ id, placeId, at, attempt }, retryAt, failure, now) {
      const put = sql`
        update outgoing_scores
        set next_attempt_at = ${retryAt}, failure = ${failure}, lease_until = 0, changed_at = ${now}
        where id = ${id} and attempts = ${attempt} and state = 'waiting'`;
      const newest = sql`
        update outgoing_scores set state = 'replaced', document = null
        where id = ${id} and exists (select 1 from score_places where score_places.id = ${placeId} and last_scored_at > ${at})`;
      const { committed } = await database.atomically([
        lockPlace(placeId, 0),
        { statement: put, changes: 1 },
        { statement: newest, changes: 'any' },
      ]);
      return committed;
    },

    async giveUp({ id, attempt }, failure, audit) {
      const buried = sql`
        update outgoing_scores
        set state = 'given-up', failure = ${failure}, lease_until = 0, changed_at = ${audit.at}
        where id = ${id} and attempts = ${attempt} and state = 'waiting'`;
      return (await database.atomically([{ statement: buried, changes: 1 }, insertAuditEvent(audit)])).committed;
    },

    async find(id) {
      const row = await database.get(sql`
        select outgoing_scores.*, score_places.document as place, identities.user_id
        from outgoing_scores join score_places on score_places.id = place_id
        join identities on identities.id = identity_id
        where outgoing_scores.id = ${id}`);
      return row && readView(row, vault);
    },

    async ofPlaces(placeIds, atMost) {
      const found = await Promise.all(
        placeIds.map((placeId) =>
          database.all(sql`
            select outgoing_scores.*, score_places.document as place, identities.user_id
            from outgoing_scores join score_places on score_places.id = place_id
            join identities on identities.id = identity_id
            where place_id = ${placeId} order by scored_at desc limit ${atMost}`),
        ),
      );
      return views(found.flat())
        .toSorted((a, b) => b.at - a.at)
        .slice(0, atMost);
    },

    async ofUser(userId) {
      const rows = await database.all(sql`
        select outgoing_scores.*, score_places.document as place, identities.user_id
        from outgoing_scores join score_places on score_places.id = place_id
        join identities on identities.id = identity_id
        where identities.user_id = ${userId} order by scored_at desc, outgoing_scores.id`);
      return rows.map((row) => ({ view: readView(row, vault), said: openedOrNull(row, vault) }));
    },

    async list(state, atMost) {
      // Two texts, because each is found by an index of its own.
      const statement =
        state === 'waiting'
          ? sql`
              select outgoing_scores.*, score_places.document as place, identities.user_id
              from outgoing_scores join score_places on score_places.id = place_id
              join identities on identities.id = identity_id
              where state = 'waiting' order by changed_at, outgoing_scores.id limit ${atMost}`
          : sql`
              select outgoing_scores.*, score_places.document as place, identities.user_id
              from outgoing_scores join score_places on score_places.id = place_id
              join identities on identities.id = identity_id
              where state = ${state} and state <> 'waiting' order by changed_at, outgoing_scores.id limit ${atMost}`;
      return views(await database.all(statement));
    },

    async counts() {
      const row = await database.get(sql`
        select waiting, waiting_since, given_up from
          (select count(*) as waiting, min(created_at) as waiting_since from outgoing_scores where state = 'waiting') as open,
          (select count(*) as given_up from outgoing_scores where state = 'given-up' and state <> 'waiting') as ended`);
      if (row === null) throw new Error('a count answered nothing');
      const since = row.waiting_since;
      return {
        ...{ waiting: numberOf(row, 'waiting'), givenUp: numberOf(row, 'given_up') },
        waitingSince: typeof since === 'number' ? since : null,
      };
    },

    async retry(id, now) {
      const row = await database.get(sql`select place_id from outgoing_scores where id = ${id}`);
      if (row === null) return false;
      const placeId = textOf(row, 'place_id');
      // The count of attempts goes on: with it a claim is told from an earlier one.
      const again = sql`
        update outgoing_scores
        set state = 'waiting', next_attempt_at = ${now}, not_after = ${now + SCORE_LIFE}, changed_at = ${now}
        where id = ${id} and state in ('waiting', 'given-up') and lease_until <= ${now}
          and scored_at = (select last_scored_at from score_places where score_places.id = ${placeId})`;
      return (await database.atomically([lockPlace(placeId, 0), { statement: again, changes: 1 }])).committed;
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from outgoing_scores
        where id in (
          select id from outgoing_scores
          where state in ('sent', 'replaced', 'given-up') and state <> 'waiting'
            and changed_at < ${before - SCORE_KEPT} limit ${atMost})`),
  };
}

/**
 * Nobody else gives, claims or retries a score of this place until the transaction ends; and what follows, in statements of their own,
 * sees what they wrote: PostgreSQL looks at other tables as they were when a statement began.
 */
function lockPlace(placeId: string, at: Milliseconds): Step {
  return {
    statement: sql`
      update score_places set last_scored_at = case when last_scored_at < ${at} then ${at} else last_scored_at end
      where id = ${placeId}`,
    changes: 1,
  };
}

/** One that is older than the newest is replaced from the beginning. */
function insertScore(score: NewScore, fingerprint: string, vault: Vault, now: Milliseconds): Step {
  const { id, placeId, registration, clientId, at, said } = score;
  const document = vault.seal(sealedAt(id), said);
  return {
    statement: sql`
      insert into outgoing_scores (id, place_id, registration, client_id, scored_at, fingerprint, document, state,
                                   created_at, changed_at, not_after, attempts, next_attempt_at, lease_until)
      select ${id}, score_places.id, ${registration}, ${clientId}, cast(${at} as bigint), ${fingerprint},
             case when last_scored_at > ${at} then null else ${document} end,
             case when last_scored_at > ${at} then 'replaced' else 'waiting' end,
             cast(${now} as bigint), cast(${now} as bigint), cast(${now + SCORE_LIFE} as bigint), 0,
             cast(${now} as bigint), 0
      from score_places where score_places.id = ${placeId}
      on conflict (place_id, scored_at) do nothing`,
    changes: 'any',
  };
}

/** Also what was given up: nobody need look at it any more. But for one that is on its way: what becomes of it is not known yet. */
function replaceOlder(placeId: string, at: Milliseconds, now: Milliseconds): Step {
  return {
    statement: sql`
      update outgoing_scores set state = 'replaced', document = null, changed_at = ${now}
      where place_id = ${placeId} and scored_at < ${at} and state in ('waiting', 'given-up') and lease_until <= ${now}`,
    changes: 'any',
  };
}

function leaseScore(due: Row, now: Milliseconds, lease: Milliseconds): Step {
  const [id, placeId, attempts] = [textOf(due, 'id'), textOf(due, 'place_id'), numberOf(due, 'attempts')];
  return {
    statement: sql`
      update outgoing_scores set attempts = ${attempts + 1}, lease_until = ${now + lease}
      where id = ${id} and attempts = ${attempts} and state = 'waiting' and lease_until <= ${now}
        and scored_at = (select last_scored_at from score_places where score_places.id = ${placeId})
        and not exists (
          select 1 from outgoing_scores as other
          where other.place_id = ${placeId} and other.lease_until > ${now})`,
    changes: 1,
  };
}

const sealedAt = (id: string) => ({ table: 'outgoing_scores', column: 'document', row: id });

function openedOrNull(row: Row, vault: Vault): string | null {
  const document = textOrNull(row, 'document');
  return document === null ? null : vault.open(sealedAt(textOf(row, 'id')), document);
}

function readClaimed(row: Row, vault: Vault): ClaimedScore {
  const placeId = textOf(row, 'place_id');
  const said = openedOrNull(row, vault);
  if (said === null) throw new Error('a score that waits says nothing');
  return {
    ...{ id: textOf(row, 'id'), placeId, clientId: textOf(row, 'client_id'), userId: textOf(row, 'user_id') },
    ...openScorePlace(placeId, textOf(row, 'place'), vault),
    ...{ said, at: numberOf(row, 'scored_at'), notAfter: numberOf(row, 'not_after') },
    attempt: numberOf(row, 'attempts') + 1,
  };
}

function readView(row: Row, vault: Vault): ScoreView {
  const [placeId, state] = [textOf(row, 'place_id'), textOf(row, 'state') as ScoreState];
  const { link } = openScorePlace(placeId, textOf(row, 'place'), vault);
  return {
    ...{ id: textOf(row, 'id'), placeId, registration: textOf(row, 'registration') },
    ...{ clientId: textOf(row, 'client_id'), userId: textOf(row, 'user_id'), link, state },
    ...{
      at: numberOf(row, 'scored_at'),
      createdAt: numberOf(row, 'created_at'),
      changedAt: numberOf(row, 'changed_at'),
    },
    attempts: numberOf(row, 'attempts'),
    nextAttemptAt: state === 'waiting' ? numberOf(row, 'next_attempt_at') : null,
    failure: textOrNull(row, 'failure'),
  };
}
