/**
 * The signing keys as an operator sees them, and rotating them.
 *
 * Private keys never leave the store by this way.
 */
import type { Authorship, ConfigurationStore } from '../configuration/revisions.ts';
import type { Environment, Milliseconds } from '../model.ts';
import { RETIRED_KEY_LIFE, rotateKey } from '../oidc/keys.ts';
import type { SigningAlgorithm, SigningKey, SigningKeys } from '../store/signing-keys.ts';
import { AdminRefusal } from './refusal.ts';

/** `signing`: in use. `published`: only verifies what it signed before. `withdrawn`: no longer published. */
export type KeyState = 'signing' | 'published' | 'withdrawn';

export interface KeyView {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly state: KeyState;
  readonly createdAt: Milliseconds;
  readonly retiredAt: Milliseconds | null;
}

/** Newest first. Empty until the first server started. */
export async function listKeys(keys: Pick<SigningKeys, 'all'>, now: Milliseconds): Promise<KeyView[]> {
  return (await keys.all()).map((key) => viewOf(key, now));
}

/**
 * A new key for `algorithm`; the one before only verifies from now on. The notice in the configuration is what makes
 * running servers look.
 * @throws AdminRefusal `conflict` when the key is there but the notice could not be saved; DatabaseUnavailable
 */
export async function rotateSigningKey(
  stores: { readonly keys: SigningKeys; readonly configuration: ConfigurationStore },
  algorithm: SigningAlgorithm,
  environment: Environment,
  authorship: Authorship,
): Promise<KeyView> {
  const key = await rotateKey(stores.keys, algorithm, environment);
  await tellServers(stores.configuration, key, authorship);
  return viewOf(key, environment.now());
}

/** Many may save at once and one notice is as good as another, so this tries for longer than a change that was planned. */
const ATTEMPTS = 20;

async function tellServers(store: ConfigurationStore, key: SigningKey, authorship: Authorship): Promise<void> {
  const notice = { kind: 'signing-keys', name: key.algorithm, document: { kid: key.kid } } as const;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { saved } = await store.saveChanges(await store.latestRevision(), [notice], authorship);
    if (saved) return;
  }
  throw new AdminRefusal(
    'conflict',
    `${key.kid} was made, but running servers could not be told: they use it from the next change or start`,
  );
}

function viewOf({ kid, algorithm, createdAt, retiredAt }: SigningKey, now: Milliseconds): KeyView {
  const state = retiredAt === null ? 'signing' : now - retiredAt < RETIRED_KEY_LIFE ? 'published' : 'withdrawn';
  return { kid, algorithm, state, createdAt, retiredAt };
}
