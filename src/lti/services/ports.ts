/**
 * What calling the services of a campus works with.
 */
import type { ConfigurationSnapshot } from '../../configuration/snapshot.ts';
import type { Outbound } from '../../http.ts';
import type { Environment } from '../../model.ts';
import type { KeySource } from '../../oidc/key-source.ts';

export interface ServicePorts {
  readonly environment: Environment;
  /** As they are configured at that moment, also those that are switched off. */
  readonly registrations: () => Promise<Pick<ConfigurationSnapshot, 'ltiConsumers' | 'ltiPlatforms'>>;
  /** The one way out, as the configuration of that moment allows it. */
  readonly outbound: () => Promise<Outbound>;
  /** Those that platforms find at our key set. */
  readonly keys: KeySource;
}
