/**
 * A program: one of several processes that merge accounts of one store. Says `ready`, begins at the first message, and answers
 * which accounts it retired.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { announce } from '../../src/client-events/announce.ts';
import { clientSchema } from '../../src/configuration/client-document.ts';
import { createVault, randomName } from '../../src/crypto.ts';
import { openDatabases } from '../../src/store/open-database.ts';
import { createStore } from '../../src/store/store.ts';
import { eventsOfMerge } from '../../src/users/account-events.ts';
import { rules } from '../../src/users/merge.fixture.ts';
import { createMerging, type MergeResult } from '../../src/users/merge.ts';
import { NOW, TEST_SECRET } from '../store-fixture.ts';

const [url = '', given = '[]'] = process.argv.slice(2);
const pairs: [string, string][] = JSON.parse(given);
const environment = { now: () => NOW, randomBytes: (bytes: number) => randomBytes(bytes) };
const databases = await openDatabases(url, { randomBytes, poolSize: 4 });
const vault = createVault(TEST_SECRET, environment);
const lms = clientSchema.parse({
  ...{ client_id: 'lms', client_name: 'lms', client_secret: 'Qm7tZ2xV9rK4wP8sB1nC6yH3', skip_authorization: true },
  ...{ redirect_uris: ['https://lms.test/cb'], event_endpoint: 'https://lms.test/events' },
});
const clients = new Map([[lms.client_id, lms]]);
const merging = createMerging({
  ...{ environment, database: databases.durable, vault, participants: [], rules: async () => rules },
  store: createStore(databases, vault),
});

async function retire([retiredId, survivorId]: [string, string]): Promise<string | null> {
  const by = { kind: 'operator', name: `process ${process.pid}` } as const;
  const also = (done: MergeResult) => announce(eventsOfMerge(done), { vault, environment, clients });
  const facts = { choices: {}, by, reason: 'race', reference: null, agreedTo: null, also };
  const result = await merging.merge({ ...facts, mergeId: randomName(environment), retiredId, survivorId });
  return result.kind === 'merged' ? retiredId : null;
}

process.send?.('ready');
await once(process, 'message');
const retired = (await Promise.all(pairs.map(retire))).filter((id) => id !== null);
await Promise.all([databases.durable.close(), databases.ephemeral.close()]);
process.send?.(retired);
process.disconnect?.();
