/**
 * `--keep-days`: for how long a secret that is replaced is taken as well.
 */
import type { Milliseconds } from '../model.ts';
import { UsageError } from './command.ts';

export const KEEP_DAYS_MEAN =
  '--keep-days DAYS   for how long the secret of now is taken as well: 7 unless you say otherwise, 0 for one that got out';

const DAY: Milliseconds = 24 * 60 * 60_000;

/** @throws UsageError */
export function readKeepDays(text: string | undefined): Milliseconds {
  const days = text ?? '7';
  if (!/^(?:[0-9]|[1-8][0-9]|90)$/.test(days)) throw new UsageError('--keep-days must be 0 to 90');
  return Number(days) * DAY;
}
