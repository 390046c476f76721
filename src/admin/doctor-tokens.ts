/**
 * What the doctor says of service tokens: those that end soon, and those that nobody seems to need.
 *
 * Short-lived ones, which a program makes and forgets, are no news.
 */
import type { Environment, Milliseconds } from '../model.ts';
import type { Finding } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import { good } from './finding.ts';
import { listTokens, type TokenView } from './tokens.ts';

const DAY: Milliseconds = 24 * 60 * 60_000;
const ENDS_SOON: Milliseconds = 14 * DAY;
const UNUSED: Milliseconds = 90 * DAY;

export async function examineTokens(store: Pick<Store, 'serviceTokens'>, environment: Environment): Promise<Finding[]> {
  const tokens = (await listTokens({ environment, store }, 'live')).filter(
    ({ created_at, expires_at }) => expires_at - created_at > ENDS_SOON,
  );
  const findings = tokens.flatMap((token) => examineToken(token, environment.now()));
  return findings.length > 0 || tokens.length === 0 ? findings : [good('tokens', `${tokens.length} live`)];
}

function examineToken({ id, name, created_at, last_used_at, expires_at }: TokenView, now: Milliseconds): Finding[] {
  const subject = `token ${id} (${name})`;
  const unusedFor = now - (last_used_at ?? created_at);
  if (unusedFor >= UNUSED) {
    const detail = `unused for ${Math.floor(unusedFor / DAY)} days: \`llavero token revoke ${id}\` if nothing needs it`;
    return [{ subject, verdict: 'unsure', detail }];
  }
  if (expires_at - now > ENDS_SOON) return [];
  const days = Math.ceil((expires_at - now) / DAY);
  const detail = `ends within ${days} ${days === 1 ? 'day' : 'days'}: \`llavero token extend ${id}\`, or give its program a new one`;
  return [{ subject, verdict: 'unsure', detail }];
}
