/**
 * What can be written into a field: too much, nothing, control characters, bytes that are no text, markup, look-alikes,
 * and fields that no form has.
 */
import assert from 'node:assert/strict';
import { cookieOf } from '../attacks/browser-surface.ts';
import type { Page } from '../browser.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { BROKER } from '../rig.ts';
import { always, type FormCase, needing, needsFields } from './form-case.ts';
import { accountsMade, addressOf, assertSame, type FormWorld, type Standing, sentBy } from './form-world.ts';
import { attacks, structureOf } from './pages-markup.ts';

/** The form with one field as it is given; undefined leaves it out. */
async function write(world: FormWorld, at: Standing, name: string, value: string | undefined): Promise<Page> {
  const { [name]: _before, ...fields } = await sentBy(world, at);
  const changed = value === undefined ? fields : { ...fields, [name]: value };
  return at.browser.post(addressOf(), changed, { from: at.page });
}

type Values = (right: string, name: string) => readonly (string | undefined)[];

/** So few at once that guesses at a password are not limited yet. */
const AT_ONCE = 4;

/**
 * Tries every value in every field of every form; none may let anybody in, send a mail, or be a failure of ours.
 * @param values may look at what would be right, except in a form whose answer is chosen there and then
 */
function inEachField(values: Values, look: (page: Page) => void = () => {}) {
  return async (world: FormWorld) => {
    for (const step of world.filledIn) {
      const names = Object.keys(world.fixture.presses[step]?.fields({ address: '', password: '' }, '') ?? {});
      for (const name of names) {
        for (let first = 0; first < values('right', name).length; first += AT_ONCE) {
          await world.attackEachForm(
            async (at) => {
              const right = isChosen(at) ? '' : String((await world.fields(at))[name]);
              for (const value of values(right, name).slice(first, first + AT_ONCE)) {
                const page = await write(world, at, name, value);
                assert.equal(page.status, 200, `${name}: ${value?.slice(0, 40)}`);
                assert.ok(!isSignedIn(page), `${name}: ${value?.slice(0, 40)}`);
                look(page);
              }
            },
            [step],
          );
        }
      }
    }
  };
}

/** Whatever is typed here, if it may be, is right. */
const isChosen = ({ press }: Pick<Standing, 'press'>) => press.form === 'new-password';

const control = ['\0', 'a\0b', '\r\nBcc: x', '\u001b[31m', '\u202ea', '\u200b', '\ufeff', '\u2028', '\ufffd'];

const ofSize: readonly FormCase[] = [
  needing(
    'L-07 fields of 60 kB: answered on a small page, and nobody is let in',
    needsFields,
    inEachField(
      () => ['x'.repeat(60_000), `${'x'.repeat(60_000)}@uni.test`, '9'.repeat(60_000), '🔑'.repeat(4_000)],
      (page) => assert.ok(page.body.length < 20_000, `a page of ${page.body.length} characters`),
    ),
  ),
  always('L-07 a form of more than 64 kB: request_too_large', (world) =>
    world.attackEachForm(async (at) => {
      const fields = { ...(await sentBy(world, at)), more: 'x'.repeat(70_000) };
      world.refused(await at.browser.post(addressOf(), fields, { from: at.page }), 'request_too_large');
    }),
  ),
  always('L-07 a form of a thousand fields: read, and the thousand are not looked at', (world) =>
    world.attackEachForm(async (at) => {
      const many = Array.from({ length: 1000 }, (_, index) => [`field-${index}`, 'x']);
      const fields = { ...Object.fromEntries(many), id: (await sentBy(world, at)).id ?? '' };
      world.refused(await at.browser.post(addressOf(), fields, { from: at.page }), 'cross_site_request');
    }),
  ),
  needing(
    'L-08 fields that are empty or left out: asked for again',
    needsFields,
    inEachField(() => ['', undefined]),
  ),
];

const ofCharacters: readonly FormCase[] = [
  needing(
    'G-04 L-02 control characters, alone and within what is right: nobody is let in',
    needsFields,
    inEachField((right, name) =>
      // In a code, what only groups its digits is looked past.
      name === 'code' ? control : control.flatMap((text) => [text, `${right.slice(0, 3)}${text}${right.slice(3)}`]),
    ),
  ),
  needing('G-04 bytes that are no text: nobody is let in, and none is a failure of ours', needsFields, (world) =>
    world.attackEachForm(async (at) => {
      for (const name of Object.keys(await world.fields(at))) {
        for (const bytes of ['%ED%A0%80', '%FF%FE', '%', '%zz', '%C0%80', '+++', '%F4%90%80%80']) {
          const { [name]: _right, ...rest } = await sentBy(world, at);
          const headers = {
            'content-type': 'application/x-www-form-urlencoded',
            origin: BROKER,
            cookie: cookieOf(at.browser),
          };
          const body = `${new URLSearchParams(rest)}&${name}=${bytes}`;
          const answer = await world.rig.broker(new Request(addressOf(), { method: 'POST', headers, body }));
          assert.equal(answer.status, 303, `${name}=${bytes}`);
        }
      }
    }, world.filledIn),
  ),
  needing('M-03 nothing of a field becomes a line of the log', needsFields, async (world) => {
    const before = world.rig.logged.length;
    await inEachField(() => ['\r\n{"event":"fake.event"}\0', '\u2028\u001bcanary'])(world);
    const logged = JSON.stringify(world.rig.logged.slice(before));
    assert.doesNotMatch(logged, /fake\.event|canary|\\u2028|\\u001b/);
  }),
  needing('I-06 markup in a field changes nothing of the page that shows it again', needsFields, async (world) => {
    for (const step of world.filledIn) {
      for (const name of Object.keys(await world.fields(await world.stand(step)))) {
        const expected = structureOf((await write(world, await world.stand(step), name, 'x')).body);
        const at = await world.stand(step);
        // Too short to be chosen, so that it is shown again.
        for (const attack of isChosen(at) ? attacks.map((text) => text.slice(0, 14)) : attacks) {
          const page = await write(world, at, name, attack);
          assert.equal(structureOf(page.body), expected, `${name}: ${attack}`);
        }
      }
    }
  }),
];

