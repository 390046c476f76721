/**
 * What apps send to the API, and what it answers: the one description, by which requests are judged and the OpenAPI document is made.
 *
 * Names within a score are those of Assignment and Grade Services 2.0 §3.4.
 */
import { z } from 'zod';
import { activityProgress, gradingProgress } from '../lti/score.ts';
import { scoreStates } from '../store/outgoing-scores.ts';

/** No control characters but those of a text of several lines, and nothing that a database could not keep. */
export const textSchema = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => text.isWellFormed() && !/[^\P{C}\n\r\t]/u.test(text), 'must be text without control characters');

export const idSchema = textSchema(255);
/** A claim may be sent as it came, with its title. */
const claimSchema = z.object({ id: idSchema });

const linkMembers = {
  user: idSchema.describe('The `sub` by which your app knows the person.'),
  deployment_id: textSchema(1000)
    .optional()
    .describe('The claim `https://purl.imsglobal.org/spec/lti/claim/deployment_id`: which campus.'),
};

export const scoreRequestSchema = z
  .strictObject({
    ...linkMembers,
    resource_link: claimSchema.describe('The claim `https://purl.imsglobal.org/spec/lti/claim/resource_link`.'),
    context: claimSchema.optional().describe('The claim `https://purl.imsglobal.org/spec/lti/claim/context`.'),
    scoreGiven: z.number().min(0).optional().describe('May be above `scoreMaximum`. Left out: nothing to grade yet.'),
    scoreMaximum: z.number().positive().optional().describe('Beside `scoreGiven`.'),
    timestamp: z.iso
      .datetime({ offset: true, error: 'must be a time such as 2026-11-03T09:30:00.250Z' })
      .describe('When you gave it, to the millisecond. The same time again is the same score.'),
    activityProgress: z.enum(activityProgress),
    gradingProgress: z.enum(gradingProgress),
    comment: textSchema(4000).optional().describe('For the person. Campuses that came by LTI 1.1 are not sent it.'),
  })
  .refine(({ scoreGiven, scoreMaximum }) => (scoreGiven === undefined) === (scoreMaximum === undefined), {
    path: ['scoreMaximum'],
    message: 'must be there with scoreGiven, and only with it',
  });
export type ScoreRequest = z.output<typeof scoreRequestSchema>;

/** Parameters of an address. */
export const scoreQuerySchema = z.strictObject({
  ...linkMembers,
  resource_link_id: idSchema.describe('The `id` of the claim.'),
  context_id: idSchema.optional().describe('Likewise.'),
});
export type ScoreQuery = z.output<typeof scoreQuerySchema>;

const time = z.iso.datetime();
const linkSchema = z.strictObject({
  deployment_id: z.string(),
  context_id: z.string().nullable(),
  resource_link_id: z.string(),
});
export type LinkAnswer = z.output<typeof linkSchema>;

export const scoreAnswerSchema = z.strictObject({
  id: z.string(),
  url: z.string().describe('Where the state can be asked for.'),
  state: z.enum(scoreStates).describe('`replaced`: a newer score of the person for the link was given.'),
  user: z.string().nullable().describe('By which your app knows the person now.'),
  ...linkSchema.shape,
  timestamp: time,
  accepted_at: time,
  changed_at: time,
  attempts: z.int().min(0),
  next_attempt_at: time.nullable().describe('Null where none will follow.'),
  reason: z.string().nullable().describe('Why the last attempt failed.'),
});
export type ScoreAnswer = z.output<typeof scoreAnswerSchema>;

export const scoreListSchema = z.strictObject({ scores: z.array(scoreAnswerSchema) });

export const resultAnswerSchema = z.strictObject({
  user: z.string(),
  ...linkSchema.shape,
  result: z
    .strictObject({
      resultScore: z.number().nullable().describe('Null where the campus has no grade, perhaps a comment.'),
      resultMaximum: z.number().nullable().describe('1 where the campus came by LTI 1.1.'),
      comment: z.string().nullable(),
    })
    .nullable()
    .describe('Null where the campus has nothing of the person for the link.'),
});
export type ResultAnswer = z.output<typeof resultAnswerSchema>;

export const errorSchema = z.strictObject({
  code: z.string().describe('One of docs/errors.md: a promise.'),
  message: z.string().describe('What happened, in the language that was asked for.'),
  advice: z.string().describe('What to do about it.'),
  reference: z.string().describe('By which the operator finds the request in the log.'),
  faults: z.array(z.string()).optional().describe('Of a request that is not as it should be, each by its member.'),
  links: z.array(linkSchema).optional().describe('Which activities could be meant.'),
  reason: z.string().optional().describe('Why a campus did not do what was asked, for the operator.'),
});
export type ErrorAnswer = z.output<typeof errorSchema>;
