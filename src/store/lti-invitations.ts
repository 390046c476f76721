/**
 * Invitations of campus LMSs to register themselves, and what one that did waits with for the operator's word (lti.md §3.13).
 *
 * An invitation is stored as a keyed hash, and used by one. Nothing here is configuration: what a platform said of itself launches
 * nobody (lti.md §5.2, chain 10).
 */
import type { Vault } from '../crypto.ts';
import type { JsonObject, Milliseconds } from '../model.ts';
import { ConstraintViolation, type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

/** Who invited, for what, until when. */
export interface NewLtiInvitation {
  readonly id: string;
  /** What the platform is to be called here. */
  readonly slug: string;
  /** What the operator has decided of the platform's document. */
  readonly decided: JsonObject;
  readonly createdAt: Milliseconds;
  readonly createdBy: string;
  readonly reason: string;
  readonly expiresAt: Milliseconds;
}

/** What a platform said of itself when it registered. */
export interface PlatformRegistration {
  readonly issuer: string;
  readonly clientId: string;
  readonly said: PlatformSaid;
  readonly at: Milliseconds;
}

export interface PlatformSaid {
  /** Members of its document. */
  readonly platform: JsonObject;
  readonly deploymentId: string | null;
  /** Which product it is. */
  readonly family: string | null;
  /** What it lets us ask its services for. */
  readonly scopes: readonly string[];
  /** Whose pages may show ours in a frame while it waits. */
  readonly sites: readonly string[];
  /** Where it said all this. */
  readonly configuration: string;
}

export type LtiInvitation = NewLtiInvitation &
  (
    | { readonly state: 'open' }
    /** Somebody is registering with it, or died over it. */
    | { readonly state: 'taken' }
    | { readonly state: 'pending'; readonly registration: PlatformRegistration }
  );

export interface LtiInvitations {
  /** False when this slug is invited already. */
  insert(invitation: NewLtiInvitation, token: string, also: readonly Step[]): Promise<boolean>;
  /** The one of this token that can still be used. */
  findOpen(token: string, now: Milliseconds): Promise<LtiInvitation | null>;
  /** The one of this token that somebody has used or is using. */
  findUsed(token: string): Promise<LtiInvitation | null>;
  /** True for one caller. */
  take(id: string, now: Milliseconds): Promise<boolean>;
  /** Gives one back with which nothing was registered. */
  release(id: string): Promise<void>;
  /** Notes what registered with the one that was taken. False when this issuer has the client id pending already, or it is not taken. */
  register(id: string, registration: PlatformRegistration, also: readonly Step[]): Promise<boolean>;
  find(slug: string): Promise<LtiInvitation | null>;
  /** By slug; at most a thousand. */
  list(): Promise<LtiInvitation[]>;
  /** A platform of this issuer, and this client id where one is named, that waits to be let in. */
  findPending(issuer: string, clientId: string | null): Promise<PlatformRegistration | null>;
  /** For a transaction: removes one, if it still is what the caller saw. */
  removal({ id, state }: Pick<LtiInvitation, 'id' | 'state'>): readonly Step[];
  /** What nobody registered with. Who waits goes by the operator's word only. */
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createLtiInvitations(database: Database, vault: Vault): LtiInvitations {
  const hashOf = (token: string) => vault.tokenHash('lti invitation', token);
  const read = (row: Row) => readInvitation(row, vault);
  /** Whether the steps were carried out; a key that somebody else has is no fault. */
  async function committed(steps: readonly Step[]): Promise<boolean> {
    try {
      return (await database.atomically(steps)).committed;
    } catch (error) {
      if (error instanceof ConstraintViolation) return false;
      throw error;
    }
  }
  return {
    insert({ id, slug, decided, createdAt, createdBy, reason, expiresAt }, token, also) {
      const sealed = vault.seal(place(id, 'decided'), JSON.stringify(decided));
      const statement = sql`
        insert into lti_invitations (id, token_hash, slug, state, decided, created_at, created_by, reason, expires_at)
        values (${id}, ${hashOf(token)}, ${slug}, 'open', ${sealed}, ${createdAt}, ${createdBy}, ${reason}, ${expiresAt})`;
      return committed([{ statement, changes: 1 }, ...also]);
    },

    async findOpen(token, now) {
      const row = await database.get(sql`
        select * from lti_invitations where token_hash = ${hashOf(token)} and state = 'open' and expires_at > ${now}`);
      return row && read(row);
    },

    async findUsed(token) {
      const row = await database.get(sql`
        select * from lti_invitations where token_hash = ${hashOf(token)} and state <> 'open'`);
      return row && read(row);
    },

    async take(id, now) {
      const taken = await database.run(sql`
        update lti_invitations set state = 'taken' where id = ${id} and state = 'open' and expires_at > ${now}`);
      return taken === 1;
    },

    async release(id) {
      await database.run(sql`update lti_invitations set state = 'open' where id = ${id} and state = 'taken'`);
    },

    register(id, { issuer, clientId, said, at }, also) {
      const sealed = vault.seal(place(id, 'said'), JSON.stringify(said));
      const statement = sql`
        update lti_invitations
        set state = 'pending', issuer = ${issuer}, client_id = ${clientId}, said = ${sealed}, registered_at = ${at}
        where id = ${id} and state = 'taken'`;
      return committed([{ statement, changes: 1 }, ...also]);
    },

    async find(slug) {
      const row = await database.get(sql`select * from lti_invitations where slug = ${slug}`);
      return row && read(row);
    },

    async list() {
      return (await database.all(sql`select * from lti_invitations order by slug limit 1000`)).map(read);
    },

    async findPending(issuer, clientId) {
      const row = await database.get(
        clientId === null
          ? sql`select * from lti_invitations where issuer = ${issuer} order by id limit 1`
          : sql`select * from lti_invitations where issuer = ${issuer} and client_id = ${clientId}`,
      );
      const found = row && read(row);
      return found?.state === 'pending' ? found.registration : null;
    },

    removal: ({ id, state }) => [
      { statement: sql`delete from lti_invitations where id = ${id} and state = ${state}`, changes: 1 },
    ],

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from lti_invitations
        where id in (select id from lti_invitations
                     where state <> 'pending' and expires_at < ${before} limit ${atMost})`),
  };
}

const place = (id: string, column: 'decided' | 'said') => ({ table: 'lti_invitations', column, row: id });

function readInvitation(row: Row, vault: Vault): LtiInvitation {
  const id = textOf(row, 'id');
  const opened = (column: 'decided' | 'said') => JSON.parse(vault.open(place(id, column), textOf(row, column)));
  const invitation = {
    id,
    slug: textOf(row, 'slug'),
    decided: opened('decided'),
    createdAt: numberOf(row, 'created_at'),
    createdBy: textOf(row, 'created_by'),
    reason: textOf(row, 'reason'),
    expiresAt: numberOf(row, 'expires_at'),
  };
  const state = textOf(row, 'state');
  if (state !== 'pending') return { ...invitation, state: state === 'open' ? 'open' : 'taken' };
  const registration = {
    issuer: textOf(row, 'issuer'),
    clientId: textOf(row, 'client_id'),
    said: opened('said'),
    at: numberOf(row, 'registered_at'),
  };
  return { ...invitation, state, registration };
}
