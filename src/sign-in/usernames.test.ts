/**
 * The operator's rule for usernames at work: at the first sign-in, on the registration page, in a race, and never twice.
 */
import assert from 'node:assert/strict';
import { forEachStore, profileWith, type TestStore } from '../../test/store-fixture.ts';
import { sql } from '../store/database.ts';
import { mergeAccounts } from '../users/merge.fixture.ts';
import { Attempt, createEngine, type Engine, rulesWith } from './sign-in.fixture.ts';

function engineWith(given: TestStore): Engine {
  const engine = createEngine(given);
  engine.asked.usernameRule = 'email';
  return engine;
}

/** Somebody new, with this subject and an address of which nobody has vouched for anything. */
async function arrive(engine: Engine, subject: string, address: string): Promise<Attempt> {
  const emails = [{ address, claimedVerified: false }];
  engine.campus.answer = async () => ({ profile: profileWith({ subject, emails }), upstream: null });
  return Attempt.arrived(engine);
}

async function nameOf({ given }: Engine, attempt: Attempt): Promise<string> {
  const end = await attempt.end();
  assert.ok(end.kind === 'signed-in', end.kind);
  return (await given.store.accounts.findUser(end.userId))?.user.username ?? '';
}

forEachStore('D-20 the first has the name, the next one a suffix, and nobody is linked by it', async (given) => {
  const engine = engineWith(given);
  assert.equal(await nameOf(engine, await arrive(engine, 'a', 'ana@uni.mx')), 'ana');
  assert.match(await nameOf(engine, await arrive(engine, 'b', 'ANA@otra.mx')), /^ANA-[0-9a-z]{4}$/);
  assert.equal(await nameOf(engine, await arrive(engine, 'a', 'ana@uni.mx')), 'ana', 'the first is the same as before');
});

forEachStore('of fifty new people of one name at the same moment each gets one of their own', async (given) => {
  const engine = engineWith(given);
  const attempts: Attempt[] = [];
  for (let person = 0; person < 50; person++) attempts.push(await arrive(engine, `s${person}`, `ana@uni${person}.mx`));
  const names = await Promise.all(attempts.map((attempt) => nameOf(engine, attempt)));
  assert.equal(new Set(names).size, 50);
  assert.equal(names.filter((name) => name === 'ana').length, 1);
  assert.ok(names.every((name) => /^ana(-[0-9a-z]{4})?$/.test(name)));
});

forEachStore('a name is never given again, after a merge or a deletion', async (given) => {
  const engine = engineWith(given);
  for (const [subject, address] of [
    ['a', 'ana@uni.mx'],
    ['b', 'bea@uni.mx'],
    ['c', 'carla@uni.mx'],
  ] as const) {
    await nameOf(engine, await arrive(engine, subject, address));
  }
  const { durable } = given.databases;
  const idOf = async (name: string) =>
    String((await durable.get(sql`select id from users where username = ${name}`))?.id);
  const result = await mergeAccounts(given, await idOf('ana'), await idOf('bea'), {
    with: { rules: { sameProvider: 'allow', differentIdentifiers: 'allow', kindOf: () => 'upstream' } },
  });
  assert.equal(result.kind, 'merged');
  await durable.run(sql`update users set state = 'deleted' where username = 'carla'`);
  for (const name of ['ana', 'bea', 'carla']) {
    assert.match(await nameOf(engine, await arrive(engine, `again-${name}`, `${name}@otra.mx`)), /^\w+-[0-9a-z]{4}$/);
  }
});

forEachStore('the registration page proposes by the rule, and what the person chooses goes before', async (given) => {
  const engine = engineWith(given);
  engine.asked.rules = rulesWith({ username: 'optional' });
  const proposedTo = async (attempt: Attempt) => {
    const asked = await attempt.end();
    assert.ok(asked.kind === 'form' && asked.form.kind === 'registration');
    return asked.form.fields.find(({ name }) => name === 'username')?.value ?? '';
  };
  const first = await arrive(engine, 'a', 'ana@uni.mx');
  assert.equal(await proposedTo(first), 'ana');
  await first.send('complete-profile', { username: 'anita', action: 'save' });
  assert.equal(await nameOf(engine, first), 'anita');
  const second = await arrive(engine, 'b', 'anita@uni.mx');
  assert.match(await proposedTo(second), /^anita-[0-9a-z]{4}$/);
  await second.send('complete-profile', { username: '', action: 'save' });
  assert.match(await nameOf(engine, second), /^anita-[0-9a-z]{4}$/);
});
