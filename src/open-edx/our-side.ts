/**
 * Our side of what the connector does for a learner without their browser: a token for one registration, and the connector sign-in,
 * which answers one authorization request of the LMS (ADR 0021).
 *
 * It is a call within this process, and no address leads to it: nothing that anybody sends from outside begins it, ends it, or
 * can be mistaken for it. It makes no session and no cookie. Its code goes to the LMS's own address and is worth something only
 * with the LMS's client secret. Must never: answer for another client than this LMS's, or say that the person was there: no
 * `auth_time`, `acr` or `amr` is told, and a request that asks for the person is refused.
 */
import type { Client, Provider } from 'oidc-provider';
import type { ClientDocument } from '../configuration/client-document.ts';
import { randomToken } from '../crypto.ts';
import type { Environment, JsonObject, Milliseconds } from '../model.ts';
import type { AuditType } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import { issueServiceToken, revokeServiceToken } from '../users/service-tokens.ts';
import type { FailureCode } from './failures.ts';
import { verifiedAddress } from './learner-facts.ts';
import { LeaseLost } from './learners.ts';
import { completePath, type Lms } from './lms.ts';

export interface OurSideDependencies {
  readonly environment: Environment;
  readonly store: Pick<Store, 'accounts' | 'audit' | 'clientSubjects' | 'serviceTokens'>;
  readonly publicUrl: URL;
  readonly lms: Lms;
  readonly oidc: () => Promise<Provider>;
  readonly findClient: (clientId: string) => Promise<ClientDocument | null>;
}

export type Refused = { readonly kind: 'refused'; readonly code: FailureCode };

export interface OurSide {
  /** Lends a bearer token for user info while `use` runs; it is worth nothing afterwards. */
  lendToken<Result>(userId: string, use: (token: string) => Promise<Result>): Promise<Result | Refused>;
  /** Answers an authorization request as this user: where the LMS is to be asked next. `walk` names the walk in the audit trail. */
  answer(
    request: URL,
    userId: string,
    walk: string,
  ): Promise<{ readonly kind: 'answered'; readonly location: URL } | Refused>;
}

/** A crash leaves a token that was lent; it ends by itself. */
const LENT_FOR: Milliseconds = 10 * 60_000;
const CAUSE = { by: 'connector', reason: 'registration at the LMS' };

/** What Open edX's backends read of user info, and nothing beside it (open-edx.md §12). */
const SCOPES = ['openid', 'profile', 'email'];

