/**
 * Our pages where oidc-provider would show its own: what is wrong with a request, and whether to sign out.
 *
 * Written into the library's Koa context; everything else about them is as on our other pages.
 */
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { ErrorCode } from '../errors.ts';
import { refusals } from '../errors.ts';
import { chooseLocale } from '../i18n/locale.ts';
import type { Environment } from '../model.ts';
import type { Assets } from '../pages/assets.ts';
import type { Brand } from '../pages/brand.ts';
import { parseHref, path } from '../pages/href.ts';
import type { Frame } from '../pages/layout.ts';
import { refusalPage } from '../pages/refusal.ts';
import { signedOutPage, signOutPage } from '../pages/sign-out.ts';
import { type Cookies, readCookies } from '../web/cookies.ts';
import { withFormTargets } from '../web/oidc-door.ts';
import { newReference } from '../web/reference.ts';
import { clientOrigins } from './interactions.ts';

const POLICY = 'Content-Security-Policy';

export interface OidcPagesDependencies {
  readonly brandAndAssets: () => Promise<{ brand: Brand; assets: Assets }>;
  readonly cookies: Cookies;
  readonly environment: Environment;
}

export interface OidcPages {
  error(ctx: KoaContextWithOIDC, error: string): Promise<void>;
  /** Asks; afterwards the browser may go on to `backTo`, an address of the client or none. */
  askLogout(
    ctx: KoaContextWithOIDC,
    form: { action: string; fields: { xsrf: string } },
    backTo: string | null,
  ): Promise<void>;
  /** Says that nobody is signed in, and offers the way back to the client. */
  signedOut(ctx: KoaContextWithOIDC, backTo: string): Promise<void>;
  /** A new case reference. */
  reference(): string;
}

export function createOidcPages({ brandAndAssets, cookies, environment }: OidcPagesDependencies): OidcPages {
  async function frame(ctx: KoaContextWithOIDC): Promise<Frame> {
    const parameters = new URLSearchParams(ctx.querystring);
    const locale = chooseLocale({
      uiLocales: parameters.get('ui_locales'),
      cookie: readCookies(ctx.get('Cookie')).get(cookies.name('locale')) ?? null,
      acceptLanguage: ctx.get('Accept-Language') || null,
    });
    return { ...(await brandAndAssets()), locale, inLanguage: null };
  }
  const reference = () => newReference(environment);

  return {
    reference,

    async error(ctx, error) {
      const code = codeOf(error);
      ctx.type = 'html';
      ctx.status = refusals[code].status;
      ctx.set('Cache-Control', 'no-store');
      // No way back: the address that the request named is exactly what may not be trusted (RFC 6749 §4.1.2.1).
      ctx.body = refusalPage(await frame(ctx), {
        code,
        reference: reference(),
        providerName: null,
        startAgainHref: null,
        client: null,
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
  };
}

function show(ctx: KoaContextWithOIDC, page: string): void {
  ctx.type = 'html';
  ctx.status = 200;
  ctx.set('Cache-Control', 'no-store');
  ctx.body = page;
}

/** The library's OAuth error as one of our codes: an expired flow can be begun again, a wrong request cannot. */
function codeOf(error: string): ErrorCode {
  if (error === 'server_error') return 'internal_error';
  return error === 'invalid_request_session' ? 'sign_in_expired' : 'client_request_invalid';
}
