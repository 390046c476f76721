import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMailbox } from './mailbox.ts';

const AT = Date.UTC(2026, 10, 3, 9, 30);
const mail = {
  to: 'ana@uni.example',
  subject: 'Tu código',
  text: 'Tu código:\n\n481 516\n\nEntrar:\nhttp://localhost:4400/sign-in/code?token=abc\n',
  html: '<!doctype html><p>481516</p>',
};

function open(keeps = 200) {
  const mailbox = createMailbox({ environment: { now: () => AT }, prefix: '/mail', keeps });
  const get = async (path: string) => {
    const response = await mailbox.app.fetch(new Request(`http://localhost:4401${path}`));
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  return { ...mailbox, get };
}

/** The inner text of the element with this `data-testid`. */
const textOf = (body: string, id: string) => new RegExp(`data-testid="${id}"[^>]*>([^<]*)<`).exec(body)?.[1] ?? null;

test('an empty mailbox says so', async () => {
  const { status, body } = await open().get('/mail');
  assert.equal(status, 200);
  assert.match(body, /data-testid="no-mail"/);
});

test('mails are listed newest first, each under its own number', async () => {
  const { deliver, get, mails } = open();
  for (const subject of ['a', 'b', 'c']) deliver({ ...mail, subject });
  const { body } = await get('/mail');
  assert.deepEqual(
    [...body.matchAll(/data-testid="(mail-\d+)"/g)].map(([, id]) => id),
    ['mail-3', 'mail-2', 'mail-1'],
  );
  assert.match(body, /href="\/mail\/3" data-testid="mail-3"><span class="name">c</);
  assert.deepEqual(
    mails.map(({ subject, at }) => [subject, at]),
    [
      ['a', AT],
      ['b', AT],
      ['c', AT],
    ],
  );
});

test('a mail shows to whom it went, its text, its code as digits and its link', async () => {
  const { deliver, get } = open();
  deliver(mail);
  const { status, body } = await get('/mail/1');
  assert.equal(status, 200);
  assert.equal(textOf(body, 'mail-to'), 'ana@uni.example');
  assert.equal(textOf(body, 'mail-code'), '481516');
  assert.match(
    body,
    /<a class="row" href="http:\/\/localhost:4400\/sign-in\/code\?token=abc" data-testid="mail-link">/,
  );
  assert.equal(textOf(body, 'mail-text')?.startsWith('Tu código:\n\n481 516'), true);
});

test('a mail without a code or a link shows none, and a script is no link', async () => {
  const { deliver, get } = open();
  deliver({ ...mail, text: 'javascript:alert(1)\nel 1234567 y 12 3456\n' });
  assert.doesNotMatch((await get('/mail/1')).body, /mail-code|mail-link/);
});

test('nothing of a mail becomes markup of the page', async () => {
  const { deliver, get } = open();
  const hostile = '"><script>alert(1)</script>';
  deliver({ to: hostile, subject: hostile, text: `${hostile}\nhttps://a.test/"onclick="x\n`, html: hostile });
  for (const path of ['/mail', '/mail/1']) assert.doesNotMatch((await get(path)).body, /<script|"onclick/);
});

test('the HTML part runs nothing and loads nothing, in the frame and opened alone', async () => {
  const { deliver, get } = open();
  deliver(mail);
  const shown = await get('/mail/1');
  assert.match(shown.body, /<iframe src="\/mail\/1\/html" sandbox /);
  assert.match(shown.headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-src 'self'/);
  const { body, headers } = await get('/mail/1/html');
  assert.equal(body, mail.html);
  assert.match(
    headers.get('content-security-policy') ?? '',
    /^default-src 'none'; style-src 'unsafe-inline'; form-action 'none';/,
  );
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

test('the oldest mails make room; what is not there is not found', async () => {
  const { deliver, get, mails } = open(2);
  for (let n = 0; n < 5; n += 1) deliver(mail);
  assert.deepEqual(
    mails.map(({ number }) => number),
    [4, 5],
  );
  for (const path of ['/mail/3', '/mail/3/html', '/mail/0', '/mail/x', '/mail/05']) {
    assert.equal((await get(path)).status, 404, path);
  }
});
