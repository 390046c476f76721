/**
 * User info for clients with a shape of their own, at `/oauth2/userinfo` and at the addresses of other products.
 *
 * The library's own action comes first and judges the request; what follows here is for the clients that it does not know: their
 * tokens need no `openid`, and their answer has other names. At an address of another product whatever is wrong is 401 with
 * `invalid_token`: Open edX shows that as a refusal and any other failure as its own error 500 (open-edx.md §1, mit-apps.md §2).
 * Must never: answer 200 without saying who it is.
 */
import type { Client, FindAccount, KoaContextWithOIDC, Provider } from 'oidc-provider';
import { mappingOf, type UserinfoMapping, type UserinfoShape } from '../configuration/userinfo-shape.ts';
import type { JsonObject } from '../model.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { isOidcAddress } from '../web/oidc-door.ts';
import { claimsAskedFor } from './claims.ts';
import { shaped } from './shaped.ts';
import type { Subjects } from './subjects.ts';

export interface UserinfoDependencies {
  readonly subjects: Subjects;
  /** The library's own address of it. */
  readonly path: string;
  readonly findAccount: FindAccount;
}

export function mountUserinfo(provider: Provider, dependencies: UserinfoDependencies): void {
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    const isElsewhere = !isOidcAddress(ctx.path);
    if (isElsewhere) ctx.path = dependencies.path;
    await next();
    if (ctx.oidc?.route !== 'userinfo' || ctx.status >= 500) return;
    try {
      await answer(ctx, isElsewhere);
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable)) throw error;
      ctx.status = 503;
      ctx.set('Retry-After', '5');
      ctx.body = { error: 'temporarily_unavailable' };
    }
  });

  async function answer(ctx: KoaContextWithOIDC, isElsewhere: boolean): Promise<void> {
    const holder = await holderOf(ctx);
    const body = holder === null ? null : await answerFor(ctx, holder);
    if (body !== null) {
      ctx.status = 200;
      ctx.remove('WWW-Authenticate');
      ctx.body = body;
    } else if (isElsewhere || holder !== null) refuse(ctx);
  }

  /** Whose token it is, and which shape they want; null where the library's answer stands. */
  async function holderOf(ctx: KoaContextWithOIDC): Promise<Holder | null> {
    const token = ctx.oidc.entities.AccessToken;
    // Not found, or not alone: the library has refused it. What it found is alive.
    if (token?.clientId === undefined || (ctx.status !== 200 && ctx.status !== 403)) return null;
    const client = ctx.oidc.entities.Client ?? (await provider.Client.find(token.clientId));
    const mapping = client === undefined ? null : mappingOf(client.userinfo_shape as UserinfoShape);
    return client === undefined || mapping === null ? null : { client, mapping };
  }

  async function answerFor(ctx: KoaContextWithOIDC, { client, mapping }: Holder): Promise<JsonObject | null> {
    const token = ctx.oidc.entities.AccessToken;
    if (token === undefined || token.aud !== undefined) return null;
    ctx.oidc.entity('Client', client);
    // As the library does it where the token has `openid`: account, session and grant are looked at now.
    const account = await dependencies.findAccount(ctx, token.accountId, token);
    const grant = await provider.Grant.find(token.grantId);
    if (account === undefined || grant === undefined) return null;
    if (grant.clientId !== client.clientId || grant.accountId !== token.accountId) return null;
    const scope = grant.getOIDCScopeFiltered(token.scopes);
    const claims = await account.claims('userinfo', scope, {}, []);
    const allowed = claimsAskedFor(scope, client.released_claims as string[]);
    const told = Object.fromEntries(Object.entries(claims).filter(([claim]) => allowed.includes(claim))) as JsonObject;
    return shaped(mapping, { ...told, ...(await namesOf(client.clientId, token.accountId, told)) });
  }

  /** By what this client knows the person, and will for ever. Null where the account has ended at this very moment. */
  async function namesOf(clientId: string, userId: string, told: JsonObject): Promise<JsonObject> {
    const sub = await dependencies.subjects.tellIfOpen(clientId, userId);
    if (typeof told.preferred_username !== 'string') return { sub };
    const username = await dependencies.subjects.tellUsername(clientId, userId, told.preferred_username);
    return { sub, preferred_username: username };
  }
}

interface Holder {
  readonly client: Client;
  readonly mapping: UserinfoMapping;
}

function refuse(ctx: KoaContextWithOIDC): void {
  ctx.status = 401;
  ctx.set('WWW-Authenticate', 'Bearer error="invalid_token"');
  ctx.body = { error: 'invalid_token' };
}
