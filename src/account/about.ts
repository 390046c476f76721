/**
 * From what is stored of a person's own words to what their account page shows of them.
 */
import type { User } from '../model.ts';
import type { AboutProps } from '../pages/about.ts';
import { detailNames } from '../person/fields.ts';
import type { TermsAgreement } from '../store/terms.ts';
import { knownValue } from '../users/known-values.ts';

/** Names are left out: they stand at the top of the page. */
export function aboutOf(user: User, terms: readonly TermsAgreement[]): AboutProps {
  const fields = detailNames.filter((field) => field !== 'given_name' && field !== 'family_name');
  const details = fields.map((field) => ({ field, value: knownValue(user, field) }));
  return { details: details.filter(({ value }) => value !== ''), terms };
}
