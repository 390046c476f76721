/**
 * A difference of configurations in words: `+` is new, `~` changes, `-` is removed. Secrets come masked.
 */
import type { ConfigurationDifference } from '../admin/configuration.ts';
import { defaultOf } from '../configuration/defaults.ts';
import type { ConfigurationKind } from '../configuration/documents.ts';
import type { FieldChange, PlannedChange } from '../configuration/plan.ts';
import { count, shortened } from './text.ts';

const marks = { create: '+', update: '~', remove: '-', none: ' ' } as const satisfies Record<
  PlannedChange['change'],
  string
>;

export function describeDifference({ changes, unchanged, kept }: ConfigurationDifference): string[] {
  const lines = changes.flatMap(({ kind, name, change, fields }) => [
    `${marks[change]} ${kind} ${name}`,
    ...fields.filter((field) => saysSomething(kind, field)).map((field) => `    ${describeField(field)}`),
  ]);
  const names = kept.map(({ kind, name }) => `${kind} ${name}`).join(', ');
  return [
    ...lines,
    ...(unchanged === 0 ? [] : [`${count(unchanged, 'entry is', 'entries are')} as in the file already.`]),
    ...(names === '' ? [] : [`Not in the file and kept (--prune removes): ${names}`]),
  ];
}

/** What is new, and is what it would be if nothing were written, is left out. */
function saysSomething(kind: ConfigurationKind, { field, before, after }: FieldChange): boolean {
  return before !== null || after !== defaultOf(kind, field);
}

function describeField({ field, before, after }: FieldChange): string {
  const now = after === null ? 'nothing' : shortened(after);
  return before === null ? `${field}: ${now}` : `${field}: ${shortened(before)} → ${now}`;
}
