/**
 * Who is in a course, as apps ask for it and as it is answered. Names are those of Names and Role Provisioning Services 2.0 §2.2.
 */
import { z } from 'zod';
import { idSchema, textSchema } from './schemas.ts';

export const membersQuerySchema = z.strictObject({
  deployment_id: textSchema(1000).describe(
    'The claim `https://purl.imsglobal.org/spec/lti/claim/deployment_id`: which campus.',
  ),
  context_id: idSchema.describe('The `id` of the claim `https://purl.imsglobal.org/spec/lti/claim/context`.'),
  role: textSchema(255)
    .optional()
    .describe('Only who has it: as in `roles`, or its short name. Some campuses ignore it.'),
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('How many on a page; a campus may give fewer.'),
  page: textSchema(10_000).optional().describe('What `next` was. Role and limit stay those of the first page.'),
});

const memberSchema = z.strictObject({
  user: z.string().nullable().describe('The `sub` by which your app knows them; null where it was never told of them.'),
  status: z.enum(['Active', 'Inactive', 'Deleted']),
  roles: z.array(z.string()),
  name: z.string().optional(),
  given_name: z.string().optional(),
  family_name: z.string().optional(),
  email: z.string().optional(),
  email_verified: z.literal(false).optional().describe('Beside `email`: nobody but the campus says that it is theirs.'),
});
export type MemberAnswer = z.output<typeof memberSchema>;

export const membersAnswerSchema = z.strictObject({
  deployment_id: z.string(),
  context_id: z.string(),
  members: z.array(memberSchema),
  unreadable: z.int().min(0).describe('How many more there are on this page that could not be read.'),
  next: z.string().nullable().describe('For `page`, during fifteen minutes. Null on the last page.'),
  cut_short: z
    .boolean()
    .describe('There is more, and the campus does not lead there: who is missing may be in the course.'),
});
export type MembersAnswer = z.output<typeof membersAnswerSchema>;
