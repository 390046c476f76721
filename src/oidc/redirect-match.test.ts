/**
 * Who may have addresses that are longer than registered.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Provider } from 'oidc-provider';
import { mountRedirectMatch } from './redirect-match.ts';

const REGISTERED = 'https://lms.example/cb';
const LONGER = `${REGISTERED}?redirect_state=x`;

/** As much of the library's class as this looks at. */
function clientOf(metadata: { readonly redirect_uri_match: unknown; readonly clientAuthMethod: string }) {
  class Client {
    readonly redirectUris = [REGISTERED];
    constructor() {
      Object.assign(this, metadata);
    }
    redirectUriAllowed(received: string): boolean {
      return this.redirectUris.includes(received);
    }
  }
  mountRedirectMatch({ Client } as unknown as Provider);
  return new Client();
}

for (const [redirect_uri_match, clientAuthMethod, may] of [
  ['django-oauth-toolkit', 'client_secret_post', true],
  ['django-oauth-toolkit', 'client_secret_basic', true],
  // However such a document came to be: a code in it would need no secret.
  ['django-oauth-toolkit', 'none', false],
  ['exact', 'client_secret_post', false],
  [undefined, 'client_secret_post', false],
] as const) {
  test(`RFC 9700 §4.1.3: ${redirect_uri_match} with ${clientAuthMethod}: ${may}`, () => {
    const client = clientOf({ redirect_uri_match, clientAuthMethod });
    assert.equal(client.redirectUriAllowed(LONGER), may);
    assert.equal(client.redirectUriAllowed(REGISTERED), true);
    assert.equal(client.redirectUriAllowed('https://evil.example/cb?redirect_state=x'), false);
  });
}
