/**
 * Everything that is held of a person, as one JSON document for that person (M-04): data protection law's right of access.
 *
 * Each part with what it means in their language. Times as ISO 8601 writes them. Never a secret, a hash or a token: a file on
 * a shared computer must not open the account; and nothing of another person, such as who of the operators did something.
 * What is in it and what is not, column by column, is in the table of its test: a new column without a rule fails.
 */
import type { JsonObject, Milliseconds } from '../model.ts';
import type { AccountGraph } from '../store/account-graph.ts';
import type { AuditEvent } from '../store/audit.ts';
import type { MergeEntry } from '../store/merges.ts';
import type { ScoreView } from '../store/outgoing-scores.ts';
import type { ScorePlace } from '../store/score-places.ts';
import type { ServiceToken } from '../store/service-tokens.ts';
import type { KeptLaunch } from '../store/session-launches.ts';
import type { ListedSession } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';

export type PersonalDataPart =
  | 'account'
  | 'addresses'
  | 'ways_to_sign_in'
  | 'identifiers'
  | 'agreements'
  | 'apps'
  | 'learning_platforms'
  | 'grades'
  | 'app_tokens'
  | 'sessions'
  | 'launches'
  | 'merges'
  | 'events';

export interface PersonalDataFacts {
  readonly graph: AccountGraph;
  readonly places: readonly ScorePlace[];
  readonly scores: readonly { readonly view: ScoreView; readonly said: string | null }[];
  readonly tokens: readonly ServiceToken[];
  readonly sessions: readonly ListedSession[];
  readonly launches: readonly KeptLaunch[];
  readonly merges: readonly MergeEntry[];
  readonly events: readonly AuditEvent[];
}

export const FORMAT = 'llavero-personal-data/1';

/** Null when there is no such account. */
export async function gatherPersonalData(
  store: Pick<
    Store,
    | 'accountGraphs'
    | 'scorePlaces'
    | 'outgoingScores'
    | 'serviceTokens'
    | 'sessions'
    | 'sessionLaunches'
    | 'merges'
    | 'audit'
  >,
  userId: string,
  now: Milliseconds,
): Promise<PersonalDataFacts | null> {
  const [graph, places, scores, tokens, sessions, launches, merges, events] = await Promise.all([
    store.accountGraphs.read(userId),
    store.scorePlaces.ofUser(userId),
    store.outgoingScores.ofUser(userId),
    store.serviceTokens.ofUser(userId),
    store.sessions.ofUser(userId, now),
    store.sessionLaunches.ofUser(userId),
    store.merges.ofUser(userId),
    store.audit.ofUser(userId),
  ]);
  return graph && { graph, places, scores, tokens, sessions, launches, merges, events };
}

export function personalData(
  facts: PersonalDataFacts,
  meanings: { readonly [part in PersonalDataPart]: string },
  now: Milliseconds,
): JsonObject {
  const parts = Object.entries(partsOf(facts)).map(([part, data]) => [
    part,
    { meaning: meanings[part as PersonalDataPart], data },
  ]);
  return { format: FORMAT, made_at: iso(now), ...Object.fromEntries(parts) };
}

