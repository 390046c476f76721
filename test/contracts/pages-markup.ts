/**
 * Reads the markup that our templates write, to compare and to search it.
 *
 * Knows only what those templates produce: lower-case tags and attributes in double quotes. Anything else is a fault that
 * it reports, so a template that leaves that form fails here before a lenient browser hides it.
 */

export interface Tag {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
}

const tag = /^<([a-z][a-z0-9]*)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*) ?\/?>/;
const endTag = /^<\/[a-z][a-z0-9]*>/;

/** The opening tags in order. @throws Error where a `<` begins nothing that we write. */
export function tagsIn(page: string): readonly Tag[] {
  const tags: Tag[] = [];
  for (let at = page.indexOf('<'); at !== -1; at = page.indexOf('<', at + 1)) {
    const rest = page.slice(at, at + 20_000);
    if (rest.startsWith('<!doctype html>') || endTag.test(rest)) continue;
    const [, name, attributes] = tag.exec(rest) ?? [];
    if (name === undefined || attributes === undefined) throw new Error(`Not our markup: ${rest.slice(0, 80)}`);
    tags.push({ name, attributes: attributesIn(attributes) });
  }
  return tags;
}

function attributesIn(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/ ([a-zA-Z-]+)(?:="([^"]*)")?/g)].map(([, name = '', value = '']) => [name, value]));
}

/** Elements, attribute names and classes without any text: two pages of the same structure look and behave alike. */
export function structureOf(page: string): string {
  return tagsIn(page)
    .map(({ name, attributes }) => `${name}[${[...attributes.keys()].join(' ')}].${attributes.get('class') ?? ''}`)
    .join('\n');
}

/** Whatever a person can press or fill in. */
export function interactiveTags(page: string): readonly Tag[] {
  const names = new Set(['a', 'button', 'input', 'select', 'textarea', 'summary']);
  return tagsIn(page).filter(({ name, attributes }) => names.has(name) && attributes.get('type') !== 'hidden');
}

/** Fields of a form that no `<label for>` names. */
export function unlabelledFields(page: string): readonly Tag[] {
  const labelled = new Set(
    tagsIn(page).flatMap(({ name, attributes }) => (name === 'label' ? [attributes.get('for')] : [])),
  );
  return interactiveTags(page).filter(
    ({ name, attributes }) =>
      ['input', 'select', 'textarea'].includes(name) && !(attributes.has('id') && labelled.has(attributes.get('id'))),
  );
}

/** Texts that try to become markup, script or an instruction to a template (cases I-06 and I-07). */
export const attacks: readonly string[] = [
  '"><svg onload=alert(1)>',
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '" autofocus onfocus="alert(1)',
  'javascript:alert(1)',
  '</main><iframe srcdoc="<script>alert(1)</script>">',
  '<!--<meta http-equiv="refresh" content="0;url=//evil.test">',
  '#{7*7}{{7*7}}<%= 7*7 %>&lt;script&gt;',
  'a\u2028b\u2029<style>*{display:none}</style>\u202e',
];
