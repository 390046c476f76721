/**
 * Deep linking requests that wait for a teacher's choice, and what was chosen (lti.md §3.11).
 *
 * One has one answer, for ever: of two presses at once the first is written, and both are told it. Id and secret are stored as keyed
 * hashes, the rest is sealed: a stolen database answers nobody's request.
 */
import type { Vault } from '../crypto.ts';
import type { LaunchFacts } from '../lti/verified-launch.ts';
import type { JsonObject, Milliseconds } from '../model.ts';
import { type Database, type Row, sql } from './database.ts';
import { numberOf, textOf, textOrNull } from './rows.ts';

export interface DeepLink {
  /** The slug of the platform. */
  readonly registration: string;
  readonly deploymentId: string;
  /** What the platform calls the teacher. */
  readonly subject: string;
  /** The client whose content is chosen from. */
  readonly clientId: string;
  /** Whether the teacher is signed in for it. Nobody is in a frame, or who has no account here. */
  readonly signedIn: boolean;
  readonly settings: NonNullable<LaunchFacts['deepLinking']>;
  readonly expiresAt: Milliseconds;
}

export interface DeepLinkAnswer {
  /** In the words of the specification. */
  readonly items: readonly JsonObject[];
  /** By this the platform takes it once. */
  readonly nonce: string;
  readonly at: Milliseconds;
}

export interface StoredDeepLink extends DeepLink {
  readonly secretHash: string;
  readonly answer: DeepLinkAnswer | null;
}

export interface LtiDeepLinks {
  insert(id: string, secret: string, link: DeepLink): Promise<void>;
  /** Also one that is answered or over. */
  find(id: string): Promise<StoredDeepLink | null>;
  /** The first answer, whoever gave it; null when it was over before there was one. */
  answer(id: string, answer: DeepLinkAnswer): Promise<DeepLinkAnswer | null>;
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
  /** The stored form of a secret, to compare with. */
  hashOf(secret: string): string;
}

export function createLtiDeepLinks(database: Database, vault: Vault): LtiDeepLinks {
  const idHash = (id: string) => vault.tokenHash('lti deep link', id);
  const hashOf = (secret: string) => vault.tokenHash('lti deep link/secret', secret);

  async function find(id: string): Promise<StoredDeepLink | null> {
    const row = await database.get(sql`select * from lti_deep_links where id_hash = ${idHash(id)}`);
    return row && read(row, vault);
  }

  return {
    hashOf,
    find,

    async insert(id, secret, link) {
      const hash = idHash(id);
      await database.run(sql`
        insert into lti_deep_links (id_hash, secret_hash, document, expires_at)
        values (${hash}, ${hashOf(secret)}, ${vault.seal(place('document', hash), JSON.stringify(link))}, ${link.expiresAt})`);
    },

    async answer(id, answer) {
      const hash = idHash(id);
      await database.run(sql`
        update lti_deep_links set answer = ${vault.seal(place('answer', hash), JSON.stringify(answer))}
        where id_hash = ${hash} and answer is null and expires_at > ${answer.at}`);
      return (await find(id))?.answer ?? null;
    },

    deleteExpired: (before, atMost) =>
      database.run(sql`
        delete from lti_deep_links
        where id_hash in (select id_hash from lti_deep_links where expires_at < ${before} limit ${atMost})`),
  };
}

const place = (column: 'document' | 'answer', row: string) => ({ table: 'lti_deep_links', column, row });

function read(row: Row, vault: Vault): StoredDeepLink {
  const hash = textOf(row, 'id_hash');
  const answer = textOrNull(row, 'answer');
  return {
    ...JSON.parse(vault.open(place('document', hash), textOf(row, 'document'))),
    secretHash: textOf(row, 'secret_hash'),
    answer: answer === null ? null : JSON.parse(vault.open(place('answer', hash), answer)),
    expiresAt: numberOf(row, 'expires_at'),
  };
}
