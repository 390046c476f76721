/**
 * How far the clocks of others are from ours, read from the answers to calls that are made anyway.
 */
import type { Outbound } from '../http.ts';
import type { Environment } from '../model.ts';
import type { Finding } from '../providers/provider.ts';
import { good } from './finding.ts';

/** ID tokens and launches of others are accepted with a few seconds of difference; beyond a minute they are refused. */
const NOTICEABLE_SECONDS = 5;
const UNUSABLE_SECONDS = 60;

/** The same calls; notes how far the clock of each host is ahead of ours, in seconds (RFC 9110 §6.6.1). */
export function readingClocks(outbound: Outbound, { now }: Environment, clocks: Map<string, number>): Outbound {
  return async (request) => {
    const response = await outbound(request);
    const theirs = Date.parse(response.headers.date ?? '');
    if (!Number.isNaN(theirs)) clocks.set(request.url.host, Math.round((theirs - now()) / 1000));
    return response;
  };
}

export function clockFindings(clocks: ReadonlyMap<string, number>): Finding[] {
  return [...clocks].map(([host, seconds]) => clock(host, seconds));
}

function clock(host: string, seconds: number): Finding {
  const subject = `clock against ${host}`;
  const difference = Math.abs(seconds);
  if (difference <= NOTICEABLE_SECONDS) return good(subject, `${difference} s apart`);
  const detail = `${difference} s apart: have this machine's clock set by NTP`;
  return { subject, verdict: difference < UNUSABLE_SECONDS ? 'unsure' : 'bad', detail };
}
