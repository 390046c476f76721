/**
 * The signing keys as an operator sees them; rotating and retiring them.
 *
 * Private keys never leave the store by this way.
 */
import type { Environment, Milliseconds } from '../model.ts';
import {
  algorithmsFor,
  type DatedKey,
  dateKeys,
  type KeyChange,
  type Rotation,
  rotateKey,
  withdrawKey,
} from '../oidc/keys.ts';
import type { KeyPurpose, SigningKeys } from '../store/signing-keys.ts';
import { AdminRefusal } from './refusal.ts';

export interface KeyView extends Omit<DatedKey, 'jwk'> {
  /** Who is shown it: clients, or campus LMSs. */
  readonly purpose: KeyPurpose;
}

/** Those of each purpose after another, newest first. Empty until the first server started. */
export async function listKeys(
  stores: readonly Pick<SigningKeys, 'all' | 'purpose'>[],
  now: Milliseconds,
): Promise<KeyView[]> {
  const lists = await Promise.all(
    stores.map(async (store) => {
      const dated = dateKeys(await store.all(), now).map((key) => viewOf(key, store.purpose));
      return dated.toSorted((a, b) => b.signsFrom - a.signsFrom || b.createdAt - a.createdAt);
    }),
  );
  return lists.flat();
}

/**
 * The key that is to sign next; running servers publish it within seconds.
 * @throws AdminRefusal `invalid` for an algorithm that nobody of its purpose takes; DatabaseUnavailable
 */
export async function rotateSigningKey(
  keys: SigningKeys,
  rotation: Rotation,
  environment: Environment,
): Promise<KeyView> {
  const possible = algorithmsFor[keys.purpose];
  if (!possible.includes(rotation.algorithm)) {
    throw new AdminRefusal('invalid', `keys for ${keys.purpose} sign with ${possible.join(' or ')} only`);
  }
  return viewOf(await rotateKey(keys, rotation, environment), keys.purpose);
}

/**
 * Takes a key out of what is published: nobody trusts it who looks. What it signed cannot be checked any more.
 * @throws AdminRefusal `not_found`; `invalid` for the one that signs, and for one that is not published anyway; DatabaseUnavailable
 */
export async function retireSigningKey(
  stores: readonly SigningKeys[],
  kid: string,
  change: KeyChange,
  environment: Environment,
): Promise<KeyView> {
  const find = async () => (await listKeys(stores, environment.now())).find((key) => key.kid === kid);
  const found = await find();
  const keys = stores.find(({ purpose }) => purpose === found?.purpose);
  if (found === undefined || keys === undefined) throw new AdminRefusal('not_found', `there is no key ${kid}`);
  if (found.state === 'signing') throw new AdminRefusal('invalid', whySigning(found, environment.now()));
  if (found.state === 'gone' || !(await withdrawKey(keys, kid, change, environment))) {
    throw new AdminRefusal('invalid', `${kid} is not published any more`);
  }
  return (await find()) ?? found;
}

/** The call that makes the successor of this one. */
export function rotationOf({ purpose, algorithm }: Pick<KeyView, 'purpose' | 'algorithm'>): string {
  return `llavero keys rotate${purpose === 'clients' ? '' : ` --for ${purpose}`} --algorithm ${algorithm}`;
}

function whySigning(key: KeyView, now: Milliseconds): string {
  const { kid, signsUntil } = key;
  const first = `rotate first: \`${rotationOf(key)} --now\``;
  if (signsUntil === null) return `${kid} signs: ${first}`;
  const seconds = Math.ceil((signsUntil - now) / 1000);
  return seconds <= 60 ? `${kid} signs for another ${seconds} seconds: try again then` : `${kid} signs still: ${first}`;
}

function viewOf({ jwk: _, ...key }: DatedKey, purpose: KeyPurpose): KeyView {
  return { ...key, purpose };
}
