/**
 * Our pages where oidc-provider would show its own: what is wrong with a request, and whether to sign out.
 *
 * Written into the library's Koa context; everything else about them is as on our other pages.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ErrorCode } from '../errors.ts';
import { refusals, SignInError } from '../errors.ts';
import type { Log } from '../events/log.ts';
import { chooseLocale } from '../i18n/locale.ts';
import type { Environment, Locale } from '../model.ts';
import type { Assets } from '../pages/assets.ts';
import type { Brand } from '../pages/brand.ts';
import { parseHref, parsePath, parseRegisteredHref, path } from '../pages/href.ts';
import type { Frame } from '../pages/layout.ts';
import { refusalPage } from '../pages/refusal.ts';
import { signedOutPage, signOutPage } from '../pages/sign-out.ts';
import { signingOutPage } from '../pages/signing-out.ts';
import type { LeftToBrowser } from '../sign-in/front-channel.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import { type Cookies, readCookies } from '../web/cookies.ts';
import { securityHeaders } from '../web/middleware.ts';
import { withFormTargets } from '../web/oidc-door.ts';
import { newReference } from '../web/reference.ts';
import { clientOrigins } from './interactions.ts';

const POLICY = 'Content-Security-Policy';

export interface OidcPagesDependencies {
  readonly brandAndAssets: () => Promise<{ brand: Brand; assets: Assets }>;
  readonly cookies: Cookies;
  readonly environment: Environment;
  readonly log: Log;
  readonly publicUrl: URL;
}

export interface OidcPages {
  /** @param oauthError the library's code. @param cause what it stands for, for the log only. */
  error(ctx: KoaContextWithOIDC, oauthError: string, cause: Error): Promise<void>;
  /** Asks; afterwards the browser may go on to `backTo`, an address of the client or none. */
  askLogout(
    ctx: KoaContextWithOIDC,
    form: { action: string; fields: { xsrf: string } },
    backTo: string | null,
  ): Promise<void>;
  /** Says that nobody is signed in, and offers the way back to the client. */
  signedOut(ctx: KoaContextWithOIDC, backTo: string): Promise<void>;
  /** Says so too, and lets the browser tell apps before it goes on to `backTo`, an address of the client or of ours. */
  signingOut(ctx: KoaContextWithOIDC, left: LeftToBrowser, backTo: string): Promise<void>;
  /** The language of this answer. */
  locale(ctx: KoaContextWithOIDC): Locale;
  /** A new case reference. */
  reference(): string;
}

export function createOidcPages(dependencies: OidcPagesDependencies): OidcPages {
  const { brandAndAssets, cookies, environment, log, publicUrl } = dependencies;
  function locale(ctx: KoaContextWithOIDC): Locale {
    const parameters = new URLSearchParams(ctx.querystring);
    return chooseLocale({
      uiLocales: parameters.get('ui_locales'),
      cookie: readCookies(ctx.get('Cookie')).get(cookies.name('locale')) ?? null,
      acceptLanguage: ctx.get('Accept-Language') || null,
    });
  }
  const frame = async (ctx: KoaContextWithOIDC): Promise<Frame> => ({
    ...(await brandAndAssets()),
    locale: locale(ctx),
    inLanguage: null,
  });
  const reference = () => newReference(environment);

  return {
    reference,
    locale,

    async error(ctx, oauthError, cause) {
      const code = codeOf(oauthError, cause);
      const shown = reference();
      log.warn({ event: 'request.refused', code, detail: oauthError, reference: shown }, cause);
      ctx.type = 'html';
      ctx.status = refusals[code].status;
      ctx.set('Cache-Control', 'no-store');
      ctx.body = refusalPage(await frame(ctx), {
        code,
        reference: shown,
        providerName: null,
        startAgainHref: mayRepeat(ctx, code) ? parsePath(`${ctx.path}${ctx.search}`) : null,
        client: null,
        caseNumber: null,
      });
    },

    async askLogout(ctx, { action, fields }, backTo) {
      if (backTo !== null) {
        // `form-action` also holds for the redirect after the form.
        const policy = withFormTargets(ctx.response.get(POLICY), ["'self'", ...clientOrigins([backTo])]);
        ctx.set(POLICY, policy);
      }
      show(
        ctx,
        signOutPage(await frame(ctx), {
          clientName: ctx.oidc.client?.clientName ?? null,
          form: { action: path(action), fields, yesField: 'logout' },
        }),
      );
    },

    async signedOut(ctx, backTo) {
      const { client } = ctx.oidc;
      const href = parseHref(backTo);
      show(
        ctx,
        signedOutPage(await frame(ctx), {
          // An app's private scheme is not linked to: a page that any site can open must not start programs.
          client: href === null ? null : { name: client?.clientName ?? client?.clientId ?? '', href },
          signInHref: path('/sign-in'),
        }),
      );
    },

    async signingOut(ctx, left, backTo) {
      const client = ctx.oidc.client?.clientName ?? null;
      const registered = parseRegisteredHref(backTo);
      const isOurs = registered === null || backTo.startsWith('/');
      const next = isOurs ? { name: null, href: path('/sign-out') } : { name: client, href: registered };
      for (const [name, value] of Object.entries(securityHeaders(publicUrl, left.needs))) ctx.set(name, value);
      show(ctx, signingOutPage(await frame(ctx), { ...left, next }));
    },
  };
}

function show(ctx: KoaContextWithOIDC, page: string): void {
  ctx.type = 'html';
  ctx.status = 200;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = page;
}

/**
 * After a fault of ours the same request may be sent again. Otherwise there is no way back: the address that the request
 * named is exactly what may not be trusted (RFC 6749 §4.1.2.1).
 */
function mayRepeat({ method }: KoaContextWithOIDC, code: ErrorCode): boolean {
  return method === 'GET' && (code === 'store_unavailable' || code === 'internal_error');
}

/** The library's OAuth error as one of our codes: an expired flow can be begun again, a wrong request cannot. */
function codeOf(oauthError: string, cause: Error): ErrorCode {
  if (cause instanceof SignInError) return cause.code;
  if (cause instanceof DatabaseUnavailable) return 'store_unavailable';
  if (oauthError === 'server_error') return 'internal_error';
  return oauthError === 'invalid_request_session' ? 'sign_in_expired' : 'client_request_invalid';
}
