/**
 * What the stand-in can be told to do wrong, at which of its endpoints, and how it does what only it can.
 */

import { z } from 'zod';
import * as shared from '../shared/misbehaviour.ts';

/** A parameter of the callback, or of a form that is answered, set to another value, taken away, or sent twice. */
const ofParameters = [
  z.strictObject({ kind: z.literal('parameter'), name: z.string(), value: z.string().nullable() }),
  z.strictObject({ kind: z.literal('parameter-twice'), name: z.string(), value: z.string() }),
] as const;

const parametersToo = z.discriminatedUnion('kind', [...shared.onTheWay, ...ofParameters]);
const { times } = shared;

export const orderSchema = z.discriminatedUnion('endpoint', [
  z.strictObject({
    endpoint: z.enum(['temporary-credentials', 'authorize', 'token-credentials']),
    how: parametersToo,
    times,
  }),
  z.strictObject({
    endpoint: z.literal('user-data'),
    how: z.discriminatedUnion('kind', [...shared.onTheWay, ...shared.ofJson, ...shared.ofUserData]),
    times,
  }),
]);

export type Order = z.infer<typeof orderSchema>;
export type Misbehaviour = Order['how'];
type OfParameters = Extract<Misbehaviour, { kind: 'parameter' | 'parameter-twice' }>;

export function concernsParameters(how: Misbehaviour): how is OfParameters {
  return how.kind === 'parameter' || how.kind === 'parameter-twice';
}

/** Whether the answer has parameters at all: a page has none. */
export function hasParameters(answer: Response, formType: string): boolean {
  return answer.headers.has('Location') || (answer.ok && answer.headers.get('Content-Type') === formType);
}

export async function spoilParameters(how: OfParameters, answer: Response): Promise<Response> {
  const location = answer.headers.get('Location');
  if (location === null) {
    const form = changed(how, new URLSearchParams(await answer.text()));
    return new Response(form.toString(), { status: answer.status, headers: answer.headers });
  }
  const address = new URL(location);
  address.search = changed(how, address.searchParams).toString();
  const misdirected = new Response(null, { status: answer.status, headers: answer.headers });
  misdirected.headers.set('Location', address.href);
  return misdirected;
}

function changed(how: OfParameters, parameters: URLSearchParams): URLSearchParams {
  const result = new URLSearchParams(parameters);
  if (how.kind === 'parameter-twice') result.append(how.name, how.value);
  else if (how.value === null) result.delete(how.name);
  else result.set(how.name, how.value);
  return result;
}
