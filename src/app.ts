/**
 * The composition root: everything that the broker is made of comes together here, and nowhere else.
 *
 * In: the world (settings, clock, chance, store, configuration, network). Out: one request listener for node:http.
 * Requests for the OpenID Connect endpoints go to oidc-provider, all others to our own routes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { offerOf } from './account/keys.ts';
import { mountAccount } from './account/routes.ts';
import { testedProvider } from './admin/tested-provider.ts';
import { mountApi } from './api/routes.ts';
import type { ClientDocument } from './configuration/client-document.ts';
import type { ProviderDocument } from './configuration/provider-document.ts';
import { registrationOf } from './configuration/registration-document.ts';
import type { ConfigurationSnapshot, ConfigurationSource } from './configuration/snapshot.ts';
import { pathsOfShapes } from './configuration/userinfo-shape.ts';
import type { AccountDeletion } from './credentials/account-deletion.ts';
import { createMailProofs } from './credentials/mail-proofs.ts';
import { createNotices } from './credentials/notices.ts';
import { createPasswords } from './credentials/passwords.ts';
import { createUsernames } from './credentials/usernames.ts';
import type { Vault } from './crypto.ts';
import { type Destination, destinationOf, siteOf } from './directory/destination.ts';
import { createDirectory, type Directory } from './directory/directory.ts';
import { createRecords } from './directory/record.ts';
import type { Log } from './events/log.ts';
import type { Outbound } from './http.ts';
import { createLimits } from './limits/limits.ts';
import { recordOfRegistration } from './lti/launch-registration.ts';
import type { CampusCalls } from './lti/services/campus-calls.ts';
import type { Mail } from './mail/mail.ts';
import type { Merging } from './merging.ts';
import type { Environment, Purpose, Session } from './model.ts';
import { findClientToken } from './oidc/client-tokens.ts';
import { mountFormPost } from './oidc/form-post.ts';
import { clientOrigins, mountInteractions, webOrigins } from './oidc/interactions.ts';
import { createKeySource } from './oidc/key-source.ts';
import { type DatedKey, keySet } from './oidc/keys.ts';
import { mountLogout } from './oidc/logout.ts';
import { createOidcPages } from './oidc/pages.ts';
import { createOidcProvider } from './oidc/provider.ts';
import { mountPublishedKeys } from './oidc/published-keys.ts';
import { mountStaleSession } from './oidc/stale-session.ts';
import { createSubjects } from './oidc/subjects.ts';
import { loadAssets } from './pages/assets.ts';
import { createPasswordHasher } from './passwords/hasher.ts';
import { ADDRESS_PROVER, addressProver } from './providers/address-prover.ts';
import { callbackUri } from './providers/callback-uri.ts';
import { neverDown, watchProvider } from './providers/circuit-breaker.ts';
import type { EnabledProvider, WatchedProvider } from './providers/provider.ts';
import { createProvider, vendors } from './providers/registry.ts';
import { createBrowserBinding } from './sign-in/browser-binding.ts';
import { createFrontChannel } from './sign-in/front-channel.ts';
import { createReceiveLaunch, type LaunchDoor } from './sign-in/launch.ts';
import type { PipelineStep } from './sign-in/pipeline.ts';
import { requestOf } from './sign-in/purpose.ts';
import { mountSignIn } from './sign-in/routes.ts';
import { createBrowserSessions } from './sign-in/session.ts';
import { createSignIns } from './sign-in/sign-in.ts';
import { mountSignOut } from './sign-in/sign-out-routes.ts';
import type { Store } from './store/store.ts';
import type { DisconnectStep } from './users/disconnect.ts';
import { policyOf } from './users/linking-policy.ts';
import { brandOf } from './web/brand.ts';
import type { TrustedProxies } from './web/client-address.ts';
import type { WebEnv } from './web/context.ts';
import { createCookies } from './web/cookies.ts';
import { mountErrors } from './web/errors.ts';
import { refuseCrossSite, setClientAddressKey, setLocale, setReference, setSecurityHeaders } from './web/middleware.ts';
import { createOidcDoor, isOidcRequest, userinfoPath } from './web/oidc-door.ts';
import { mountOperations } from './web/operations.ts';

export interface AppDependencies {
  readonly publicUrl: URL;
  /** Believed about whom they forward a request for. */
  readonly trustedProxies: TrustedProxies;
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly configuration: ConfigurationSource;
  readonly log: Log;
  readonly steps: readonly PipelineStep[];
  readonly disconnectSteps: readonly DisconnectStep[];
  readonly launchDoor: LaunchDoor<ConfigurationSnapshot>;
  readonly mail: Mail;
  readonly merging: Merging;
  readonly deletion: AccountDeletion;
  /** To be called when sessions have ended: there may be clients to tell. */
  readonly wakeClientEvents: () => void;
  /** To be called when an app gave a score. */
  readonly wakeScores: () => void;
  /** Questions of apps to campuses. */
  readonly campuses: CampusCalls;
  /** Calls to the outside that reach private addresses only where the snapshot allows it. */
  readonly outboundFor: (snapshot: ConfigurationSnapshot) => Outbound;
  readonly delay: (milliseconds: number) => Promise<void>;
  /** Whether this process can sign people in now: database there, schema current, not shutting down. */
  readonly isReady: () => Promise<boolean>;
}

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export function createApp(dependencies: AppDependencies): RequestListener {
  const { publicUrl, environment, store, vault, log, configuration, delay, wakeClientEvents } = dependencies;
  const cookies = createCookies(publicUrl);
  const binding = createBrowserBinding(cookies, store.signIns);
  const app = new Hono<WebEnv>();

  const brandAndAssets = derived(configuration, (snapshot) => {
    const brand = brandOf(snapshot.brand);
    return { brand, assets: loadAssets(brand) };
  });
  const surroundings = { records: createRecords(vendors), providerOf: createProviders(dependencies) };
  const { launchDoor } = dependencies;
  const launches = derived(configuration, (snapshot) => launchDoor.registrationsOf(snapshot));
  const directory = derived(configuration, (snapshot) =>
    createDirectory(snapshot, { ...surroundings, launches: launchDoor.registrationsOf(snapshot) }),
  );
  const findClient = async (clientId: string) => (await configuration.current()).clients.get(clientId) ?? null;
  const findApp = async (clientId: string) => {
    const client = await findClient(clientId);
    if (client === null) return null;
    const { client_name: name, claims: released, initiate_login_uri: beginsAt } = client;
    return { name, released, asks: !client.skip_authorization, beginsAt };
  };
  const providerContext = async () => ({
    ...environment,
    outbound: dependencies.outboundFor(await configuration.current()),
  });

  const limits = createLimits(store.rateLimits, environment);
  const tools = { environment, store, vault, log, delay, wakeClientEvents };
  const shared = { ...tools, publicUrl, cookies, limits, directory, providerContext };
  const brand = async () => (await brandAndAssets()).brand;
  const mailing = { ...shared, mail: dependencies.mail, brand };
  const mailProofs = createMailProofs(mailing);
  const verifying = {
    ...shared,
    hasher: createPasswordHasher({ environment }),
    placeWords: async () => [(await brand()).productName, publicUrl.hostname],
  };
  const passwords = createPasswords(verifying);
  const usernames = createUsernames({
    ...shared,
    usernameRule: async () => (await configuration.current()).accounts.username,
  });
  const sessions = createBrowserSessions({
    ...shared,
    findProvider: async (slug) => (await directory()).find(slug),
  });
  // A right password is not made anew by a test: it writes nothing.
  const read = { ...store.passwords, renew: async () => {} };
  const forTests = {
    ...surroundings,
    vendors,
    passwords: createPasswords({ ...verifying, store: { passwords: read } }),
    canSendMail: dependencies.mail.canSend,
  };
  const notices = createNotices(mailing);
  const policy = async () => policyOf((await configuration.current()).accounts);
  const findProvider = async (slug: string, purpose: Purpose) =>
    purpose.kind === 'test'
      ? testedProvider(await configuration.current(), slug, forTests)
      : findFor(slug, purpose, await directory(), destinationOf(purpose, publicUrl));
  const signIns = createSignIns({
    ...shared,
    notices,
    steps: dependencies.steps,
    findProvider,
    launches,
    async findOrigin(slug, purpose) {
      if (purpose.kind !== 'launch') return (await findProvider(slug, purpose))?.record ?? null;
      const registration = (await directory()).registrationOf(slug);
      return registration && recordOfRegistration(registration);
    },
    guestClaims: dependencies.merging.guestClaims,
    deletion: dependencies.deletion,
    async accountRules() {
      const { accounts } = await configuration.current();
      return { policy: policyOf(accounts), usernameRule: accounts.username };
    },
    formPorts: { ...environment, issuer: publicUrl.origin, mailProofs, passwords, usernames },
    registration: derived(configuration, ({ registration: document }) =>
      document === null || document === 'unreadable' ? document : registrationOf(document),
    ),
    callbackUri: (provider) => callbackUri(provider, publicUrl),
  });

  const admits = async ({ provider }: Session, clientId: string, redirectUri: string) =>
    (await directory()).admits(provider, { clientId, site: siteOf(redirectUri) });
  const subjects = createSubjects({ store, vault, environment, findClient });
  const frontChannel = createFrontChannel({
    ...{ issuer: publicUrl.origin, log, findClient },
    providerName: async (slug, locale) => (await directory()).recordOf(slug)?.name[locale] ?? null,
  });
  const pages = createOidcPages({ brandAndAssets, cookies, environment, log, publicUrl });
  const makeOidc = (keys: readonly DatedKey[]) => {
    const ports = { sessions, subjects, findClient, admits, renderError: pages.error };
    const provider = createOidcProvider({ ...shared, ...ports }, keySet(keys));
    mountPublishedKeys(provider);
    mountStaleSession(provider);
    mountFormPost(provider);
    mountLogout(provider, { subjects, sessions, pages, publicUrl, frontChannel });
    return provider;
  };
  const keys = createKeySource(store.signingKeys, environment);
  const oidcOfConfiguration = derived(configuration, () => derived(keys, makeOidc));
  const oidc = async () => (await oidcOfConfiguration())();

  app.use(setSecurityHeaders(publicUrl), setReference(environment), setLocale(cookies));
  app.use(setClientAddressKey(dependencies.trustedProxies, log));
  app.use(async (c, next) => {
    const { brand, assets } = await brandAndAssets();
    c.set('brand', brand);
    c.set('assets', assets);
    await next();
  });
  launchDoor.mount(app, (c, launch, here) => receiveLaunch(c, launch, here), {
    ...shared,
    whoIsSignedIn: async (c) => (await sessions.find(c.req.header('Cookie') ?? null))?.userId ?? null,
  });
  mountApi(app, {
    ...{ ...shared, findClient, wakeScores: dependencies.wakeScores, campuses: dependencies.campuses },
    findClientToken: async (text) => findClientToken(await oidc(), text),
  });
  app.use(refuseCrossSite(publicUrl));
  mountErrors(app, shared);
  mountOperations(app, {
    isReady: dependencies.isReady,
    findPicture: async (file) => (await directory()).picture(file),
  });

  const formTargets = async (purpose: Purpose) => {
    const request = requestOf(purpose);
    const uris = request === null ? [] : ((await findClient(request.clientId))?.redirect_uris ?? []);
    return clientOrigins(request?.kind === 'launch' ? [request.onward, ...uris] : uris);
  };
  const { begin, enter, mountCallbackAliases } = mountSignIn(app, {
    ...shared,
    signIns,
    sessions,
    binding,
    destinationOf: (purpose) => destinationOf(purpose, publicUrl),
    findProof: mailProofs.find,
    formTargets,
  });
  const receiveLaunch = createReceiveLaunch({ publicUrl, launches, findClient, enter });
  mountSignOut(app, {
    ...{ vault, store, sessions, frontChannel },
    async nameOfReturn(address) {
      const { clients } = await configuration.current();
      const isRegistered = ({ post_logout_redirect_uris: uris }: ClientDocument) => uris.some((uri) => uri === address);
      return [...clients.values()].find(isRegistered)?.client_name ?? null;
    },
    sitesOf: async (clientId) => webOrigins((await findClient(clientId))?.redirect_uris ?? []),
  });
  mountInteractions(app, { ...shared, oidc, sessions, begin });
  const clientName = async (clientId: string) => (await findClient(clientId))?.client_name ?? null;
  mountAccount(app, {
    ...{ ...shared, sessions, notices, begin, findApp, disconnectSteps: dependencies.disconnectSteps },
    ...{ canSendMail: dependencies.mail.canSend, offer: async () => offerOf(await directory(), await policy()) },
    ...{ signIns, binding, merging: dependencies.merging, deletion: dependencies.deletion, clientName },
  });
  mountCallbackAliases();

  const ours = getRequestListener((request, bindings) => app.fetch(request, bindings), {
    overrideGlobalObjects: false,
  });
  const theirs = createOidcDoor(publicUrl, oidc);
  const userinfoPaths = derived(configuration, ({ clients }) => pathsOfShapes(clients.values()));
  return async (request, response) => {
    const path = userinfoPath(request);
    const isTheirs = isOidcRequest(request) || (path !== null && (await userinfoPaths()).has(path));
    await (isTheirs ? theirs(request, response) : ours(request, response));
  };
}

