/**
 * A broker that is ready to answer: databases opened and migrated, the secret checked, the app made, old rows swept.
 *
 * For every way of running it: the command line, the demo, tests over a real server. Listening is left to the caller.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createApp, type RequestListener } from './app.ts';
import type { Settings } from './config.ts';
import { type OpenStore, openStore, type World } from './open-store.ts';
import { outboundBySnapshot } from './outbound.ts';
import type { PipelineStep } from './sign-in/pipeline.ts';
import { defaultSteps } from './sign-in/steps.ts';
import { sql } from './store/database.ts';
import { startSweeping } from './store/sweep.ts';
import { createTrustedProxies } from './web/client-address.ts';
import { createPlainHttpGuard } from './web/plain-http.ts';

export interface Broker extends OpenStore {
  readonly listener: RequestListener;
  /** From now on `/readyz` says no, so that no new work is sent here. */
  drain(): void;
}

export async function openBroker(
  settings: Settings,
  world: World,
  steps: readonly PipelineStep[] = defaultSteps,
): Promise<Broker> {
  const open = await openStore(settings, world, 'brought up to date');
  const outbound = outboundBySnapshot(settings);
  const sweeping = startSweeping(open.store, world);
  let draining = false;
  const publicUrl = new URL(settings.publicUrl);
  const trustedProxies = createTrustedProxies(settings.trustedProxies);
  const refusePlainHttp = createPlainHttpGuard(publicUrl, trustedProxies);
  const app = createApp({
    publicUrl,
    trustedProxies,
    ...world,
    ...open,
    steps,
    outboundFor: outbound.for,
    delay: (milliseconds) => delay(milliseconds),
    isReady: async () => !draining && (await open.databases.durable.get(sql`select 1 as one`)) !== null,
  });
  return {
    ...open,
    listener: async (request, response) => {
      if (!refusePlainHttp(request, response)) await app(request, response);
    },
    drain() {
      draining = true;
    },
    async close() {
      await sweeping.stop();
      await outbound.close();
      await open.close();
    },
  };
}
