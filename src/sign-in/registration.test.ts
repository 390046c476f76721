/**
 * What is asked before an account is made, and of one that lacks something: E-01 to E-03, E-08, E-09, D-20.
 */
import assert from 'node:assert/strict';
import { countRows, forEachStore } from '../../test/store-fixture.ts';
import type { RegistrationField } from '../model.ts';
import { sql } from '../store/database.ts';
import {
  arrive,
  asking,
  faultsOf,
  isIn,
  nameless,
  nobodyYet,
  onOne,
  recorded,
  registrationIn,
  SAVE,
  STEP,
  says,
  shown,
  userOf,
} from './registration.fixture.ts';
import { type Attempt, createEngine, eventsOf, REFERENCE, rulesWith, sentForm, termsOf } from './sign-in.fixture.ts';

// ----------------------------------------------------------------------------------------------- who is asked for what

onOne('where nothing is configured, nobody is asked anything', async (given) => {
  const engine = createEngine(given);
  says(engine, nobodyYet);
  assert.ok(isIn((await arrive(engine)).next));
});

for (const rule of ['hidden', 'optional', 'required'] as const) {
  for (const country of [null, 'MX']) {
    for (const syncLearnerProfileData of [true, false]) {
      for (const skipRegistrationForm of [true, false]) {
        const isAsked = country === null && (rule === 'required' || (rule === 'optional' && !skipRegistrationForm));
        const where = `${country === null ? 'not sent' : 'sent'}, sync ${syncLearnerProfileData}, skip ${skipRegistrationForm}`;
        onOne(`a field that is ${rule}, ${where}: somebody new is ${isAsked ? '' : 'not '}asked`, async (given) => {
          const engine = asking(given, rulesWith({ country: rule }), { country });
          recorded(engine, { syncLearnerProfileData, skipRegistrationForm });
          const { attempt, next } = await arrive(engine);
          assert.equal(next.kind, isAsked ? 'form' : 'signed-in');
          if (!isAsked) return;
          assert.deepEqual(shown(registrationIn(next)), [['country', '', rule]]);
          await attempt.send(STEP, { ...SAVE, country: 'GT' });
          assert.deepEqual((await userOf(engine, await attempt.end())).user.details, { country: 'GT' });
        });
      }
    }
  }
}

onOne(
  'the form has what is not hidden, in its order, prefilled; what the provider fills is fixed where it is synced',
  async (given) => {
    const rules = rulesWith({
      goals: 'optional',
      country: 'required',
      family_name: 'required',
      given_name: 'optional',
      language: 'optional',
    });
    const profile = {
      country: 'MX',
      locale: 'es-MX' as const,
      name: { ...nameless, given: 'Ana', firstSurname: 'Ruiz', secondSurname: 'Soto' },
    };
    for (const syncLearnerProfileData of [true, false]) {
      const engine = asking(given, rules, { ...profile, subject: `s-${syncLearnerProfileData}` });
      recorded(engine, { syncLearnerProfileData });
      const form = registrationIn((await arrive(engine)).next);
      const rule = (name: RegistrationField) => (syncLearnerProfileData ? 'fixed' : rules.fields[name]);
      assert.deepEqual(shown(form), [
        ['given_name', 'Ana', rule('given_name')],
        ['family_name', 'Ruiz Soto', rule('family_name')],
        ['country', 'MX', rule('country')],
        ['language', 'es', rule('language')],
        ['goals', '', 'optional'],
      ]);
      assert.equal(form.isNew, true);
    }
  },
);

onOne('L-13: a full name that came whole fills neither part: nothing is split', async (given) => {
  const engine = asking(given, rulesWith({ given_name: 'required', family_name: 'required' }), {
    name: { ...nameless, full: 'Ana Ruiz Soto' },
  });
  const { attempt, next } = await arrive(engine);
  assert.deepEqual(shown(registrationIn(next)), [
    ['given_name', '', 'required'],
    ['family_name', '', 'required'],
  ]);
  await attempt.send(STEP, { ...SAVE, given_name: 'Ana', family_name: 'Ruiz Soto' });
  assert.ok(isIn(await attempt.end()));
  assert.ok(isIn((await arrive(engine)).next), 'asked once');
  says(engine, { name: { ...nameless, full: 'Ana María Ruiz Soto' } });
  assert.ok(isIn((await arrive(engine)).next), 'also after the provider says another name');
});

