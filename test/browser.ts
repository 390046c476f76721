/**
 * A small browser in process, for tests of whole flows: cookies, forms, links and redirects, without a window or a script.
 *
 * Addresses lead to handlers by origin; an origin that has none is an error, so a test cannot leave the machine. One
 * instance is one person's browser. Nothing happens by itself except redirects, and each hop is on the page's `trail`.
 *
 *     const browser = new TestBrowser({ origins: { 'https://broker.test': overHttp(server) }, now });
 *     const page = await browser.get('https://broker.test/sign-in');
 *     const next = await browser.submit(page, 'submit', { email: 'ana@example.org' });
 */

import { type Cookie, CookieJar, type RefusedCookie } from './browser-cookies.ts';
import { type Fields, fillIn, isSubmitButton, locateForm } from './browser-forms.ts';
import { type Hop, Page } from './browser-page.ts';
import {
  afterRedirect,
  beginJourney,
  type Destination,
  type Initiator,
  initiatorOf,
  isAllowedFormTarget,
  type Journey,
  provenanceHeaders,
  siteContext,
} from './browser-request.ts';

export type { Cookie } from './browser-cookies.ts';
export type { Fields } from './browser-forms.ts';
export { overHttp } from './browser-http.ts';
export { type Element, type Hop, Page, parseHtml } from './browser-page.ts';
export type { Destination } from './browser-request.ts';

export type Handler = (request: Request) => Response | Promise<Response>;

export interface TestBrowserOptions {
  readonly origins: { readonly [origin: string]: Handler };
  /** Milliseconds since the epoch; decides which cookies have expired. */
  readonly now: () => number;
  /** Accept-Language; `en` unless told. */
  readonly language?: string;
}

/** Where a request comes from and what for. */
export interface Circumstances {
  /** The page, or the address of a page, that causes the request. Left out: the person typed the address. */
  readonly from?: Page | string;
  /** What the answer is for; a top-level navigation unless told. */
  readonly as?: Destination;
  /** False: stop at the first answer, even if it is a redirect. */
  readonly follow?: boolean;
}

const redirectLimit = 20;

export class TestBrowser {
  readonly #options: TestBrowserOptions;
  readonly #jar = new CookieJar();
  /** How each page was asked for, so that `follow` can go on from it. */
  readonly #journeys = new WeakMap<Page, Journey>();

  constructor(options: TestBrowserOptions) {
    this.#options = options;
  }

  /** Opens an address. Relative ones need `from`. @throws Error after more than 20 redirects, or at an unknown origin. */
  get(url: string | URL, circumstances: Circumstances = {}): Promise<Page> {
    return this.#send('GET', url, null, circumstances);
  }

