/**
 * What an institution calls one of its people: a matrícula, the number of an employee (DESIGN §6.3).
 *
 * It means somebody within its namespace only, may change, and may be given to somebody else years later. Compared exactly: whether
 * `a1` is `A1` is the institution's secret, and two accounts are mended more easily than one account of two people.
 */
import type { InstitutionKind } from '../model.ts';

const PREFIX = 'institution:';

/** What stands as the kind of such an identifier. The namespace is the operator's word, such as `udg`. */
export const institutionKind = (namespace: string): InstitutionKind => `${PREFIX}${namespace}`;

/** The namespace; null for every other kind of identifier. */
export function namespaceOf(kind: string): string | null {
  return kind.startsWith(PREFIX) ? kind.slice(PREFIX.length) : null;
}

/** What systems send where they have no id: everybody without one would be one person. */
const nobodys: ReadonlySet<string> = new Set(
  [
    '-',
    '-1',
    'n/a',
    'na',
    'nd',
    's/n',
    'null',
    'nil',
    'none',
    'undefined',
    'unknown',
    'guest',
    'anonymous',
    'test',
  ].flatMap((word) => [word, word.replaceAll('/', '')]),
);

const MOST_CHARACTERS = 100;

/** Null where it means nobody: nothing, a word for nothing, one character again and again, a variable that was not filled in. */
export function parseInstitutionId(text: string): string | null {
  const id = text.normalize('NFC').trim();
  if (id.length < 2 || id.length > MOST_CHARACTERS || /[\p{C}\p{Z}]/u.test(id)) return null;
  // `$Person.sourcedId` is what a platform sends that does not know the variable (lti.md §2.1); `0000` is a form half filled in.
  if (/^\$[\w.]+$/.test(id) || /^(.)\1*$/u.test(id)) return null;
  return nobodys.has(id.toLowerCase()) ? null : id;
}
