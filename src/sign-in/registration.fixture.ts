/**
 * People before the pages of registration, for tests only.
 */
import assert from 'node:assert/strict';
import { forEachStore, profileWith, type TestStore } from '../../test/store-fixture.ts';
import type { Form, PersonName, ProviderRecord, Registration } from '../model.ts';
import type { ProfileParts } from '../providers/profile.ts';
import type { Next } from './next.ts';
import { Attempt, createEngine, type Engine } from './sign-in.fixture.ts';

/** The step whose page it is, and what its button sends. */
export const STEP = 'complete-profile';
export const SAVE = { action: 'save' };
export const nameless: PersonName = { full: null, given: null, firstSurname: null, secondSurname: null };
export const nobodyYet = { name: nameless };

/** A deployment that asks this, with a provider that says this of people, who are taken for new ones. */
export function asking(given: TestStore, rules: Registration, profile: Partial<ProfileParts> = nobodyYet): Engine {
  const engine = createEngine(given);
  engine.asked.rules = rules;
  says(engine, profile);
  recorded(engine, { sendToRegistrationFirst: true });
  return engine;
}

export function says(engine: Engine, profile: Partial<ProfileParts>): void {
  engine.campus.answer = async () => ({ profile: profileWith(profile), upstream: null });
}

export function recorded(engine: Engine, changes: Partial<ProviderRecord>): void {
  engine.campus.record = { ...engine.campus.record, ...changes };
}

export function onOne(name: string, body: (given: TestStore) => Promise<void>): void {
  forEachStore(name, body, ['SQLite in memory']);
}

type RegistrationForm = Extract<Form, { kind: 'registration' }>;

export function registrationIn(next: Next): RegistrationForm {
  assert.ok(next.kind === 'form' && next.form.kind === 'registration', `no registration page: ${JSON.stringify(next)}`);
  return next.form;
}

export const isIn = (next: Next) => next.kind === 'signed-in';
export const shown = ({ fields }: RegistrationForm) => fields.map(({ name, value, rule }) => [name, value, rule]);
export const faultsOf = ({ fields }: RegistrationForm) => fields.map(({ name, fault }) => [name, fault?.code ?? null]);

export async function userOf(engine: Engine, next: Next) {
  assert.ok(next.kind === 'signed-in', JSON.stringify(next));
  const found = await engine.given.store.accounts.findUser(next.userId);
  assert.ok(found);
  return found;
}

/** A new attempt of the same person that came back from the provider, and what it meets. */
export async function arrive(engine: Engine): Promise<{ attempt: Attempt; next: Next }> {
  const attempt = await Attempt.arrived(engine);
  return { attempt, next: await attempt.end() };
}