onOne('M-01 nobody is called by a CURP that they typed, unless the operator calls people so', async (given) => {
  for (const usernameRule of ['random', 'email', 'provider', 'curp'] as const) {
    const engine = asking(given, rulesWith({ username: 'optional' }), { ...nobodyYet, subject: usernameRule });
    engine.asked.usernameRule = usernameRule;
    const { attempt } = await arrive(engine);
    for (const username of ['HEGG560427MVZRRL04', 'hegg-560427-mvzrrl-04', 'soy_HEGG560427MVZRRL04']) {
      await attempt.send(STEP, { ...SAVE, username });
      const next = await attempt.end();
      if (usernameRule !== 'curp') assert.deepEqual(faultsOf(registrationIn(next)), [['username', 'holds_curp']]);
      else {
        assert.equal((await userOf(engine, next)).user.username, username);
        break;
      }
    }
  }
});

onOne('E-05: what is sent for a fixed field is not believed, nor a field that was not asked', async (given) => {
  const rules = rulesWith({ given_name: 'required', year_of_birth: 'required', city: 'required' });
  const profile = { name: { ...nameless, given: 'Ana' }, birthDate: '1999-12-31' };
  const engine = asking(given, rules, profile);
  const { attempt } = await arrive(engine);
  const forged = { given_name: 'Eva', year_of_birth: '1950', country: 'GT', username: 'eva', state: 'x' };
  await attempt.send(STEP, { ...SAVE, ...forged, city: 'Mérida' });
  const { user } = await userOf(engine, await attempt.end());
  assert.deepEqual([user.name.given, user.birthDate, user.details], ['Ana', '1999-12-31', { city: 'Mérida' }]);
  assert.match(user.username, /^user-/);
});

onOne('a birth date that a provider gave is not typed away, also where nothing is synced', async (given) => {
  const engine = asking(given, rulesWith({ year_of_birth: 'required', city: 'required' }), { birthDate: '2015-05-05' });
  recorded(engine, { syncLearnerProfileData: false });
  assert.deepEqual(shown(registrationIn((await arrive(engine)).next)), [
    ['city', '', 'required'],
    ['year_of_birth', '2015', 'fixed'],
  ]);
});

onOne('all faults are told at once, and nothing that was typed is lost', async (given) => {
  const rules = rulesWith(
    { given_name: 'required', username: 'required', country: 'required', year_of_birth: 'optional', city: 'optional' },
    { terms: termsOf('1') },
  );
  const engine = asking(given, rules);
  const { attempt } = await arrive(engine);
  const typed = { given_name: '<Ana>', username: 'soporte', country: '', year_of_birth: '98', city: 'Mérida' };
  await attempt.send(STEP, { ...SAVE, ...typed });
  const form = registrationIn(await attempt.end());
  assert.deepEqual(faultsOf(form), [
    ['given_name', 'malformed'],
    ['username', 'reserved'],
    ['country', 'missing'],
    ['city', null],
    ['year_of_birth', 'malformed'],
  ]);
  assert.deepEqual(Object.fromEntries(form.fields.map(({ name, value }) => [name, value])), typed);
  assert.equal(form.terms?.fault, 'missing');
});

// ------------------------------------------------------------------------------------------------- who is known already

forEachStore('a known user is asked for what is required and missing, and for nothing else; once', async (given) => {
  const engine = asking(given, rulesWith({}));
  const first = await userOf(engine, (await arrive(engine)).next);
  engine.asked.rules = rulesWith({ country: 'required', city: 'optional', username: 'required' });
  const { attempt, next } = await arrive(engine);
  const form = registrationIn(next);
  assert.deepEqual([shown(form), form.isNew], [[['country', '', 'required']], false]);
  assert.equal(await countRows(given.databases.durable, 'sessions'), 1);
  await attempt.send(STEP, { ...SAVE, country: 'MX', city: 'Mérida', username: 'eva' });
  const { user } = await userOf(engine, await attempt.end());
  assert.deepEqual([user.id, user.username, user.details], [first.user.id, first.user.username, { country: 'MX' }]);
  assert.ok(isIn((await arrive(engine)).next));
});