  /** Sends a form that is on no page of ours: for attacks, which must say where they come from. */
  post(
    url: string | URL,
    fields: Fields,
    circumstances: Circumstances & { readonly from: Page | string },
  ): Promise<Page> {
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(fields)) body.append(name, String(value));
    return this.#send('POST', url, body.toString(), circumstances);
  }

  /**
   * Fills in the form found by test id (its own, or that of a button or field in it) and sends it.
   * @throws Error when the form lacks one of the fields, or the page's Content-Security-Policy forbids where it leads.
   */
  async submit(
    page: Page,
    testId: string,
    fields: Fields = {},
    options: { readonly follow?: boolean } = {},
  ): Promise<Page> {
    const { form, button } = locateForm(page, testId);
    const submission = fillIn(page, form, button, fields);
    const journey = beginJourney({ ...submission, destination: 'document', initiator: initiatorOf(page, true) });
    return this.#travel(journey, options.follow ?? true, []);
  }

  /** Presses a link or a button. */
  async click(page: Page, testId: string, options: { readonly follow?: boolean } = {}): Promise<Page> {
    const element = page.get(testId);
    if (isSubmitButton(element)) return this.submit(page, testId, {}, options);
    const href = element.closest('a')?.attribute('href') ?? null;
    if (href === null) throw new Error(`data-testid="${testId}" on ${page.url.href} is neither a link nor a button`);
    return this.get(href, { from: page, ...options });
  }

  /** Goes on from a page that is a redirect or has a meta refresh. @throws Error when it is neither. */
  async follow(page: Page): Promise<Page> {
    const journey = this.#journeys.get(page);
    if (page.redirect !== null && journey !== undefined) {
      return this.#travel(afterRedirect(journey, page.status, page.redirect, page.headers), true, page.trail);
    }
    if (page.refresh !== null) return this.get(page.refresh, { from: page });
    throw new Error(`${page.url.href} (${page.status}) leads nowhere`);
  }

  /** The cookies that have not expired; of one host, or all. */
  cookies(host: string | null = null): Cookie[] {
    return this.#jar.all(this.#options.now()).filter((cookie) => host === null || cookie.domain === host);
  }

  /** What servers tried to set and a browser does not accept, with the reason. */
  get refusedCookies(): readonly RefusedCookie[] {
    return this.#jar.refused;
  }

  /** Deletes the cookies of a name. @throws Error when there are none: forgetting nothing proves nothing. */
  forget(name: string, host: string | null = null): void {
    if (this.#jar.forget(name, host) === 0) throw new Error(`there is no cookie "${name}" to forget`);
  }

  async #send(
    method: 'GET' | 'POST',
    url: string | URL,
    body: string | null,
    circumstances: Circumstances,
  ): Promise<Page> {
    const initiator = toInitiator(circumstances.from);
    const target = new URL(url, initiator?.url);
    const journey = beginJourney({ method, url: target, body, destination: circumstances.as ?? 'document', initiator });
    return this.#travel(journey, circumstances.follow ?? true, []);
  }

  async #travel(first: Journey, follow: boolean, before: readonly Hop[]): Promise<Page> {
    let journey = first;
    let trail = before;
    while (trail.length <= redirectLimit) {
      const page = await this.#exchange(journey, trail);
      trail = page.trail;
      if (!follow || page.redirect === null) return page;
      journey = afterRedirect(journey, page.status, page.redirect, page.headers);
    }
    throw new Error(
      `more than ${redirectLimit} redirects: ${trail.map((hop) => `${hop.status} ${hop.url}`).join(' → ')}`,
    );
  }

  async #exchange(journey: Journey, before: readonly Hop[]): Promise<Page> {
    if (!isAllowedFormTarget(journey)) {
      throw new Error(
        `form-action of ${journey.initiator?.url.href} forbids sending the form to ${journey.url.origin}`,
      );
    }
    const handler = this.#options.origins[journey.url.origin];
    if (handler === undefined) {
      throw new Error(
        `no handler for ${journey.url.href}, reached by ${before.map((hop) => hop.url).join(' → ') || 'its address'}`,
      );
    }
    const response = await handler(this.#request(journey));
    const context = siteContext(journey);
    for (const header of response.headers.getSetCookie())
      this.#jar.receive(header, journey.url, context, this.#options.now());

    const hop = {
      method: journey.method,
      url: journey.url.href,
      status: response.status,
      location: response.headers.get('location'),
    };
    const page = new Page(journey.url, response, await response.text(), [...before, hop]);
    this.#journeys.set(page, journey);
    return page;
  }

  #request(journey: Journey): Request {
    const headers = provenanceHeaders(journey);
    headers.set('accept', journey.destination === 'document' ? 'text/html,application/xhtml+xml,*/*;q=0.8' : '*/*');
    headers.set('accept-language', this.#options.language ?? 'en');
    headers.set('user-agent', 'TestBrowser');
    const cookie = this.#jar.header(journey.url, siteContext(journey), this.#options.now());
    if (cookie !== null) headers.set('cookie', cookie);
    if (journey.body !== null) headers.set('content-type', 'application/x-www-form-urlencoded');
    const url = new URL(journey.url);
    url.hash = '';
    return new Request(url, { method: journey.method, headers, body: journey.body, redirect: 'manual' });
  }
}

function toInitiator(from: Page | string | undefined): Initiator | null {
  if (from === undefined) return null;
  if (from instanceof Page) return initiatorOf(from, false);
  return { url: new URL(from), referrerPolicy: 'strict-origin-when-cross-origin', formPolicy: null };
}
