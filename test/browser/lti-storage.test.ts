/**
 * Platform storage in Chromium, in a frame of another site: our script speaks to the one site that the server names, and believes
 * no other (lti.md §3.14, cases 59 to 61).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { loadAssets } from '../../src/pages/assets.ts';
import { defaultBrand } from '../../src/pages/brand.ts';
import { parseHref, path } from '../../src/pages/href.ts';
import { ltiKeepPage, ltiWindowPage } from '../../src/pages/lti.ts';
import { sampleFrame } from '../../src/pages/samples.ts';
import { inChromium } from './chromium.ts';

const BROKER = 'https://broker.example';
const CAMPUS = 'https://campus.example';
const assets = loadAssets(defaultBrand);
const frame = sampleFrame('en', assets);
const storage = { origin: CAMPUS, target: '_parent', key: 'state_a' };
const onward = parseHref(`${CAMPUS}/auth`) ?? assert.fail();
const keepPage = ltiKeepPage(frame, { storage, secret: 'the-secret', href: onward });
const proof = { storage, action: path('/lti/1.3/stored'), fields: { state: 'a', id_token: 'a.b.c' } };
const provePage = ltiWindowPage(frame, { href: path('/lti/1.3/again?state=a'), proof });

/** Around ours: notes what it is asked, and answers each as `answer` (JavaScript) says. */
const around = (answer: string) => `<!doctype html><title>around</title><iframe src="${BROKER}/page"></iframe><script>
window.heard = [];
addEventListener('message', (event) => {
  heard.push(event.data);
  const { subject, message_id, key } = event.data;
  const reply = { subject: subject + '.response', message_id, key, value: 'the-secret' };
  (${answer})(reply, event.source);
});
</script>`;
const answers = '(reply, to) => to.postMessage(reply, "*")';

interface Seen {
  readonly page: Page;
  readonly heard: () => Promise<{ subject: string; key: string; value?: string }[]>;
  readonly left: string[];
}

/** Shows `document` in a frame of `site`; whatever it leads to is noted in `left` and goes nowhere. */
async function framed(
  browser: Browser,
  site: string,
  document: string,
  answer: string,
  check: (seen: Seen) => Promise<void>,
) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const left: string[] = [];
  await page.route('**/*', (route) => {
    const url = new URL(route.request().url());
    if (url.href === `${site}/`) return route.fulfill({ contentType: 'text/html', body: around(answer) });
    if (url.href === `${BROKER}/page`) {
      const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'";
      const headers = { 'content-security-policy': policy };
      return route.fulfill({ contentType: 'text/html; charset=utf-8', headers, body: document });
    }
    const script = url.pathname === assets.scriptPaths['lti-storage'] ? assets.files.get(url.pathname) : undefined;
    if (script !== undefined) return route.fulfill({ contentType: script.contentType, body: script.content });
    if (!url.pathname.startsWith('/assets/')) left.push(`${url.href} ${route.request().postData() ?? ''}`.trim());
    return route.fulfill({ status: 204 });
  });
  try {
    await page.goto(`${site}/`);
    await check({ page, left, heard: () => page.evaluate('window.heard') });
  } finally {
    await context.close();
  }
}

const until = async (isSo: () => boolean | Promise<boolean>) => {
  for (let turn = 0; turn < 2000; turn += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.fail('it did not come to be so');
};
/** What was posted to the frame until now has been heard there, and what follows from it has begun. */
const settled = async ({ page }: Seen) => {
  for (const other of [...page.frames(), ...page.frames()])
    await other.evaluate('new Promise((done) => setTimeout(done))');
};
const loaded = ({ page }: Seen) => page.frameLocator('iframe').locator('h1').waitFor();

test('the secret is left with the campus around the page, which then goes on', (t) =>
  inChromium(t, (browser) =>
    framed(browser, CAMPUS, keepPage, answers, async (seen) => {
      await seen.page.waitForRequest(`${CAMPUS}/auth`);
      const [asked] = await seen.heard();
      assert.deepEqual([asked?.subject, asked?.key, asked?.value], ['lti.put_data', 'state_a', 'the-secret']);
    }),
  ));

test('the secret comes back from the campus, is sent to us, and is forgotten there', (t) =>
  inChromium(t, (browser) =>
    framed(browser, CAMPUS, provePage, answers, async (seen) => {
      const request = await seen.page.waitForRequest(`${BROKER}/lti/1.3/stored`);
      assert.equal(request.postData(), 'state=a&id_token=a.b.c&browser_secret=the-secret');
      const heard = await seen.heard();
      assert.deepEqual(
        heard.map(({ subject, value }) => [subject, value]),
        [
          ['lti.get_data', undefined],
          ['lti.put_data', null],
        ],
      );
    }),
  ));

test('case 59: another site around the page hears nothing and is believed nothing', (t) =>
  inChromium(t, (browser) =>
    framed(browser, 'https://evil.example', provePage, answers, async (seen) => {
      await loaded(seen);
      // It does not know the id of the message, and would say whatever it likes.
      const shout = `for (const subject of ['lti.get_data.response', 'lti.put_data.response'])
        frames[0].postMessage({ subject, value: 'planted' }, '*')`;
      await seen.page.evaluate(shout);
      await settled(seen);
      assert.deepEqual([await seen.heard(), seen.left], [[], []]);
    }),
  ));

const wrong = {
  'another message': '(reply, to) => to.postMessage({ ...reply, message_id: "x" }, "*")',
  'another subject': '(reply, to) => to.postMessage({ ...reply, subject: "lti.put_data.response" }, "*")',
  'case 61: an error': '(reply, to) => to.postMessage({ ...reply, error: { code: "storage_exhaustion" } }, "*")',
  'case 60: no answer': '() => {}',
  'a value that is none': '(reply, to) => to.postMessage({ ...reply, value: null }, "*")',
};
for (const [what, answer] of Object.entries(wrong)) {
  test(`${what} sends nothing, and the window of its own stays`, (t) =>
    inChromium(t, (browser) =>
      framed(browser, CAMPUS, provePage, answer, async (seen) => {
        await loaded(seen);
        await until(async () => (await seen.heard()).length > 0);
        await settled(seen);
        assert.deepEqual(seen.left, []);
        await seen.page.frameLocator('iframe').getByTestId('open-window').waitFor();
      }),
    ));
}
