/**
 * The watch over every visitor is really kept: each of its promises is broken once here, on pages answered in the browser.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { inChromium, type Visitor, withVisitor } from './chromium.ts';

const OURS = 'https://ours.example';

interface Answer {
  readonly status?: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body: string;
}

async function open({ page }: Visitor, url: string, answer: Answer): Promise<void> {
  await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', ...answer }));
  await page.goto(url);
}

const breaches: { readonly [complaint: string]: readonly [url: string, answer: Answer] } = {
  'asked somebody else': ['https://elsewhere.example/', { body: 'x' }],
  'the console complains': [
    `${OURS}/`,
    { body: '<script>1</script>', headers: { 'content-security-policy': "default-src 'none'" } },
  ],
  refusals: [`${OURS}/`, { body: 'x', status: 500 }],
  'cookies that a script can read': [`${OURS}/`, { body: '<script>document.cookie = "a=b"</script>' }],
};

for (const [complaint, [url, answer]] of Object.entries(breaches)) {
  test(`a visit is refused for: ${complaint}`, (t) =>
    inChromium(t, (browser) =>
      assert.rejects(
        withVisitor(browser, { context: {}, origins: [OURS], refusals: [] }, (visitor) => open(visitor, url, answer)),
        (error: Error) => error.message.startsWith(complaint),
      ),
    ));
}
