/**
 * Writes the ID token of a launch (lti.md §3.4): a true one, and on order what every tool must refuse.
 */

import type { JsonObject } from '../../src/model.ts';
import { algorithmOf, signatureOf } from '../shared/keys.ts';
import { changed, forge, type Members, membersOf, signed, signText, writeMembers } from '../shared/signed-token.ts';
import { claimOf, claimsOf } from './claims.ts';
import type { Launch } from './launch.ts';
import type { IdTokenFault } from './misbehaviour.ts';
import type { World } from './world.ts';

export function writeIdToken(launch: Launch, nonce: string, how: IdTokenFault | null, world: World): string {
  const { clientId } = launch.tool;
  const before = world.lastSent.get(clientId);
  if (how?.kind === 'token') return how.text;
  if (how?.kind === 'replayed') return before?.idToken ?? '';
  const token = write(claimsOf(launch, nonce, world), how, before?.nonce ?? 'de-nadie', world);
  world.remember(clientId, { idToken: token, nonce });
  return token;
}

function write(
  claims: JsonObject,
  how: Exclude<IdTokenFault, { kind: 'token' | 'replayed' }> | null,
  otherNonce: string,
  world: World,
): string {
  const key = world.keys.current;
  const header: Members = membersOf({ alg: algorithmOf(key), kid: key.kid, typ: 'JWT' });
  const members = membersOf(claims);
  const payload = writeMembers(members);
  switch (how?.kind) {
    case undefined:
      return signed(header, payload, key);
    case 'claim':
      return signed(header, changed(members, how.name, how.json), key);
    case 'claim-twice':
      return signed(header, writeMembers([...members, [how.name, how.json]]), key);
    case 'header':
      return signText(changed(header, how.name, how.json), payload, (text) => signatureOf(text, key));
    case 'payload':
      return signed(header, how.json, key);
    case 'time':
      return signed(header, changed(members, how.name, String(world.seconds + how.seconds)), key);
    case 'padded':
      return signed(header, changed(members, claimOf('relleno'), JSON.stringify('x'.repeat(how.letters))), key);
    case 'nonce-of-another':
      return signed(header, changed(members, 'nonce', JSON.stringify(otherNonce)), key);
    case 'signed-by':
      return forge(how.signer, payload, world.keys, '');
  }
}
