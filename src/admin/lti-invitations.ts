/**
 * Inviting a campus LMS to register itself, and deciding about the one that did (lti.md §3.13, case 65).
 *
 * Approving writes the same document that a configuration file would hold, through the same plan. Until then nothing of what the
 * platform said is configuration. Must never: approve what the operator was not shown.
 */
import { planEntries } from '../configuration/plan.ts';
import type { Authorship, ConfigurationStore } from '../configuration/revisions.ts';
import { randomName, randomToken } from '../crypto.ts';
import { ConfigurationError } from '../errors.ts';
import type { Environment, JsonObject, Milliseconds } from '../model.ts';
import { type AuditType, insertAuditEvent } from '../store/audit.ts';
import type { Step } from '../store/database.ts';
import type { LtiInvitation, LtiInvitations, PlatformRegistration } from '../store/lti-invitations.ts';
import type { Store } from '../store/store.ts';
import { changeConfiguration } from './change.ts';
import { parsed, requireFree } from './lti.ts';
import { AdminRefusal } from './refusal.ts';

/** 256 bits: whoever has it can register once. */
const TOKEN_BYTES = 32;

export interface InvitationTools {
  readonly environment: Environment;
  readonly invitations: LtiInvitations;
  readonly configurationStore: ConfigurationStore;
  readonly commit: Store['commit'];
}

export interface Invited {
  readonly slug: string;
  readonly expires_at: Milliseconds;
  /** To be shown once: only its hash is kept. */
  readonly token: string;
}

/** One that is invited, is registering, or waits, as an operator sees it. */
export interface InvitationView {
  readonly slug: string;
  readonly state: 'invited' | 'registering' | 'expired' | 'pending';
  readonly client: string;
  readonly linking: string;
  readonly invited_by: string;
  readonly reason: string;
  readonly invited_at: Milliseconds;
  readonly expires_at: Milliseconds;
  /** What would be configured; null while nobody has registered. */
  readonly document: JsonObject | null;
  readonly family: string | null;
  readonly scopes: readonly string[];
  readonly registered_at: Milliseconds | null;
}

/**
 * @param decided members of the platform's document, all but those that it says itself
 * @throws AdminRefusal `exists`; ConfigurationError with every fault of them, and for a client that is not there
 */
export async function inviteLti(
  { environment, invitations, configurationStore }: InvitationTools,
  decided: JsonObject & { readonly slug: string },
  expiresAt: Milliseconds,
  { by, reason, at }: Authorship,
): Promise<Invited> {
  const { slug } = decided;
  const current = await configurationStore.loadAll();
  requireFree(current, slug);
  // As what it may become: whatever is wrong with what was decided shows now, and not to the campus.
  const foreign = Object.keys(decided).filter((member) => member in anyPlatform);
  if (foreign.length > 0) throw new ConfigurationError(foreign.map((member) => `${member} is for the platform to say`));
  const document = parsed('lti_platform', { ...decided, ...anyPlatform });
  planEntries(current, [{ kind: 'lti_platform', name: slug, document }], { prune: false, vendors: [] });
  const token = randomToken(environment, TOKEN_BYTES);
  const invitation = { id: randomName(environment), slug, decided, createdAt: at, createdBy: by, reason, expiresAt };
  const step = event(environment, 'registration.invited', slug, { by, reason, at });
  if (!(await invitations.insert(invitation, token, [step]))) {
    throw new AdminRefusal('exists', `${slug} is invited already: reject it first`);
  }
  return { slug, token, expires_at: expiresAt };
}

/** Addresses that nobody has, so that no platform is taken for it. */
const anyPlatform: JsonObject = {
  ...{ issuer: 'https://platform.invalid', client_id: 'invited', deployment_ids: ['invited'] },
  ...{ authorization_endpoint: 'https://platform.invalid/a', token_endpoint: 'https://platform.invalid/t' },
  jwks_uri: 'https://platform.invalid/k',
};

/** The ones that wait first. */
export async function listInvitations({ environment, invitations }: InvitationTools): Promise<InvitationView[]> {
  const views = (await invitations.list()).map((one) => viewOf(one, environment.now()));
  const rank = ({ state }: InvitationView) => (state === 'pending' ? 0 : 1);
  return views.toSorted((a, b) => rank(a) - rank(b));
}

