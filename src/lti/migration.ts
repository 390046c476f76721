/**
 * Who somebody was in LTI 1.1, as a platform says of them in 1.3 (lti.md §3.15).
 *
 * Without its own signature the claim is worth nothing: any platform could name any key, and be given its people. With it the
 * platform knows the secret of that key. Whatever is wrong with it, the launch is good without it, and nobody is told what was wrong.
 */
import { createHmac } from 'node:crypto';
import type { LtiConsumerDocument } from '../configuration/lti-document.ts';
import { equalSecrets } from '../crypto.ts';
import { isObject, memberOf } from '../json.ts';
import type { JsonObject, Milliseconds } from '../model.ts';
import { claim } from './claims.ts';
import { launchesNow, secretsOf } from './consumer.ts';
import { subjectOf } from './subject.ts';
import type { LaunchFacts } from './verified-launch.ts';

export interface MigrationPorts {
  readonly now: Milliseconds;
  findConsumer(oauthConsumerKey: string): Promise<LtiConsumerDocument | null>;
}

/** The claims are those of a token whose signature, issuer, audience and deployment hold. */
export async function readMigration(
  claims: JsonObject,
  clientId: string,
  { now, findConsumer }: MigrationPorts,
): Promise<LaunchFacts['migratedFrom']> {
  const legacy = memberOf(claims, claim.legacy);
  if (!isObject(legacy)) return null;
  const [key, sign] = [memberOf(legacy, 'oauth_consumer_key'), memberOf(legacy, 'oauth_consumer_key_sign')];
  // Absent: the same as in 1.3.
  const sent = memberOf(legacy, 'user_id') ?? memberOf(claims, 'sub');
  if (typeof key !== 'string' || typeof sign !== 'string' || typeof sent !== 'string' || sent.length > 255) return null;
  const consumer = await findConsumer(key);
  // Of a key that an operator has closed nobody is taken over either.
  if (consumer === null || !launchesNow(consumer, now)) return null;
  const signed = [key, ...[claim.deploymentId, 'iss'].map((name) => memberOf(claims, name)), clientId];
  const text = [...signed, ...['exp', 'nonce'].map((name) => memberOf(claims, name))].join('&');
  // The secret as it is: not the key of an OAuth signature, which is encoded and ends in `&`.
  const isSigned = secretsOf(consumer, now).some(
    (secret) => secret !== null && equalSecrets(sign, createHmac('sha256', secret).update(text).digest('base64')),
  );
  const userId = subjectOf(sent);
  return isSigned && userId !== null ? { consumer: consumer.slug, userId } : null;
}
