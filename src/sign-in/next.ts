/**
 * What the dispatcher of an attempt is given, and what it answers.
 */
import type { ErrorCode } from '../errors.ts';
import type { Form, Requester, Session } from '../model.ts';
import type { FormOwner } from './asked.ts';

/** The browser that comes with an attempt. */
export interface BrowserOfSignIn {
  readonly secret: string;
  readonly requester: Requester;
  /** Who is signed in in it. Looked at for a launch only: any other way of signing in is the person's own doing. */
  readonly present: Session | null;
}

/** What the dispatcher found that the browser must see or do next. */
export type Next =
  | { readonly kind: 'choose' }
  /** A form of ours is to be filled in: of the provider that was chosen, or of a step of the pipeline. */
  | { readonly kind: 'form'; readonly of: FormOwner; readonly form: Form }
  /** The provider is to be gone to: what a test does in place of choosing. */
  | { readonly kind: 'leave'; readonly slug: string }
  | { readonly kind: 'wait' }
  /** The report of the test stands in the row. */
  | { readonly kind: 'tested' }
  /** `knownDevice`: what the browser keeps to be known by the next time; null where nothing is to be kept. */
  | {
      readonly kind: 'signed-in';
      readonly userId: string;
      readonly sessionToken: string;
      readonly knownDevice: string | null;
    }
  /** An account was shown to be the person's: back to who waits for it. */
  | { readonly kind: 'proved' }
  | {
      readonly kind: 'refused';
      readonly code: ErrorCode;
      readonly provider: string | null;
      readonly caseNumber: string | null;
    };
