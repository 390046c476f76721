/**
 * The user data endpoint: who a token is of (RFC 6750 §2).
 */

import { createHmac } from 'node:crypto';
import { json } from '../shared/answers.ts';
import type { AccessToken, Received, World } from './world.ts';

export function userData(received: Received, world: World): Response {
  const query = new URLSearchParams(received.query);
  const values = tokensIn(received, query, world);
  // RFC 6750 §2: in one place only.
  if (values.length !== 1) {
    const complaint = values.length === 0 ? 'no token came where it belongs' : 'the token came in two places';
    return world.refuse('user-data', 'invalid_token', complaint);
  }
  const [value = ''] = values;
  const token = world.tokens.get(value);
  const complaint = token === null ? 'the token was never issued' : judgeToken(value, token, query, world);
  if (token === null || complaint !== null) {
    return world.refuse('user-data', 'invalid_token', complaint ?? '', token?.person ?? null);
  }
  const { person, scopes } = token;
  return json(world.flavour.userData({ userData: person.userData, query, scopes }));
}

/** What was sent in the places where this product looks. */
function tokensIn(received: Received, query: URLSearchParams, { flavour }: World): readonly string[] {
  return flavour.tokenIn.flatMap((place) => {
    if (place === 'query') return query.getAll('access_token');
    if (place === 'bearer') return /^Bearer (\S+)$/.exec(received.headers.authorization ?? '')?.[1] ?? [];
    return received.headers[place.header.toLowerCase()] ?? [];
  });
}

function judgeToken(value: string, token: AccessToken, query: URLSearchParams, world: World): string | null {
  if (world.environment.now() - token.issuedAt >= world.flavour.tokenLifetime) return 'the token has expired';
  if (!world.flavour.appSecretProof || token.client.kind === 'public') return null;
  const proof = createHmac('sha256', token.client.clientSecret).update(value).digest('hex');
  return query.get('appsecret_proof') === proof ? null : 'appsecret_proof is absent or wrong';
}
