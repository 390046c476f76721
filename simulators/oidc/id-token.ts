/**
 * Writes ID tokens (OpenID Connect Core §2): true ones, and on order every forgery that a client must refuse.
 */

import { createHash } from 'node:crypto';
import type { Json } from '../../src/model.ts';
import { algorithmOf, signatureOf } from '../shared/keys.ts';
import { changed, forge, membersOf, signed, signText, writeMembers } from '../shared/signed-token.ts';
import type { IdTokenMisbehaviour } from './misbehaviour.ts';
import { type Code, tokenLifetime, type World } from './world.ts';

export function writeIdToken(code: Code, accessToken: string, how: IdTokenMisbehaviour | null, world: World): string {
  if (how?.kind === 'id-token') return how.text;
  const key = world.keys.current;
  const header = membersOf({ alg: algorithmOf(key), kid: key.kid, typ: 'JWT' });
  const payload = writeMembers(membersOf(claimsFor(code, accessToken, world)));
  switch (how?.kind) {
    case 'id-token-claim':
      return signed(header, changed(membersOf(claimsFor(code, accessToken, world)), how.name, how.json), key);
    case 'id-token-claim-twice':
      return signed(
        header,
        writeMembers([...membersOf(claimsFor(code, accessToken, world)), [how.name, how.json]]),
        key,
      );
    case 'id-token-payload':
      return signed(header, how.json, key);
    case 'id-token-header':
      return signText(changed(header, how.name, how.json), payload, (text) => signatureOf(text, key));
    case 'id-token-signed-by':
      return forge(
        how.signer,
        payload,
        world.keys,
        code.client.kind === 'confidential' ? code.client.clientSecret : '',
      );
    case undefined:
      return signed(header, payload, key);
  }
}

function claimsFor({ client, person, nonce }: Code, accessToken: string, world: World): { [name: string]: Json } {
  const now = Math.floor(world.environment.now() / 1000);
  const hash = createHash('sha256').update(accessToken).digest();
  return {
    iss: world.issuer,
    aud: client.clientId,
    ...world.flavour.idTokenClaims(person.claims, client.clientId),
    iat: now,
    exp: now + tokenLifetime / 1000,
    auth_time: now,
    at_hash: hash.subarray(0, hash.length / 2).toString('base64url'),
    ...(nonce !== null && world.flavour.nonce === 'returned' ? { nonce } : {}),
  };
}
