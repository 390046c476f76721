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
import type { Content } from './deep-link.ts';
import type { VerifiedLaunch } from './verified-launch.ts';

export interface LtiDependencies {
  readonly publicUrl: URL;
  readonly environment: Environment;
  readonly store: Pick<Store, 'ltiNonces' | 'ltiLogins' | 'ltiDeepLinks' | 'ltiInvitations' | 'accounts'>;
  readonly cookies: Cookies;
  readonly limits: Limits;
  readonly registrations: () => Promise<Pick<ConfigurationSnapshot, 'ltiConsumers' | 'ltiPlatforms'>>;
  readonly providerContext: () => Promise<ProviderContext>;
  /** What a launch becomes; `here` is an address of ours where it ends instead of in its client. */
  readonly receiveLaunch: (c: WebContext, launch: VerifiedLaunch, here: string | null) => Promise<Response>;
  /** The account that is signed in in this browser; null for nobody. */
  readonly whoIsSignedIn: (c: WebContext) => Promise<string | null>;
  /** What can be added to a course of this client; null when it is not configured any more. */
  readonly findContent: (
    clientId: string,
  ) => Promise<{ readonly name: string; readonly content: readonly Content[] } | null>;
}
