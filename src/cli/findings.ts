/**
 * Findings in words, worst last, where a terminal leaves them in view.
 */
import type { Finding } from '../providers/provider.ts';
import { table } from './text.ts';

const order = ['good', 'unsure', 'bad'] as const satisfies readonly Finding['verdict'][];

export function describeFindings(findings: readonly Finding[]): string {
  const sorted = findings.toSorted((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict));
  return table(sorted.map(({ verdict, subject, detail }) => [verdict, subject, detail]));
}

export function isBad(findings: readonly Finding[]): boolean {
  return findings.some(({ verdict }) => verdict === 'bad');
}
