/**
 * One of our own ways inside the whole broker, and people in front of each of its forms.
 *
 * Shared by the cases of one way; each case begins with `behave`, with people and browsers of its own, and each browser
 * has a network address of its own, so that no case uses up what another one may do.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import type { ErrorCode } from '../../src/errors.ts';
import type { Form, SignIn } from '../../src/model.ts';
import type { Fields, Page, TestBrowser } from '../browser.ts';
import { codeIn, isSignedIn, towards } from '../flows/own-ways.ts';
import { assertRefusalPage } from '../refusal.ts';
import { BROKER, COURSE_SITE, type Rig, withRig } from '../rig.ts';
import { allTables } from '../tables.ts';
import type { FormFixture, Person, Press } from './provider-fixtures-form.ts';

export const SLUG = 'subject';
/** A second provider of the same vendor. */
export const OTHER = 'other';
const PHRASE = 'correct horse battery staple';

/** Somebody in front of a form of the way, who has not filled it in yet. */
export interface Standing {
  readonly browser: TestBrowser;
  readonly person: Person;
  readonly page: Page;
  /** Which form of the way it is, from 0, and what is to be done there. */
  readonly step: number;
  readonly press: Press;
}

/** What the operator says of the way besides that it is there. */
export interface Terms {
  readonly enabled: boolean;
  readonly record: readonly string[];
  readonly courseSite: readonly string[];
}

/** What the broker answered to a browser, and to what. */
export interface Seen {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Rows as text, by table. */
export type Rows = ReadonlyMap<string, readonly string[]>;

export interface FormWorld {
  readonly fixture: FormFixture;
  readonly rig: Rig;
  /** What the broker answered to the browsers of this case. */
  readonly seen: readonly Seen[];
  /** Ends every trouble that a case made. */
  behave(): Promise<void>;
  /** Lets time pass, until the case is over. */
  later(milliseconds: number): void;
  operate(terms: Partial<Terms>): Promise<void>;

  browser(language?: string): TestBrowser;
  /** The network address of the browser that was made last. */
  readonly lastAddress: string;
  /** Somebody who has done what must be done once before. */
  newPerson(): Promise<Person>;
  /** Whoever goes the way once more. A password that is chosen then is another one: the same is refused (G-20). */
  again(person: Person): Person;
  /** In front of the form of this number, the ones before it filled in as they should be. */
  stand(step: number, given?: Partial<Pick<Standing, 'browser' | 'person'>>): Promise<Standing>;
  /** What the person would fill in. */
  fields(at: Pick<Standing, 'person' | 'press'>): Promise<Fields>;
  /** Fills in the form and presses its button. */
  press(at: Standing): Promise<Page>;
  /** From wherever this attempt is now to the course site. @throws AssertionError when it does not get there */
  goOn(at: Omit<Standing, 'press'>): Promise<Page>;
  /** From the course site and back to it, signed in. */
  signIn(given?: Partial<Pick<Standing, 'browser' | 'person'>>): Promise<Page>;

