/**
 * XML that a campus answered with, read strictly into elements; and text, written into XML (XML 1.0, fifth edition).
 *
 * Our own because the answers are of one small kind, and what makes XML dangerous is left out rather than switched off: no document
 * type, so no entities but the five that XML has and no files or addresses behind them (case 92); no processing instructions. Bounded
 * in size and depth, one pass. Prefixes of namespaces are dropped: campuses write several, and none here changes what a name means.
 */

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  readonly children: readonly XmlElement[];
  /** What stands directly in it, all pieces together. */
  readonly text: string;
}

/** The message names what is wrong and quotes nothing. */
export class MalformedXml extends Error {
  override readonly name = 'MalformedXml';
}

const LONGEST = 64 * 1024;
const DEEPEST = 20;

const declaration = /^\uFEFF?(?:<\?xml\s+version\s*=\s*["']1\.[0-9]["'][^?<>]*\?>)?/;
const name = '[A-Za-z_][\\w.\\-]*(?::[A-Za-z_][\\w.\\-]*)?';
/** Each alternative begins with another character than the others, so that none is tried over. */
const token = new RegExp(
  [
    '([^<]+)',
    '<!--(?:(?!--)[\\s\\S])*-->',
    '<!\\[CDATA\\[((?:(?!\\]\\]>)[\\s\\S])*)\\]\\]>',
    `</(${name})\\s*>`,
    `<(${name})((?:\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`,
  ].join('|'),
  'y',
);
const attribute = new RegExp(`(${name})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g');

interface Open {
  /** With its prefix. */
  readonly tag: string;
  readonly children: XmlElement[];
  text: string;
}

/** The element that is all of the document. @throws MalformedXml */
export function readXml(document: string): XmlElement {
  if (document.length > LONGEST) throw new MalformedXml('it is too long');
  if (forbidden.test(document)) throw new MalformedXml('it holds a character that XML does not have');
  const outermost: Open = { tag: '', children: [], text: '' };
  const open: Open[] = [outermost];
  token.lastIndex = declaration.exec(document)?.[0].length ?? 0;
  while (token.lastIndex < document.length) {
    const found = token.exec(document);
    if (found === null) throw new MalformedXml('it holds what is no element, or a document type');
    take(found, open);
  }
  const [root, ...more] = outermost.children;
  if (open.length > 1 || root === undefined || more.length > 0 || outermost.text.trim() !== '') {
    throw new MalformedXml('it is not one element');
  }
  return root;
}

function take([, text, cdata, closing, opening, attributes = '', empty]: RegExpExecArray, open: Open[]): void {
  const current = open.at(-1) as Open;
  if (text !== undefined) {
    if (text.includes(']]>')) throw new MalformedXml('it ends a section that was not begun');
    current.text += unescapeXml(text);
  } else if (cdata !== undefined) {
    // Outside of the root it would be seen as text there, and is no white space.
    if (open.length === 1) throw new MalformedXml('it is not one element');
    current.text += cdata;
  } else if (closing !== undefined) {
    if (closing !== current.tag || open.length === 1) throw new MalformedXml('an element ends that was not begun');
    close(open);
  } else if (opening !== undefined) {
    checkAttributes(attributes);
    if (open.length > DEEPEST) throw new MalformedXml('it is too deep');
    open.push({ tag: opening, children: [], text: '' });
    if (empty === '/') close(open);
  }
}

function close(open: Open[]): void {
  const { tag, children, text } = open.pop() as Open;
  open.at(-1)?.children.push({ name: tag.replace(/^.*:/, ''), children, text });
}

/** None is used; but what is not XML is not read as some. */
function checkAttributes(text: string): void {
  const seen = new Set<string>();
  for (const [, each = '', inDouble, inSingle] of text.matchAll(attribute)) {
    if (seen.has(each)) throw new MalformedXml('an attribute stands twice');
    seen.add(each);
    unescapeXml(inDouble ?? inSingle ?? '');
  }
}

/** All elements of that name, wherever they stand. */
export function elementsNamed(element: XmlElement, wanted: string): readonly XmlElement[] {
  const below = element.children.flatMap((child) => elementsNamed(child, wanted));
  return element.name === wanted ? [element, ...below] : below;
}

/** The one that is reached by these names, each of which must stand once in the one before; null otherwise. */
export function elementAt(element: XmlElement, path: readonly string[]): XmlElement | null {
  const [first, ...rest] = path;
  if (first === undefined) return element;
  const [child, ...more] = element.children.filter((each) => each.name === first);
  return child === undefined || more.length > 0 ? null : elementAt(child, rest);
}

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function unescapeXml(text: string): string {
  return text.replaceAll(/&([^;&]{0,12};)?/g, (_, reference: string | undefined) => {
    const known = reference?.slice(0, -1) ?? '';
    const character = entities.get(known) ?? characterOf(known);
    if (character === null) throw new MalformedXml('it holds an entity that XML does not have');
    return character;
  });
}

function characterOf(reference: string): string | null {
  const [, hex, decimal] = /^#(?:x([0-9A-Fa-f]+)|([0-9]+))$/.exec(reference) ?? [];
  const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal ?? Number.NaN);
  if (!(code <= 0x10ffff)) return null;
  const character = String.fromCodePoint(code);
  return forbidden.test(character) ? null : character;
}

/** What is no `Char` (XML 1.0 §2.2): most controls, halves of characters, and two that are none. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const forbidden = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Surrogate}/u;

/** Null for what no XML can hold. A carriage return is named, for a reader would make a line feed of it. */
export function escapeXml(text: string): string | null {
  if (forbidden.test(text)) return null;
  return text.replaceAll(/[&<>"'\r]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
