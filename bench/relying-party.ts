/**
 * The client's part of a brokered sign-in: its request, the exchange of the code, and what it checks.
 *
 * Checks what a careful client checks (OpenID Connect Core §3.1.3.7, §5.3.2): state, issuer, the signature of each
 * id_token against the published keys, nonce, audience, and that user info speaks of the same person. A sign-in that
 * only looks right must not count.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Connection } from './connection.ts';

export interface ClientRegistration {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

/** What the client remembers of a request that it sent. */
export interface ClientAttempt {
  readonly address: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

export interface SignedInPerson {
  readonly sub: string;
  /** Verified; null where the way proves none. */
  readonly email: string | null;
}

export class RelyingParty {
  readonly #registration: ClientRegistration;
  readonly #keys: JWTVerifyGetKey;
  readonly #authorization: string;

  constructor(registration: ClientRegistration, keys: JSONWebKeySet) {
    this.#registration = registration;
    this.#keys = createLocalJWKSet(keys);
    const { clientId, clientSecret } = registration;
    this.#authorization = `Authorization: Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}\r\n`;
  }

  /** @param provider the `idp_hint`: the person pressed the button of that provider on the client's own page. */
  begin(provider: string): ClientAttempt {
    const { issuer, clientId, redirectUri } = this.#registration;
    const [state, nonce, codeVerifier] = [token(), token(), token()];
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      state,
      nonce,
      code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
      code_challenge_method: 'S256',
      idp_hint: provider,
    });
    return { address: `${issuer}/oauth2/authorize?${query}`, state, nonce, codeVerifier };
  }

  /** From the address that the browser was sent back to. @throws Error when anything is not as it must be. */
  async finish(attempt: ClientAttempt, callback: string, connection: Connection): Promise<SignedInPerson> {
    const { issuer, clientId } = this.#registration;
    const parameters = new URL(callback).searchParams;
    const code = parameters.get('code');
    require(code !== null, `no code: ${parameters.get('error')}`);
    require(parameters.get('state') === attempt.state, 'another state came back');
    require(parameters.get('iss') === issuer, 'another issuer answered');

    const tokens = await this.#redeem(code, attempt, connection);
    const { payload } = await jwtVerify(tokens.id_token, this.#keys, { issuer, audience: clientId });
    require(payload.nonce === attempt.nonce, 'the id_token is of another request');

    const head = `Authorization: Bearer ${tokens.access_token}\r\nAccept: application/json\r\n`;
    const { status, body } = await connection.request('GET', '/oauth2/userinfo', head, '');
    require(status === 200, `user info answered ${status}: ${body}`);
    const person: { sub: string; email?: string; email_verified?: unknown } = JSON.parse(body);
    require(person.sub === payload.sub, 'user info speaks of somebody else');
    require(person.email === undefined || person.email_verified === true, 'the address is not verified');
    return { sub: person.sub, email: person.email ?? null };
  }

  async #redeem(code: string, { codeVerifier }: ClientAttempt, connection: Connection): Promise<Tokens> {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.#registration.redirectUri,
      code_verifier: codeVerifier,
    });
    const head = `${this.#authorization}Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n`;
    const { status, body } = await connection.request('POST', '/oauth2/token', head, form.toString());
    require(status === 200, `the token request was answered ${status}: ${body}`);
    return JSON.parse(body);
  }
}

interface Tokens {
  readonly id_token: string;
  readonly access_token: string;
}

function require(condition: boolean, fault: string): asserts condition {
  if (!condition) throw new Error(fault);
}

const token = () => randomBytes(32).toString('base64url');
