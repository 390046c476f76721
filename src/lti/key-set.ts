/**
 * The keys with which we sign for campus LMSs, as they are published (RFC 7517; lti.md §3.10).
 *
 * Public members alone: they are named one by one, so that none of a private key can come along.
 */
import type { JsonObject } from '../model.ts';
import type { KeySource } from '../oidc/key-source.ts';
import { type DatedKey, PUBLISHED_KEYS_MAX_AGE } from '../oidc/keys.ts';
import type { WebApp } from '../web/context.ts';

export const KEY_SET = '/lti/1.3/jwks';

export function publicKeySet(keys: readonly DatedKey[]): { readonly keys: readonly JsonObject[] } {
  return {
    keys: keys.map(({ kid, algorithm, jwk: { kty = null, n = null, e = null } }) => ({
      ...{ kty, n, e },
      ...{ kid, alg: algorithm, use: 'sig' },
    })),
  };
}

export function mountLtiKeySet(app: WebApp, keys: KeySource): void {
  app.get(KEY_SET, async (c) => {
    const published = publicKeySet(await keys.current());
    c.header('Cache-Control', `public, max-age=${PUBLISHED_KEYS_MAX_AGE / 1000}`);
    return c.json(published);
  });
}
