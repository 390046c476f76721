/**
 * Guessing passwords through the whole of it: from many addresses, by other paths, under other spellings, at every door;
 * and what may be a password at all (G-01, G-02, G-04, G-10 to G-16).
 */
import assert from 'node:assert/strict';
import { storedLimits } from '../../src/limits/limits.ts';
import { sql } from '../../src/store/database.ts';
import type { BucketKind } from '../../src/store/rate-limits.ts';
import type { TestBrowser } from '../browser.ts';
import {
  choosePassword,
  codeIn,
  fieldsIn,
  isSignedIn,
  linkIn,
  ownWays,
  PHRASE,
  signInByMail,
  signInByPassword,
  towards,
} from '../flows/own-ways.ts';
import { sendRaw } from '../raw-request.ts';
import { assertRefusalPage } from '../refusal.ts';
import { BROKER, type Rig, withOneRig } from '../rig.ts';
import { cookieOf } from './browser-surface.ts';

const ADDRESS = 'juan@uni.mx';
const { limit: PER_ACCOUNT } = storedLimits.guessesPerAccount;
const { limit: PER_PLACE } = storedLimits.guessesPerClientAddress;

/** How many were counted in this bucket and not given back. */
async function counted({ open, databases }: Rig, kind: BucketKind, key: string): Promise<number> {
  const hash = open.vault.tokenHash(`rate limit/${kind}`, key);
  const row = await databases.ephemeral.get(sql`select taken from rate_limits where bucket_hash = ${hash}`);
  return Number(row?.taken ?? 0);
}

/** A browser whose requests carry these fields when they come to the trusted proxy of the rig. */
function browserSaying(rig: Rig, headers: readonly (readonly [name: string, value: string])[]): TestBrowser {
  return rig.browser('en', {
    [BROKER]: (request) => {
      const sent = new Request(request);
      for (const [name, value] of headers) sent.headers.append(name, value);
      return rig.broker(sent);
    },
  });
}

/** Uses up what may be guessed at the account. */
async function lock(rig: Rig): Promise<void> {
  for (let guess = 0; guess < PER_ACCOUNT; guess++) await signInByPassword(rig.browser(), ADDRESS, `wrong ${guess}`);
}

const CLIENT = '203.0.113.9';
const fifty = Array.from({ length: 50 }, (_, index) => `198.51.100.${index}`).join(', ');

/** What a client may write, and whom the guess is counted under. */
const provenances: readonly (readonly [headers: readonly (readonly [string, string])[], key: string])[] = [
  [[['x-forwarded-for', CLIENT]], CLIENT],
  [[['x-forwarded-for', `6.6.6.6, ${CLIENT}`]], CLIENT],
  [[['x-forwarded-for', `${fifty}, ${CLIENT}`]], CLIENT],
  [
    [
      ['x-forwarded-for', '6.6.6.6'],
      ['x-forwarded-for', CLIENT],
    ],
    CLIENT,
  ],
  [[['x-forwarded-for', `${CLIENT}:4711`]], CLIENT],
  ...['forwarded', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip', 'x-cluster-client-ip'].map(
    (name) =>
      [
        [
          ['x-forwarded-for', CLIENT],
          [name, name === 'forwarded' ? 'for=6.6.6.6' : '6.6.6.6'],
        ],
        CLIENT,
      ] as const,
  ),
  [[['x-real-ip', '6.6.6.6']], '127.0.0.1'],
  ...['unknown', '_hidden', '', '6.6.6.6, unknown', 'x'.repeat(500)].map(
    (text) => [[['x-forwarded-for', text]], 'unknown'] as const,
  ),
  [[['x-forwarded-for', '[2001:db8:0:1::1]:99']], '2001:db8:0:1::/64'],
  [[['x-forwarded-for', `::ffff:${CLIENT}`]], CLIENT],
];

withOneRig(
  'G-12 whatever a client writes about its address, its guess is counted under the one that the proxy saw, or that nobody saw',
  async (rig) => {
    for (const [index, [headers, key]] of provenances.entries()) {
      const before = await counted(rig, 'guessesPerClientAddress', key);
      await signInByPassword(browserSaying(rig, headers), `nobody-${index}`, 'wrong');
      assert.equal(
        await counted(rig, 'guessesPerClientAddress', key),
        before + 1,
        JSON.stringify(headers).slice(0, 200),
      );
      assert.equal(await counted(rig, 'guessesPerClientAddress', '6.6.6.6'), 0);
    }
  },
  ownWays,
);

