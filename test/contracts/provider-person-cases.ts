/**
 * Who a provider says somebody is, and what it says of their e-mail addresses: what may be believed, and what never.
 */
import assert from 'node:assert/strict';
import type { SubjectPlace } from '../../simulators/shared/spoil.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { always, type Case } from './provider-case.ts';
import { type Fixture, type Guest, given } from './provider-fixture.ts';
import { member } from './provider-spoils.ts';
import { callOf, type World } from './provider-world.ts';

// ------------------------------------------------------------------------------------------------ the subject

const unusable: readonly (readonly [what: string, json: string | null, code: ErrorCode])[] = [
  ['is missing', null, 'subject_unusable'],
  ['is null', 'null', 'subject_unusable'],
  ['is empty', '""', 'subject_unusable'],
  ['is white space', '" \\u200b"', 'subject_unusable'],
  ['is the word "null"', '"null"', 'subject_unusable'],
  ['is the word "undefined"', '"undefined"', 'subject_unusable'],
  ['is an object', '{}', 'subject_unusable'],
  ['is a list', '["a"]', 'subject_unusable'],
  ['is true', 'true', 'subject_unusable'],
  ['is a fraction', '1.5', 'subject_unusable'],
  ['is a number that nothing can hold', '1e999', 'provider_answer_invalid'],
  ['holds a NUL', '"a\\u0000b"', 'subject_unusable'],
  ['is 300 characters long', JSON.stringify('x'.repeat(300)), 'subject_unusable'],
];

const exact = ['"AbC"', '"abc"', '"e\\u0301"', '"\\u00e9"'] as const;

const ofSubject: readonly Case[] = [
  ...unusable.map(
    ([what, json, code]): Case =>
      always(`DESIGN §6.1 a subject that ${what}: ${code}`, async (world) => {
        saySubject(world, json);
        await world.refuses(code);
      }),
  ),
  {
    name: 'B-13 subjects that differ in case or in their composition alone are different people',
    needs: ({ subjectStandsAlone }) => [subjectStandsAlone],
    run: async (world) => {
      const subjects = new Set<string>();
      for (const json of exact) {
        world.behave();
        saySubject(world, json);
        const { subject } = (await world.signIn()).profile;
        assert.equal(subject, JSON.parse(json));
        subjects.add(subject);
      }
      assert.equal(subjects.size, exact.length);
    },
  },
  {
    name: 'DESIGN §6.1 a number beyond 2^53 keeps its last digit',
    needs: ({ subjectStandsAlone, subject }) => [
      subjectStandsAlone,
      subject.from === 'ID token' ? { notApplicable: 'a subject of OpenID Connect is text (Core §2)' } : subject,
    ],
    run: async (world) => {
      saySubject(world, '9007199254740993');
      assert.equal((await world.signIn()).profile.subject, '9007199254740993');
    },
  },
  {
    name: 'B-14 user data about somebody else than the token is of: refused',
    needs: ({ ownerInUserData, calls }) => [ownerInUserData, calls.userData],
    run: async (world) => {
      const call = callOf(world, 'userData');
      for (const json of ['"otra-persona"', null]) {
        world.behave();
        world.spoil(call.endpoint, member(call, given(world.fixture.ownerInUserData), json));
        const isMissingSubject = json === null && world.fixture.subject.from === 'user data';
        await world.refuses(isMissingSubject ? 'subject_unusable' : 'provider_answer_invalid');
      }
    },
  },
];

function saySubject(world: World, json: string | null): void {
  const { subject } = world.fixture;
  if (subject.from === 'ID token') forgeClaim(world, 'sub', json);
  else spoilPerson(world, subject.place, json);
}

function spoilPerson(world: World, place: SubjectPlace, json: string | null): void {
  const call = callOf(world, 'userData');
  world.spoil(call.endpoint, member(call, place, json));
}

function forgeClaim({ standIn }: World, name: string, json: string | null): void {
  const how = { kind: 'id-token-claim', name, json } as const;
  assert.ok(standIn.openId, 'only one protocol has ID tokens');
  standIn.openId.misbehave({ endpoint: 'token', how, times: 'until-reset' });
}

// ------------------------------------------------------------------------------------------------ e-mail

const flags = ['"true"', '"false"', '1', '"1"', '[]', '{}', 'null', 'false', null] as const;

const ofEmail: readonly Case[] = [
  always('a person with an e-mail address arrives with it, as verified as the operator lets it be', (world) =>
    arrivesWith(world, world.fixture.people.ordinary),
  ),
  {
    name: 'D-02 an e-mail address that the provider did not verify is not verified, however much it is trusted',
    needs: ({ people }) => [people.unverified],
    run: async (world) => {
      const guest = given(world.fixture.people.unverified);
      assert.ok(guest.emails.length > 0 && guest.emails.every(({ verified }) => !verified));
      await arrivesWith(world, guest);
    },
  },
  always('a person without an e-mail address signs in, and none is made up', async (world) => {
    assert.deepEqual(world.fixture.people.withoutEmail.emails, []);
    await arrivesWith(world, world.fixture.people.withoutEmail);
  }),
  ...flags.map(
    (json): Case => ({
      name: `B-16 ${json === null ? 'a missing flag' : `the flag ${json}`} verifies no e-mail address`,
      needs: ({ emailFlag }) => [emailFlag],
      run: async (world) => {
        // Only what a true flag verifies can show that another one does not.
        assert.ok(world.fixture.people.ordinary.emails.some(({ verified }) => verified));
        sayFlag(world, json);
        const { emails } = (await world.signIn()).profile;
        assert.deepEqual(
          emails,
          world.fixture.people.ordinary.emails.map(({ address }) => ({ address, verified: false })),
        );
      },
    }),
  ),
];

function sayFlag(world: World, json: string | null): void {
  const flag = given(world.fixture.emailFlag);
  if (flag.from === 'ID token') forgeClaim(world, flag.claim, json);
  else spoilPerson(world, flag.place, json);
}

async function arrivesWith(world: World, { slug, emails }: Guest): Promise<void> {
  const { profile } = await world.signIn(slug);
  assert.deepEqual(profile.emails, emails);
  assert.deepEqual(world.complaints(), []);
}

// ------------------------------------------------------------------------------------------------ the code, alone

const late = 600_001;

const ofCode: readonly Case[] = [
  always('RFC 6749 §4.1.2 a code that was spent: provider_rejected_code', async (world) => {
    const visit = await world.visit(world.fixture.people.ordinary.slug);
    await world.finish(visit);
    await assert.rejects(world.finish(visit), { code: 'provider_rejected_code' });
  }),
  always('a code that comes later than the provider allows: provider_rejected_code', async (world) => {
    const visit = await world.visit(world.fixture.people.ordinary.slug);
    world.rig.clock.advance(late);
    await assert.rejects(world.finish(visit), { code: 'provider_rejected_code' });
  }),
  {
    name: 'RFC 7636 §4.6 a code with the verifier of another attempt: provider_rejected_code',
    needs: ({ pkce }: Fixture) => [pkce],
    run: async (world) => {
      const visit = await world.visit(world.fixture.people.ordinary.slug);
      await assert.rejects(world.finish(visit, 'x'.repeat(43)), { code: 'provider_rejected_code' });
    },
  },
];

export const personCases: readonly Case[] = [...ofSubject, ...ofEmail, ...ofCode];
