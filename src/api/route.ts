/**
 * A route of the API: what answers it, and what the OpenAPI document says of it. One value, so that neither is without the other.
 */
import type { z } from 'zod';
import type { ApiScope } from '../configuration/client-grants.ts';
import type { ErrorCode } from '../errors.ts';
import type { WebContext } from '../web/context.ts';

export interface ApiRoute {
  readonly method: 'get' | 'post';
  /** Below `/api/v1`, with parameters as `{name}`. */
  readonly path: string;
  readonly scope: ApiScope;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly answer: { readonly status: 200 | 202; readonly schema: z.ZodType };
  /** Beside those that every route has. */
  readonly refusals: readonly ErrorCode[];
  handle(c: WebContext): Promise<Response>;
}
