/**
 * C-02, C-07: which browser a sign-in belongs to, and how many it may carry.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '../model.ts';
import { createCookies, readCookies } from '../web/cookies.ts';
import { SIGN_IN_LIFE, startedSignIn } from './beginning.ts';
import { createBrowserBinding } from './browser-binding.ts';

/** Attempts that are over; every other one is open. */
const over = new Map<string, Outcome>();
let lookedAt = 0;
const binding = createBrowserBinding(createCookies(new URL('https://broker.test')), {
  async find(id) {
    lookedAt += 1;
    const outcome = over.get(id) ?? null;
    return { ...begun, id, state: outcome === null ? 'waiting' : 'answered', outcome };
  },
});
const begun = startedSignIn(
  {
    ...{ id: 'x', purpose: { kind: 'visit', returnTo: '/account' }, browserHash: '', locale: 'en', guest: null },
    life: SIGN_IN_LIFE,
  },
  0,
);

/** A browser's jar: cookies in the order in which they were made, as browsers send them (RFC 6265 §5.4). */
class Jar {
  readonly #cookies = new Map<string, string>();
  follow(setCookies: readonly string[]): void {
    for (const field of setCookies) {
      const [pair = ''] = field.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (field.includes('Max-Age=0')) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
  get header(): string {
    return Array.from(this.#cookies, ([name, value]) => `${name}=${value}`).join('; ');
  }
  get sent(): ReadonlyMap<string, string> {
    return readCookies(this.header);
  }
}

test('a secret is found for its own sign-in only', async () => {
  const jar = new Jar();
  jar.follow(await binding.bind(jar.sent, 'one', 'secret-1'));
  jar.follow(await binding.bind(jar.sent, 'two', 'secret-2'));
  assert.deepEqual(
    ['one', 'two', 'three', ''].map((id) => binding.secretOf(jar.sent, id)),
    ['secret-1', 'secret-2', null, null],
  );
});

test('C-02: a planted second cookie of the same name makes the browser nobody, not somebody else', async () => {
  const jar = new Jar();
  jar.follow(await binding.bind(jar.sent, 'one', 'secret-1'));
  assert.equal(binding.secretOf(readCookies(`${jar.header}; ${jar.header.replace('secret-1', 'evil')}`), 'one'), null);
});

test('C-07: of two hundred sign-ins the newest five are kept, and the header stays small', async () => {
  const jar = new Jar();
  const secret = 's'.repeat(22);
  for (let n = 0; n < 200; n++) jar.follow(await binding.bind(jar.sent, `${n}`.padStart(22, '-'), secret));
  const kept = Array.from({ length: 200 }, (_, n) => n).filter(
    (n) => binding.secretOf(jar.sent, `${n}`.padStart(22, '-')) !== null,
  );
  assert.deepEqual(kept, [195, 196, 197, 198, 199]);
  assert.ok(jar.header.length < 1024, `${jar.header.length} bytes`);
});

test('C-07: a browser that held more than it should is brought back to five at once', async () => {
  const jar = new Jar();
  for (let n = 0; n < 12; n++) jar.follow(await binding.bind(new Map(), `old-${n}`, 's'));
  jar.follow(await binding.bind(jar.sent, 'new', 's'));
  assert.equal(jar.sent.size, 5);
  assert.equal(binding.secretOf(jar.sent, 'new'), 's');
});

test('C-07: a question that was left open survives others that ended, also a proof that is still to be used', async () => {
  const jar = new Jar();
  const ended = { kind: 'succeeded', userId: 'u' } as const;
  jar.follow(await binding.bind(jar.sent, 'question', 's'));
  jar.follow(await binding.bind(jar.sent, 'proof', 's'));
  over.set('proof', { kind: 'proved', userId: 'u' });
  for (let n = 0; n < 20; n++) {
    jar.follow(await binding.bind(jar.sent, `ended-${n}`, 's'));
    over.set(`ended-${n}`, ended);
  }
  assert.equal(jar.sent.size, 5);
  const kept = ['question', 'proof', 'ended-17', 'ended-18', 'ended-19'];
  assert.deepEqual(
    kept.filter((id) => binding.secretOf(jar.sent, id) === null),
    [],
  );
});

test('C-07: whoever sends hundreds of made-up cookies has ten of them looked for', async () => {
  const made = new Map(Array.from({ length: 300 }, (_, n) => [`__Host-llavero-sign-in-${n}`, 's']));
  lookedAt = 0;
  assert.equal((await binding.bind(made, 'new', 's')).length, 1 + 300 - 4);
  assert.equal(lookedAt, 10);
});

test('cookies of others are neither counted nor removed', async () => {
  const sent = readCookies('a=1; __Host-llavero-session=x; llavero-sign-in-old=y; __Host-llavero-locale=en');
  assert.equal((await binding.bind(sent, 'one', 's')).length, 1);
});

test('the secret lives as long as the sign-in may', async () => {
  assert.match((await binding.bind(new Map(), 'one', 's'))[0] ?? '', /Max-Age=3600;/);
});
