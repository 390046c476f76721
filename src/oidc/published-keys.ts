/**
 * For how long whoever is on the way may keep the published keys (RFC 9111 §5.2.2).
 *
 * Said of the keys alone, and never of an answer that there are none now.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { PUBLISHED_KEYS_MAX_AGE } from './keys.ts';
import { routes } from './provider.ts';

export function mountPublishedKeys(provider: Provider): void {
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next();
    if (ctx.path === routes.jwks && ctx.status === 200) {
      ctx.set('Cache-Control', `public, max-age=${PUBLISHED_KEYS_MAX_AGE / 1000}`);
    }
  });
}
