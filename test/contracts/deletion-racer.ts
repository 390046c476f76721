/**
 * A program: one of several processes that empty what is due in one store. Says `ready`, begins at the first message, and answers
 * which accounts it emptied.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createAccountDeletion } from '../../src/credentials/account-deletion.ts';
import { createVault } from '../../src/crypto.ts';
import { openDatabases } from '../../src/store/open-database.ts';
import { createStore } from '../../src/store/store.ts';
import { TEST_SECRET } from '../store-fixture.ts';

const [url = '', given = '[]', now = '0'] = process.argv.slice(2);
const ids: string[] = JSON.parse(given);
const environment = { now: () => Number(now), randomBytes: (bytes: number) => randomBytes(bytes) };
const databases = await openDatabases(url, { randomBytes, poolSize: 4 });
const vault = createVault(TEST_SECRET, environment);
const deletion = createAccountDeletion({
  ...{ environment, database: databases.durable, store: createStore(databases, vault), vault },
  notices: { prepare: async () => [], wake: () => {} },
  grace: async () => 0,
  announce: async () => [],
  wakeClientEvents: () => {},
});

process.send?.('ready');
await once(process, 'message');
const purged = await Promise.all(ids.map(async (id) => ((await deletion.purge(id, 'grace-over')) ? [id] : [])));
await Promise.all([databases.durable.close(), databases.ephemeral.close()]);
process.send?.(purged.flat());
process.disconnect?.();
