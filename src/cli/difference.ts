/**
 * A difference of configurations in words: `+` is new, `~` changes, `-` is removed. Secrets come masked.
 */
import type { ConfigurationDifference } from '../admin/configuration.ts';
import type { FieldChange, PlannedChange } from '../configuration/plan.ts';
import { count } from './text.ts';

const marks = { create: '+', update: '~', remove: '-', none: ' ' } as const satisfies Record<
  PlannedChange['change'],
  string
>;

export function describeDifference({ changes, unchanged, kept }: ConfigurationDifference): string[] {
  const lines = changes.flatMap(({ kind, name, change, fields }) => [
    `${marks[change]} ${kind} ${name}`,
    ...fields.filter(saysSomething).map((field) => `    ${describeField(field)}`),
  ]);
  const names = kept.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return [
    ...lines,
    ...(unchanged === 0 ? [] : [`${count(unchanged, 'entry is', 'entries are')} as in the file already.`]),
    ...(names === '' ? [] : [`Not in the file and kept (--prune removes): ${names}`]),
  ];
}

/** What is new and empty is what it is when nothing is written. */
function saysSomething({ before, after }: FieldChange): boolean {
  return before !== null || (after !== 'null' && after !== '[]');
}

function describeField({ field, before, after }: FieldChange): string {
  if (before === null) return `${field}: ${after}`;
  return `${field}: ${before} → ${after ?? 'nothing'}`;
}
