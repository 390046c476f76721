/**
 * The Link field of an answer (RFC 8288), for the address of the next page.
 *
 * Names of parameters and relations have no case; addresses do, and whoever lower-cases one asks for another page (lti.md §3.12).
 */

const entry = /\s*<([^<>]*)>((?:\s*;\s*[^\s=;,"<>]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;<>]+))?)*)\s*(?:,|$)/y;
const parameter = /;\s*([^\s=;,"<>]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;<>]+)))?/g;

/** As it was written. Null where there is none, or where the field cannot be read. */
export function nextLink(field: string): string | null {
  entry.lastIndex = 0;
  while (entry.lastIndex < field.length) {
    const [, address = '', parameters = ''] = entry.exec(field) ?? [];
    // A pattern that does not fit begins anew at 0.
    if (entry.lastIndex === 0) return null;
    if (relationsIn(parameters).includes('next')) return address;
  }
  return null;
}

/** Of several `rel` the first counts (RFC 8288 §3.3); one may name several relations. */
function relationsIn(parameters: string): readonly string[] {
  for (const [, name = '', quoted, bare] of parameters.matchAll(parameter)) {
    if (name.toLowerCase() === 'rel') return (quoted ?? bare ?? '').toLowerCase().split(' ');
  }
  return [];
}
