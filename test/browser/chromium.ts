/**
 * Chromium for tests, and a visitor: one browser profile that is watched while it is used.
 *
 * What a visitor does is also held to promises that no single test names: it asks nobody but the servers of its world
 * (I-02), no page breaks its own policy or fails, and no cookie can be read by a script. Where a machine has no
 * Chromium, tests say that they did not run. Must never wait for a length of time: only for something to be so.
 */
import assert from 'node:assert/strict';
import { after, type TestContext } from 'node:test';
import axe from 'axe-core';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { findChromium, openChromium } from '../../scripts/gallery.ts';

/** Longer than anything takes on a busy machine: a condition that does not hold by then will not. */
const PATIENCE_MS = 20_000;

/** One for all tests of a file that want the same flags: what keeps them apart is that each has profiles of its own. */
const shared = new Map<string, Promise<Browser>>();
after(async () => {
  for (const browser of shared.values()) await (await browser).close();
});

/** Runs `check` in a Chromium with these flags of its command line, or says that it was not run. */
export async function inChromium(
  t: TestContext,
  check: (browser: Browser) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === null) {
    t.diagnostic('NOT RUN: this machine has no Chromium.');
    console.error(`NOT RUN (no Chromium on this machine): ${t.name}`);
    t.skip('no Chromium on this machine');
    return;
  }
  const key = flags.join(' ');
  const browser = shared.get(key) ?? openChromium(executablePath, flags);
  shared.set(key, browser);
  await check(await browser);
}

export interface VisitorOptions {
  readonly context: BrowserContextOptions;
  /** The only origins that may be asked for anything. */
  readonly origins: readonly string[];
  /** Statuses of refusals that this visit is meant to see. Each must be seen. */
  readonly refusals: readonly number[];
  /** Cookies of an app that its scripts are meant to read; none unless told. */
  readonly readable?: readonly string[];
  /** What the console is meant to say; nothing unless told. */
  readonly said?: RegExp;
}

export interface Visitor {
  readonly context: BrowserContext;
  /** The first tab; `context.newPage()` opens more. */
  readonly page: Page;
}

/** Lets `visit` use a fresh profile, and afterwards holds everything that it saw to the promises above. */
export async function withVisitor(
  browser: Browser,
  { context: options, origins, refusals, readable: meant = [], said }: VisitorOptions,
  visit: (visitor: Visitor) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  const refused = new Set<number>();
  const foreign: string[] = [];
  context.on('request', (request) => {
    if (!origins.includes(new URL(request.url()).origin)) foreign.push(request.url());
  });
  context.on('response', (response) => {
    if (response.status() >= 400) refused.add(response.status());
  });
  context.on('console', (message) => complaints.push(message.text()));
  context.on('weberror', (error) => complaints.push(String(error.error())));
  try {
    await visit({ context, page: await context.newPage() });
    assert.deepEqual(foreign, [], 'asked somebody else');
    // Chromium repeats on the console what the page says in words: a refusal's status. Anything else is a fault of ours.
    const expected = /^Failed to load resource: the server responded with a status of \d{3}/;
    assert.deepEqual(
      complaints.filter((complaint) => !expected.test(complaint) && said?.test(complaint) !== true),
      [],
      'the console complains',
    );
    assert.deepEqual([...refused].sort(), [...refusals].sort(), 'refusals');
    const readable = (await context.cookies()).filter(({ httpOnly, name }) => !httpOnly && !meant.includes(name));
    assert.deepEqual(readable, [], 'cookies that a script can read');
  } finally {
    await context.close();
  }
}

/** Goes through the page with the Tab key until the element with this test id has the focus. */
export async function tabTo(page: Page, testId: string): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<string>('document.activeElement?.getAttribute("data-testid") ?? ""');
    if (focused === testId) return;
    seen.push(focused);
  }
  assert.fail(`the Tab key never reaches ${testId}; it reached ${seen.join(', ')}`);
}

export interface AxeAnswer {
  /** One line for each barrier. */
  readonly violations: readonly string[];
  /** The rules that found something to look at, and no fault in it. */
  readonly passes: readonly string[];
}

/** Evaluated from outside the page, so the page keeps the policy that forbids scripts. */
export async function runAxe(page: Page): Promise<AxeAnswer> {
  await page.evaluate(axe.source);
  // It would write to frames of other sites, which it is not in.
  return page.evaluate<AxeAnswer>(`axe.run(document, { iframes: false }).then((result) => ({
    violations: result.violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.html)),
    passes: result.passes.map((rule) => rule.id),
  }))`);
}

/** Asserts that axe finds no barrier on the page as it is now. */
export async function assertNoBarriers(page: Page, where: string): Promise<void> {
  const { violations, passes } = await runAxe(page);
  assert.deepEqual(violations, [], where);
  // Without this, a page whose stylesheet failed to load would pass.
  assert.ok(passes.includes('color-contrast'), `axe saw no text: ${where}`);
}
