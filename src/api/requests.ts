/**
 * What a request to the API says, judged by the schema of its route.
 */
import type { z } from 'zod';
import { faultsOfIssue } from '../configuration/issue-words.ts';
import { SignInError } from '../errors.ts';
import type { WebContext } from '../web/context.ts';
import { readText } from '../web/middleware.ts';

type Judged<Schema extends z.ZodType> = { readonly value: z.output<Schema> } | { readonly faults: string[] };

export function judge<Schema extends z.ZodType>(schema: Schema, value: unknown): Judged<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return { value: read.data };
  const faults = read.error.issues.flatMap((issue) => faultsOfIssue(issue, value));
  return { faults: faults.map(({ path, words }) => `${path.length === 0 ? 'the body' : path.join('.')} ${words}`) };
}

/** Of the parameters of the address. */
export const judgeQuery = <Schema extends z.ZodType>(schema: Schema, c: WebContext): Judged<Schema> =>
  judge(schema, Object.fromEntries(new URL(c.req.url).searchParams));

const BODY_LIMIT_BYTES = 32 * 1024;

/** @throws SignInError bad_request, request_too_large */
export async function readJson(c: WebContext): Promise<unknown> {
  if (!/^application\/json[ \t]*(?:;|$)/i.test(c.req.header('Content-Type') ?? '')) {
    throw new SignInError('bad_request', 'not JSON');
  }
  const text = await readText(c.req.raw, BODY_LIMIT_BYTES);
  try {
    return JSON.parse(text);
  } catch {
    throw new SignInError('bad_request', 'not JSON');
  }
}
