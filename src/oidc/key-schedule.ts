/**
 * Rotates signing keys that have signed for as long as the operator lets one. Called now and then by every process: whichever comes
 * first makes the next key, the others find it waiting.
 */
import type { Log } from '../events/log.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { SigningKeys } from '../store/signing-keys.ts';
import { DAY, type DatedKey, dateKeys, KEY_ADVANCE, loadSigningKeys, rotateKey } from './keys.ts';

/** Null where no schedule rotates it: there is none, or its successor waits already. */
export function rotationDueAt(
  { state, signsFrom, signsUntil }: Pick<DatedKey, 'state' | 'signsFrom' | 'signsUntil'>,
  rotationDays: number,
): Milliseconds | null {
  if (rotationDays === 0 || state !== 'signing' || signsUntil !== null) return null;
  return signsFrom + rotationDays * DAY - KEY_ADVANCE;
}

export async function rotateDueKeys(
  store: SigningKeys,
  rotationDays: number,
  { environment, log }: { readonly environment: Environment; readonly log: Log },
): Promise<void> {
  const now = environment.now();
  for (const key of dateKeys(await loadSigningKeys(store, environment), now)) {
    const due = rotationDueAt(key, rotationDays);
    if (due === null || now < due) continue;
    const rotation = { algorithm: key.algorithm, begin: 'when clients have seen it' } as const;
    const change = { by: 'schedule', reason: `keys.rotation_days: ${rotationDays}` };
    const { kid } = await rotateKey(store, { ...rotation, ...change }, environment);
    log.info({ event: 'keys.rotated', detail: kid });
  }
}
