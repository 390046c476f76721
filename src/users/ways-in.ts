/**
 * With what somebody can sign in to an account now, and what keeps that so while something of it is taken away.
 *
 * V-02: the last way in is never removed. A way counts only if it works at this moment: not a provider that is switched off, not a
 * mail where none can be sent, not a password that was never chosen. Decides from what it is given and reads nothing.
 */
import type { Identity, UserEmail } from '../model.ts';
import { requireIdentity, requirePassword, requireVerifiedEmail } from '../store/account-guards.ts';
import type { Step } from '../store/database.ts';
import { canonicalEmail } from './email-address.ts';

/** What an account has to sign in with. */
export interface Keys {
  readonly identities: readonly Identity[];
  /** Identities of the provider of passwords that have one. */
  readonly withPassword: readonly string[];
  readonly emails: readonly UserEmail[];
}

/** What this deployment lets people sign in with at this moment. */
export interface Offer {
  /** The vendor of a provider, also of one that is switched off; null for one that is not configured any more. */
  vendorOf(slug: string): string | null;
  /** Whether people can sign in with it. */
  isOn(slug: string): boolean;
  /** Whether a code can be mailed to this address, and typed here to sign in. */
  mailReaches(key: string): boolean;
  /** Whether such a code opens the account that has the address as verified. */
  readonly addressOpens: boolean;
}

export type WayIn =
  | { readonly kind: 'identity'; readonly identityId: string }
  | { readonly kind: 'password'; readonly identityId: string; readonly key: string }
  | { readonly kind: 'mail'; readonly key: string };

export function waysIn({ identities, withPassword, emails }: Keys, offer: Offer): WayIn[] {
  const keys = verifiedKeys(emails);
  const byIdentity = identities.flatMap(({ id, provider, subject }): WayIn[] => {
    if (!offer.isOn(provider)) return [];
    switch (offer.vendorOf(provider)) {
      // What let a guest in lets nobody in twice.
      case 'guest':
        return [];
      case 'email':
        return offer.mailReaches(subject) ? [{ kind: 'identity', identityId: id }] : [];
      case 'password': {
        // Typed with an address: the username that we made up is known to nobody.
        const [key] = keys;
        return withPassword.includes(id) && key !== undefined ? [{ kind: 'password', identityId: id, key }] : [];
      }
      default:
        return [{ kind: 'identity', identityId: id }];
    }
  });
  const byMail = offer.addressOpens ? keys.filter((key) => offer.mailReaches(key)) : [];
  return [...byIdentity, ...byMail.map((key): WayIn => ({ kind: 'mail', key }))];
}

export function withoutIdentity(keys: Keys, identityId: string): Keys {
  return { ...keys, identities: keys.identities.filter(({ id }) => id !== identityId) };
}

/** With an address goes the identity of whoever reads its mailbox: it would go on letting them in. */
export function withoutAddress(keys: Keys, key: string, offer: Offer): Keys {
  return {
    ...keys,
    emails: keys.emails.filter(({ address }) => canonicalEmail(address) !== key),
    identities: keys.identities.filter(({ id }) => !mailIdentitiesOf(keys, key, offer).includes(id)),
  };
}

/** Of the identities that are mailboxes, those that are this one. */
export function mailIdentitiesOf({ identities }: Keys, key: string, { vendorOf }: Offer): string[] {
  return identities
    .filter(({ provider, subject }) => vendorOf(provider) === 'email' && subject === key)
    .map(({ id }) => id);
}

/**
 * The steps that undo a transaction in which this way was taken away meanwhile: of two who remove the last two ways at the same
 * moment, one finds that the other's is gone. After `requireActive`.
 */
export function keepWayIn(userId: string, way: WayIn): Step[] {
  switch (way.kind) {
    case 'identity':
      return [requireIdentity(way.identityId, userId)];
    case 'password':
      return [
        requireIdentity(way.identityId, userId),
        requirePassword(way.identityId),
        requireVerifiedEmail(userId, way.key),
      ];
    case 'mail':
      return [requireVerifiedEmail(userId, way.key)];
  }
}

function verifiedKeys(emails: readonly UserEmail[]): string[] {
  return emails
    .filter(({ verifiedAt }) => verifiedAt !== null)
    .map(({ address }) => canonicalEmail(address))
    .filter((key) => key !== null);
}
