/**
 * The chooser: what a returning person sees first.
 */
import assert from 'node:assert/strict';
import type { TestBrowser } from '../browser.ts';
import { COURSE_SITE, withOneRig } from '../rig.ts';

/** A second application of the same product: only where the browser wanted to go counts here. */
const another = `
  - slug: otra
    vendor: llave-mx
    enabled: true
    settings: { environment: val, mode: apps, client_id: "202508101834311999", display_name: Otra }
`;

withOneRig(
  'the provider that this browser went to last comes first, and says so; another browser sees the configured order',
  async (rig) => {
    const choices = async (browser: TestBrowser) => {
      const chooser = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
      const links = chooser.document.all('a').filter((link) => link.attribute('data-testid')?.startsWith('provider-'));
      return { chooser, seen: links.map((link) => [link.attribute('data-testid'), lastUsed.test(link.text)]) };
    };
    const configured = [
      ['provider-llave-mx', false],
      ['provider-otra', false],
    ];
    const browser = rig.browser();
    const first = await choices(browser);
    assert.deepEqual(first.seen, configured);

    await browser.click(first.chooser, 'provider-otra', { follow: false });
    assert.deepEqual((await choices(browser)).seen, [
      ['provider-otra', true],
      ['provider-llave-mx', false],
    ]);
    assert.deepEqual((await choices(rig.browser())).seen, configured);
  },
  { moreProviders: another },
);

const lastUsed = /Así entraste la última vez|What you used last time/;
