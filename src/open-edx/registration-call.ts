/**
 * The registration API: one POST, and the few things that it can mean (open-edx.md §7, "By API").
 *
 * During the call the LMS asks our user info with the token that is sent along; it rolls everything back if that fails.
 * Must never: send a password, or anything of the person that was not released to the client that the LMS is.
 */
import { z } from 'zod';
import type { Environment, Milliseconds } from '../model.ts';
import type { Lms } from './lms.ts';
import type { LmsTransport } from './transport.ts';
import { detailOf, faultyFields, type LmsAnswer, type Trouble, unexpected } from './trouble.ts';

export interface RegistrationForm {
  readonly username: string;
  readonly email: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2; null where it is not known or not released. */
  readonly country: string | null;
  readonly yearOfBirth: string | null;
  readonly gender: string | null;
}

export type RegistrationAnswer =
  | { readonly kind: 'created'; readonly username: string }
  /** An account with the address is there, whoever made it: perhaps we, and the answer was lost. */
  | { readonly kind: 'duplicate-email' }
  | { readonly kind: 'duplicate-username'; readonly suggestions: readonly string[] }
  /** Somebody at the LMS is linked to this person already. */
  | { readonly kind: 'already-linked' }
  /** The LMS could not read our user info with the token. It says so for a token that is wrong and for a broker that is down. */
  | { readonly kind: 'token-not-accepted'; readonly detail: string }
  | { readonly kind: 'invalid-country' }
  | { readonly kind: 'invalid'; readonly fields: readonly string[] }
  /** The LMS takes no accounts by this way from anybody. */
  | { readonly kind: 'closed' }
  | Trouble;

/** After a refusal by its count: it does not say when the window ends. */
const REFUSED_FOR: Milliseconds = 6 * 60 * 60_000;

export async function register(
  { transport, lms, environment }: { transport: LmsTransport; lms: Lms; environment: Pick<Environment, 'now'> },
  form: RegistrationForm,
  accessToken: string,
): Promise<RegistrationAnswer> {
  const { country, yearOfBirth, gender, ...required } = form;
  const optional = { country, year_of_birth: yearOfBirth, gender };
  const known = Object.entries(optional).filter((entry): entry is [string, string] => entry[1] !== null);
  const called = await transport.call({
    counts: 'registrations',
    method: 'POST',
    path: '/user_api/v1/account/registration/',
    authorization: null,
    body: {
      form: new URLSearchParams([
        ...Object.entries(required),
        ...known,
        ['provider', lms.backend],
        ['access_token', accessToken],
        // It stands for the agreement to the LMS's own rules, and is copied to its terms; the operator's word, as skip_registration_form is.
        ['honor_code', 'true'],
      ]),
    },
  });
  if (called.kind !== 'answered') return called;
  const answer = parseRegistration(called);
  if (answer.kind !== 'rate-limited') return answer;
  const retryAt = environment.now() + REFUSED_FOR;
  await transport.refuseUntil('registrations', retryAt);
  return { kind: 'rate-limited', retryAt };
}

const created = z.object({ success: z.literal(true), authenticated_user: z.object({ username: z.string().min(1) }) });
const refused = z.object({ error_code: z.string(), username_suggestions: z.array(z.string()).optional() });

function parseRegistration(answer: LmsAnswer): RegistrationAnswer {
  const { status, body } = answer;
  if (status === 200) {
    const parsed = created.safeParse(body);
    return parsed.success ? { kind: 'created', username: parsed.data.authenticated_user.username } : unexpected(answer);
  }
  const parsed = refused.safeParse(body);
  const code = parsed.success ? parsed.data.error_code : null;
  if (status === 403) return code === 'forbidden-request' ? { kind: 'rate-limited', retryAt: 0 } : { kind: 'closed' };
  if (!parsed.success || (status !== 400 && status !== 409)) return unexpected(answer);
  switch (code) {
    case 'duplicate-email':
    case 'duplicate-email-username':
      return { kind: 'duplicate-email' };
    case 'duplicate-username':
      return { kind: 'duplicate-username', suggestions: parsed.data.username_suggestions ?? [] };
    case 'tpa-token-already-associated':
      return { kind: 'already-linked' };
    case 'tpa-invalid-access-token':
      return { kind: 'token-not-accepted', detail: detailOf(answer) };
    case 'invalid-country':
      return { kind: 'invalid-country' };
    case 'validation-error':
      return { kind: 'invalid', fields: faultyFields(body) };
    default:
      return unexpected(answer);
  }
}
