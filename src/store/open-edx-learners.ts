/**
 * What the connector knows of each learner at each LMS: whether their account is there, the tokens to act for them, and what
 * went wrong last.
 *
 * Whoever works on a learner holds the lease of the row, in any process: so there are never two registrations, two walks or two
 * refreshes of one learner at once, and whoever dies leaves a lease that runs out. Each write names the lease, so that one who was
 * thought dead and comes back writes nothing. Tokens are sealed under the row's own id, which a merge does not change.
 * Must never: hold what the LMS said in its own words, or be held open while somebody waits for a network.
 */
import type { Sealer } from '../crypto.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOf, numberOrNull, textOf, textOrNull } from './rows.ts';

/** What the LMS gave us to act for one learner. */
export interface LearnerTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresAt: Milliseconds;
}

/** `sent`: a registration was sent, and what came of it is not known: it may be there. */
export type LearnerAccount = 'none' | 'sent' | 'created';

export interface LearnerFailure {
  /** One of ours. */
  readonly code: string;
  /** What the LMS answered, as status, code and names of fields: nothing that could be about the person. */
  readonly answer: string | null;
  /** Null: not before something changes, or somebody asks for it. */
  readonly retryAt: Milliseconds | null;
}

export interface Learner {
  readonly id: string;
  readonly lms: string;
  readonly clientId: string;
  readonly userId: string;
  readonly account: LearnerAccount;
  /** Their name at the LMS: as was last asked for, then as it is. */
  readonly username: string | null;
  readonly tokens: LearnerTokens | null;
  readonly failure: LearnerFailure | null;
  /** Failures in a row. */
  readonly tries: number;
  readonly changedAt: Milliseconds;
}

/** A learner whose row nobody else works on until `until`. Made only by `claim`. */
export interface ClaimedLearner {
  readonly learner: Learner;
  readonly lease: string;
}

export type LearnerPart = Pick<Learner, 'account' | 'username' | 'tokens' | 'failure' | 'tries'>;

export type Claim =
  | ({ readonly kind: 'claimed' } & ClaimedLearner)
  /** Somebody works on this learner now. */
  | { readonly kind: 'busy' }
  /** There is no such user, or they are not an active one. */
  | { readonly kind: 'nobody' };

/** Which learners; each is one of these. */
export const learnerStates = ['pending', 'created', 'ready', 'retrying', 'attention'] as const;
export type LearnerState = (typeof learnerStates)[number];

export interface OpenEdxLearners {
  /** Makes the row where there is none. */
  claim(of: LearnerOf, lease: NewLease, now: Milliseconds): Promise<Claim>;
  /** Writes what became of it and keeps the lease until then. False when it was lost: nothing was written, and nothing may follow. */
  save(claimed: ClaimedLearner, part: LearnerPart, until: Milliseconds, now: Milliseconds): Promise<boolean>;
  /** The same, and gives the lease back. */
  release(claimed: ClaimedLearner, part: LearnerPart, now: Milliseconds): Promise<boolean>;
  find(lms: string, userId: string): Promise<Learner | null>;
  /** In a fixed order; those after `after`. */
  list(lms: string, after: string, atMost: number): Promise<Learner[]>;
  /** Users whose record lacks something and is due: not before its time, or because the account was changed since. */
  due(lms: string, now: Milliseconds, after: string, atMost: number): Promise<string[]>;
  /** Active users without a record. */
  missing(lms: string, after: string, atMost: number): Promise<string[]>;
}

/** Names that were made for this claim. */
export interface NewLease {
  /** Of the row, where it is new. */
  readonly id: string;
  readonly lease: string;
  readonly until: Milliseconds;
}

export interface LearnerOf {
  readonly lms: string;
  readonly clientId: string;
  readonly userId: string;
}

