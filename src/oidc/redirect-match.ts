/**
 * Which redirect addresses oidc-provider takes from a client: the registered ones, and for clients whose document says so
 * those that extend one. The token step compares with what the authorization request named, character by character.
 *
 * Decided on the library's client class, which is what each of its steps asks, so that none of them is left out. It belongs to one
 * provider, and each client's own metadata decides.
 */
import type { Provider } from 'oidc-provider';
import { extendsRedirectUri } from '../configuration/redirect-uri-match.ts';

export function mountRedirectMatch({ Client: { prototype } }: Provider): void {
  const isRegistered = prototype.redirectUriAllowed;
  prototype.redirectUriAllowed = function redirectUriAllowed(received) {
    if (isRegistered.call(this, received)) return true;
    // The document refuses it for a public client too; with a code that leaks there is no secret to stop at.
    const extends_ = this.redirect_uri_match === 'django-oauth-toolkit' && this.clientAuthMethod !== 'none';
    return extends_ && (this.redirectUris ?? []).some((registered) => extendsRedirectUri(registered, received));
  };
}
