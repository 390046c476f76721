/**
 * Attacks by way of mails, through the whole of it: hosts, recipients, floods, links that programs change (F-02, F-08, F-09,
 * F-16, F-18).
 */
import assert from 'node:assert/strict';
import { codeIn, fieldsIn, isSignedIn, linkIn, ownWays, signInByMail, towards } from '../flows/own-ways.ts';
import { sendRaw } from '../raw-request.ts';
import { assertRefusalPage } from '../refusal.ts';
import { BROKER, type Rig, withOneRig } from '../rig.ts';
import { cookieOf } from './browser-surface.ts';

const ADDRESS = 'ana@uni.mx';

/** In front of the form that asks for a code. */
async function atCode(rig: Rig, address = ADDRESS, browser = rig.browser()) {
  const page = await browser.submit(await towards(browser, 'email'), 'submit', { email: address });
  return { browser, page, mail: await rig.lastMail(address) };
}

const hosts: readonly (readonly string[])[] = [
  ['Host: evil.test'],
  ['Host: broker.test', 'X-Forwarded-Host: evil.test'],
  ['Host: broker.test', 'Forwarded: host=evil.test;proto=http'],
  ['Host: broker.test', 'X-Original-URL: https://evil.test/', 'X-Rewrite-URL: https://evil.test/'],
  ['Host: broker.test', 'X-Forwarded-Proto: http', 'X-Forwarded-Port: 1'],
  ['Host: broker.test:4444'],
  ['Host: broker.test', 'Host: evil.test'],
  ['Host: broker.test@evil.test'],
  ['Host: '],
];

withOneRig(
  'F-08 whatever host a request names, every address in the mail is our own, or there is no mail',
  async (rig) => {
    for (const [index, headers] of hosts.entries()) {
      for (const target of ['/sign-in/email', 'https://evil.test/sign-in/email']) {
        const browser = rig.browser();
        const page = await towards(browser, 'email');
        const address = `person-${index}-${target.length}@uni.mx`;
        const body = new URLSearchParams({ ...fieldsIn(page), email: address }).toString();
        const { status } = await sendRaw(
          rig.port,
          `POST ${target} HTTP/1.1`,
          [
            ...headers,
            `Origin: ${BROKER}`,
            'Content-Type: application/x-www-form-urlencoded',
            `Content-Length: ${body.length}`,
            `Cookie: ${cookieOf(browser)}`,
          ],
          body,
        );
        assert.ok(status < 500, `${headers.join(', ')}: ${status}`);
        const mail = await rig.lastMail(address);
        for (const [link] of `${mail?.text} ${mail?.html}`.matchAll(/https?:\/\/[^\s"<>]+/g)) {
          assert.ok(link.startsWith(`${BROKER}/`), link);
        }
      }
    }
    assert.ok(rig.mailbox.length >= hosts.length, 'some of them were mailed');
  },
  ownWays,
);

const written = [
  ...[
    '"victim@uni.mx x"@evil.test',
    'user@uni.mx(x)evil.test',
    'victim@uni.mx,evil@evil.test',
    '<victim@uni.mx>evil@evil.test',
  ],
  ...[
    'victim@uni.mx\r\nBcc:evil@evil.test',
    'victim@uni.mx\0@evil.test',
    '["victim@uni.mx","evil@evil.test"]',
    'a@[127.0.0.1]',
  ],
  ...[
    'postmaster',
    `${'x'.repeat(246)}@uni.test`,
    '\uff20',
    'victim\uff20uni.mx',
    'victim@uni.mx;evil@evil.test',
    'victim@uni.mx evil@evil.test',
  ],
];

withOneRig(
  'F-09 of a written address that could be two or none, there is no mail, or one to the single address that was meant',
  async (rig) => {
    await signInByMail(rig, rig.browser(), 'victim@uni.mx');
    for (const email of written) {
      const before = rig.mailbox.length;
      const browser = rig.browser();
      const page = await browser.submit(await towards(browser, 'email'), 'submit', { email });
      assert.equal(page.status, 200, email);
      await rig.mail.settle();
      assert.deepEqual(rig.mailbox.slice(before), [], email);
    }
    // Two fields of one name are no address either.
    const browser = rig.browser();
    const page = await towards(browser, 'email');
    const body = `${new URLSearchParams(fieldsIn(page))}&email=victim@uni.mx`;
    const type = 'application/x-www-form-urlencoded';
    const headers = { origin: BROKER, cookie: cookieOf(browser), 'content-type': type };
    const answer = await rig.broker(new Request(`${BROKER}/sign-in/email`, { method: 'POST', body, headers }));
    assert.equal(answer.status, 400);
  },
  ownWays,
);

withOneRig(
  'F-16 of a hundred requests for one address from a hundred places five are mailed; all are answered alike, and the first still works',
  async (rig) => {
    const mine = await atCode(rig, ADDRESS, rig.browserAt('203.0.113.200'));
    const words = new Map<string, number>();
    for (let place = 0; place < 100; place++) {
      const { page } = await atCode(rig, ADDRESS, rig.browserAt(`203.0.113.${place}`));
      assert.equal(page.status, 200);
      words.set(page.title, (words.get(page.title) ?? 0) + 1);
    }
    assert.equal(rig.mailbox.length, 5);
    assert.deepEqual([...words.values()], [4, 96]);
    assert.ok(isSignedIn(await mine.browser.submit(mine.page, 'submit', { code: codeIn(mine.mail) })));
    const other = await atCode(rig, 'beto@uni.mx', rig.browserAt('203.0.113.7'));
    assert.notEqual(other.mail, null, 'nobody else is concerned');
  },
  ownWays,
);

withOneRig(
  'F-18 a link that programs have changed on its way still works: what was put behind it, another spelling of the host, a parameter more',
  async (rig) => {
    for (const change of [
      (link: string) => `${link}.`,
      (link: string) => `${link}>`,
      (link: string) => `${link}=`,
      (link: string) => `${link})`,
      (link: string) => `${link},`,
      (link: string) => `${link}&utm_source=mail&utm_medium=x`,
      (link: string) => link.replace('broker.test', 'BROKER.TEST'),
      (link: string) => link.replace('?token=', '?mc_eid=1&token='),
    ]) {
      const { browser, page, mail } = await atCode(rig, `person-${rig.mailbox.length}@uni.mx`);
      const link = linkIn(mail);
      assert.ok(link.length <= 76 && /^[\x21-\x7e]+$/.test(link), link);
      const asks = await browser.get(change(link));
      assert.equal(asks.url.href, `${BROKER}/sign-in/mail`);
      await browser.submit(asks, 'submit');
      assert.ok(isSignedIn(await browser.click(page, 'continue')), change('LINK'));
    }
  },
  ownWays,
);

withOneRig(
  'F-02 a link of a way that serves one client only, opened in another browser, leads back to the code and to no dead end',
  async (rig) => {
    const { browser, page, mail } = await atCode(rig);
    const other = rig.browser();
    const asks = await other.get(linkIn(mail));
    assert.equal(asks.find('submit'), null);
    assert.match(asks.body, /Go back there and type the 6-digit code/);
    const forged = await other.post(
      `${BROKER}/sign-in/mail`,
      { link: new URL(linkIn(mail)).searchParams.get('token') ?? '' },
      { from: asks },
    );
    assertRefusalPage(forged, 'mail_link_unusable');
    assert.ok(isSignedIn(await browser.submit(page, 'submit', { code: codeIn(mail) })), 'which still works');
  },
  {
    moreProviders: `
  - slug: email
    vendor: email
    site: cursos.test
    enabled: true`,
  },
);
