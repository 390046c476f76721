/**
 * What a teacher chose, in the words of LTI Deep Linking 2.0 (lti.md §3.11).
 *
 * Says nothing of a person. Must never: send an item of a type that was not asked for, or `data` that the platform did not send.
 */
import type { LtiPlatformDocument } from '../configuration/lti-document.ts';
import type { JsonObject, Milliseconds } from '../model.ts';
import type { DeepLink, DeepLinkAnswer } from '../store/lti-deep-links.ts';
import { claim } from './claims.ts';

export interface Content {
  readonly title: string;
  readonly url: string;
  readonly scoreMaximum: number | null;
}

/** For clocks that differ: the platform takes it once, whenever that is. */
const ANSWER_LIFE: Milliseconds = 5 * 60_000;

/** A link that launches; where a platform takes none, a plain one, from which people sign in by themselves. Null: it takes neither. */
export function itemType({ acceptTypes }: DeepLink['settings']): 'ltiResourceLink' | 'link' | null {
  return (['ltiResourceLink', 'link'] as const).find((type) => acceptTypes.includes(type)) ?? null;
}

export function contentItems(chosen: readonly Content[], settings: DeepLink['settings']): readonly JsonObject[] {
  const type = itemType(settings);
  if (type === null) return [];
  const isGraded = type === 'ltiResourceLink' && settings.acceptLineItem;
  return chosen.map(({ title, url, scoreMaximum }) => ({
    ...{ type, title, url },
    ...(isGraded && scoreMaximum !== null ? { lineItem: { scoreMaximum, label: title } } : {}),
  }));
}

/** Always the same for one answer, so that whoever presses twice sends the same twice. */
export function answerClaims(
  { deploymentId, settings }: Pick<DeepLink, 'deploymentId' | 'settings'>,
  { issuer, client_id: clientId }: Pick<LtiPlatformDocument, 'issuer' | 'client_id'>,
  { items, nonce, at }: DeepLinkAnswer,
): JsonObject {
  const issuedAt = Math.floor(at / 1000);
  return {
    ...{ iss: clientId, aud: issuer, iat: issuedAt, exp: issuedAt + ANSWER_LIFE / 1000, nonce },
    [claim.messageType]: 'LtiDeepLinkingResponse',
    [claim.version]: '1.3.0',
    [claim.deploymentId]: deploymentId,
    [claim.contentItems]: items,
    // Case 54: as it came, and only where it came.
    ...(settings.data === null ? {} : { [claim.data]: settings.data }),
  };
}

export interface Found {
  readonly content: readonly Content[];
  readonly mayBeMore: boolean;
}

/** A page stays under 50 kB. */
const SHOWN_AT_ONCE = 40;

/** Whose title has each word of the query, without regard to case and accents; what was chosen before comes first and stays. */
export function find(offered: readonly Content[], query: string, chosen: readonly Content[]): Found {
  const words = folded(query).split(/\s+/).filter(Boolean);
  const matching = offered.filter(
    (one) => !chosen.includes(one) && words.every((word) => folded(one.title).includes(word)),
  );
  return { content: [...chosen, ...matching.slice(0, SHOWN_AT_ONCE)], mayBeMore: matching.length > SHOWN_AT_ONCE };
}

const folded = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
