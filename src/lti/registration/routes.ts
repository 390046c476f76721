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
import type { Environment, JsonObject, Milliseconds } from '../../model.ts';
import { path } from '../../pages/href.ts';
import { ltiRegisteredPage, ltiRegistrationPage } from '../../pages/lti-registration.ts';
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

/** Beyond what the calls of one registration take together. */
const MOST_LOOKS = 80;
const LOOK_AGAIN_AFTER: Milliseconds = 250;

export interface RegistrationDependencies {
  readonly publicUrl: URL;
  readonly environment: Environment;
  readonly store: Pick<Store, 'ltiInvitations'>;
  readonly limits: Limits;
  readonly configuration: () => Promise<Pick<ConfigurationSnapshot, 'ltiPlatforms' | 'clients'>>;
  readonly providerContext: () => Promise<ProviderContext>;
  readonly delay: (milliseconds: number) => Promise<void>;
}

/** What was opened, what the LMS said, and what we are to it. */
interface Visit {
  readonly opened: Opened;
  readonly offer: PlatformOffer;
  readonly tool: Tool;
}

export function mountLtiRegistration(app: WebApp, dependencies: RegistrationDependencies): void {
  const { publicUrl, environment, store, limits, configuration, providerContext, delay } = dependencies;
  const invitations = store.ltiInvitations;

  app.get(REGISTER_1_3, async (c) => {
    const sent = readOnce(queryOf(c));
    const invitation = await findInvitation(c, sent);
    if (invitation === null) throw new SignInError('lti_invitation_invalid', 'no such invitation can be used');
    const visit = await visitOf(c, sent, invitation);
    const fields = Object.fromEntries(
      ['invitation', 'openid_configuration', 'registration_token'].map((name) => [name, sent.get(name) ?? '']),
    );
    const claims = claimsAskedFor(visit.tool.linking, visit.offer);
    const form = { action: path(REGISTER_1_3), fields };
    const campus = { host: new URL(visit.offer.members.issuer).host, family: visit.offer.family };
    const props = { campus, site: publicUrl.host, app: visit.tool.name, claims, form };
    return respondWithPage(c, ltiRegistrationPage(frameOf(c), props), 200);
  });

  app.post(REGISTER_1_3, refuseCrossSite(publicUrl), async (c) => {
    const sent = await readForm(c.req.raw);
    const registration = (await registerOnce(c, sent)) ?? (await registeredBefore(sent));
    const { issuer, said } = registration;
    c.set('ownScript', true);
    c.set('keepsOpener', true);
    c.set('frameAncestors', said.sites);
    const campus = { host: new URL(issuer).host, family: said.family };
    return respondWithPage(c, ltiRegisteredPage(frameOf(c), { campus, sites: said.sites }), 200);
  });

  // By a name that stays, for the LMS keeps the address, and shows it on its own pages.
  app.get(ICON_1_3, (c) => {
    c.set('shownElsewhere', true);
    const { files, iconPath } = c.var.assets;
    const icon = files.get(iconPath);
    if (icon === undefined) throw new Error('every brand has an icon');
    return c.body(icon.content, 200, { 'Content-Type': icon.contentType, 'Cache-Control': 'public, max-age=86400' });
  });

  /** The open one. */
  async function findInvitation(c: WebContext, sent: ReadonlyMap<string, string>): Promise<LtiInvitation | null> {
    c.set('wayOn', { startAgainHref: null, client: null });
    if (!limits.admits('signInsPerClientAddress', c.var.clientAddressKey)) {
      throw new SignInError('too_many_requests', 'registrations of one client address');
    }
    return invitations.findOpen(sent.get('invitation') ?? '', environment.now());
  }

  async function visitOf(c: WebContext, sent: ReadonlyMap<string, string>, invitation: LtiInvitation): Promise<Visit> {
    const tool = await toolOf(invitation);
    const opened = readOpened(sent, publicUrl);
    // The LMS opens this in a frame or a window of its own, which it closes when it is told.
    c.set('keepsOpener', true);
    c.set('frameAncestors', [opened.configuration.origin]);
    const offer = await fetchOffer(opened, { publicUrl, context: await providerContext() });
    c.set('frameAncestors', offer.sites);
    return { opened, offer, tool };
  }

  async function toolOf({ decided, slug }: LtiInvitation): Promise<Tool> {
    const client = (await configuration()).clients.get(String(decided.client));
    if (client === undefined) throw new SignInError('lti_invitation_invalid', `the client of ${slug} is gone`);
    const linking = ltiPlatformSchema.shape.linking.parse(decided.linking);
    return { origin: publicUrl.origin, name: client.client_name, linking, targets: client.lti_targets };
  }

  /** Null: another press of the button is registering, or has. */
  async function registerOnce(c: WebContext, sent: ReadonlyMap<string, string>): Promise<PlatformRegistration | null> {
    const invitation = await findInvitation(c, sent);
    if (invitation === null) return null;
    const { opened, offer, tool } = await visitOf(c, sent, invitation);
    if (!(await invitations.take(invitation.id, environment.now()))) return null;
    try {
      const asked = { ...toolRegistration(tool, offer), ...toolAddresses(tool.origin) };
      const registered = await registerAt(offer, asked, opened.token, await providerContext());
      return await keep(c, invitation, registrationOf({ opened, offer }, registered, environment.now()));
    } catch (error) {
      await invitations.release(invitation.id);
      throw error;
    }
  }

  /** Two presses of the button are one: the second is told what the first did. Of another LMS it is no press of the same button. */
  async function registeredBefore(sent: ReadonlyMap<string, string>): Promise<PlatformRegistration> {
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const used = await invitations.findUsed(sent.get('invitation') ?? '');
      if (used === null && looks > 0) throw new SignInError('lti_registration_failed', 'the other press failed');
      if (used === null) break;
      if (used.state === 'pending') {
        const { registration } = used;
        if (registration.said.configuration === sent.get('openid_configuration')) return registration;
        break;
      }
      await delay(LOOK_AGAIN_AFTER);
    }
    throw new SignInError('lti_invitation_invalid', 'no such invitation can be used');
  }

  /** @throws SignInError lti_registration_known */
  async function keep(
    c: WebContext,
    { id, slug, createdBy, reason }: LtiInvitation,
    registration: PlatformRegistration,
  ): Promise<PlatformRegistration> {
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
    return registration;
  }
}

function registrationOf(
  { opened, offer }: Pick<Visit, 'opened' | 'offer'>,
  { clientId, deploymentId, scopes }: Registered,
  at: Milliseconds,
): PlatformRegistration {
  const { members, family, sites } = offer;
  const platform: JsonObject = { ...members, client_id: clientId };
  const said = { platform, deploymentId, family, scopes, sites, configuration: opened.address };
  return { issuer: members.issuer, clientId, said, at };
}
