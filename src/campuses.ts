/**
 * The services of campuses with what this deployment has: its consumers and platforms, its keys, its way out.
 */
import type { ConfigurationSnapshot } from './configuration/snapshot.ts';
import type { Outbound } from './http.ts';
import { type CampusCalls, openCampusCalls } from './lti/services/campus-calls.ts';
import type { Environment } from './model.ts';
import { createKeySource } from './oidc/key-source.ts';
import type { OpenStore } from './open-store.ts';

export interface CampusSurroundings {
  readonly environment: Environment;
  readonly outboundFor: (snapshot: ConfigurationSnapshot) => Outbound;
}

/** One for a process, whoever calls: it keeps the tokens that campuses gave, and how long each asked to be left alone. */
export function openCampuses(
  { store, configuration }: Pick<OpenStore, 'store' | 'configuration'>,
  { environment, outboundFor }: CampusSurroundings,
): CampusCalls {
  return openCampusCalls({
    environment,
    registrations: () => configuration.current(),
    outbound: async () => outboundFor(await configuration.current()),
    keys: createKeySource(store.ltiKeys, environment),
  });
}