onOne(
  'what a provider is not to bring into the account is proposed, and stored only when the person says so',
  async (given) => {
    const engine = asking(given, rulesWith({}));
    recorded(engine, { syncLearnerProfileData: false });
    await arrive(engine);
    engine.asked.rules = rulesWith({ country: 'required' });
    says(engine, { country: 'MX' });
    const { attempt, next } = await arrive(engine);
    assert.deepEqual(shown(registrationIn(next)), [['country', 'MX', 'required']]);
    await attempt.send(STEP, { ...SAVE, country: 'MX' });
    const { user } = await userOf(engine, await attempt.end());
    assert.deepEqual([user.country, user.details], [null, { country: 'MX' }]);
    const known = await given.store.accounts.findIdentity('campus', 's1');
    assert.equal(known?.profile.country, null, 'what was taken over from it last stays what it was');
  },
);

onOne('what a provider brings into the account is not asked for', async (given) => {
  const engine = asking(given, rulesWith({}));
  await arrive(engine);
  engine.asked.rules = rulesWith({ country: 'required' });
  says(engine, { country: 'MX' });
  const { user } = await userOf(engine, (await arrive(engine)).next);
  assert.equal(user.country, 'MX');
});

// ---------------------------------------------------------------------------------------------------------------- terms

forEachStore(
  'terms are asked of somebody new and in each new version, and the version and the time are kept',
  async (given) => {
    const engine = asking(given, rulesWith({}, { terms: termsOf('1') }));
    const { attempt, next } = await arrive(engine);
    assert.deepEqual(registrationIn(next).terms, { ...termsOf('1'), agreed: false, fault: null });
    await attempt.send(STEP, { ...SAVE, terms: '1' });
    const { user } = await userOf(engine, await attempt.end());
    const agreedAt = given.clock.now();
    assert.ok(isIn((await arrive(engine)).next), 'asked once');

    given.clock.advance(1000);
    engine.asked.rules = rulesWith({}, { terms: termsOf('2') });
    const again = await arrive(engine);
    assert.equal(registrationIn(again.next).isNew, false);
    await again.attempt.send(STEP, { ...SAVE, terms: '2' });
    assert.ok(isIn(await again.attempt.end()));
    assert.deepEqual(await given.store.terms.agreementsOf(user.id), [
      { version: '2', address: 'https://campus.test/2', agreedAt: agreedAt + 1000 },
      { version: '1', address: 'https://campus.test/1', agreedAt },
    ]);
    const agreed = (await eventsOf(engine)).filter(({ type }) => type === 'terms.agreed');
    assert.deepEqual(
      agreed.map(({ user_id }) => user_id),
      [user.id, user.id],
    );
    const versions = agreed.map(({ detail }) => JSON.parse(String(detail)).version);
    assert.deepEqual(versions.toSorted(), ['1', '2']);
  },
);

onOne('E-02: nothing but the version that was shown agrees to terms', async (given) => {
  const engine = asking(given, rulesWith({}, { terms: termsOf('7') }));
  const { attempt } = await arrive(engine);
  const sent: readonly { readonly [name: string]: string }[] = [
    {},
    SAVE,
    { terms: '7' },
    { ...SAVE, terms: '' },
    { ...SAVE, terms: 'false' },
    { ...SAVE, terms: 'on' },
    { ...SAVE, terms: 'yes' },
    { ...SAVE, terms: '6' },
    { ...SAVE, 'terms[]': '7' },
    { ...SAVE, accept: '7', agreed: 'true' },
    { action: 'SAVE', terms: '7' },
  ];
  for (const fields of sent) {
    await attempt.send(STEP, fields);
    assert.equal(registrationIn(await attempt.end()).terms?.agreed, false, JSON.stringify(fields));
  }
  assert.equal(await countRows(given.databases.durable, 'users'), 0);
});

onOne(
  "skip_registration_form spares what is optional, and never agrees to terms on somebody's behalf",
  async (given) => {
    const rules = rulesWith({ username: 'required', city: 'optional', country: 'required' }, { terms: termsOf('1') });
    const engine = asking(given, rules, { country: 'MX' });
    recorded(engine, { skipRegistrationForm: true });
    const { attempt, next } = await arrive(engine);
    const form = registrationIn(next);
    assert.deepEqual([form.fields, form.terms?.agreed], [[], false]);
    await attempt.send(STEP, { ...SAVE, terms: '1' });
    const { user } = await userOf(engine, await attempt.end());
    assert.match(user.username, /^user-[0-9a-z]{12}$/, 'as Open edX submits what it proposes');
  },
);

