/**
 * DESIGN §5, E-01, E-03: the same walk with everything that registration can ask in between. Each step's answer is sent in
 * every state, also where another step asks, where the attempt has ended, and without the token of its form.
 */
import type { Form } from '../../src/model.ts';
import type { Page } from '../browser.ts';
import { BROKER, type RigOptions } from '../rig.ts';
import { type Attempt, after, comeBack, depart, type Graph, setReturned, walkGraph } from './attempts.ts';
import { codeIn } from './own-ways.ts';

const TERMS = 'terms: { version: "1", address: "https://cursos.test/terminos" }';
const options: Partial<RigOptions> = {
  asksForAccount: true,
  registration: `{ verify_email: true, fields: { country: required, city: optional }, ${TERMS} }`,
};
const withMore: Partial<RigOptions> = {
  registration: `{ verify_email: true, fields: { country: required, state: optional }, ${TERMS.replace('"1"', '"2"')} }`,
};

interface Answer {
  readonly to: 'step' | 'prove';
  readonly form: Form['kind'];
  readonly step: string;
  readonly fields: { readonly [name: string]: string };
}

const confirmMatch = { form: 'existing-account', step: 'confirm-match' } as const;
const registration = { to: 'step', form: 'registration', step: 'complete-profile' } as const;
const answers = {
  new: { to: 'step', ...confirmMatch, fields: { answer: 'new' } },
  existing: { to: 'prove', ...confirmMatch, fields: {} },
  filled: { ...registration, fields: { action: 'save', country: 'MX', city: '', terms: '1' } },
  faulty: { ...registration, fields: { action: 'save', country: 'Atlantis' } },
  mail: { to: 'step', form: 'email-address', step: 'verify-email', fields: { email: 'evil@evil.test' } },
  'a wrong code': { to: 'step', form: 'email-code', step: 'verify-email', fields: { code: '000000' } },
} as const satisfies { readonly [name: string]: Answer };

type AnswerName = keyof typeof answers;

/** What the next page has, where the answer was taken: a state that was never reached would be walked in vain. */
const shownAfter = {
  new: 'country',
  existing: 'provider-llave-mx',
  filled: 'submit',
  faulty: 'country',
  mail: 'code',
} as const;

const send = ({ browser, id, token }: Attempt, name: AnswerName, given = token): Promise<Page> => {
  const { to, form, step, fields } = answers[name];
  const from = `${BROKER}/sign-in/step`;
  return browser.post(`${BROKER}/sign-in/${to}`, { id, form, step, token: given, ...fields }, { from });
};

async function say(attempt: Attempt, names: readonly (keyof typeof shownAfter)[]): Promise<void> {
  await comeBack(attempt);
  for (const name of names) (await send(attempt, name)).get(shownAfter[name]);
}

async function prove(attempt: Attempt, follow: boolean): Promise<void> {
  await say(attempt, ['new', 'filled', 'mail']);
  const page = await attempt.browser.get(`${BROKER}/sign-in/step?id=${attempt.id}`);
  const code = codeIn(await attempt.rig.lastMail(attempt.address));
  await attempt.browser.submit(page, 'submit', { code }, { follow });
}

const saying =
  (...names: (keyof typeof shownAfter)[]): Graph['states'][string] =>
  (rig, person) =>
    after(depart(rig, person), (attempt) => say(attempt, names));

const states: Graph['states'] = {
  'at the provider, with registration': depart,
  'returned, with registration, and the process died': (rig, person) =>
    after(depart(rig, person), async (attempt) => {
      await setReturned(attempt);
      rig.clock.advance(30_000);
    }),
  'asked whether there is an account': saying(),
  'at the registration page': saying('new'),
  'at the registration page, with faults': saying('new', 'faulty'),
  'at the registration page, and the operator asks otherwise': (rig, person) =>
    after(saying('new')(rig, person), async () => rig.configure(withMore)),
  'asked to prove the address': saying('new', 'filled'),
  'waiting for a code': saying('new', 'filled', 'mail'),
  'waiting for a code, and it has expired': (rig, person) =>
    after(saying('new', 'filled', 'mail')(rig, person), async () => rig.clock.advance(10 * 60_000)),
  'decided after a proof': (rig, person) => after(depart(rig, person), (attempt) => prove(attempt, false)),
  'answered after a proof': (rig, person) => after(depart(rig, person), (attempt) => prove(attempt, true)),
  'signing in to another account meanwhile': saying('existing'),
  'at the registration page, too old': (rig, person) =>
    after(saying('new')(rig, person), async () => rig.clock.advance(60 * 60_000)),
};

const requests: Graph['requests'] = {
  'the chooser': ({ browser, id }) => browser.get(`${BROKER}/sign-in?id=${id}`),
  'the provider chosen': ({ browser, id }) => browser.get(`${BROKER}/sign-in/llave-mx?id=${id}`),
  'the callback': ({ browser, id, callback }) =>
    browser.get(callback ?? `${BROKER}/callback/llave-mx?code=x&state=${id}`),
  'the dispatcher': ({ browser, id }) => browser.get(`${BROKER}/sign-in/step?id=${id}`),
  'is new': (attempt) => send(attempt, 'new'),
  'has an account': (attempt) => send(attempt, 'existing'),
  'the registration page filled in': (attempt) => send(attempt, 'filled'),
  'the registration page with faults': (attempt) => send(attempt, 'faulty'),
  'the registration page without its token': (attempt) => send(attempt, 'filled', 'forged'),
  'a mail asked for': (attempt) => send(attempt, 'mail'),
  'a wrong code': (attempt) => send(attempt, 'a wrong code'),
  'the account page': async ({ browser, id }) => {
    await browser.get(`${BROKER}/account`);
    return browser.get(`${BROKER}/sign-in/step?id=${id}`);
  },
};

walkGraph({ states, requests, options });
