/**
 * What a client's authorization request says about the provider that its person should go to.
 *
 * Hints only: they choose a page for the person, and whoever signs in afterwards is found out as ever. A hint that names
 * nothing usable is no error; the person chooses.
 */
import type { UnknownObject } from 'oidc-provider';
import type { Destination } from '../directory/destination.ts';
import type { Directory } from '../directory/directory.ts';

/** How IdentityServer's clients name a provider, and Open edX's backend for it passes on: `acr_values=idp:<slug>`. */
const ACR_PREFIX = 'idp:';

/** OpenID Connect Core §3.1.2.1 leaves its form open: an address, a phone, a number. Bounded, and no text that could hide. */
const LOGIN_HINT = /^[^\p{C}]{1,255}$/u;

export function loginHintOf({ login_hint: hint }: UnknownObject): string | null {
  return typeof hint === 'string' && LOGIN_HINT.test(hint) ? hint : null;
}

/** The first that can be used here: what the request names, whom its address belongs to, what the client always wants. */
export function hintedProvider(
  params: UnknownObject,
  clientDefault: unknown,
  directory: Directory,
  destination: Destination,
): string | null {
  const usable = (slug: unknown) => (typeof slug === 'string' ? directory.findFor(slug, destination) : null);
  const hint = loginHintOf(params);
  const found =
    usable(params.idp_hint) ??
    usable(providerInAcrValues(params.acr_values)) ??
    (hint === null ? null : directory.findByAddress(hint, destination)) ??
    usable(clientDefault);
  return found?.record.slug ?? null;
}

function providerInAcrValues(values: unknown): string | null {
  if (typeof values !== 'string') return null;
  const named = values.split(' ').find((value) => value.startsWith(ACR_PREFIX));
  return named?.slice(ACR_PREFIX.length) ?? null;
}
