/**
 * For what somebody signs in, and which providers may serve for it: the one rule behind the chooser, a hint, a departure
 * and a session that is there already.
 *
 * A provider that this rule leaves out is not merely hidden: no address leads to it.
 */
import type { ClientDocument } from '../configuration/client-document.ts';
import type { ProviderDocument } from '../configuration/provider-document.ts';
import type { Purpose } from '../model.ts';

/** The client that asked, or null for a visit to the broker itself; and the host that the person goes back to. */
export interface Destination {
  readonly clientId: string | null;
  readonly site: string;
}

export function destinationOf(purpose: Purpose, publicUrl: URL): Destination {
  return purpose.kind === 'authorize'
    ? { clientId: purpose.clientId, site: purpose.site }
    : { clientId: null, site: publicUrl.host };
}

/** Empty for the private-use scheme of an app: no provider can be bound to such a one. */
export function siteOf(redirectUri: string): string {
  return URL.parse(redirectUri)?.host ?? '';
}

/** The vendor whose people do not say who they are. */
const GUEST = 'guest';

/** What the configuration says of one destination. */
export interface Terms {
  /** Null: all. */
  readonly allowed: ReadonlySet<string> | null;
  readonly guests: boolean;
  /** The `site` that providers of this destination may have; null where none has such a one. */
  readonly site: string | null;
}

/** @param sites every host that a provider is bound to */
export function termsOf(
  { clientId, site }: Destination,
  clients: ReadonlyMap<string, ClientDocument>,
  sites: ReadonlySet<string>,
): Terms {
  // As Open edX finds its Site: the host with its port first, then without (open-edx.md §4).
  const known = [site, site.replace(/:\d+$/, '')].find((host) => sites.has(host)) ?? null;
  if (clientId === null) return { allowed: null, guests: false, site: known };
  const client = clients.get(clientId);
  // Of a client that was removed meanwhile nothing is known any more, so nothing is allowed.
  if (client === undefined) return { allowed: new Set(), guests: false, site: known };
  const { allowed_providers: allowed, allow_guests: guests } = client;
  return { allowed: allowed === null ? null : new Set(allowed), guests, site: known };
}

export function fits(
  { slug, site, vendor }: Pick<ProviderDocument, 'slug' | 'site' | 'vendor'>,
  terms: Terms,
): boolean {
  if (terms.allowed !== null && !terms.allowed.has(slug)) return false;
  if (site !== null && site !== terms.site) return false;
  return vendor !== GUEST || terms.guests;
}