const lookAlikes: { readonly [field: string]: (right: string) => readonly string[] } = {
  email: (right) => [
    right.replace('p', '\u0440'),
    right.replace('uni', 'un\u0456'),
    right.replace('-', '\u200b-'),
    right.replace('@', '\uff20'),
    `${right}.`,
    `"${right.split('@')[0]}"@uni.test`,
    `${right}(x)`,
    `${right},evil@evil.test`,
    `${right} evil@evil.test`,
    `<${right}>evil@evil.test`,
    `evil@evil.test\r\nBcc: ${right}`,
    `${right}\0@evil.test`,
    right.replace('s', '\u017f'),
    'postmaster',
    'a@[127.0.0.1]',
  ],
  code: (right) => [
    [...right].map((digit) => String.fromCharCode(0x0660 + Number(digit))).join(''),
    `${right}0`,
    `0${right}`,
    right.slice(1),
    `${right.slice(0, 5)}o`,
    `-${right}x`,
    `0x${right}`,
  ],
  password: (right) => [
    `${right} `,
    ` ${right}`,
    right.toUpperCase(),
    right.replace('c', '\u0441'),
    right.slice(0, -1),
  ],
};

const ofLookAlikes: readonly FormCase[] = [
  needing(
    'F-09 F-10 G-15 what only looks like what is right: nobody is let in, and the person gets no mail by it',
    needsFields,
    async (world) => {
      for (const step of world.filledIn) {
        const one = await world.stand(step);
        // Whatever is typed there is what is chosen.
        if (one.press.form === 'new-password') continue;
        for (const name of Object.keys(await world.fields(one))) {
          const count = lookAlikes[name]?.('x').length ?? 0;
          for (let index = 0; index < count; index++) {
            const at = await world.stand(step);
            await world.rig.mail.settle();
            const mails = world.rig.mailbox.length;
            const value = lookAlikes[name]?.(String((await world.fields(at))[name]))[index] ?? '';
            const page = await write(world, at, name, value);
            await world.rig.mail.settle();
            assert.ok(page.status === 200 && !isSignedIn(page), value);
            for (const { to } of world.rig.mailbox.slice(mails)) {
              assert.notEqual(to, at.person.address, value);
              assert.match(to, /^[^@\s,<>()]+@[a-z0-9.-]+$/, value);
            }
          }
        }
      }
    },
  ),
];

const victim = 'victim@uni.test';
const more = {
  ...{ subject: 'victim', sub: 'victim', user_id: 'victim', userId: 'victim', provider: 'llave-mx', slug: 'other' },
  ...{
    address: victim,
    username: victim,
    login: victim,
    provedAt: '0',
    provedAddress: victim,
    proofId: 'x',
    verified: 'true',
  },
  ...{ return_to: 'https://evil.test/', redirect_uri: 'https://evil.test/', state: 'x', hash: 'x', special: 'guest' },
  ...{ 'departure[provider]': 'llave-mx', __proto__x: 'x', constructor: 'x', prototype: 'x' },
};

const ofMore: readonly FormCase[] = [
  always('fields that no form has say nothing about who it is, nor where it ends', async (world) => {
    const users = await world.rig.count('users');
    let at = await world.stand(0);
    for (const [step, press] of world.fixture.presses.entries()) {
      at = { ...at, step, press };
      const own = await sentBy(world, at);
      const absent = { ...more, email: victim, code: '000000', password: 'x' };
      const page = await at.browser.post(addressOf(), { ...absent, ...own }, { from: at.page });
      at = { ...at, page };
    }
    assert.ok(isSignedIn(at.page), at.page.url.href);
    assert.equal(
      (await world.rig.count('users')) - users - accountsMade(world),
      world.fixture.before.length > 0 ? 1 : 0,
    );
    for (const [table, rows] of await world.people()) {
      for (const row of rows) assert.ok(!row.includes(victim), `${victim} in ${table}`);
    }
  }),
  always('what is asked for later, sent at the first form: every form is asked all the same', async (world) => {
    const { presses } = world.fixture;
    if (presses.length === 1) return;
    const at = await world.stand(0);
    const before = await world.people();
    const later = presses.slice(1).map(({ fields }) => fields({ ...at.person, address: victim }, '000000'));
    const page = await at.browser.post(addressOf(), Object.assign({}, ...later, await sentBy(world, at)), {
      from: at.page,
    });
    assert.ok(!isSignedIn(page));
    const after = new Map([...(await world.people())].filter(([table]) => table !== 'mails'));
    assertSame(new Map([...before].filter(([table]) => table !== 'mails')), after, 'the first form');
    await world.goOn({ ...at, page, step: 1 });
  }),
];

export const inputCases: readonly FormCase[] = [...ofSize, ...ofCharacters, ...ofLookAlikes, ...ofMore];