function partsOf({ graph, places, scores, tokens, sessions, launches, merges, events }: PersonalDataFacts): {
  readonly [part in PersonalDataPart]: JsonObject | readonly JsonObject[];
} {
  const { user } = graph;
  return {
    account: {
      ...{ id: user.id, state: user.state, username: user.username, merged_into: graph.mergedInto },
      ...{ name: { ...user.name }, birth_date: user.birthDate, phone: user.phone && { ...user.phone } },
      ...{ locale: user.locale, country: user.country, told_by_the_person: { ...user.details } },
      // Whose word each of those above is, and which of them no provider says any more.
      ...{ sources: { ...user.sources }, corrected_by_the_person: [...user.corrected] },
      ...{ created_at: iso(user.createdAt), updated_at: iso(user.updatedAt), deletion_at: isoOrNull(user.deletionAt) },
    },
    addresses: graph.emails.map((email) => ({
      ...{ address: email.address, canonical_form: email.key, primary: email.primary, verified_by: email.verifiedBy },
      ...{ verified_at: isoOrNull(email.verifiedAt), added_at: iso(email.createdAt) },
    })),
    ways_to_sign_in: graph.identities.map((identity) => ({
      ...{ id: identity.id, provider: identity.provider, subject: identity.subject },
      ...{ connected_at: iso(identity.createdAt), last_used_at: iso(identity.lastUsedAt) },
      identity_verified_at: isoOrNull(identity.verifiedAt),
      password_chosen_at: isoOrNull(identity.password?.changedAt ?? null),
      // As the provider sent it, and as it was understood.
      said_by_the_provider: JSON.parse(JSON.stringify(identity.profile)),
    })),
    identifiers: graph.identifiers.map(({ kind, value, provider, createdAt }) => ({
      ...{ kind, value, verified_by: provider, known_since: iso(createdAt) },
    })),
    agreements: graph.agreements.map(({ version, address, agreedAt }) => ({
      ...{ version, address, agreed_at: iso(agreedAt) },
    })),
    apps: graph.subjects.map(({ clientId, subject, username, firstSeenAt, lastSeenAt }) => ({
      ...{ app: clientId, knows_you_as: subject, by_username: username },
      ...{ since: iso(firstSeenAt), last_seen_at: iso(lastSeenAt) },
    })),
    learning_platforms: graph.learners.map(
      ({ id, lms, clientId, account, username, failure, createdAt, changedAt }) => ({
        ...{ id, platform: lms, app: clientId, account, username, last_failure: failure },
        ...{ since: iso(createdAt), changed_at: iso(changedAt) },
      }),
    ),
    // Of each activity of a campus: what the campus said of it, and what an app gave.
    grades: places.map(({ id: placeId, clientId, link, service, launchedAt }) => ({
      ...{ campus: link.registration, app: clientId, last_opened_at: iso(launchedAt) },
      ...{ course: link.context && { ...link.context }, activity: { ...link.resourceLink } },
      known_there_as: service.kind === 'grade-service' ? service.userId : null,
      scores: scores
        .filter(({ view }) => view.placeId === placeId)
        .map(({ view: { id, at, state, createdAt, changedAt, failure }, said }) => ({
          ...{ id, given_at: iso(at), state, score: said === null ? null : JSON.parse(said) },
          ...{ taken_at: iso(createdAt), changed_at: iso(changedAt), last_failure: failure },
        })),
    })),
    app_tokens: tokens.map(({ id, clientId, scopes, name, createdAt, expiresAt, lastUsedAt, revokedAt }) => ({
      ...{ id, app: clientId, scope: scopes.join(' '), for: name, made_at: iso(createdAt), ends_at: iso(expiresAt) },
      ...{ last_used_at: isoOrNull(lastUsedAt), revoked_at: isoOrNull(revokedAt) },
    })),
    sessions: sessions.map(({ provider, identityId, device, assurance, createdAt, lastSeenAt, expiresAt }) => ({
      ...{ provider, way_to_sign_in: identityId, browser: device.browser, system: device.system },
      assurance: { acr: assurance.acr, amr: [...assurance.amr], auth_time: isoOrNull(assurance.authTime) },
      ...{ began_at: iso(createdAt), last_used_at: iso(lastSeenAt), ends_at: iso(expiresAt) },
    })),
    // What a campus said of them, as it said it: they may know who called them what, and see that it is right.
    launches: launches.map(({ clientId, word, launchedAt }) => ({
      ...{ app: clientId, campus: word.registration, deployment: word.deploymentId, roles: [...word.roles] },
      ...{ course: word.context && { ...word.context }, activity: word.resourceLink && { ...word.resourceLink } },
      said_at: iso(launchedAt),
    })),
    merges: merges.map(({ id, retiredId, survivorId, mergedAt, undoneAt }) => ({
      ...{ id, retired_account: retiredId, account: survivorId, at: iso(mergedAt), undone_at: isoOrNull(undoneAt) },
    })),
    events: events.map(({ id, at, type, code, provider, clientId, signInId, reference }) => ({
      ...{ id, at: iso(at), type, code, provider, app: clientId, sign_in: signInId, reference },
    })),
  };
}

const iso = (at: Milliseconds) => new Date(at).toISOString();
const isoOrNull = (at: Milliseconds | null) => (at === null ? null : iso(at));
