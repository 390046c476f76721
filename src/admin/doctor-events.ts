/**
 * What the doctor says of what apps are owed: whether it goes out.
 */
import type { Milliseconds } from '../model.ts';
import type { Finding } from '../providers/provider.ts';
import type { EventCounts } from '../store/outgoing-events.ts';
import { good } from './finding.ts';

/** An app that is being deployed is back before that. */
const LONG: Milliseconds = 60 * 60_000;

export function examineEvents({ waiting, waitingSince, dead }: EventCounts, now: Milliseconds): Finding[] {
  const subject = 'apps that are told';
  const findings: Finding[] = [];
  if (waitingSince !== null && now - waitingSince >= LONG) {
    const hours = Math.floor((now - waitingSince) / LONG);
    const detail = `${waiting} events wait, the oldest for ${hours} h: see \`llavero event list\` for the reason`;
    findings.push({ subject, verdict: 'unsure', detail });
  }
  if (dead > 0) {
    const detail = `${dead} dead letters: see \`llavero event list --dead\`, then \`llavero event retry\``;
    findings.push({ subject, verdict: 'unsure', detail });
  }
  return findings.length > 0 ? findings : [good(subject, `no dead letters, ${waiting} on their way`)];
}
