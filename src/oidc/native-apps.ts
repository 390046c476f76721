/**
 * Where an app on the person's own device may be come back to (RFC 8252 §7.3): at any port of this machine, as the library has it, but by
 * the numbers of this machine alone.
 *
 * `localhost` is a name, which may lead to another interface and so to another program (§8.3): registered, it is compared as it is written.
 */
import type { Provider } from 'oidc-provider';

export function compareLocalhostWhole({ Client }: Provider): void {
  const { redirectUriAllowed, postLogoutRedirectUriAllowed } = Client.prototype;
  Client.prototype.redirectUriAllowed = function (uri: string): boolean {
    return (
      redirectUriAllowed.call(this, uri) && (!isAtLocalhost(this, uri) || this.redirectUris?.includes(uri) === true)
    );
  };
  Client.prototype.postLogoutRedirectUriAllowed = function (uri: string): boolean {
    const isRegistered = this.postLogoutRedirectUris?.includes(uri) === true;
    return postLogoutRedirectUriAllowed.call(this, uri) && (!isAtLocalhost(this, uri) || isRegistered);
  };
}

function isAtLocalhost({ applicationType }: { readonly applicationType?: unknown }, uri: string): boolean {
  return applicationType === 'native' && /^http:\/\/localhost(?:[:/?#]|$)/i.test(uri);
}
