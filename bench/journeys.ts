/**
 * Two of the ways through the broker that are measured, each from an empty cookie jar.
 *
 * *Whole*: a client's authorization request, the provider, the code, the token, user info. *Upstream*: a visit of the
 * broker itself, which ends with a session; the half that libraries without a downstream also have.
 */
import type { Connection } from './connection.ts';
import { type ClientRegistration, RelyingParty } from './relying-party.ts';
import { VirtualBrowser } from './virtual-browser.ts';

export const PROVIDER = 'llave-mx';
/** What the broker is told that its address is. Nothing listens there: connections are made to the port that it really has. */
export const BROKER_ORIGIN = 'http://localhost:4400';

export const registration: ClientRegistration = {
  issuer: BROKER_ORIGIN,
  clientId: 'bench',
  clientSecret: 'bench-client-secret-of-no-importance-0123456789',
  redirectUri: 'http://localhost:4402/callback',
};

/** What one browser holds while it signs people in, one after another. */
export interface Desk {
  readonly broker: Connection;
  readonly provider: Connection;
  readonly connections: ReadonlyMap<string, Connection>;
}

/** Who was signed in, as far as this journey can tell. */
export interface Arrived {
  readonly sub: string;
  /** Verified; null where the way proves none. */
  readonly email: string | null;
}

/** Signs the person of this number in. Null where it was not looked who it is. @throws Error when anything is not as it must be. */
export type Journey = (desk: Desk, number: number) => Promise<Arrived | null>;

/** Reads the published keys once, as clients do. */
export async function wholeJourney(broker: Connection): Promise<Journey> {
  const { status, body } = await broker.request('GET', '/oauth2/jwks', '', '');
  if (status !== 200) throw new Error(`the keys were answered ${status}`);
  const client = new RelyingParty(registration, JSON.parse(body));
  return async ({ connections, broker: connection }) => {
    const attempt = client.begin(PROVIDER);
    const callback = await new VirtualBrowser(connections).follow(attempt.address, registration.redirectUri);
    return client.finish(attempt, callback, connection);
  };
}

/** Every so many sessions one is used: a session that opens nothing must not count. */
export const USED_SESSIONS = 20;

export const upstreamJourney: Journey = async ({ connections }, number) => {
  const browser = new VirtualBrowser(connections);
  const end = `${BROKER_ORIGIN}/account`;
  await browser.follow(`${BROKER_ORIGIN}/sign-in/${PROVIDER}?return_to=/account`, end);
  if (number % USED_SESSIONS !== 0) return null;
  const { status, body } = await browser.get(end);
  const email = /persona\.\d+@example\.com/.exec(body)?.[0];
  if (status !== 200 || email === undefined) throw new Error(`the session opens nothing: ${status}`);
  return { sub: email, email };
};
