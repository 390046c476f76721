/**
 * The applications ("sistemas") that are registered with the stand-in (facts of Llave MX, section 1).
 *
 * An application is of one kind. The kinds differ in paths, authentication and PKCE, so each kind is a type of its own:
 * a web application without its secret, or a native one with it, cannot be written down.
 */

interface Registered {
  /** A decimal string of 18 digits. */
  readonly clientId: string;
  /** Shown on the practice page. */
  readonly name: string;
  /** Compared exactly, at the authorization request and again at the token request. */
  readonly redirectUris: readonly string[];
}

/** "apps": PKCE instead of a secret. */
export interface NativeApplication extends Registered {
  readonly mode: 'apps';
}

/** "web": a client secret in the body, and the web-service user in HTTP Basic on every call. */
export interface WebApplication extends Registered {
  readonly mode: 'web';
  readonly clientSecret: string;
  /** "usuario_ws" and "password_ws": NOT the client id and secret, which is what clients get wrong first. */
  readonly webService: { readonly user: string; readonly password: string };
}

export type Application = NativeApplication | WebApplication;
export type Mode = Application['mode'];

/** The applications by client id. @throws TypeError for a malformed or repeated client id or an application without a redirect address. */
export function register(applications: readonly Application[]): ReadonlyMap<string, Application> {
  const registered = new Map<string, Application>();
  for (const application of applications) {
    if (!/^[0-9]{18}$/.test(application.clientId)) {
      throw new TypeError(`The client id of "${application.name}" is not a string of 18 digits.`);
    }
    if (registered.has(application.clientId)) {
      throw new TypeError(`The client id ${application.clientId} is registered twice.`);
    }
    if (application.redirectUris.length === 0) {
      throw new TypeError(`"${application.name}" has no redirect address.`);
    }
    registered.set(application.clientId, application);
  }
  return registered;
}
