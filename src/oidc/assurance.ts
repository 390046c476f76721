/**
 * How somebody signed in, told to clients as it was: `auth_time`, `acr`, `amr` (OpenID Connect Core §2, RFC 8176; A-20).
 *
 * All of it is that of one session of ours. Must never: raise it, mix it with that of another session, or let somebody through
 * with less than the client declared essential.
 */
import { errors, type InteractionResults, type KoaContextWithOIDC } from 'oidc-provider';
import type { JsonObject, Session } from '../model.ts';

type Login = NonNullable<InteractionResults['login']>;

/** What the library is told of a session of ours. */
export function loginOf({ userId, assurance, createdAt }: Session): Login {
  const { acr, amr, authTime } = assurance;
  return {
    accountId: userId,
    // When the person really signed in; a provider's older time is not made younger.
    ts: Math.floor(Math.min(authTime ?? createdAt, createdAt) / 1000),
    ...(acr === null ? {} : { acr }),
    ...(amr.length === 0 ? {} : { amr: [...amr] }),
  };
}

/** Whether what the library remembers is of this session, not of an earlier and perhaps stronger one of the same person. */
export function isOf(session: Session, remembered: KoaContextWithOIDC['oidc']['session']): boolean {
  const { accountId, ts, acr, amr } = loginOf(session);
  return (
    remembered !== undefined &&
    remembered.accountId === accountId &&
    remembered.loginTs === ts &&
    remembered.acr === acr &&
    (remembered.amr ?? []).join(' ') === (amr ?? []).join(' ')
  );
}

/**
 * Whether the session has one of the values that the client declared essential (Core §5.5.1.1).
 * @throws InvalidRequest for a list that is none
 */
export function hasEssentialAcr({ oidc }: KoaContextWithOIDC): boolean {
  const asked = oidc.claims.id_token?.acr;
  if (asked?.essential !== true) return true;
  const { value, values } = asked;
  if (values !== undefined && !Array.isArray(values)) throw new errors.InvalidRequest('acr values are not a list');
  const enough = [...(values ?? []), ...(value === undefined ? [] : [value])];
  return enough.length === 0 || enough.includes(oidc.acr ?? '');
}

/** Kept with an access token, for introspection and user info. */
export function tokenAssurance(ctx: KoaContextWithOIDC): JsonObject {
  const { AuthorizationCode: code, RefreshToken: refreshToken } = ctx.oidc.entities;
  const source = code ?? refreshToken;
  if (source === undefined) return {};
  const { acr, amr, authTime } = source;
  return {
    ...(authTime === undefined ? {} : { auth_time: authTime }),
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
  };
}
