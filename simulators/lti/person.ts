/**
 * What a practice person is to a campus: its record of them, and how much of it the campus shows to a tool.
 */

import type { ListedPerson } from '../shared/page.ts';

export type Sharing = 'everything' | 'name' | 'email' | 'nothing';

export interface Person extends ListedPerson {
  /** The number of the record, of which each product makes its subject. Null: a visitor whom launches do not name. */
  readonly number: number | null;
  readonly given: string;
  readonly family: string;
  /** Empty text is sent as it is: D2L does so. Null is not sent. */
  readonly email: string | null;
  readonly username: string;
  /** What the institution calls them: `lis_person_sourcedid`. */
  readonly sourcedId: string | null;
  readonly sharing: Sharing;
  /** The person behind "Student view" and previews, who is nobody (lti.md §3.7). */
  readonly isTestUser: boolean;
  /** Whether they run the campus: its tools, and what it asks of them. */
  readonly isAdministrator: boolean;
}
