/**
 * What the routes of LTI work with.
 */
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import type { Limits } from '../limits/limits.ts';
import type { Environment } from '../model.ts';
import type { ProviderContext } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import type { WebContext } from '../web/context.ts';
import type { Cookies } from '../web/cookies.ts';
import type { VerifiedLaunch } from './verified-launch.ts';

export interface LtiDependencies {
  readonly publicUrl: URL;
  readonly environment: Environment;
  readonly store: Pick<Store, 'ltiNonces' | 'ltiLogins' | 'ltiInvitations'>;
  readonly cookies: Cookies;
  readonly limits: Limits;
  readonly registrations: () => Promise<Pick<ConfigurationSnapshot, 'ltiConsumers' | 'ltiPlatforms'>>;
  readonly providerContext: () => Promise<ProviderContext>;
  /** What a launch becomes. */
  readonly receiveLaunch: (c: WebContext, launch: VerifiedLaunch) => Promise<Response>;
}
