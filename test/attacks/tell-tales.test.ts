/**
 * Whether an answer tells if somebody has an account, and of which sort: by its page, its headers, its cookies, or by the
 * work that it took (F-11, G-06).
 *
 * Work is counted, not timed: questions to the databases and mails here, hashings beside the passwords.
 */
import assert from 'node:assert/strict';
import { importUsers } from '../../src/admin/import-users.ts';
import { hashesOfPhrase } from '../../src/passwords/hashes.fixture.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { choosePassword, ownWays, signInByMail, towards } from '../flows/own-ways.ts';
import { appBrowser, authorizationUrl, clientsInYaml } from '../oidc/relying-party.ts';
import { type Rig, withOneRig } from '../rig.ts';

/** What a person without an eye for the words, but with tools, could tell two answers apart by. */
function tellTales({ status, headers, body, trail }: Page, address: string) {
  const names = [...headers]
    .filter(([name]) => name !== 'date')
    .map(([name, value]) => [name, value.replaceAll(/[\w-]{16,}/g, 'X')]);
  return {
    status,
    headers: names.sort(),
    hops: trail.map((hop) => [hop.method, hop.status, new URL(hop.url).pathname.replaceAll(/[\w-]{16,}/g, 'X')]),
    length: body.replaceAll(address, 'ADDRESS').length,
    words: body
      .replaceAll(/name="(?:token|id)" value="[^"]*"/g, '')
      .replaceAll(/[?&](?:amp;)?(?:id|seen)=[\w-]+/g, '')
      .replaceAll(address, 'ADDRESS'),
  };
}

/** Somebody of each sort, all with addresses of one length. */
async function everySort(rig: Rig): Promise<readonly string[]> {
  await choosePassword(rig, rig.browser(), 'known-one@uni.mx');
  await choosePassword(rig, rig.browser(), 'disabled1@uni.mx');
  await rig.databases.durable.run({
    shape: [
      "update users set state = 'disabled' where id in (select user_id from emails where address_key = 'disabled1@uni.mx')",
    ],
    values: [],
  });
  await signInByMail(rig, rig.browser(), 'social001@uni.mx');
  const line = JSON.stringify({
    username: 'claimed',
    email: 'claimed01@uni.mx',
    email_verified: false,
    password_hash: hashesOfPhrase.pbkdf2_sha256,
  });
  await importUsers(line, 'password', { ...rig.open, environment: rig.clock.environment });
  await rig.mail.settle();
  return ['known-one@uni.mx', 'disabled1@uni.mx', 'social001@uni.mx', 'claimed01@uni.mx', 'nobody001@uni.mx'];
}

/** What one press costs: questions to the databases in their order, without their values, and mails. */
async function workOf(
  rig: Rig,
  press: () => Promise<Page>,
): Promise<{ page: Page; questions: string[]; mails: number }> {
  const questions: string[] = [];
  await rig.mail.settle();
  const mails = rig.mailbox.length;
  // A mail on its way asks questions of its own, at its own time; and whoever comes two seconds after the last one makes the
  // process look whether its configuration is still the newest.
  rig.breakDatabase(({ text }) => {
    if (!/outgoing_mails|configuration_revisions/.test(text)) questions.push(text.replace(/\s+/g, ' '));
    return 'works';
  });
  const page = await press();
  rig.breakDatabase(null);
  await rig.mail.settle();
  return { page, questions, mails: rig.mailbox.length - mails };
}

const doors: { readonly [door: string]: (browser: TestBrowser, address: string) => Promise<() => Promise<Page>> } = {
  'a mail with a code': async (browser, address) => {
    const page = await towards(browser, 'email');
    return () => browser.submit(page, 'submit', { email: address });
  },
  'a forgotten password': async (browser, address) => {
    const page = await browser.submit(await towards(browser, 'password'), 'forgot');
    return () => browser.submit(page, 'submit', { email: address });
  },
  'a wrong password': async (browser, address) => {
    const page = await towards(browser, 'password');
    return () => browser.submit(page, 'submit', { email: address, password: 'not the right one at all' });
  },
};

for (const [door, knock] of Object.entries(doors)) {
  withOneRig(
    `F-11 G-06 ${door}: the same page, headers, cookies, questions and mails for whoever it is`,
    async (rig) => {
      const sorts = await everySort(rig);
      const seen: unknown[] = [];
      for (const address of sorts) {
        const browser = rig.browser();
        const press = await knock(browser, address);
        const { page, questions, mails } = await workOf(rig, press);
        const cookies = browser.cookies('broker.test').map(({ name }) => name.replace(/[\w-]{22}$/, 'ID'));
        seen.push({ ...tellTales(page, address), cookies: cookies.sort(), questions, mails });
      }
      for (const [index, one] of seen.entries()) assert.deepEqual(one, seen[0], sorts[index]);
      assert.ok((seen[0] as { questions: string[] }).questions.length > 5);
    },
    ownWays,
  );
}

withOneRig(
  "F-11 a hint of an address in a client's request shows the same for whoever it is",
  async (rig) => {
    const shown = new Set<string>();
    for (const address of await everySort(rig)) {
      const browser = appBrowser(rig);
      const page = await browser.get(authorizationUrl('web', { login_hint: address, idp_hint: 'password' }));
      shown.add(JSON.stringify(tellTales(page, address)));
    }
    assert.equal(shown.size, 1);
  },
  { ...ownWays, moreClients: clientsInYaml() },
);
