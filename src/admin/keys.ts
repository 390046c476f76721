/**
 * The signing keys as an operator sees them; rotating and retiring them.
 *
 * Private keys never leave the store by this way.
 */
import type { Environment, Milliseconds } from '../model.ts';
import { type DatedKey, dateKeys, type KeyChange, type Rotation, rotateKey, withdrawKey } from '../oidc/keys.ts';
import type { SigningKeys } from '../store/signing-keys.ts';
import { AdminRefusal } from './refusal.ts';

export type KeyView = Omit<DatedKey, 'jwk'>;

/** Newest first. Empty until the first server started. */
export async function listKeys(keys: Pick<SigningKeys, 'all'>, now: Milliseconds): Promise<KeyView[]> {
  return dateKeys(await keys.all(), now)
    .map(viewOf)
    .toSorted((a, b) => b.signsFrom - a.signsFrom || b.createdAt - a.createdAt);
}

/** The key that is to sign next; running servers publish it within seconds. @throws DatabaseUnavailable */
export async function rotateSigningKey(
  keys: SigningKeys,
  rotation: Rotation,
  environment: Environment,
): Promise<KeyView> {
  return viewOf(await rotateKey(keys, rotation, environment));
}

/**
 * Takes a key out of what is published: nobody trusts it who looks. What it signed cannot be checked any more.
 * @throws AdminRefusal `not_found`; `invalid` for the one that signs, and for one that is not published anyway; DatabaseUnavailable
 */
export async function retireSigningKey(
  keys: SigningKeys,
  kid: string,
  change: KeyChange,
  environment: Environment,
): Promise<KeyView> {
  const find = async () => (await listKeys(keys, environment.now())).find((key) => key.kid === kid);
  const found = await find();
  if (found === undefined) throw new AdminRefusal('not_found', `there is no key ${kid}`);
  if (found.state === 'signing') throw new AdminRefusal('invalid', whySigning(found, environment.now()));
  if (found.state === 'gone' || !(await withdrawKey(keys, kid, change, environment))) {
    throw new AdminRefusal('invalid', `${kid} is not published any more`);
  }
  return (await find()) ?? found;
}

function whySigning({ kid, algorithm, signsUntil }: KeyView, now: Milliseconds): string {
  const first = `rotate first: \`llavero keys rotate --algorithm ${algorithm} --now\``;
  if (signsUntil === null) return `${kid} signs: ${first}`;
  const seconds = Math.ceil((signsUntil - now) / 1000);
  return seconds <= 60 ? `${kid} signs for another ${seconds} seconds: try again then` : `${kid} signs still: ${first}`;
}

function viewOf({ jwk: _, ...key }: DatedKey): KeyView {
  return key;
}
