/**
 * What all errands at campuses share within a process: the tokens that campuses gave, and who asked to be left alone.
 *
 * Each errand is begun with what is configured then: a campus that was switched off is not called, by whatever it said before.
 */
import { launchesNow } from '../consumer.ts';
import { createSignForCampus } from '../sign.ts';
import type { ConsumerErrand } from './outcomes.ts';
import { createPlatformClient, type PlatformClient } from './platform-client.ts';
import type { ServicePorts } from './ports.ts';
import { createServiceCall, type Errand, forOneErrand, type ServiceCall } from './service-call.ts';
import { ServiceError } from './service-error.ts';
import { createServiceTokens, type PlatformErrand } from './service-tokens.ts';

export interface CampusCalls extends ServicePorts {
  readonly call: ServiceCall;
  readonly client: PlatformClient;
}

export function openCampusCalls(ports: ServicePorts): CampusCalls {
  const { environment } = ports;
  const call = createServiceCall(environment);
  const tokens = createServiceTokens({ environment, call, sign: createSignForCampus(ports.keys) });
  return { ...ports, call, client: createPlatformClient(call, tokens) };
}

/** @throws ServiceError */
export async function errandAtPlatform(ports: ServicePorts, registration: string): Promise<PlatformErrand> {
  const platform = (await ports.registrations()).ltiPlatforms.get(registration);
  if (platform === undefined) throw ServiceError.of('campus_unknown', null);
  if (!platform.enabled) throw ServiceError.of('campus_disabled', null);
  return { ...(await errandAt(ports, registration)), platform };
}

/** @throws ServiceError */
export async function errandAtConsumer(ports: ServicePorts, registration: string): Promise<ConsumerErrand> {
  const consumer = (await ports.registrations()).ltiConsumers.get(registration);
  if (consumer === undefined) throw ServiceError.of('campus_unknown', null);
  if (!launchesNow(consumer, ports.environment.now())) throw ServiceError.of('campus_disabled', null);
  return { ...(await errandAt(ports, registration)), consumer };
}

async function errandAt({ outbound, environment }: ServicePorts, registration: string): Promise<Errand> {
  return { registration, outbound: forOneErrand(await outbound(), environment) };
}
