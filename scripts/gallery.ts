/**
 * Shows every page without starting the broker: writes them as files, and with `--screenshots DIR` takes pictures of
 * them in Chromium, both languages, both colour schemes, desktop and phone.
 *
 *     node scripts/gallery.ts [DIR]                 pages and stylesheet into DIR (default ./data/gallery)
 *     node scripts/gallery.ts --screenshots DIR [NAME …]   pictures, of all pages or of those whose name contains NAME
 *
 * Also lends its browser to the tests. Opens no port: the pages are answered inside the browser.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { locales } from '../src/i18n/locale.ts';
import { type Assets, loadAssets } from '../src/pages/assets.ts';
import { defaultBrand } from '../src/pages/brand.ts';
import { sampleFrame, samplePicture, samples } from '../src/pages/samples.ts';

/** Where the pages believe they are. Reserved by RFC 2606: no such host exists. */
export const galleryOrigin = 'https://llavero.example';

/** The policy under which a page must work: nothing inline, nothing foreign; script and frames only where the page has its own. */
function contentSecurityPolicy(document: string, { scriptPaths }: Assets): string {
  const runsScript = Object.values(scriptPaths).some((path) => document.includes(`src="${path}"`));
  const script = runsScript ? " script-src 'self'; connect-src 'self';" : '';
  const framed = [...document.matchAll(/<iframe src="([^"]+)"/g)].map(([, src = '']) => new URL(src).origin);
  const frames = framed.length === 0 ? '' : ` frame-src ${framed.join(' ')};`;
  const elsewhere = [...document.matchAll(/action="(https:[^"]+)"/g)].map(([, href = '']) => new URL(href).origin);
  const forms = ["'self'", ...elsewhere].join(' ');
  return `default-src 'none';${script}${frames} style-src 'self'; img-src 'self'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`;
}

const picturePath = `/assets/${samplePicture.file}`;
const picture = Buffer.from(samplePicture.base64, 'base64');

/** An installed Chromium, or null where this machine has none. */
export function findChromium(): string | null {
  const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return places.find((place) => existsSync(place)) ?? null;
}

/** Starts Chromium, quiet on the network. @throws Error when it does not start. */
export function openChromium(executablePath: string, flags: readonly string[] = []): Promise<Browser> {
  const quiet = ['quic', 'background-networking', 'component-update', 'sync', 'gpu'].map((name) => `--disable-${name}`);
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--no-first-run', ...quiet, ...flags],
    // People's browsers keep pages alive for the back button; one that does not would hide what they then show (C-18).
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
}

/** A tab that can show pages of ours and reaches nothing else. `requested` collects every address that it asked for. */
export interface Tab {
  readonly page: Page;
  readonly requested: readonly string[];
  show(document: string): Promise<void>;
  close(): Promise<void>;
}

export async function openTab(browser: Browser, assets: Assets, options: BrowserContextOptions): Promise<Tab> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const requested: string[] = [];
  let current = '';
  await page.route('**/*', (route) => {
    const url = route.request().url();
    requested.push(url);
    if (url === `${galleryOrigin}/page`) {
      const headers = { 'content-security-policy': contentSecurityPolicy(current, assets) };
      return route.fulfill({ contentType: 'text/html; charset=utf-8', headers, body: current });
    }
    const asset = url.startsWith(galleryOrigin) ? assets.files.get(url.slice(galleryOrigin.length)) : undefined;
    if (asset !== undefined) return route.fulfill({ contentType: asset.contentType, body: asset.content });
    if (url === galleryOrigin + picturePath) return route.fulfill({ contentType: 'image/png', body: picture });
    // "No content" leaves the page where it is, also when it refreshes itself.
    return route.fulfill({ status: 204 });
  });
  return {
    page,
    requested,
    show: async (document) => {
      current = document;
      await page.goto(`${galleryOrigin}/page`);
    },
    close: () => context.close(),
  };
}

function writePages(directory: string, assets: Assets): void {
  for (const locale of locales) {
    mkdirSync(join(directory, locale), { recursive: true });
    const frame = sampleFrame(locale, assets);
    for (const { name, render } of samples()) {
      // Opened from a disk there is no root: the stylesheet is found one folder up.
      const page = render(frame).replaceAll('"/assets/', '"../assets/');
      writeFileSync(join(directory, locale, `${name}.html`), page);
    }
  }
  mkdirSync(join(directory, dirname(assets.stylesheetPath)), { recursive: true });
  for (const [path, { content }] of assets.files) writeFileSync(join(directory, path), content);
  writeFileSync(join(directory, picturePath), picture);
}

const screens = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
};

async function takePictures(directory: string, wanted: readonly string[], assets: Assets): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('No Chromium found: install it, or look at the pages themselves.');
  mkdirSync(directory, { recursive: true });
  const browser = await openChromium(executablePath);
  for (const [screen, viewport] of Object.entries(screens)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const tab = await openTab(browser, assets, { viewport, colorScheme, reducedMotion: 'reduce' });
      for (const locale of locales) {
        for (const { name, render } of samples()) {
          if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
          await tab.show(render(sampleFrame(locale, assets)));
          const path = join(directory, `${name}.${locale}.${screen}.${colorScheme}.png`);
          await tab.page.screenshot({ path, fullPage: true });
        }
      }
      await tab.close();
    }
  }
  await browser.close();
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({ options: { screenshots: { type: 'string' } }, allowPositionals: true });
  const assets = loadAssets(defaultBrand);
  if (values.screenshots === undefined) writePages(positionals[0] ?? 'data/gallery', assets);
  else await takePictures(values.screenshots, positionals, assets);
}