withOneRig(
  'G-12 G-16 a hundred guesses from one place, each at somebody else, then none more; also where the place is unknown',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const nowhere = () => browserSaying(rig, [['x-forwarded-for', 'unknown']]);
    const page = await towards(nowhere(), 'password');
    assert.ok(page.find('password'));
    for (let guess = 0; guess < PER_PLACE; guess++) await signInByPassword(nowhere(), `nobody-${guess}`, PHRASE);
    assert.ok(!isSignedIn(await signInByPassword(nowhere(), ADDRESS)), 'the right one is not looked at');
    assert.ok(isSignedIn(await signInByPassword(rig.browserAt('203.0.113.1'), ADDRESS)), 'and is elsewhere');
  },
  ownWays,
);

withOneRig(
  'G-13 forty addresses of one /64 are one place, in however they are written; those of two are two',
  async (rig) => {
    for (let index = 1; index <= 40; index++) {
      const address =
        index % 2 === 0 ? `2001:db8:0:1::${index.toString(16)}` : `2001:0DB8:0000:0001:0:0:0:${index.toString(16)}`;
      await signInByPassword(rig.browserAt(address), `nobody-${index}`, 'wrong');
    }
    await signInByPassword(rig.browserAt('2001:db8:0:2::1'), 'nobody', 'wrong');
    assert.equal(await counted(rig, 'guessesPerClientAddress', '2001:db8:0:1::/64'), 40);
    assert.equal(await counted(rig, 'guessesPerClientAddress', '2001:db8:0:2::/64'), 1);
  },
  ownWays,
);

const variants: readonly (readonly [requestLine: string, headers: readonly string[]])[] = [
  ...[
    '/sign-in/password',
    '//sign-in/password',
    '/sign-in//password',
    '/sign-in/password/',
    '/SIGN-IN/PASSWORD',
    '/sign-in/Password',
    '/sign-in/password;x=1',
    '/sign-in;x=1/password',
    '/sign-in/%70assword',
    '/%73ign-in/password',
    '/sign-in%2fpassword',
    '/sign-in/password%2f',
    '/sign-in/password%00',
    '/./sign-in/password',
    '/api/../sign-in/password',
    '/sign-in/./password',
    '/sign-in/password?',
    '/sign-in/password?x=/sign-in/other',
    '/sign-in/password#x',
    `${BROKER}/sign-in/password`,
    '/sign-in/step',
  ].map((path) => [`POST ${path} HTTP/1.1`, []] as const),
  ['POST /sign-in/password HTTP/1.0', []],
  ['PUT /sign-in/password HTTP/1.1', []],
  ['GET /sign-in/password HTTP/1.1', ['X-HTTP-Method-Override: POST', 'X-Method-Override: POST']],
  ['POST /sign-in/other HTTP/1.1', ['X-Original-URL: /sign-in/password', 'X-Rewrite-URL: /sign-in/password']],
];

withOneRig(
  'G-14 no other spelling of the path leads past the count: the right password of a locked account signs in by none',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const sendBy = async (requestLine: string, more: readonly string[]) => {
      const browser = rig.browser();
      const page = await towards(browser, 'password');
      const { id } = fieldsIn(page);
      const body = new URLSearchParams({ ...fieldsIn(page), email: ADDRESS, password: PHRASE }).toString();
      const { status } = await sendRaw(
        rig.port,
        requestLine,
        [
          ...['Host: broker.test', `Origin: ${BROKER}`, 'Content-Type: application/x-www-form-urlencoded', ...more],
          ...[`Content-Length: ${body.length}`, `Cookie: ${cookieOf(browser)}`],
        ],
        body,
      );
      assert.ok(status >= 200 && status < 500, `${requestLine}: ${status}`);
      return isSignedIn(await browser.get(`${BROKER}/sign-in/step?id=${id}`));
    };
    assert.equal(await sendBy('POST /sign-in/password HTTP/1.1', []), true, 'it does before');
    await lock(rig);
    for (const [requestLine, headers] of variants) assert.equal(await sendBy(requestLine, headers), false, requestLine);
  },
  ownWays,
);

withOneRig(
  'G-15 ten guesses at one account under whatever spelling, then the right one is wrong under each',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const user = await rig.databases.durable.get(sql`select id, username from users`);
    const username = String(user?.username);
    const spellings = ['Juan@uni.mx', 'juan@uni.mx ', 'JUAN@UNI.MX', '\tjuan@UNI.mx', username, username.toUpperCase()];
    for (let guess = 0; guess < PER_ACCOUNT; guess++) {
      await signInByPassword(rig.browser(), spellings[guess % spellings.length] ?? '', 'wrong');
    }
    assert.equal(await counted(rig, 'guessesPerAccount', String(user?.id)), PER_ACCOUNT);
    const alike = ['ｊｕａｎ@uni.mx', 'juan＠uni.mx', 'juan@uni.mx.', 'ju\u200ban@uni.mx', 'juan@ｕｎｉ.mx'];
    for (const login of [ADDRESS, ...spellings, ...alike]) {
      assert.ok(!isSignedIn(await signInByPassword(rig.browser(), login)), login);
    }
    assert.equal(await counted(rig, 'guessesPerAccount', String(user?.id)), PER_ACCOUNT, 'and counts no further');
  },
  ownWays,
);

