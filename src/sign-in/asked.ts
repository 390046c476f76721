/**
 * What an attempt waits for: which form is on the person's screen, who asks with it, and whether a press of its button is
 * being answered just now.
 *
 * Looks at the stored row and at what was sent, and decides nothing else.
 */
import type { Form, JsonObject, Milliseconds, Requester, SignIn } from '../model.ts';

/** Who asks with a form, and reads what is sent from it. */
export type FormOwner =
  | { readonly kind: 'provider'; readonly slug: string }
  | { readonly kind: 'step'; readonly name: string };

export interface Asked {
  readonly of: FormOwner;
  readonly form: Form;
  readonly remembered: JsonObject;
}

/** A form as it was sent: by whom and from which one, its fields each once. */
export interface Sent {
  readonly of: FormOwner;
  /** The kind of the form, as its page said; null for the link of a mail, which answers whatever waits for it. */
  readonly from: string | null;
  readonly fields: ReadonlyMap<string, string>;
  readonly requester: Requester;
}

/** Null where nothing waits for the person. */
export function askedIn({ state, departure, pause }: SignIn): Asked | null {
  if (state === 'started' && departure?.to.kind === 'form') {
    const { provider: slug, to, remembered } = departure;
    return { of: { kind: 'provider', slug }, form: to.form, remembered };
  }
  if (state === 'waiting' && pause !== null) {
    return { of: { kind: 'step', name: pause.step }, form: pause.form, remembered: pause.remembered };
  }
  return null;
}

/**
 * Whether this is an answer to what is asked now (E-03). A page that was left open, or that the back button brought up
 * again, asked something else: the password that was tried there must not become the one that is chosen here.
 */
export function answers({ of, form }: Asked, sent: Sent): boolean {
  const isOfOwner =
    of.kind === 'provider'
      ? sent.of.kind === 'provider' && sent.of.slug === of.slug
      : sent.of.kind === 'step' && sent.of.name === of.name;
  return isOfOwner && (sent.from === null || sent.from === form.kind);
}

/** Longer than any answer takes, with a full queue for hashing: a press that is older has died with its process. */
const ANSWERING_LIFE: Milliseconds = 10_000;

export function isBeingAnswered({ answeringSince }: SignIn, now: Milliseconds): boolean {
  return answeringSince !== null && now - answeringSince < ANSWERING_LIFE;
}