/**
 * What an attempt may be carried out with. A change of one's own account has one way each: whatever else its person could sign in
 * with must not end it, or an address would count as proved that somebody else only said.
 */
function findFor(
  slug: string,
  purpose: Purpose,
  directory: Directory,
  destination: Destination,
): EnabledProvider | null {
  if (purpose.kind !== 'change') return directory.findFor(slug, destination);
  if (purpose.what.kind === 'verify-address') return slug === ADDRESS_PROVER ? addressProver : null;
  const found = directory.find(slug);
  return found?.record.vendor === 'password' ? found : null;
}

/**
 * The provider of a document; null when it is switched off, or when this version cannot read it (O-07): one that a newer
 * process stored must keep nobody from the others. Made when it is first used, because thousands may be configured, and
 * made again only when its own document changes, because it keeps what it fetched, and whether it answers.
 */
function createProviders({
  environment,
  log,
  mail,
}: AppDependencies): (document: ProviderDocument) => WatchedProvider | null {
  const made = new WeakMap<ProviderDocument, WatchedProvider | null>();
  const make = (document: ProviderDocument): WatchedProvider | null => {
    try {
      const provider = createProvider(vendors, document);
      if (provider.kind === 'form') return { ...provider, ...neverDown };
      return watchProvider(provider, environment, (change) => {
        if (change.to === 'closed') log.info({ event: 'provider.circuit_closed', provider: provider.slug });
        else log.warn({ event: 'provider.circuit_opened', provider: provider.slug, durationMs: change.pause });
      });
    } catch (error) {
      log.error({ event: 'configuration.problem', provider: document.slug }, error);
      return null;
    }
  };
  return (document) => {
    if (!document.enabled) return null;
    // A way in whose mails reach nobody would leave people waiting.
    if (document.vendor === 'email' && !mail.canSend) return null;
    const known = made.get(document);
    if (known !== undefined) return known;
    const provider = make(document);
    made.set(document, provider);
    return provider;
  };
}

/** Something made from what is followed, such as the configuration, and made again only when that has changed. */
function derived<Source, T>(followed: { current(): Promise<Source> }, make: (source: Source) => T) {
  let from: Source | null = null;
  let made: T;
  return async (): Promise<Awaited<T>> => {
    const source = await followed.current();
    if (source !== from) {
      made = make(source);
      from = source;
    }
    try {
      return await made;
    } catch (error) {
      // What could not be made now (the database was gone) is tried again for the next request.
      from = null;
      throw error;
    }
  };
}