export function createOurSide(dependencies: OurSideDependencies): OurSide {
  const { environment, store, publicUrl, lms } = dependencies;
  const refused = (code: FailureCode): Refused => ({ kind: 'refused', code });

  /** The client of the LMS, if this user may be let through to it without being there. */
  async function admit(userId: string): Promise<{ readonly kind: 'admitted'; readonly client: Client } | Refused> {
    const provider = await dependencies.oidc();
    const [document, client] = await Promise.all([
      dependencies.findClient(lms.clientId),
      provider.Client.find(lms.clientId),
    ]);
    if (document === null || client === undefined) return refused('client-missing');
    // Whoever would be asked cannot be asked: a consent that nobody gave is none.
    if (!document.skip_authorization) return refused('consent-needed');
    const found = await store.accounts.findUser(userId);
    // An LMS links the account with the address that user info shows: one that is not proved may be somebody else's.
    if (found === null || verifiedAddress(found.emails) === null) return refused('no-verified-email');
    const allowed = document.allowed_providers;
    const identities = allowed === null ? [] : await store.accounts.identitiesOf(userId);
    if (allowed !== null && !identities.some(({ provider: slug }) => allowed.includes(slug))) {
      return refused('provider-not-allowed');
    }
    return { kind: 'admitted', client };
  }

  async function grantFor(userId: string, scope: string): Promise<string> {
    const { Grant } = await dependencies.oidc();
    const grant = new Grant({ clientId: lms.clientId, accountId: userId });
    grant.addOIDCScope(scope);
    return grant.save();
  }

  async function record(type: AuditType, userId: string, detail: JsonObject): Promise<void> {
    await store.audit.record({
      ...{ id: randomToken(environment, 16), at: environment.now(), type, code: null, userId, provider: null },
      ...{
        clientId: lms.clientId,
        signInId: null,
        reference: null,
        detail: { ...detail, lms: lms.slug, by: 'connector' },
      },
    });
  }

  return {
    async lendToken(userId, use) {
      const admitted = await admit(userId);
      if (admitted.kind === 'refused') return admitted;
      await record('learner.registered', userId, {});
      const issued = await issueServiceToken(dependencies, {
        ...{ userId, clientId: lms.clientId, scopes: SCOPES, name: `registration at ${lms.slug}`, ...CAUSE },
        expiresAt: environment.now() + LENT_FOR,
      });
      if (issued === null) throw new LeaseLost('the account ended at this moment');
      try {
        return await use(issued.token);
      } finally {
        await revokeServiceToken(dependencies, issued.record, CAUSE);
      }
    },

    async answer(request, userId, walk) {
      const parameters = parametersOf(request);
      if (parameters === null || parameters.get('client_id') !== lms.clientId) return refused('request-refused');
      const admitted = await admit(userId);
      if (admitted.kind === 'refused') return admitted;
      const { client } = admitted;
      const redirectUri = parameters.get('redirect_uri') ?? '';
      if (!isOfLms(redirectUri, lms) || !client.redirectUriAllowed(redirectUri)) return refused('request-refused');
      if (asksForMore(parameters)) return refused('request-refused');
      const registered = (client.scope ?? '').split(' ');
      const scope = (parameters.get('scope') ?? '')
        .split(' ')
        .filter((name) => registered.includes(name))
        .join(' ');
      // Before the code is there: none is ever unaccounted for.
      await record('learner.connected', userId, { walk });
      const { AuthorizationCode } = await dependencies.oidc();
      const code = new AuthorizationCode({
        ...{ accountId: userId, client, grantId: await grantFor(userId, scope), gty: 'authorization_code', scope },
        ...{ redirectUri, nonce: parameters.get('nonce') },
        ...{
          codeChallenge: parameters.get('code_challenge'),
          codeChallengeMethod: parameters.get('code_challenge_method'),
        },
      });
      const location = new URL(redirectUri);
      location.searchParams.append('code', await code.save());
      const state = parameters.get('state');
      if (state !== undefined) location.searchParams.append('state', state);
      // RFC 9207
      location.searchParams.append('iss', publicUrl.origin);
      return { kind: 'answered', location };
    },
  };
}

/** Null where one comes twice (RFC 6749 §3.1). */
function parametersOf({ searchParams }: URL): ReadonlyMap<string, string> | null {
  const parameters = new Map(searchParams);
  return parameters.size === searchParams.size ? parameters : null;
}

/** Also where the client lists addresses elsewhere, such as of another LMS. */
function isOfLms(redirectUri: string, lms: Lms): boolean {
  if (!URL.canParse(redirectUri)) return false;
  const { origin, pathname } = new URL(redirectUri);
  return [lms.base.origin, lms.public.origin].includes(origin) && pathname === completePath(lms.backend);
}

/** Whether it wants what cannot be given in somebody's absence, or an answer in another form than a redirect. */
function asksForMore(parameters: ReadonlyMap<string, string>): boolean {
  const isOr = (name: string, value: string) => [undefined, value].includes(parameters.get(name));
  const plain =
    parameters.get('response_type') === 'code' &&
    isOr('response_mode', 'query') &&
    isOr('prompt', 'none') &&
    isOr('code_challenge_method', 'S256');
  const unanswerable = ['max_age', 'claims', 'id_token_hint', 'request', 'request_uri', 'registration'];
  return !plain || unanswerable.some((name) => parameters.has(name));
}