// ------------------------------------------------------------------------------------------------------------ usernames

onOne('a username is proposed, may be chosen, and is left to us where it is made empty', async (given) => {
  const engine = asking(given, rulesWith({ username: 'optional' }));
  const one = await arrive(engine);
  const [field] = registrationIn(one.next).fields;
  assert.match(field?.value ?? '', /^user-[0-9a-z]{12}$/);
  await one.attempt.send(STEP, { ...SAVE, username: 'Ana_Ruiz' });
  assert.equal((await userOf(engine, await one.attempt.end())).user.username, 'Ana_Ruiz');
  says(engine, { ...nobodyYet, subject: 's2' });
  const two = await arrive(engine);
  await two.attempt.send(STEP, { ...SAVE, username: '' });
  assert.match((await userOf(engine, await two.attempt.end())).user.username, /^user-[0-9a-z]{12}$/);
});

forEachStore('D-20: a username that is taken, in any case, is refused with some that are free', async (given) => {
  const engine = asking(given, rulesWith({ username: 'required', city: 'required' }));
  const one = await arrive(engine);
  await one.attempt.send(STEP, { ...SAVE, username: 'ana', city: 'Mérida' });
  assert.ok(isIn(await one.attempt.end()));
  says(engine, { ...nobodyYet, subject: 's2' });
  const two = await arrive(engine);
  await two.attempt.send(STEP, { ...SAVE, username: 'ANA', city: '' });
  const form = registrationIn(await two.attempt.end());
  assert.deepEqual(faultsOf(form), [
    ['username', 'taken'],
    ['city', 'missing'],
  ]);
  const fault = form.fields[0]?.fault;
  assert.ok(fault?.code === 'taken' && fault.suggestions.length === 3);
  const [suggestion = ''] = fault.suggestions;
  await two.attempt.send(STEP, { ...SAVE, username: suggestion, city: 'Mérida' });
  assert.equal((await userOf(engine, await two.attempt.end())).user.username, suggestion);
});

forEachStore(
  'of many who choose one username at the same moment one gets it, the others are asked again',
  async (given) => {
    const engine = asking(given, rulesWith({ username: 'required', city: 'optional' }, { terms: termsOf('1') }));
    const attempts: Attempt[] = [];
    for (let index = 0; index < 10; index++) {
      says(engine, { ...nobodyYet, subject: `s${index}` });
      attempts.push((await arrive(engine)).attempt);
    }
    // All have chosen before the first account is made.
    await Promise.all(attempts.map((one) => one.send(STEP, { ...SAVE, username: 'ana', city: 'Mérida', terms: '1' })));
    const ends = await Promise.all(attempts.map((one) => one.end()));
    assert.equal(ends.filter(isIn).length, 1);
    for (const [index, next] of ends.entries()) {
      if (isIn(next)) continue;
      const form = registrationIn(next);
      assert.deepEqual(faultsOf(form)[0], ['username', 'taken']);
      assert.deepEqual([form.fields[1]?.value, form.terms?.agreed], ['Mérida', true], 'the rest stands as it was said');
      await attempts[index]?.send(STEP, { ...SAVE, username: `ana-${index}`, city: 'Mérida', terms: '1' });
    }
    const last = await Promise.all(attempts.map((one) => one.end()));
    assert.ok(last.every(isIn));
    assert.equal(await countRows(given.databases.durable, 'users'), 10);
    assert.equal(await countRows(given.databases.durable, 'terms_agreements'), 10);
  },
);

// --------------------------------------------------------------------------------------------- the attempt in between

onOne('E-06: what was typed stands nowhere in clear while the attempt waits', async (given) => {
  const rules = rulesWith({ city: 'required', country: 'required' }, { terms: termsOf('1') });
  const engine = asking(given, rules);
  const { attempt } = await arrive(engine);
  await attempt.send(STEP, { ...SAVE, city: 'Tzucacab' });
  assert.equal(registrationIn(await attempt.end()).fields.find(({ name }) => name === 'city')?.value, 'Tzucacab');
  const rows = JSON.stringify(await given.databases.ephemeral.all(sql`select * from sign_ins`));
  assert.ok(!rows.includes('Tzucacab'));
});

