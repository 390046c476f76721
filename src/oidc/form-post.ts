/**
 * Answers by form_post (OAuth 2.0 Form Post Response Mode 1.0): the library's page may send its form to the client.
 *
 * The page submits itself by one script, which the content security policy lets run by its hash alone; without script a
 * button does it. Must never: name an address that the library did not find registered for the client.
 */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { withFormTargets } from '../web/oidc-door.ts';
import { clientOrigins } from './interactions.ts';

const POLICY = 'Content-Security-Policy';

export function mountFormPost(provider: Provider): void {
  provider.use(async (ctx: KoaContextWithOIDC, next) => {
    await next();
    const target = formPostTarget(ctx);
    // `form-action` also holds for where the client sends the browser next, so it is the origin and not the address.
    if (target !== null) ctx.set(POLICY, withFormTargets(ctx.response.get(POLICY), clientOrigins([target])));
  });
}

function formPostTarget(ctx: KoaContextWithOIDC): string | null {
  const { params, client } = ctx.oidc ?? {};
  const { response_mode: mode, redirect_uri: target } = params ?? {};
  if (mode !== 'form_post' || typeof target !== 'string' || typeof ctx.body !== 'string') return null;
  return client?.redirectUriAllowed(target) === true ? target : null;
}
