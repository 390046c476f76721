/**
 * Another process of the deployment over the same databases, for promises that hold between two. Only for databases that two can open.
 */
import { createApp } from '../src/app.ts';
import { openCampuses } from '../src/campuses.ts';
import { openDeletion } from '../src/deleting.ts';
import { createLog } from '../src/events/log.ts';
import { openLaunchDoor } from '../src/launches.ts';
import { openMerging } from '../src/merging.ts';
import { prepareStore } from '../src/open-store.ts';
import { startServer } from '../src/server.ts';
import { defaultSteps } from '../src/sign-in/steps.ts';
import { openDatabases } from '../src/store/open-database.ts';
import { createTrustedProxies } from '../src/web/client-address.ts';
import { overHttp } from './browser.ts';
import { BROKER, DEPLOYMENT_SECRET, type Rig } from './rig.ts';

/** It calls nobody: what it does not know itself it cannot ask. */
export async function withSecondProcess(rig: Rig, body: (broker: Rig['broker']) => Promise<void>): Promise<void> {
  const { environment } = rig.clock;
  const { randomBytes } = environment;
  const databases = await openDatabases(rig.databases.url, { randomBytes, poolSize: 5 });
  try {
    const log = createLog({ level: 'silent', environment, showPlaces: false, destination: { write: () => {} } });
    const open = await prepareStore(databases, DEPLOYMENT_SECRET, { environment, log });
    const publicUrl = new URL(BROKER);
    const outboundFor = () => () => Promise.reject(new Error('nothing is called here'));
    const common = { environment, publicUrl, mail: rig.mail, wakeClientEvents: rig.clientEvents.wake };
    const listener = createApp({
      ...{ ...common, ...open, log },
      trustedProxies: createTrustedProxies([]),
      steps: defaultSteps,
      disconnectSteps: [],
      launchDoor: openLaunchDoor(open, common),
      merging: openMerging(open, { ...common, participants: [] }),
      deletion: openDeletion(open, common),
      wakeScores: rig.scores.wake,
      campuses: openCampuses(open, { environment, outboundFor }),
      outboundFor,
      delay: () => new Promise((resolve) => setImmediate(resolve)),
      isReady: async () => true,
    });
    const server = await startServer(listener, { port: 0, hostname: '127.0.0.1', log });
    try {
      await body(overHttp(server.port));
    } finally {
      await server.close();
    }
  } finally {
    await Promise.all([databases.durable.close(), databases.ephemeral.close()]);
  }
}
