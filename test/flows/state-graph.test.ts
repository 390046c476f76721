/**
 * DESIGN §5: from every state of a sign-in, whatever request comes next, the person reaches an end with a reason and a
 * next step. No failure of ours, no loop, no dead end.
 *
 * On one database: that each arrow is one compare-and-set on every database is tested with the store.
 */
import { sql } from '../../src/store/database.ts';
import type { Page } from '../browser.ts';
import { BROKER } from '../rig.ts';
import { askBeforeCreating } from '../steps.ts';
import { type Attempt, after, begin, comeBack, depart, type Graph, setReturned, walkGraph } from './attempts.ts';

const states: Graph['states'] = {
  'started, nothing chosen': begin,
  'at the provider': depart,
  'returned, at work': (rig, person) => after(depart(rig, person), setReturned),
  'returned, and the process died': (rig, person) =>
    after(depart(rig, person), async (attempt) => {
      await setReturned(attempt);
      rig.clock.advance(30_000);
    }),
  'waiting for an answer': (rig, person) => after(depart(rig, person), comeBack),
  decided: (rig, person) => after(depart(rig, person), (attempt) => answer(attempt, 'yes', false)),
  'answered, signed in': (rig, person) => after(depart(rig, person), (attempt) => answer(attempt, 'yes', true)),
  'answered, signed in a while ago': (rig, person) =>
    after(depart(rig, person), async (attempt) => {
      await answer(attempt, 'yes', true);
      rig.clock.advance(61_000);
    }),
  'answered, refused': (rig, person) => after(depart(rig, person), (attempt) => answer(attempt, 'no', true)),
  'too late for the provider': (rig, person) => after(depart(rig, person), async () => rig.clock.advance(10 * 60_000)),
  'too old': (rig, person) => after(depart(rig, person), async () => rig.clock.advance(60 * 60_000)),
  forgotten: (rig, person) =>
    after(depart(rig, person), async ({ id }) => {
      await rig.databases.ephemeral.run(sql`delete from sign_ins where id = ${id}`);
    }),
};

const requests: Graph['requests'] = {
  'the chooser': ({ browser, id }) => browser.get(`${BROKER}/sign-in?id=${id}`),
  'the provider chosen': ({ browser, id }) => browser.get(`${BROKER}/sign-in/llave-mx?id=${id}`),
  'an unknown provider chosen': ({ browser, id }) => browser.get(`${BROKER}/sign-in/nobody?id=${id}`),
  'the callback': ({ browser, id, callback }) =>
    browser.get(callback ?? `${BROKER}/callback/llave-mx?code=x&state=${id}`),
  'a denial': ({ browser, id }) => browser.get(`${BROKER}/callback/llave-mx?error=access_denied&state=${id}`),
  'the callback of another provider': ({ browser, id }) => browser.get(`${BROKER}/callback/other?code=x&state=${id}`),
  'the dispatcher': ({ browser, id }) => browser.get(`${BROKER}/sign-in/step?id=${id}`),
  yes: (attempt) => send(attempt, 'yes', attempt.token),
  no: (attempt) => send(attempt, 'no', attempt.token),
  'a forged yes': (attempt) => send(attempt, 'yes', 'forged'),
};

walkGraph({ states, requests, options: { steps: askBeforeCreating } });

async function answer(attempt: Attempt, word: 'yes' | 'no', follow: boolean): Promise<void> {
  await attempt.browser.submit(await comeBack(attempt), `confirm-${word}`, {}, { follow });
}

function send({ browser, id }: Attempt, word: 'yes' | 'no', token: string): Promise<Page> {
  const fields = { id, form: 'confirm', step: 'ask-first', token, ...(word === 'yes' ? { answer: 'yes' } : {}) };
  return browser.post(`${BROKER}/sign-in/step`, fields, { from: `${BROKER}/sign-in/step` });
}
