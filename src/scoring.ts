/**
 * Sending scores to campuses with what this deployment has: its consumers and platforms, its keys, its way out.
 */
import type { ConfigurationSnapshot } from './configuration/snapshot.ts';
import type { Worker } from './delivery/worker.ts';
import type { Log } from './events/log.ts';
import type { Outbound } from './http.ts';
import { createSendScore } from './lti/services/send-score.ts';
import type { Environment } from './model.ts';
import { createKeySource } from './oidc/key-source.ts';
import type { OpenStore } from './open-store.ts';
import { startScores } from './scores/scores.ts';

export interface ScoringSurroundings {
  readonly environment: Environment;
  readonly log: Log;
  readonly outboundFor: (snapshot: ConfigurationSnapshot) => Outbound;
  readonly delay: (milliseconds: number) => Promise<void>;
}

export function startScoring(
  { store, configuration }: Pick<OpenStore, 'store' | 'configuration'>,
  { environment, log, outboundFor, delay }: ScoringSurroundings,
): Worker {
  const registrations = () => configuration.current();
  const outbound = async () => outboundFor(await configuration.current());
  const keys = createKeySource(store.ltiKeys, environment);
  const send = createSendScore({ environment, registrations, outbound, keys });
  return startScores({ environment, log, store, send, delay });
}
