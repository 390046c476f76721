/**
 * Who is in a course, as the campus has it: Names and Role Provisioning (lti.md §3.12).
 *
 * A roster is not somebody at the door: must never sign anybody in, make an account or link one.
 */
import { z } from 'zod';
import { isList, memberOf } from '../../json.ts';
import type { Json } from '../../model.ts';
import { objectIn, type Page, type Pages, readPage, readPages, withQuery } from './pages.ts';
import type { PlatformClient } from './platform-client.ts';
import { scopes } from './scopes.ts';
import type { PlatformErrand } from './service-tokens.ts';

export interface Member {
  /** The `sub` of their launches. */
  readonly userId: string;
  readonly status: 'Active' | 'Inactive' | 'Deleted';
  readonly roles: readonly string[];
  /** What the campus lets us know of them: unverified, as in a launch. */
  readonly name: string | null;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly email: string | null;
  readonly sourcedId: string | null;
}

export interface RosterQuery {
  /** Only who has this role. */
  readonly role: string | null;
  /** At most so many on a page; a platform may give fewer. */
  readonly limit: number | null;
  /** Only who can open this link: `rlid`. */
  readonly resourceLinkId: string | null;
}

const mediaType = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
/** A hundred at Schoology, ten at Canvas: enough for any course, and an end. */
export const MOST_MEMBER_PAGES = 500;

/** Empty says nothing, and some send it so. */
const text = z
  .string()
  .nullable()
  .default(null)
  .transform((sent) => (sent === '' ? null : sent));
const memberSchema = z
  .object({
    user_id: z.string().regex(/^[ -~]{1,255}$/),
    // NRPS §2.3: who has none is active.
    status: z.enum(['Active', 'Inactive', 'Deleted']).default('Active'),
    roles: z.array(z.string()).max(200),
    name: text,
    given_name: text,
    family_name: text,
    email: text,
    lis_person_sourcedid: text,
  })
  .transform(
    ({
      user_id: userId,
      given_name: givenName,
      family_name: familyName,
      lis_person_sourcedid: sourcedId,
      ...rest
    }): Member => ({
      ...{ userId, givenName, familyName, sourcedId },
      ...rest,
    }),
  );

const list = {
  ...{ scope: scopes.memberships, mediaType, entriesOf: membersIn },
  read: (entry: Json) => memberSchema.safeParse(entry).data ?? null,
};

/** All of them, page after page. @throws ServiceError */
export function readMembers(
  client: PlatformClient,
  errand: PlatformErrand,
  { address, query }: { readonly address: URL; readonly query: RosterQuery },
): Promise<Pages<Member>> {
  return readPages(client, errand, { ...list, first: firstMemberPage(address, query), mostPages: MOST_MEMBER_PAGES });
}

/** @throws ServiceError */
export const readMemberPage = (client: PlatformClient, errand: PlatformErrand, page: URL): Promise<Page<Member>> =>
  readPage(client, errand, list, page);

export function firstMemberPage(address: URL, { role, limit, resourceLinkId }: RosterQuery): URL {
  return withQuery(address, {
    ...(role === null ? {} : { role }),
    ...(limit === null ? {} : { limit: String(limit) }),
    ...(resourceLinkId === null ? {} : { rlid: resourceLinkId }),
  });
}

function membersIn(body: string): readonly Json[] {
  const members = memberOf(objectIn(body), 'members');
  if (!isList(members)) throw new TypeError('members is no list');
  return members;
}
