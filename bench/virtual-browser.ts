/**
 * A browser without a screen: an empty cookie jar per sign-in, every redirect followed by hand.
 *
 * Sends the fields that a browser and a proxy send, because reading them is part of what a request costs. Cookies go only
 * where their path says (RFC 6265 §5.1.4); a sign-in is over before any of them expires.
 */
import type { Connection, HttpAnswer } from './connection.ts';

const FIELDS = [
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language: es-MX,es;q=0.8,en;q=0.5',
  'Accept-Encoding: gzip, deflate, br',
  'Upgrade-Insecure-Requests: 1',
  'Sec-Fetch-Dest: document',
  'Sec-Fetch-Mode: navigate',
]
  .map((field) => `${field}\r\n`)
  .join('');

/** A bookmark or a typed address; for a client's flow `cross-site` would be as good. */
const NAVIGATION = 'Sec-Fetch-Site: none\r\n';
const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n';
const OWN_FORM = `${FORM}Sec-Fetch-Site: same-origin\r\n`;
const FORM_OF_ANOTHER = `${FORM}Sec-Fetch-Site: cross-site\r\n`;

/** More redirects than any sign-in has: an endless round must fail, not hang. */
const MOST_REDIRECTS = 12;

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

let browsers = 0;

/** The network address of the next browser: one of 65,536 in the range for measuring (RFC 2544). */
function nextAddress(): string {
  browsers += 1;
  return `198.18.${(browsers >> 8) & 255}.${browsers & 255}`;
}

export class VirtualBrowser {
  readonly #connections: ReadonlyMap<string, Connection>;
  readonly #fields = `${FIELDS}X-Forwarded-For: ${nextAddress()}\r\n`;
  readonly #jars = new Map<string, Map<string, Cookie>>();

  /** @param connections by origin; one of them is held by one browser at a time. */
  constructor(connections: ReadonlyMap<string, Connection>) {
    this.#connections = connections;
  }

  /** Follows redirects until one leads to an address that begins with `end`, which is answered and not asked for. */
  async follow(start: string, end: string): Promise<string> {
    let address = start;
    for (let redirects = 0; redirects < MOST_REDIRECTS; redirects += 1) {
      const answer = await this.get(address);
      if (answer.location === null || answer.status < 300 || answer.status > 399) {
        throw new Error(`${withoutQuery(address)} answered ${answer.status}: ${answer.body.slice(0, 2000)}`);
      }
      address = answer.location.startsWith('/') ? originOf(address) + answer.location : answer.location;
      if (address.startsWith(end)) return address;
    }
    throw new Error('too many redirects');
  }

  /** Follows redirects to a page of ours, which is answered whole. */
  async open(start: string): Promise<string> {
    let address = start;
    for (let redirects = 0; redirects < MOST_REDIRECTS; redirects += 1) {
      const { status, location, body } = await this.get(address);
      if (status === 200) return body;
      if (location === null) throw new Error(`${withoutQuery(address)} answered ${status}: ${body.slice(0, 2000)}`);
      address = location.startsWith('/') ? originOf(address) + location : location;
    }
    throw new Error('too many redirects');
  }

  /** Sends the first form of the page with these fields filled in, and answers the address that it leads to. */
  async submit(origin: string, page: string, fields: { readonly [name: string]: string }): Promise<string> {
    const action = /<form [^>]*action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error(`a page without a form: ${page.slice(0, 2000)}`);
    const form = new URLSearchParams(hiddenFields(page));
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    const answer = await this.#ask('POST', origin + action, form.toString());
    if (answer.location === null) throw new Error(`${action} answered ${answer.status}: ${answer.body.slice(0, 2000)}`);
    return answer.location.startsWith('/') ? origin + answer.location : answer.location;
  }

  /** Sends a form of a page of another site, and answers the address that it leads to. */
  async post(address: string, from: string, fields: { readonly [name: string]: string }): Promise<string> {
    const answer = await this.#ask('POST', address, new URLSearchParams(fields).toString(), from);
    if (answer.location === null) {
      throw new Error(`${withoutQuery(address)} answered ${answer.status}: ${answer.body.slice(0, 2000)}`);
    }
    return answer.location.startsWith('/') ? originOf(address) + answer.location : answer.location;
  }

  get(address: string): Promise<HttpAnswer> {
    return this.#ask('GET', address, '');
  }

  async #ask(
    method: 'GET' | 'POST',
    address: string,
    body: string,
    from: string = originOf(address),
  ): Promise<HttpAnswer> {
    const origin = originOf(address);
    const connection = this.#connections.get(origin);
    if (connection === undefined) throw new Error(`the browser was sent to ${origin}`);
    const path = address.slice(origin.length) || '/';
    const jar = this.#jarOf(origin);
    const sent = method === 'GET' ? NAVIGATION : `${from === origin ? OWN_FORM : FORM_OF_ANOTHER}Origin: ${from}\r\n`;
    const answer = await connection.request(method, path, this.#fields + sent + cookieField(jar, path), body);
    for (const line of answer.setCookies) keep(jar, line);
    return answer;
  }

  #jarOf(origin: string): Map<string, Cookie> {
    const jar = this.#jars.get(origin) ?? new Map<string, Cookie>();
    this.#jars.set(origin, jar);
    return jar;
  }
}

/** The hidden fields of a page, of its first form: what the others hold is the same. */
function hiddenFields(page: string): [name: string, value: string][] {
  const [form = ''] = /<form [\s\S]*?<\/form>/.exec(page) ?? [];
  const fields = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g);
  return [...fields].map(([, name = '', value = '']) => [name, value]);
}

function keep(jar: Map<string, Cookie>, line: string): void {
  const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
  const equals = pair.indexOf('=');
  const cookie = { name: pair.slice(0, equals), value: pair.slice(equals + 1), path: '/' };
  let gone = cookie.value === '';
  for (const attribute of attributes) {
    const [name = '', value = ''] = attribute.split('=');
    if (name.toLowerCase() === 'path') cookie.path = value;
    if (name.toLowerCase() === 'max-age' && Number(value) <= 0) gone = true;
    // How a library without Max-Age deletes: a date long past.
    if (name.toLowerCase() === 'expires' && value.includes('1970')) gone = true;
  }
  const key = `${cookie.name} ${cookie.path}`;
  if (gone) jar.delete(key);
  else jar.set(key, cookie);
}

function cookieField(jar: ReadonlyMap<string, Cookie>, path: string): string {
  const pairs: string[] = [];
  for (const cookie of jar.values()) if (goesTo(cookie.path, path)) pairs.push(`${cookie.name}=${cookie.value}`);
  return pairs.length === 0 ? '' : `Cookie: ${pairs.join('; ')}\r\n`;
}

/** RFC 6265 §5.1.4: `/a` goes to `/a`, `/a/b` and `/a?c`, not to `/ab`. */
function goesTo(cookiePath: string, path: string): boolean {
  if (cookiePath === '/') return true;
  return path.startsWith(cookiePath) && ['', '/', '?'].includes(path.charAt(cookiePath.length));
}

function originOf(address: string): string {
  const end = address.indexOf('/', address.indexOf('//') + 2);
  return end < 0 ? address : address.slice(0, end);
}

const withoutQuery = (address: string) => address.split('?', 1)[0];
