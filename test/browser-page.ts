/**
 * What the test browser shows: an answer, and a light reading of its HTML.
 *
 * Reads enough of HTML to find elements by `data-testid`, to fill in forms and to follow links. It is not a parser of
 * HTML: it repairs little and runs no script, which is the point, because every page must work without. Asking for
 * something that is not there throws and names what is.
 */

export class Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: Element | null;
  readonly children: (Element | string)[] = [];

  constructor(tag: string, attributes: ReadonlyMap<string, string>, parent: Element | null) {
    this.tag = tag;
    this.attributes = attributes;
    this.parent = parent;
  }

  attribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }

  get testId(): string | null {
    return this.attribute('data-testid');
  }

  /** The text a person reads: white space folded. */
  get text(): string {
    return this.rawText.replace(/\s+/g, ' ').trim();
  }

  get rawText(): string {
    return this.children.map((child) => (typeof child === 'string' ? child : child.rawText)).join('');
  }

  /** All elements below this one, in the order of the document. */
  *descendants(): Generator<Element> {
    for (const child of this.children) {
      if (typeof child === 'string') continue;
      yield child;
      yield* child.descendants();
    }
  }

  all(...tags: string[]): Element[] {
    return [...this.descendants()].filter((element) => tags.includes(element.tag));
  }

  closest(tag: string): Element | null {
    if (this.tag === tag) return this;
    return this.parent?.closest(tag) ?? null;
  }
}

/** One hop of the way to a page. */
export interface Hop {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly location: string | null;
}

export class Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Every request on the way here, the last one included. */
  readonly trail: readonly Hop[];
  #document: Element | null = null;

  constructor(url: URL, response: Response, body: string, trail: readonly Hop[]) {
    this.url = url;
    this.status = response.status;
    this.headers = response.headers;
    this.body = body;
    this.trail = trail;
  }

  get document(): Element {
    this.#document ??= parseHtml(this.body);
    return this.#document;
  }

  get title(): string {
    return this.document.all('title')[0]?.text ?? '';
  }

  /** Where the answer sends the browser: a 3xx with Location, null otherwise. */
  get redirect(): URL | null {
    const location = this.headers.get('location');
    if (location === null || ![301, 302, 303, 307, 308].includes(this.status)) return null;
    return new URL(location, this.url);
  }

  /** Where `<meta http-equiv="refresh">` leads, or null. */
  get refresh(): URL | null {
    const meta = this.document
      .all('meta')
      .find((element) => element.attribute('http-equiv')?.toLowerCase() === 'refresh');
    const target = /^\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)/i.exec(meta?.attribute('content') ?? '')?.[1];
    return target === undefined ? null : new URL(target.trim(), this.url);
  }

  get forms(): Element[] {
    return this.document.all('form');
  }

  get links(): Element[] {
    return this.document.all('a').filter((element) => element.attribute('href') !== null);
  }

  find(testId: string): Element | null {
    return [...this.document.descendants()].find((element) => element.testId === testId) ?? null;
  }

  /** @throws Error naming the test ids that the page has, when this one is missing. */
  get(testId: string): Element {
    const found = this.find(testId);
    if (found !== null) return found;
    const present = [...this.document.descendants()].flatMap((element) => element.testId ?? []);
    throw new Error(
      `no data-testid="${testId}" on ${this.url.href} (${this.status}): it has ${present.join(', ') || 'none'}`,
    );
  }

  text(testId: string): string {
    return this.get(testId).text;
  }
}

const voidTags = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'track',
  'wbr',
]);
/** Elements whose content is text up to their own end tag. */
const textTags = new Set(['script', 'style', 'textarea', 'title']);

export function parseHtml(html: string): Element {
  const root = new Element('#document', new Map(), null);
  let open = root;
  const token =
    /<!--[\s\S]*?-->|<![^>]*>|<\/([a-zA-Z][^\s>/]*)[^>]*>|<([a-zA-Z][^\s>/]*)((?:[^>"']|"[^"]*"|'[^']*')*)>/g;
  let position = 0;
  for (let match = token.exec(html); match !== null; match = token.exec(html)) {
    if (match.index > position) open.children.push(decodeEntities(html.slice(position, match.index)));
    position = token.lastIndex;
    const [, closing, opening, attributeText = ''] = match;
    if (closing !== undefined) open = afterClosing(open, closing.toLowerCase());
    if (opening === undefined) continue;

    const element = new Element(opening.toLowerCase(), parseAttributes(attributeText), open);
    open.children.push(element);
    if (textTags.has(element.tag)) {
      const end = html.toLowerCase().indexOf(`</${element.tag}`, position);
      const text = html.slice(position, end < 0 ? html.length : end);
      element.children.push(element.tag === 'script' || element.tag === 'style' ? text : decodeEntities(text));
      position = end < 0 ? html.length : end;
      token.lastIndex = position;
      if (end >= 0) open = element;
    } else if (!voidTags.has(element.tag)) {
      open = element;
    }
  }
  if (position < html.length) open.children.push(decodeEntities(html.slice(position)));
  return root;
}

/** An end tag closes what is open inside it; one that nothing opened is ignored. */
function afterClosing(open: Element, tag: string): Element {
  return open.closest(tag)?.parent ?? open;
}

function parseAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const match of text.matchAll(/([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g)) {
    const [, name = '', double, single, bare] = match;
    // The first of a repeated attribute counts, as in browsers: a later one cannot replace a form's action.
    if (!attributes.has(name.toLowerCase()))
      attributes.set(name.toLowerCase(), decodeEntities(double ?? single ?? bare ?? ''));
  }
  return attributes;
}

const entities: { readonly [name: string]: string } = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z]+));/g, (whole, decimal, hexadecimal, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    return entities[name] ?? whole;
  });
}
