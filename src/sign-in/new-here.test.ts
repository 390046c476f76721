/**
 * Who is asked whether they have an account already, and what becomes of each answer.
 */
import assert from 'node:assert/strict';
import { countRows, createNewcomer, profileWith, verifiedEmail } from '../../test/store-fixture.ts';
import { arrive, asking, isIn, nobodyYet, onOne, recorded, registrationIn, says } from './registration.fixture.ts';
import { createEngine, rulesWith, termsOf } from './sign-in.fixture.ts';
import type { Next } from './sign-in.ts';

const STEP = 'new-here';
const isAsked = (next: Next) => next.kind === 'form' && next.form.kind === 'new-here';

for (const sendToRegistrationFirst of [true, false]) {
  for (const skipEmailVerification of [true, false]) {
    const asks = !sendToRegistrationFirst && !skipEmailVerification;
    const where = `send_to_registration_first ${sendToRegistrationFirst}, skip_email_verification ${skipEmailVerification}`;
    onOne(`${where}: somebody unknown is ${asks ? '' : 'not '}asked, as in Open edX`, async (given) => {
      const engine = asking(given, rulesWith({}));
      recorded(engine, { sendToRegistrationFirst, skipEmailVerification });
      const { next } = await arrive(engine);
      assert.deepEqual([isAsked(next), isIn(next)], [asks, !asks]);
    });
  }
}

onOne('where no registration is configured nobody is asked', async (given) => {
  assert.ok(isIn((await arrive(createEngine(given))).next));
});

onOne('nobody is asked who is known, or whose verified address is', async (given) => {
  await createNewcomer(given, { profile: profileWith({ provider: 'other' }), emails: [verifiedEmail('ana@uni.mx')] });
  const engine = asking(given, rulesWith({}), { emails: [{ address: 'ana@uni.mx', claimedVerified: true }] });
  recorded(engine, { sendToRegistrationFirst: false });
  for (let time = 0; time < 2; time++) assert.ok(isIn((await arrive(engine)).next));
  assert.equal(await countRows(given.databases.durable, 'users'), 1);
});

onOne('E-02: nothing but one of the two words is an answer', async (given) => {
  const engine = asking(given, rulesWith({}));
  recorded(engine, { sendToRegistrationFirst: false });
  const { attempt } = await arrive(engine);
  for (const fields of [
    {},
    { answer: '' },
    { answer: 'yes' },
    { answer: 'NEW' },
    { new: 'new' },
    { 'answer[]': 'new' },
  ]) {
    await attempt.send(STEP, fields);
    assert.ok(isAsked(await attempt.end()), JSON.stringify(fields));
  }
  assert.equal(await countRows(given.databases.durable, 'users'), 0);
});

onOne('who is new goes on to what is asked of them, and is not asked again', async (given) => {
  const engine = asking(given, rulesWith({}, { terms: termsOf('1') }), nobodyYet);
  recorded(engine, { sendToRegistrationFirst: false });
  const { attempt } = await arrive(engine);
  await attempt.send(STEP, { answer: 'new' });
  registrationIn(await attempt.end());
  await attempt.send(STEP, { answer: 'registered' });
  registrationIn(await attempt.end());
  await attempt.send('complete-profile', { action: 'save', terms: '1' });
  assert.ok(isIn(await attempt.end()));
});

onOne('who has an account ends here with a reason, and nothing is made or remembered of them', async (given) => {
  const engine = asking(given, rulesWith({}));
  recorded(engine, { sendToRegistrationFirst: false });
  const { attempt } = await arrive(engine);
  await attempt.send(STEP, { answer: 'registered' });
  assert.deepEqual(await attempt.end(), { kind: 'refused', code: 'account_elsewhere', provider: 'campus' });
  for (const table of ['users', 'identities', 'sessions'])
    assert.equal(await countRows(given.databases.durable, table), 0);
  says(engine, nobodyYet);
  assert.ok(isAsked((await arrive(engine)).next), 'the next attempt begins afresh');
});