/** Null where nothing of this name is invited. */
export async function findInvitation(
  { environment, invitations }: InvitationTools,
  slug: string,
): Promise<InvitationView | null> {
  const found = await invitations.find(slug);
  return found && viewOf(found, environment.now());
}

export interface Approval {
  readonly slug: string;
  /** Of a platform that named none when it registered; added to the one that it did name. */
  readonly deploymentIds: readonly string[];
}

/** What approving would configure. @throws AdminRefusal `not_found`; ConfigurationError as when no deployment is known */
export async function previewApproval(
  { invitations }: InvitationTools,
  approval: Approval,
): Promise<{ readonly document: JsonObject; readonly seen: Pick<LtiInvitation, 'id' | 'state'> }> {
  const found = await invitations.find(approval.slug);
  if (found?.state !== 'pending') throw new AdminRefusal('not_found', `no registration of ${approval.slug} waits`);
  const document = parsed('lti_platform', documentOf(found, found.registration, approval.deploymentIds));
  return { document, seen: found };
}

/**
 * Configures what was previewed and ends the wait, both or neither.
 * @throws AdminRefusal `exists`, `conflict`, as when somebody rejected it meanwhile; ConfigurationError, as when the issuer and client id were
 *   configured meanwhile
 */
export async function approveLti(
  { environment, invitations, configurationStore }: InvitationTools,
  slug: string,
  { document, seen }: Awaited<ReturnType<typeof previewApproval>>,
  authorship: Authorship,
): Promise<{ readonly revision: number }> {
  const { revision } = await changeConfiguration(
    configurationStore,
    (current) => {
      requireFree(current, slug);
      return planEntries(current, [{ kind: 'lti_platform', name: slug, document }], { prune: false, vendors: [] });
    },
    authorship,
    [...invitations.removal(seen), event(environment, 'registration.approved', slug, authorship)],
  );
  return { revision };
}

/** Ends an invitation, or sends away who registered. @throws AdminRefusal `not_found`, `conflict` */
export async function rejectLti(
  { environment, invitations, commit }: InvitationTools,
  slug: string,
  authorship: Authorship,
): Promise<void> {
  const found = await invitations.find(slug);
  if (found === null) throw new AdminRefusal('not_found', `nothing of ${slug} is invited or waits`);
  const step = event(environment, 'registration.rejected', slug, authorship);
  if (!(await commit([...invitations.removal(found), step]))) {
    throw new AdminRefusal('conflict', `${slug} has changed just now: look again`);
  }
}

function viewOf(invitation: LtiInvitation, now: Milliseconds): InvitationView {
  const { slug, decided, createdBy, createdAt, reason, expiresAt } = invitation;
  const registration = invitation.state === 'pending' ? invitation.registration : null;
  return {
    ...{ slug, state: stateOf(invitation, now), client: String(decided.client), linking: String(decided.linking) },
    ...{ invited_by: createdBy, reason, invited_at: createdAt, expires_at: expiresAt },
    document: registration === null ? null : documentOf(invitation, registration, []),
    family: registration?.said.family ?? null,
    scopes: registration?.said.scopes ?? [],
    registered_at: registration?.at ?? null,
  };
}

function stateOf({ state, expiresAt }: LtiInvitation, now: Milliseconds): InvitationView['state'] {
  if (state === 'pending') return 'pending';
  if (expiresAt <= now) return 'expired';
  return state === 'open' ? 'invited' : 'registering';
}

/** What the operator decided has the last word over what the platform said. */
function documentOf(
  { slug, decided }: LtiInvitation,
  { said }: PlatformRegistration,
  deploymentIds: readonly string[],
): JsonObject {
  const named = said.deploymentId === null ? [] : [said.deploymentId];
  return { ...said.platform, ...decided, slug, deployment_ids: [...new Set([...named, ...deploymentIds])] };
}

function event(environment: Environment, type: AuditType, slug: string, { by, reason, at }: Authorship): Step {
  return insertAuditEvent({
    ...{ id: randomToken(environment, 16), at, type, code: null, userId: null, provider: `lti:${slug}` },
    ...{ clientId: null, signInId: null, reference: null, detail: { by, reason } },
  });
}