withOneRig(
  'G-11 locked at one door is locked at all: for another app, for the broker itself, in an attempt that was begun before',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    const before = rig.browser();
    const open = await towards(before, 'password');
    await lock(rig);
    assert.ok(!isSignedIn(await before.submit(open, 'submit', { email: ADDRESS, password: PHRASE })));
    for (const address of [
      '/sign-in/password',
      '/sign-in/password?return_to=/sign-out',
      '/sign-in?provider=password',
    ]) {
      const browser = rig.browser();
      const page = await browser.submit(await browser.get(`${BROKER}${address}`), 'submit', {
        email: ADDRESS,
        password: PHRASE,
      });
      assert.equal(page.text('submit'), 'Sign in', 'asked again');
      assert.equal((await browser.get(`${BROKER}/account`)).url.pathname, '/sign-in');
    }
  },
  ownWays,
);

withOneRig(
  'G-10 whose account strangers have locked gets in by mail, by its link, and with a password that is chosen anew',
  async (rig) => {
    await choosePassword(rig, rig.browser(), ADDRESS);
    await lock(rig);
    assert.ok(isSignedIn(await signInByMail(rig, rig.browser(), ADDRESS)));
    const browser = rig.browser();
    await browser.submit(await towards(browser, 'email'), 'submit', { email: ADDRESS });
    const done = await browser.submit(await browser.get(linkIn(await rig.lastMail(ADDRESS))), 'submit');
    assert.ok(isSignedIn(await browser.click(done, 'continue')));
    const chooser = rig.browser();
    assert.ok(isSignedIn(await choosePassword(rig, chooser, ADDRESS, 'otra frase bastante larga')));
    assert.equal(await rig.count('users'), 1);
  },
  ownWays,
);

withOneRig(
  'G-01 what is stored is argon2id, sealed, another form for the same password of somebody else',
  async (rig) => {
    for (const address of ['ana@uni.mx', 'beto@uni.mx']) await choosePassword(rig, rig.browser(), address);
    const rows = await rig.databases.durable.all(
      sql`select hash, user_id from passwords join identities on id = identity_id`,
    );
    const forms = new Set<string>();
    for (const { hash, user_id: userId } of rows) {
      assert.doesNotMatch(String(hash), /argon2|caballo/);
      const stored = await rig.open.store.passwords.findOfUser('password', String(userId));
      assert.match(stored?.hash ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
      forms.add(stored?.hash ?? '');
    }
    assert.equal(forms.size, 2);
  },
  ownWays,
);

/** Words that nobody would guess, as long as wanted. */
const wordsOf = (length: number) =>
  'mar nube fuego piedra sal rueda verde tambor lluvia '
    .repeat(8)
    .slice(0, length - 1)
    .concat('z');

withOneRig(
  'G-02 G-04 64, 128 and 256 characters are passwords, each to its last one; more is refused, and a megabyte is no form',
  async (rig) => {
    for (const length of [64, 100, 128, 256]) {
      const address = `person-${length}@uni.mx`;
      const password = wordsOf(length);
      assert.equal(password.length, length);
      assert.ok(isSignedIn(await choosePassword(rig, rig.browser(), address, password)), `${length}`);
      assert.ok(isSignedIn(await signInByPassword(rig.browser(), address, password)));
      // Equal in the first 72 bytes, beyond which bcrypt would not look.
      assert.ok(!isSignedIn(await signInByPassword(rig.browser(), address, `${password.slice(0, -1)}y`)), `${length}`);
    }
    const spaced = '  una frase con espacios  ';
    assert.ok(isSignedIn(await choosePassword(rig, rig.browser(), 'spaces@uni.mx', spaced)));
    assert.ok(!isSignedIn(await signInByPassword(rig.browser(), 'spaces@uni.mx', spaced.trim())));
    assert.ok(isSignedIn(await signInByPassword(rig.browser(), 'spaces@uni.mx', spaced)));

    const browser = rig.browser();
    const asks = await browser.submit(await towards(browser, 'password'), 'forgot');
    const sent = await browser.submit(asks, 'submit', { email: ADDRESS });
    let page = await browser.submit(sent, 'submit', { code: codeIn(await rig.lastMail(ADDRESS)) });
    for (const password of [wordsOf(257), wordsOf(300), 'ñ'.repeat(4000), wordsOf(14)]) {
      page = await browser.submit(page, 'submit', { password });
      assert.ok(page.status === 200 && page.find('password') !== null);
    }
    assertRefusalPage(await browser.submit(page, 'submit', { password: 'x'.repeat(1_000_000) }), 'request_too_large');
    assert.ok(isSignedIn(await browser.submit(page, 'submit', { password: wordsOf(15) })));
  },
  ownWays,
);
