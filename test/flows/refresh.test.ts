/**
 * Bringing an account up to date at a sign-in: what is new is written, what is not is left alone.
 */
import assert from 'node:assert/strict';
import { practicePeople } from '../../simulators/index.ts';
import { sql } from '../../src/store/database.ts';
import { forEachRig, type Rig, withOneRig } from '../rig.ts';

const storedUser = async ({ databases }: Rig) => databases.durable.get(sql`select profile, updated_at from users`);

forEachRig('a person of whom the provider says the same as before is not written again', async (rig) => {
  await rig.signIn(rig.browser(), 'nacional');
  const before = await storedUser(rig);
  rig.clock.advance(60_000);
  const page = await rig.signIn(rig.browser(), 'nacional');
  assert.match(page.text('signed-in-as'), /Citlali/);
  // Sealed anew it would differ: each sealing has a nonce of its own.
  assert.deepEqual(await storedUser(rig), before);
  assert.equal(await rig.count('sessions'), 2);
});

withOneRig('a sign-in that nobody is to be told of asks the outbox nothing', async (rig) => {
  await rig.signIn(rig.browser(), 'nacional');
  await rig.mail.settle();
  const asked: string[] = [];
  rig.breakDatabase(({ text }) => {
    asked.push(text);
    return 'works';
  });
  assert.match((await rig.signIn(rig.browser(), 'nacional')).text('signed-in-as'), /Citlali/);
  rig.breakDatabase(null);
  assert.ok(asked.length > 10);
  assert.deepEqual(
    asked.filter((text) => text.includes('outgoing_mails')),
    [],
  );
});

withOneRig('llave-mx.md §8.7: what the provider says anew is taken over at the next sign-in', async (rig) => {
  await rig.signIn(rig.browser(), 'nacional');
  await sayOtherwise(rig);
  const page = await rig.signIn(rig.browser(), 'nacional');
  assert.match(page.text('signed-in-as'), /Citlali Nueva Robledo Ayala/);
});

withOneRig(
  'llave-mx.md §8.7: with sync_learner_profile_data off the account stays as it was made',
  async (rig) => {
    await rig.signIn(rig.browser(), 'nacional');
    await sayOtherwise(rig);
    const page = await rig.signIn(rig.browser(), 'nacional');
    assert.match(page.text('signed-in-as'), /Citlali Ximena Robledo Ayala/);
  },
  { moreRecord: ['sync_learner_profile_data: false'] },
);

async function sayOtherwise(rig: Rig): Promise<void> {
  const person = practicePeople.find(({ slug }) => slug === 'nacional');
  assert.ok(person?.answer === 'consents');
  const json = JSON.stringify({ ...person.userData, nombre: 'Citlali Nueva' });
  rig.llaveMx.misbehave({ endpoint: 'user-data', how: { kind: 'json-replaced', json }, times: 1 });
}
