/**
 * A launch whose checks have passed becomes a sign-in: of a person, on the way to an app.
 *
 * From here on it is an attempt as any other: facts, pipeline, pauses, commit. What is refused here is refused before anything is
 * stored. Must never: look at who is signed in here; the request comes from another site, and its browser keeps our cookies to itself.
 */
import { type LaunchedClient, onwardAddress } from '../configuration/lti-target.ts';
import { SignInError } from '../errors.ts';
import type { Limits } from '../limits/limits.ts';
import type { LaunchRegistration, LaunchRegistrations } from '../lti/launch-registration.ts';
import type { LaunchFacts, VerifiedLaunch } from '../lti/verified-launch.ts';
import type { Purpose } from '../model.ts';
import type { ProviderContext } from '../providers/provider.ts';
import type { WebApp, WebContext } from '../web/context.ts';
import type { Cookies } from '../web/cookies.ts';
import { profileOfLaunch } from './launch-profile.ts';
import type { MountedSignIn } from './routes.ts';

/** `here` is an address of ours where the launch ends; null: it ends in the registration's client. */
export type ReceiveLaunch = (c: WebContext, launch: VerifiedLaunch, here: string | null) => Promise<Response>;

/** What the routes of launches share with all others of the app. */
export interface LaunchTools {
  readonly cookies: Cookies;
  readonly limits: Limits;
  readonly providerContext: () => Promise<ProviderContext>;
  /** The account that is signed in in this browser; null for nobody. */
  readonly whoIsSignedIn: (c: WebContext) => Promise<string | null>;
  readonly delay: (milliseconds: number) => Promise<void>;
}

/** Where launches come in: whose are taken, and the routes that check them. */
export interface LaunchDoor<Configuration> {
  registrationsOf(configuration: Configuration): LaunchRegistrations;
  /** Before any route that wants a form of ours: campuses post from their own sites. */
  mount(app: WebApp, receive: ReceiveLaunch, tools: LaunchTools): void;
}

export interface LaunchDependencies {
  readonly publicUrl: URL;
  readonly launches: () => Promise<LaunchRegistrations>;
  readonly findClient: (clientId: string) => Promise<(LaunchedClient & { readonly client_name: string }) | null>;
  readonly enter: MountedSignIn['enter'];
}

/** The answer sends the browser on. @throws SignInError launch_unavailable, launch_anonymous, launch_target_unknown, subject_unusable */
export function createReceiveLaunch(dependencies: LaunchDependencies): ReceiveLaunch {
  return async (c, launch, here) => {
    const registration = (await dependencies.launches()).get(launch.registration);
    if (registration === undefined) throw new SignInError('launch_unavailable', 'no such consumer or platform is on');
    const profile = profileOfLaunch(registration, launch);
    const purpose = await purposeOf(registration, launch, here);
    const special = { kind: 'launch', launch } as const;
    return dependencies.enter(c, { purpose, arrival: { profile, upstream: null, special } });
  };

  async function purposeOf(
    { slug, client: clientId }: LaunchRegistration,
    { target }: LaunchFacts,
    here: string | null,
  ): Promise<Purpose> {
    const client = await dependencies.findClient(clientId);
    if (client === null) throw new SignInError('launch_unavailable', 'its client is not configured any more');
    const onward = here ?? onwardAddress(client, target, dependencies.publicUrl);
    if (onward === null) throw new SignInError('launch_target_unknown', 'the target is not one of the client’s');
    return { kind: 'launch', registration: slug, clientId, clientName: client.client_name, onward };
  }
}