forEachStore('E-09: of two tabs that send different answers one wins whole', async (given) => {
  const engine = asking(given, rulesWith({ given_name: 'required', city: 'required' }));
  const { attempt } = await arrive(engine);
  const row = await attempt.row();
  const send = (given_name: string, city: string) =>
    engine.signIns.submit(row, sentForm(STEP, { ...SAVE, given_name, city }), REFERENCE);
  await Promise.all([send('Ana', 'Mérida'), send('Eva', 'Cancún')]);
  const { user } = await userOf(engine, await attempt.end());
  const { given_name, city } = user.details;
  assert.ok(['Ana Mérida', 'Eva Cancún'].includes(`${given_name} ${city}`), `${given_name} ${city}`);
});

onOne('E-09: a tab with faults and one without, at once: one wins, and the person gets in', async (given) => {
  const engine = asking(given, rulesWith({ city: 'required' }));
  const { attempt } = await arrive(engine);
  const row = await attempt.row();
  const send = (city: string) => engine.signIns.submit(row, sentForm(STEP, { ...SAVE, city }), REFERENCE);
  await Promise.all([send(''), send('Mérida')]);
  const next = await attempt.end();
  if (!isIn(next)) await attempt.send(STEP, { ...SAVE, city: 'Mérida' });
  assert.equal((await userOf(engine, await attempt.end())).user.details.city, 'Mérida');
});

forEachStore(
  'E-08: what the operator asks besides while the page is open is asked after it, and nothing is typed twice',
  async (given) => {
    const engine = asking(given, rulesWith({ city: 'required' }, { terms: termsOf('1') }));
    const { attempt } = await arrive(engine);
    engine.asked.rules = rulesWith({ city: 'required', country: 'required' }, { terms: termsOf('2') });
    await attempt.send(STEP, { ...SAVE, city: 'Mérida', terms: '1' });
    const form = registrationIn(await attempt.end());
    assert.deepEqual(shown(form), [
      ['country', '', 'required'],
      ['city', 'Mérida', 'required'],
    ]);
    assert.deepEqual([form.terms?.version, form.terms?.agreed], ['2', false]);
    await attempt.send(STEP, { ...SAVE, city: 'Mérida', country: 'MX', terms: '2' });
    const { user } = await userOf(engine, await attempt.end());
    assert.deepEqual(
      (await given.store.terms.agreementsOf(user.id)).map(({ version }) => version),
      ['2'],
    );
  },
);

forEachStore('E-08: whoever waits for a question that the operator took away goes on', async (given) => {
  const engine = asking(given, rulesWith({ city: 'required' }));
  const { attempt } = await arrive(engine);
  engine.asked.rules = null;
  assert.ok(isIn(await attempt.end()));
});

forEachStore(
  'E-08: an answer that another release wrote otherwise counts as none, and is asked again',
  async (given) => {
    const engine = asking(given, rulesWith({ city: 'required' }));
    const { attempt } = await arrive(engine);
    const row = await attempt.row();
    for (const answer of [{}, { fields: [], terms: 'x' }, { fields: { city: 7 } }, { fields: 'city' }]) {
      const { pause, arrival } = row;
      const current = await attempt.row();
      await given.store.signIns.advance(
        current,
        'waiting',
        { answers: { [STEP]: answer }, pause, arrival },
        given.clock.now(),
      );
      assert.deepEqual(shown(registrationIn(await attempt.end())), [['city', '', 'required']], JSON.stringify(answer));
    }
    await attempt.send(STEP, { ...SAVE, city: 'Mérida' });
    assert.ok(isIn(await attempt.end()));
  },
);

onOne(
  'O-07: where what is asked cannot be read, whoever is new waits for a newer version, and whoever is known gets in',
  async (given) => {
    const engine = asking(given, rulesWith({}));
    await arrive(engine);
    engine.asked.rules = 'unreadable';
    assert.ok(isIn((await arrive(engine)).next));
    says(engine, { ...nobodyYet, subject: 's2' });
    const { next } = await arrive(engine);
    assert.ok(next.kind === 'refused' && next.code === 'internal_error');
    assert.equal(await countRows(given.databases.durable, 'users'), 1);
  },
);
