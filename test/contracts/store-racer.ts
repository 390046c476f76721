/**
 * A program: one of several processes that race on one store. Says `ready`, begins at the first message, and answers
 * what it won: the codes that it redeemed, the people that it created, the mails and events that it may send, and how many
 * of its guesses were let through.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createVault } from '../../src/crypto.ts';
import { openDatabases } from '../../src/store/open-database.ts';
import { createStore } from '../../src/store/store.ts';
import { NOW, newcomer, profileWith, TEST_SECRET, verifiedEmail } from '../store-fixture.ts';

export interface Winnings {
  readonly codes: readonly number[];
  readonly people: readonly number[];
  readonly guesses: number;
  /** Ids. */
  readonly mails: readonly string[];
  readonly events: readonly string[];
}

const [url = '', claims = '0'] = process.argv.slice(2);
const numbers = Array.from({ length: Number(claims) }, (_, n) => n);
const environment = { now: () => NOW, randomBytes: (bytes: number) => randomBytes(bytes) };
const databases = await openDatabases(url, { randomBytes, poolSize: 4 });
const store = createStore(databases, createVault(TEST_SECRET, environment));

function createPerson(n: number): Promise<boolean> {
  const profile = profileWith({ subject: `s${n}` });
  const { user, identity, commit } = newcomer(environment, { profile, emails: [verifiedEmail(`p${n}@uni.mx`)] });
  return store.accounts.createUser(user, identity, commit);
}

/** Until none is due any more. */
async function claimMails(): Promise<string[]> {
  const claimed = await store.outbox.claim(NOW, 60_000);
  return claimed === null ? [] : [claimed.id, ...(await claimMails())];
}

async function claimEvents(): Promise<string[]> {
  const claimed = await store.outgoingEvents.claim('lms', NOW, 60_000);
  return claimed === null ? [] : [claimed.id, ...(await claimEvents())];
}

async function won(attempt: (n: number) => Promise<boolean>): Promise<number[]> {
  const results = await Promise.all(numbers.map(attempt));
  return numbers.filter((n) => results[n]);
}

async function guess(): Promise<number> {
  const bucket = { kind: 'guessesPerAccount', key: 'ana' } as const;
  const take = () => store.rateLimits.take(bucket, { limit: 10, windowMs: 60_000 }, NOW);
  const results = await Promise.all(Array.from({ length: 150 }, take));
  return results.filter((reservation) => reservation !== null).length;
}

process.send?.('ready');
await once(process, 'message');
const [codes, people, mails, events, guesses] = await Promise.all([
  won((n) => store.oidcRecords.consume('AuthorizationCode', `code-${n}`, NOW)),
  won(createPerson),
  claimMails(),
  claimEvents(),
  guess(),
]);
await Promise.all([databases.durable.close(), databases.ephemeral.close()]);
process.send?.({ codes, people, mails, events, guesses } satisfies Winnings);
process.disconnect?.();
