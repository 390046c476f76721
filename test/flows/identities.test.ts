/**
 * Who a profile makes somebody: the subject exactly as sent, and an e-mail verified only by a real `true` (B-13, B-16).
 */
import assert from 'node:assert/strict';
import { generatedPerson } from '../../simulators/index.ts';
import type { Json } from '../../src/model.ts';
import { sql } from '../../src/store/database.ts';
import { forEachRig, type Rig } from '../rig.ts';

async function claimsAfter(
  rig: Rig,
  person: string,
): Promise<{ sub: string; email?: string; email_verified?: boolean }> {
  return JSON.parse((await rig.signIn(rig.browser(), person)).text('claims-json')).userinfo;
}

forEachRig(
  'B-13 subjects that differ in case or in Unicode form are different people, today and next time',
  async (rig) => {
    const subjects = ['AbC', 'abc', 'ABC', '\u00e9', 'e\u0301', 'abc ', '0', '00'];
    const first = new Map<string, string>();
    for (const round of [1, 2]) {
      for (const subject of subjects) {
        const how = { kind: 'subject', json: JSON.stringify(subject) } as const;
        rig.llaveMx.misbehave({ endpoint: 'user-data', how, times: 1 });
        const { sub } = await claimsAfter(rig, 'cuenta-basica');
        if (round === 1) first.set(subject, sub);
        else assert.equal(sub, first.get(subject));
      }
    }
    assert.equal(new Set(first.values()).size, subjects.length);
    const stored = await rig.databases.durable.all(sql`select subject from identities`);
    assert.deepEqual(stored.map(({ subject }) => String(subject)).sort(), [...subjects].sort());
  },
);

const flags: readonly (readonly [Json, boolean])[] = [
  [true, true],
  ['true', false],
  ['True', false],
  [1, false],
  ['1', false],
  ['false', false],
  [false, false],
  [[], false],
  [{}, false],
  [null, false],
];

forEachRig('B-16 an e-mail is verified by the boolean true and by nothing that looks like it', async (rig) => {
  for (const [index, [flag, verified]] of flags.entries()) {
    const person = generatedPerson(index);
    rig.llaveMx.addPerson({ ...person, userData: { ...person.userData, correoVerificado: flag } });
    const claims = await claimsAfter(rig, person.slug);
    assert.equal(claims.email, `persona.${index}@example.com`);
    assert.equal(claims.email_verified, verified, JSON.stringify(flag));
  }
  const { correoVerificado: _none, ...userData } = generatedPerson(99).userData;
  rig.llaveMx.addPerson({ ...generatedPerson(99), userData });
  assert.equal((await claimsAfter(rig, 'generada-99')).email_verified, false);
});