export function createOpenEdxLearners(database: Database, sealer: Sealer): OpenEdxLearners {
  const read = (row: Row) => readLearner(row, sealer);

  async function write(claimed: ClaimedLearner, part: LearnerPart, now: Milliseconds, until: Milliseconds | null) {
    const lease = until === null ? null : claimed.lease;
    const { id } = claimed.learner;
    const { account, username, failure, tries } = part;
    const tokens = part.tokens === null ? null : sealer.seal(tokensPlace(id), JSON.stringify(part.tokens));
    const changed = await database.run(sql`
      update open_edx_learners
      set stage = ${account}, username = ${username}, tokens = ${tokens}, failure = ${failure?.code ?? null},
        answer = ${failure?.answer ?? null}, retry_at = ${failure?.retryAt ?? null}, tries = ${tries},
        lease = ${lease}, lease_until = ${until}, changed_at = ${now}
      where id = ${id} and lease = ${claimed.lease}`);
    return changed === 1;
  }

  return {
    async claim({ lms, clientId, userId }, { id, lease, until }, now) {
      const claimed = await database.get(sql`
        insert into open_edx_learners (id, lms, client_id, user_id, stage, tries, lease, lease_until, created_at, changed_at)
        select ${id}, ${lms}, ${clientId}, id, 'none', 0, ${lease}, cast(${until} as bigint),
               cast(${now} as bigint), cast(${now} as bigint)
        from users where id = ${userId} and state = 'active'
        on conflict (lms, user_id) do update
          set lease = excluded.lease, lease_until = excluded.lease_until, client_id = excluded.client_id
          where open_edx_learners.lease is null or open_edx_learners.lease_until <= ${now}
        returning *`);
      if (claimed !== null) return { kind: 'claimed', learner: read(claimed), lease };
      const user = await database.get(sql`select id from users where id = ${userId} and state = 'active'`);
      return { kind: user === null ? 'nobody' : 'busy' };
    },

    save: (claimed, part, until, now) => write(claimed, part, now, until),
    release: (claimed, part, now) => write(claimed, part, now, null),

    async find(lms, userId) {
      const row = await database.get(sql`
        select * from open_edx_learners where lms = ${lms} and user_id = ${userId}`);
      return row && read(row);
    },

    async list(lms, after, atMost) {
      const rows = await database.all(sql`
        select * from open_edx_learners where lms = ${lms} and user_id > ${after} order by user_id limit ${atMost}`);
      return rows.map(read);
    },

    async due(lms, now, after, atMost) {
      const rows = await database.all(sql`
        select learner.user_id from open_edx_learners as learner
        join users on users.id = learner.user_id and users.state = 'active'
        where learner.lms = ${lms} and learner.user_id > ${after} and (learner.stage <> 'created' or learner.tokens is null)
          and (learner.lease is null or learner.lease_until <= ${now})
          and (learner.failure is null or learner.retry_at <= ${now} or users.updated_at > learner.changed_at)
        order by learner.user_id limit ${atMost}`);
      return rows.map((row) => textOf(row, 'user_id'));
    },

    async missing(lms, after, atMost) {
      const rows = await database.all(sql`
        select id from users
        where state = 'active' and id > ${after}
          and not exists (select 1 from open_edx_learners where lms = ${lms} and user_id = users.id)
        order by id limit ${atMost}`);
      return rows.map((row) => textOf(row, 'id'));
    },
  };
}

export const tokensPlace = (id: string) => ({ table: 'open_edx_learners', column: 'tokens', row: id });

function readLearner(row: Row, sealer: Sealer): Learner {
  const id = textOf(row, 'id');
  const sealed = textOrNull(row, 'tokens');
  const code = textOrNull(row, 'failure');
  return {
    id,
    lms: textOf(row, 'lms'),
    clientId: textOf(row, 'client_id'),
    userId: textOf(row, 'user_id'),
    account: accountOf(row),
    username: textOrNull(row, 'username'),
    tokens: sealed === null ? null : JSON.parse(sealer.open(tokensPlace(id), sealed)),
    failure: code === null ? null : { code, answer: textOrNull(row, 'answer'), retryAt: numberOrNull(row, 'retry_at') },
    tries: numberOf(row, 'tries'),
    changedAt: numberOf(row, 'changed_at'),
  };
}

export function accountOf(row: Row): LearnerAccount {
  return textOf(row, 'stage') as LearnerAccount;
}