  /** The stored attempt of the page. */
  stored(page: Page): Promise<SignIn>;
  /** Every row about people, and every mail: what an attack must leave as it was (DIFF=∅). */
  people(): Promise<Rows>;
  /** Every row of every table but the named ones. */
  rows(except: readonly string[]): Promise<Rows>;
  /** The numbers of the forms in which something is filled in. */
  readonly filledIn: readonly number[];
  /**
   * Carries out the attack in front of each form of the way, or of these, and sees that it changes nothing and keeps
   * nobody out.
   */
  attackEachForm(attack: (at: Standing) => Promise<void>, steps?: Iterable<number>): Promise<void>;
  /** @throws AssertionError unless the page refuses with the code, offers a way on, and support finds its reference */
  refused(page: Page, code: ErrorCode): void;
}

export async function withFormWorld(fixture: FormFixture, body: (world: FormWorld) => Promise<void>): Promise<void> {
  await withRig('SQLite in memory', configurationOf(fixture, {}), async (rig) => {
    let seen: Seen[] = [];
    let passed = 0;
    let operated = false;
    let count = 0;
    let lastAddress = '';
    const names = () => `person-${++count}`;

    const world: FormWorld = {
      fixture,
      rig,
      get seen() {
        return seen;
      },
      get lastAddress() {
        return lastAddress;
      },
      async behave() {
        rig.breakDatabase(null);
        rig.breakMail(null);
        rig.clock.advance(-passed);
        passed = 0;
        if (operated) await rig.configure(configurationOf(fixture, {}));
        operated = false;
        await rig.mail.settle();
        seen = [];
      },
      later(milliseconds) {
        rig.clock.advance(milliseconds);
        passed += milliseconds;
      },
      async operate(terms) {
        operated = true;
        await rig.configure(configurationOf(fixture, terms));
      },

      browser(language = 'en') {
        const address = `203.0.${++count >> 8}.${count & 255}`;
        lastAddress = address;
        return rig.browser(language, {
          async [BROKER](request) {
            const forwarded = new Request(request);
            forwarded.headers.set('x-forwarded-for', address);
            const answer = await rig.broker(forwarded);
            const { status, headers } = answer;
            seen.push({ url: new URL(request.url), status, headers, body: await answer.clone().text() });
            return answer;
          },
        });
      },
      async newPerson() {
        const person = { address: `${names()}@uni.test`, password: PHRASE };
        if (fixture.before.length > 0) await walk(fixture.before, person, world.browser());
        return person;
      },
      again(person) {
        const chooses = fixture.presses.some(({ form }) => form === 'new-password');
        return chooses ? { ...person, password: `${PHRASE} ${++count}` } : person;
      },
      async stand(step, given = {}) {
        const browser = given.browser ?? world.browser();
        const person = given.person === undefined ? await world.newPerson() : world.again(given.person);
        const page = await walk(fixture.presses.slice(0, step), person, browser);
        const press = fixture.presses[step] ?? assert.fail(`the way has no form number ${step}`);
        assert.equal(formOf(await world.stored(page)), press.form, page.body.slice(0, 300));
        return { browser, person, page, step, press };
      },
      async fields({ person, press }) {
        const mail = press.readsMail ? await rig.lastMail(person.address) : null;
        return press.fields(person, mail === null ? '' : codeIn(mail));
      },
      press: async (at) => at.browser.submit(at.page, at.press.button, await world.fields(at)),
      async goOn({ browser, person, page, step }) {
        let current = await waited(browser, await browser.get(`${BROKER}/sign-in/step?id=${fieldOf(page, 'id')}`));
        for (const press of fixture.presses.slice(step)) {
          assert.equal(formOf(await world.stored(current)), press.form, current.body.slice(0, 300));
          current = await browser.submit(current, press.button, await world.fields({ person, press }));
        }
        assert.ok(isSignedIn(current), `${current.url.href} ${current.find('error-code')?.text}`);
        return current;
      },
      signIn: async (given = {}) => world.goOn(await world.stand(0, given)),

      async stored(page) {
        const signIn = await rig.open.store.signIns.find(fieldOf(page, 'id'));
        return signIn ?? assert.fail('the attempt of the page is not there');
      },
      async people() {
        await rig.mail.settle();
        const mails = rig.mailbox.map(({ to }) => to);
        const aside = ['audit_events', 'configuration_revisions', ...allTables.ephemeral];
        return new Map([['mails', mails], ...(await world.rows(aside))]);
      },
      async rows(except) {
        const found: [string, readonly string[]][] = [];
        for (const part of ['durable', 'ephemeral'] as const) {
          for (const table of allTables[part].filter((name) => !except.includes(name))) {
            const rows = await rig.databases[part].all({ shape: [`select * from ${table}`], values: [] });
            // When a session was last seen is noted by looking at it.
            found.push([table, rows.map(({ last_seen_at, ...row }) => JSON.stringify(row)).sort()]);
          }
        }
        return new Map(found);
      },
      filledIn: [...fixture.presses.keys()].filter((step) => {
        const nobody = { address: '', password: '' };
        return Object.keys(fixture.presses[step]?.fields(nobody, '') ?? {}).length > 0;
      }),
      async attackEachForm(attack, steps = fixture.presses.keys()) {
        for (const step of steps) {
          const at = await world.stand(step);
          const before = await world.people();
          await attack(at);
          assertSame(before, await world.people(), at.press.form);
          await world.goOn(at);
        }
      },
      refused(page, code) {
        assertRefusalPage(page, code);
        const reference = page.text('error-reference');
        assert.ok(
          rig.logged.some((line) => line.reference === reference),
          'support finds the reference of the page in the log',
        );
      },
    };

    async function walk(presses: readonly Press[], person: Person, browser: TestBrowser): Promise<Page> {
      let page = await towards(browser, SLUG);
      for (const press of presses) {
        page = await browser.submit(page, press.button, await world.fields({ person, press }));
      }
      return page;
    }

    await body(world);
  });
}

/** The way, a second one of the same vendor, and a client that takes guests. */
export function configurationOf(fixture: FormFixture, terms: Partial<Terms>) {
  return {
    moreProviders: providersInYaml(fixture, terms),
    moreCourseSite: terms.courseSite ?? ['allow_guests: true'],
  };
}

function providersInYaml({ vendor, settings }: FormFixture, { enabled = true, record = [] }: Partial<Terms>): string {
  return [
    ['', `- slug: ${SLUG}`, `  vendor: ${vendor}`, `  enabled: ${enabled}`, ...record.map((line) => `  ${line}`)],
    [`  settings: ${JSON.stringify(settings)}`],
    [`- slug: ${OTHER}`, `  vendor: ${vendor}`, '  enabled: true', `  settings: ${JSON.stringify(settings)}`],
  ]
    .flat()
    .join('\n  ');
}

/** The form that an attempt waits with at its provider; null where it waits with none. */
export function formOf({ state, departure }: SignIn): Form['kind'] | null {
  return state === 'started' && departure?.to.kind === 'form' ? departure.to.form.kind : null;
}

/** @throws AssertionError that names the tables which are not as before, and no row of them */
export function assertSame(before: Rows, after: Rows, where: string): void {
  const different = [...after.keys()].filter((table) => !isDeepStrictEqual(before.get(table), after.get(table)));
  assert.deepEqual(different, [], where);
}

/** A hidden field of the page's form. */
export function fieldOf(page: Page, name: string): string {
  const field = page.document.all('input').find((input) => input.attribute('name') === name);
  return field?.attribute('value') ?? assert.fail(`no field ${name} on ${page.url.href}: ${page.body.slice(0, 300)}`);
}

/** Every field that the form would send when its button is pressed, filled in as it should be. */
export async function sentBy(world: FormWorld, at: Standing): Promise<{ [name: string]: string }> {
  const hidden = at.page.get(at.press.button).closest('form')?.all('input') ?? [];
  const fields = hidden.map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']);
  const filledIn = Object.entries(await world.fields(at)).map(([name, value]) => [name, String(value)]);
  const action = at.press.button === 'submit' ? [] : [['action', at.press.button]];
  return Object.fromEntries([...fields, ...filledIn, ...action]);
}

/** Whether the course site knows the person in this browser. */
export async function isKnownThere(browser: TestBrowser): Promise<boolean> {
  return isSignedIn(await browser.get(`${COURSE_SITE}/`));
}

/** How many accounts the first visit of a person makes: none where another visit had to come before it. */
export const accountsMade = ({ fixture }: FormWorld) => (fixture.before.length > 0 ? 0 : 1);

/** Where the form is sent to. */
export const addressOf = (slug: string = SLUG) => `${BROKER}/sign-in/${slug}`;

/** Beyond the page that asks a person to wait while another request of theirs is at work, as a browser refreshes it. */
export async function waited(browser: TestBrowser, page: Page): Promise<Page> {
  let current = page;
  for (let times = 0; current.refresh !== null && times < 100; times++) current = await browser.follow(current);
  return current;
}
