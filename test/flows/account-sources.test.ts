/**
 * The account page says of each value where it comes from, and what providers say later changes only their own words (M-06).
 */
import assert from 'node:assert/strict';
import { practicePeople } from '../../simulators/index.ts';
import type { Page } from '../browser.ts';
import { forEachRig, withOneRig } from '../rig.ts';
import { byLlaveMx, byMail, connectLlaveMx, open } from './own-account.ts';
import { ownWays } from './own-ways.ts';

/** What the small print says, in the order of the page. */
function sourcesIn(page: Page): string[] {
  const spans = page.document.all('span');
  return spans.filter((span) => span.attribute('data-testid') === 'value-source').map(({ text }) => text);
}

forEachRig(
  'each value stands with its source, and of a phone and a CURP only the end is shown',
  async (rig) => {
    const browser = await byLlaveMx(rig);
    const page = await open(browser, '');
    const person = practicePeople.find(({ slug }) => slug === 'nacional');
    assert.ok(person?.answer === 'consents');
    const { telVigente, curp } = person.userData;
    for (const [kind, whole, shown] of [
      ['phone', String(telVigente), 4],
      ['curp', String(curp), 2],
    ] as const) {
      const text = page.text(`account-${kind}`);
      assert.ok(text.endsWith(` ${whole.slice(-shown)}`), text);
      assert.ok(!page.body.includes(whole.slice(-shown - 1)), `more of the ${kind}`);
    }
    const hints = sourcesIn(page);
    // Name, phone, CURP, address, and what Llave MX says of roles, birth and origin.
    assert.ok(hints.filter((hint) => hint === 'From Llave MX').length >= 5, hints.join());
    assert.ok(!hints.includes('You told us'));
    const file = await browser.submit(await open(browser, '/data'), 'download');
    const { data } = JSON.parse(file.body).account;
    assert.deepEqual([data.sources.name, data.sources.phone], ['llave-mx', 'llave-mx']);
    assert.deepEqual(data.corrected_by_the_person, []);
  },
  ownWays,
);

withOneRig(
  'an address that the person gave is theirs to have said, and one that a provider sent is the provider’s',
  async (rig) => {
    const browser = await byMail(rig);
    assert.deepEqual(sourcesIn(await open(browser, '')).slice(0, 1), ['You told us']);
    await connectLlaveMx(browser, 'nacional');
    const hints = sourcesIn(await open(browser, ''));
    assert.ok(hints.includes('You told us') && hints.includes('From Llave MX'), hints.join());
  },
  ownWays,
);
