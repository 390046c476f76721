/**
 * The form of the registration page: of whom what is asked, with what is known and what was said so far.
 *
 * Implements what Open edX's record of a provider says of its form (`skip_registration_form`,
 * `sync_learner_profile_data`). Whatever was answered before stands in the form again, so that one answer is always whole.
 */
import type { AskedField, AskedTerms, FieldFault, Form, RegistrationField } from '../model.ts';
import { registrationFields } from '../person/fields.ts';
import type { UsernameJudgement } from '../providers/provider.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { knownValue } from '../users/known-values.ts';
import type { Facts } from './pipeline.ts';
import type { RegistrationFacts, StoredAccount } from './registration-facts.ts';

export type RegistrationForm = Extract<Form, { readonly kind: 'registration' }>;

type Provided = Pick<Facts, 'profile' | 'record'>;

/** What is to be asked before an account is made; null when nothing is. */
export function formOfNewcomer(provided: Provided, registration: RegistrationFacts): RegistrationForm | null {
  const { rules, said } = registration;
  const spared = provided.record.skipRegistrationForm;
  const offered = registrationFields
    .filter((name) => rules.fields[name] !== 'hidden')
    .map((name) => fieldOfNewcomer(name, provided, registration));
  const terms = askedTerms(registration, null);
  // Once: what is optional was offered by then. A username is always worth an offer: ours is nobody's choice.
  const hasOffer = said === null && !spared && offered.some((field) => isOpen(field) || field.name === 'username');
  if (!hasOffer && !offered.some(isWanting) && !isUnagreed(terms)) return null;
  const shown = spared ? offered.filter((field) => isWanting(field) || wasSaid(field.name, registration)) : offered;
  return { kind: 'registration', isNew: true, fields: shown, terms };
}

/** What an account lacks that is there already; null when it lacks nothing. What is optional was offered to it once. */
export function formOfAccount(
  provided: Provided,
  registration: RegistrationFacts,
  account: StoredAccount,
): RegistrationForm | null {
  const lacking = registrationFields.filter(
    (name) => registration.rules.fields[name] === 'required' && lacks(account, name),
  );
  const terms = askedTerms(registration, account);
  if (lacking.every((name) => wasAnswered(name, registration)) && !isUnagreed(terms)) return null;
  const fields = lacking.map((name) => fieldOfAccount(name, provided, registration));
  return { kind: 'registration', isNew: false, fields, terms };
}

const isOpen = ({ rule, value }: AskedField) => rule !== 'fixed' && value === '';
const isWanting = ({ rule, value, fault }: AskedField) => (rule === 'required' && value === '') || fault !== null;
const isUnagreed = (terms: AskedTerms | null) => terms !== null && !terms.agreed;

function wasSaid(name: RegistrationField, { said }: RegistrationFacts): boolean {
  return said?.fields[name] !== undefined;
}

function wasAnswered(name: RegistrationField, { said, proved }: RegistrationFacts): boolean {
  return (said?.fields[name] ?? '') !== '' || (name === 'email' && proved !== null);
}

function fieldOfNewcomer(name: RegistrationField, provided: Provided, registration: RegistrationFacts): AskedField {
  const { said, username, proposedUsername, rules } = registration;
  const known = knownOfNewcomer(name, provided, registration);
  if (known.isFixed) return { name, value: known.value, rule: 'fixed', fault: null };
  const proposed = name === 'username' ? proposedUsername : known.value;
  return {
    name,
    value: said?.fields[name] ?? proposed,
    rule: rules.fields[name] === 'required' ? 'required' : 'optional',
    fault: name === 'username' && username !== null ? faultOf(username) : null,
  };
}

/** What is wrong with a username that was chosen. */
export function faultOf(judgement: UsernameJudgement): FieldFault | null {
  switch (judgement.kind) {
    case 'free':
      return null;
    case 'holds_curp':
      return { code: 'holds_curp' };
    case 'taken':
      return { code: 'taken', suggestions: judgement.suggestions };
  }
}

interface Known {
  readonly value: string;
  readonly isFixed: boolean;
}

/** What providers say of it, and whether the person may say otherwise. */
function knownOfNewcomer(name: RegistrationField, { profile, record }: Provided, { proved }: RegistrationFacts): Known {
  const synced = record.syncLearnerProfileData;
  if (name === 'username') return { value: '', isFixed: false };
  if (name === 'email') {
    if (proved !== null) return { value: proved, isFixed: true };
    const email = profile.emails.find(({ address }) => canonicalEmail(address) !== null);
    // An address that somebody vouched for is not typed away.
    return { value: email?.address ?? '', isFixed: email !== undefined && (synced || email.verified) };
  }
  const value = knownValue({ ...profile, details: {} }, name);
  // A birth date that a provider gave may say who is a minor: it is not typed away either.
  return { value, isFixed: value !== '' && (synced || name === 'year_of_birth') };
}

function lacks({ user, hasEmail }: StoredAccount, name: RegistrationField): boolean {
  if (name === 'username') return false;
  return name === 'email' ? !hasEmail : knownValue(user, name) === '';
}

/** Prefilled with what the provider says, also where it does not bring the account up to date. */
function fieldOfAccount(name: RegistrationField, provided: Provided, registration: RegistrationFacts): AskedField {
  const known = knownOfNewcomer(name, provided, registration);
  if (name === 'email' && registration.proved !== null) return { name, value: known.value, rule: 'fixed', fault: null };
  const value = registration.said?.fields[name] ?? known.value;
  return { name, value, rule: 'required', fault: null };
}

function askedTerms({ rules, said }: RegistrationFacts, account: StoredAccount | null): AskedTerms | null {
  if (rules.terms === null || account?.hasAgreed === true) return null;
  return { ...rules.terms, agreed: said?.terms?.version === rules.terms.version, fault: null };
}
