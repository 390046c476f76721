/**
 * `/api/v1/lti/members`: an app asks who is in a course from which people are launched into it.
 *
 * What of a person leaves is what the operator released to the app. Must never name anybody to an app that asks people before it is
 * told of them: those of a roster were not asked.
 */
import { type CourseMember, findMembers, type MembersTools } from '../rosters/course-members.ts';
import type { WebContext } from '../web/context.ts';
import { answered, refuse } from './answers.ts';
import { type BearerPorts, requireClient } from './bearer.ts';
import { askCampus, type QuestionTools, questionRefusals } from './campus-questions.ts';
import { type MemberAnswer, type MembersAnswer, membersAnswerSchema, membersQuerySchema } from './member-schemas.ts';
import { judgeQuery } from './requests.ts';
import type { ApiRoute } from './route.ts';

export interface MemberRouteDependencies extends MembersTools, BearerPorts, QuestionTools {
  readonly findClient: (clientId: string) => Promise<ReleasingClient | null>;
}

interface ReleasingClient {
  readonly api_scopes: readonly string[];
  readonly claims: readonly string[];
  readonly skip_authorization: boolean;
}

export function memberRoutes(dependencies: MemberRouteDependencies): readonly ApiRoute[] {
  const { log, findClient } = dependencies;

  async function list(c: WebContext): Promise<Response> {
    const clientId = await requireClient(c, 'lti:members', dependencies);
    const read = judgeQuery(membersQuerySchema, c);
    if ('faults' in read) return refuse(c, 'bad_request', read);
    const { deployment_id, context_id, role, limit, page } = read.value;
    const course = { deployment: deployment_id, contextId: context_id };
    return askCampus(c, dependencies, clientId, async () => {
      const found = await findMembers(dependencies, clientId, {
        ...course,
        role: role ?? null,
        limit,
        page: page ?? null,
      });
      if (found.kind === 'no-roster') return refuse(c, 'members_unknown');
      if (found.kind === 'page-ended') return refuse(c, 'members_page_ended');
      const released = releasedTo(await findClient(clientId));
      const members = found.members.map((member) => answerOf(member, released));
      const { unreadable, next, isCutShort: cut_short } = found;
      log.info({ event: 'roster.read', clientId, detail: deployment_id, count: members.length });
      return answered(
        c,
        { deployment_id, context_id, members, unreadable, next, cut_short } satisfies MembersAnswer,
        200,
      );
    });
  }

  return [
    {
      ...{ method: 'get', path: '/lti/members', scope: 'lti:members', handle: list },
      summary: 'Who is in a course from which people were launched into this app, as its campus says now.',
      query: membersQuerySchema,
      answer: { status: 200, schema: membersAnswerSchema },
      refusals: ['bad_request', 'members_unknown', 'members_page_ended', ...questionRefusals],
    },
  ];
}

const releasedTo = (client: ReleasingClient | null): ReadonlySet<string> =>
  new Set(client?.skip_authorization === true ? client.claims : []);

function answerOf({ user, said }: CourseMember, released: ReadonlySet<string>): MemberAnswer {
  const { status, roles, name, givenName, familyName, email } = said;
  const whole = name ?? ([givenName, familyName].filter((part) => part !== null).join(' ') || null);
  return {
    ...{ user, status, roles: [...roles] },
    ...(released.has('name') && whole !== null ? { name: whole } : {}),
    ...(released.has('given_name') && givenName !== null ? { given_name: givenName } : {}),
    ...(released.has('family_name') && familyName !== null ? { family_name: familyName } : {}),
    // Whoever is not told that it is not verified takes it for verified.
    ...(released.has('email') && email !== null ? { email, email_verified: false as const } : {}),
  };
}
