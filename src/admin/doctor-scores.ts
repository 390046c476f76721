/**
 * What the doctor says of scores on their way to campuses: whether they arrive.
 */
import type { Milliseconds } from '../model.ts';
import type { Finding } from '../providers/provider.ts';
import type { ScoreCounts } from '../store/outgoing-scores.ts';
import { good } from './finding.ts';

/** A campus that is being updated is back before that. */
const LONG: Milliseconds = 60 * 60_000;

export function examineScores({ waiting, waitingSince, givenUp }: ScoreCounts, now: Milliseconds): Finding[] {
  const subject = 'scores for campuses';
  const findings: Finding[] = [];
  if (waitingSince !== null && now - waitingSince >= LONG) {
    const hours = Math.floor((now - waitingSince) / LONG);
    const detail = `${waiting} scores wait, the oldest for ${hours} h: see \`llavero lti scores\` for the reason`;
    findings.push({ subject, verdict: 'unsure', detail });
  }
  if (givenUp > 0) {
    const detail = `${givenUp} scores were given up: see \`llavero lti scores --state given-up\`, then \`llavero lti retry-score\``;
    findings.push({ subject, verdict: 'unsure', detail });
  }
  return findings.length > 0 ? findings : [good(subject, `none was given up, ${waiting} on their way`)];
}
