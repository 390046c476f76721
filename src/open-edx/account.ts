/**
 * The learner's account at the LMS: made by the registration API, or found there.
 *
 * `sent` is written before each registration, so that a lost answer, a crash and a merge all end in a look at what is there and
 * never in a second account. An account that exists with the learner's address is theirs only once a login has linked it: that is
 * the walk's to find out. Must never: give up an account because the address is taken.
 */
import type { ClientDocument } from '../configuration/client-document.ts';
import type { Environment } from '../model.ts';
import type { Store } from '../store/store.ts';
import { findAccountByEmail } from './account-calls.ts';
import { failedBy } from './failed-by.ts';
import { factsOf, lmsUsername, nextUsername } from './learner-facts.ts';
import { done, type StepResult, type Work } from './learners.ts';
import type { Lms } from './lms.ts';
import type { OurSide } from './our-side.ts';
import { type RegistrationAnswer, type RegistrationForm, register } from './registration-call.ts';
import type { LmsTransport } from './transport.ts';
import { isTrouble } from './trouble.ts';

export interface AccountDependencies {
  readonly lms: Lms;
  readonly environment: Environment;
  readonly store: Pick<Store, 'accounts'>;
  readonly transport: LmsTransport;
  readonly ourSide: Pick<OurSide, 'lendToken'>;
  readonly findClient: (clientId: string) => Promise<ClientDocument | null>;
}

/** Each may be one of 60 in a week. */
const MOST_REGISTRATIONS = 4;

export async function ensureAccount(dependencies: AccountDependencies, work: Work): Promise<StepResult> {
  const { lms, store, findClient } = dependencies;
  if (work.current().account === 'created') return done;
  const { userId } = work.current();
  const client = await findClient(lms.clientId);
  if (client === null) return failed('client-missing');
  const found = await store.accounts.findUser(userId);
  if (found === null) throw new Error('a learner without a user');
  const facts = factsOf(found.user, found.emails, client);
  if (facts.kind === 'failed') return failed(facts.code);
  if (work.current().account === 'sent') {
    const recovered = await recover(dependencies, work, facts.form.email);
    if (recovered !== null) return recovered;
  }
  return registerOnce(dependencies, work, {
    ...facts.form,
    username: work.current().username ?? lmsUsername(found.user),
  });
}

const failed = (code: Extract<StepResult, { kind: 'failed' }>['code'], answer: string | null = null): StepResult => {
  return { kind: 'failed', code, answer };
};

/** A registration whose answer nobody saw. Null: nothing came of it, or nobody can look, and it may be sent again. */
async function recover({ lms, transport }: AccountDependencies, work: Work, email: string): Promise<StepResult | null> {
  // Without a service worker the next registration finds out: it is refused as a duplicate.
  if (lms.worker === null) return null;
  const answer = await findAccountByEmail(transport, lms.worker, email);
  if (isTrouble(answer)) return failedBy(answer, 'worker-refused');
  if (answer.kind === 'no-account') return null;
  // By any other name it is somebody's who was there before, and the login says whether it is theirs.
  const isOurs = answer.username.toLowerCase() === work.current().username?.toLowerCase();
  await work.write({ account: 'created', username: isOurs ? answer.username : null });
  return done;
}

async function registerOnce(
  dependencies: AccountDependencies,
  work: Work,
  given: RegistrationForm,
): Promise<StepResult> {
  const { environment, ourSide } = dependencies;
  const tried = new Set<string>();
  let form = given;
  for (let count = 1; count <= MOST_REGISTRATIONS; count += 1) {
    const before = work.current().account;
    await work.write({ account: 'sent', username: form.username });
    tried.add(form.username);
    const answer = await ourSide.lendToken(work.current().userId, (token) => register(dependencies, form, token));
    switch (answer.kind) {
      case 'refused':
        await work.write({ account: before });
        return failed(answer.code);
      case 'duplicate-username':
        await work.write({ account: 'none' });
        form = { ...form, username: nextUsername(given.username, answer.suggestions, tried, fourDigits(environment)) };
        break;
      case 'invalid-country':
        await work.write({ account: 'none' });
        // What they are called in a country is nothing that an account should fail for.
        if (form.country === null) return failed('registration-invalid', 'country');
        form = { ...form, country: null };
        break;
      // Not carried out: what is unknown of an earlier one stays so.
      case 'rate-limited':
        await work.write({ account: before });
        return failedBy(answer, 'registration-closed');
      default:
        return conclude(work, answer);
    }
  }
  return failed('username-taken');
}

type Conclusive = Exclude<RegistrationAnswer, { kind: 'duplicate-username' | 'invalid-country' | 'rate-limited' }>;

async function conclude(work: Work, answer: Conclusive): Promise<StepResult> {
  switch (answer.kind) {
    case 'created':
      await work.write({ account: 'created', username: answer.username });
      return done;
    case 'duplicate-email':
    case 'already-linked':
      // The login says who they are there: the account with the address need not be the one that is linked to them.
      await work.write({ account: 'created', username: null });
      return done;
    case 'token-not-accepted':
      // All of it was taken back (open-edx.md §7).
      await work.write({ account: 'none' });
      return failed('token-not-accepted', answer.detail);
    case 'invalid':
      await work.write({ account: 'none' });
      return failed('registration-invalid', answer.fields.join(' '));
    case 'closed':
      await work.write({ account: 'none' });
      return failed('registration-closed');
    // It may have been made: `sent` stays.
    case 'unreachable':
    case 'unexpected':
    case 'credential-refused':
      return failedBy(answer, 'lms-unexpected');
  }
}

function fourDigits(environment: Pick<Environment, 'randomBytes'>): string {
  const [high = 0, low = 0] = environment.randomBytes(2);
  return `${1000 + ((high * 256 + low) % 9000)}`;
}
