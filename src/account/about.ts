/**
 * From what is stored of a person's own words to what their account page shows of them.
 */
import type { User } from '../model.ts';
import type { AboutProps } from '../pages/about.ts';
import { detailNames } from '../person/fields.ts';
import type { TermsAgreement } from '../store/terms.ts';
import { knownValue, whoseWord } from '../users/known-values.ts';
import type { ValueSources } from './value-sources.ts';

/** Names are left out: they stand at the top of the page. */
export function aboutOf(user: User, terms: readonly TermsAgreement[], sources: ValueSources): AboutProps {
  const fields = detailNames.filter((field) => field !== 'given_name' && field !== 'family_name');
  const known = fields.filter((field) => knownValue(user, field) !== '');
  const details = known.map((field) => {
    return { field, value: knownValue(user, field), sources: sources.ofWords([whoseWord(user, field)]) };
  });
  return { details, terms };
}
