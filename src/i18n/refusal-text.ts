/**
 * The shape of what people read when something is refused, in any language.
 */

/** What a refusal says: what happened, and what the person can do now. Whom to ask is said the same way for all. */
export interface RefusalText {
  readonly title: string;
  readonly happened: string;
  readonly next: string;
}
