/**
 * `/lti/1.3/register`: the page that the administration of an LMS opens with an invitation of the operator, and its button.
 *
 * Without an invitation nothing is fetched and nothing is said (J-23). Looking changes nothing; the button uses the invitation, of
 * many presses one. What comes of it waits: only the operator lets a platform in (lti.md §5.2, chain 10).
 */
import { ltiPlatformSchema } from '../../configuration/lti-document.ts';
import type { ConfigurationSnapshot } from '../../configuration/snapshot.ts';
import { randomToken } from '../../crypto.ts';
import { SignInError } from '../../errors.ts';
import type { Limits } from '../../limits/limits.ts';
import type { Environment, JsonObject } from '../../model.ts';
import { path } from '../../pages/href.ts';
import { type CampusFacts, ltiRegisteredPage, ltiRegistrationPage } from '../../pages/lti-registration.ts';
import type { ProviderContext } from '../../providers/provider.ts';
import { insertAuditEvent } from '../../store/audit.ts';
import type { LtiInvitation, PlatformRegistration } from '../../store/lti-invitations.ts';
import type { Store } from '../../store/store.ts';
import { frameOf, respondWithPage, type WebApp, type WebContext } from '../../web/context.ts';
import { readForm, refuseCrossSite } from '../../web/middleware.ts';
import { launchProvider } from '../launch-registration.ts';
import { readOnce } from '../login-1-3.ts';
import { queryOf } from '../routes-1-3.ts';
import { fetchOffer, type Opened, type PlatformOffer, readOpened } from './platform-offer.ts';
import { type Registered, registerAt } from './register.ts';
import { claimsAskedFor, ICON_1_3, type Tool, toolAddresses, toolRegistration } from './tool.ts';

export const REGISTER_1_3 = '/lti/1.3/register';

export interface RegistrationDependencies {
  readonly publicUrl: URL;
  readonly environment: Environment;
  readonly store: Pick<Store, 'ltiInvitations'>;
  readonly limits: Limits;
  readonly configuration: () => Promise<Pick<ConfigurationSnapshot, 'ltiPlatforms' | 'clients'>>;
  readonly providerContext: () => Promise<ProviderContext>;
}

/** What was opened, by whose leave, and what the LMS said. */
interface Visit {
  readonly invitation: LtiInvitation;
  readonly opened: Opened;
  readonly offer: PlatformOffer;
  readonly tool: Tool;
}

export function mountLtiRegistration(app: WebApp, dependencies: RegistrationDependencies): void {
  const { publicUrl, environment, store, limits, configuration, providerContext } = dependencies;
  const invitations = store.ltiInvitations;

  app.get(REGISTER_1_3, async (c) => {
    const sent = readOnce(queryOf(c));
    const visit = await visitOf(c, sent);
    const fields = Object.fromEntries(
      ['invitation', 'openid_configuration', 'registration_token'].map((name) => [name, sent.get(name) ?? '']),
    );
    const claims = claimsAskedFor(visit.tool.linking, visit.offer);
    const form = { action: path(REGISTER_1_3), fields };
    const props = { campus: factsOf(visit), site: publicUrl.host, app: visit.tool.name, claims, form };
    return respondWithPage(c, ltiRegistrationPage(frameOf(c), props), 200);
  });

  app.post(REGISTER_1_3, refuseCrossSite(publicUrl), async (c) => {
    const visit = await visitOf(c, await readForm(c.req.raw));
    await register(c, visit);
    c.set('ownScript', true);
    return respondWithPage(c, ltiRegisteredPage(frameOf(c), { campus: factsOf(visit), sites: visit.offer.sites }), 200);
  });

  // By a name that stays, for the LMS keeps the address, and shows it on its own pages.
  app.get(ICON_1_3, (c) => {
    c.set('shownElsewhere', true);
    return c.body(c.var.assets.icon, 200, {
      'Content-Type': 'image/svg+xml',
      'Cache-Control': 'public, max-age=86400',
    });
  });

  async function visitOf(c: WebContext, sent: ReadonlyMap<string, string>): Promise<Visit> {
    c.set('wayOn', { startAgainHref: null, client: null });
    if (!limits.admits('signInsPerClientAddress', c.var.clientAddressKey)) {
      throw new SignInError('too_many_requests', 'registrations of one client address');
    }
    const invitation = await invitations.findOpen(sent.get('invitation') ?? '', environment.now());
    if (invitation === null) throw new SignInError('lti_invitation_invalid', 'no such invitation can be used');
    const tool = await toolOf(invitation);
    const opened = readOpened(sent, publicUrl);
    // The LMS opens this in a frame or a window of its own, which it closes when it is told.
    c.set('keepsOpener', true);
    c.set('frameAncestors', [opened.configuration.origin]);
    const offer = await fetchOffer(opened, { publicUrl, context: await providerContext() });
    c.set('frameAncestors', offer.sites);
    return { invitation, opened, offer, tool };
  }

  async function toolOf({ decided, slug }: LtiInvitation): Promise<Tool> {
    const client = (await configuration()).clients.get(String(decided.client));
    if (client === undefined) throw new SignInError('lti_invitation_invalid', `the client of ${slug} is gone`);
    const linking = ltiPlatformSchema.shape.linking.parse(decided.linking);
    return { origin: publicUrl.origin, name: client.client_name, linking, targets: client.lti_targets };
  }

  async function register(c: WebContext, { invitation, opened, offer, tool }: Visit): Promise<void> {
    if (!(await invitations.take(invitation.id, environment.now()))) {
      throw new SignInError('lti_invitation_invalid', 'somebody else has used it');
    }
    try {
      const asked = { ...toolRegistration(tool, offer), ...toolAddresses(tool.origin) };
      const registered = await registerAt(offer, asked, opened.token, await providerContext());
      await keep(c, invitation, offer, registered);
    } catch (error) {
      await invitations.release(invitation.id);
      throw error;
    }
  }

  /** @throws SignInError lti_registration_known */
  async function keep(
    c: WebContext,
    { id, slug, createdBy, reason }: LtiInvitation,
    offer: PlatformOffer,
    registered: Registered,
  ): Promise<void> {
    const registration = registrationOf(offer, registered, environment.now());
    const { issuer, clientId, at } = registration;
    const { ltiPlatforms } = await configuration();
    const isKnown = [...ltiPlatforms.values()].some((one) => one.issuer === issuer && one.client_id === clientId);
    const received = insertAuditEvent({
      ...{ id: randomToken(environment, 16), at, type: 'registration.received', code: null, userId: null },
      ...{ provider: launchProvider(slug), clientId: null, signInId: null, reference: c.var.reference },
      detail: { issuer, client_id: clientId, invited_by: createdBy, reason },
    });
    if (isKnown || !(await invitations.register(id, registration, [received]))) {
      throw new SignInError('lti_registration_known', slug);
    }
  }
}

function registrationOf(offer: PlatformOffer, registered: Registered, at: number): PlatformRegistration {
  const { members, family } = offer;
  const { clientId, deploymentId, scopes } = registered;
  const deployment_ids = deploymentId === null ? [] : [deploymentId];
  const platform: JsonObject = { ...members, client_id: clientId, deployment_ids };
  return { issuer: members.issuer, clientId, said: { platform, family, scopes }, at };
}

function factsOf({ offer }: Visit): CampusFacts {
  return { host: new URL(offer.members.issuer).host, family: offer.family };
}
