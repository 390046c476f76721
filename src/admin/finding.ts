/**
 * The finding that nothing has to be done about.
 */
import type { Finding } from '../providers/provider.ts';

export function good(subject: string, detail: string): Finding {
  return { subject, verdict: 'good', detail };
}
