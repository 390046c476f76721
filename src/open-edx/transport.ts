/**
 * One call to an LMS: throttled before it is made, over the one way out, its answer read as JSON or not at all.
 *
 * What the LMS counts is taken from the stored throttle first, so that all processes together stay below its limits; a short wait
 * is waited for, a long one is said. A 429 was not carried out and may be sent again; nothing else is ever sent twice.
 */
import { SignInError } from '../errors.ts';
import type { Outbound, OutboundResponse } from '../http.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { OpenEdxThrottles } from '../store/open-edx-throttles.ts';
import type { LimitedCall, Lms } from './lms.ts';
import type { LmsAnswer, Trouble } from './trouble.ts';

export interface TransportDependencies {
  readonly lms: Lms;
  readonly environment: Environment;
  readonly throttles: OpenEdxThrottles;
  readonly outbound: Outbound;
  readonly delay: (milliseconds: number) => Promise<void>;
}

export interface LmsCall {
  /** What the LMS counts it as; null where it sets no limit. */
  readonly counts: LimitedCall | null;
  readonly method: 'GET' | 'POST';
  /** From the root, with its query. */
  readonly path: string;
  /** The field `Authorization`; null for none. */
  readonly authorization: string | null;
  readonly body: { readonly form: URLSearchParams } | { readonly json: object } | null;
}

export type Called =
  | ({ readonly kind: 'answered' } & LmsAnswer)
  | Extract<Trouble, { kind: 'unreachable' | 'rate-limited' }>;

export interface LmsTransport {
  call(call: LmsCall): Promise<Called>;
  /** The LMS refused a call for being too many, in a way of its own. */
  refuseUntil(counts: LimitedCall, until: Milliseconds): Promise<void>;
}

/** What a run waits for, a minute's limit above all. A week's is not waited for. */
const PATIENCE: Milliseconds = 90_000;
/** Turns of waiting: one who waits may be overtaken. */
const TURNS = 5;

export function createTransport({ lms, environment, throttles, outbound, delay }: TransportDependencies): LmsTransport {
  const nameOf = (counts: LimitedCall) => `${lms.slug}/${counts}`;

  /** Null when there is a turn now. */
  async function waitForTurn(counts: LimitedCall): Promise<Milliseconds | null> {
    for (let turn = 1; ; turn += 1) {
      const now = environment.now();
      const taken = await throttles.take(nameOf(counts), lms.allowances[counts], now);
      if (taken.taken) return null;
      if (turn === TURNS || taken.freeAt - now > PATIENCE) return taken.freeAt;
      await delay(taken.freeAt - now);
    }
  }

  async function send({ method, path, authorization, body }: LmsCall): Promise<OutboundResponse> {
    const text = body === null ? null : 'form' in body ? body.form.toString() : JSON.stringify(body.json);
    const type = body === null ? null : 'form' in body ? 'application/x-www-form-urlencoded' : 'application/json';
    return outbound({
      method,
      url: new URL(path, lms.base),
      headers: {
        accept: 'application/json',
        ...(type === null ? {} : { 'content-type': type }),
        ...(authorization === null ? {} : { authorization }),
      },
      body: text,
    });
  }

  return {
    async call(call) {
      for (let turn = 1; ; turn += 1) {
        const freeAt = call.counts === null ? null : await waitForTurn(call.counts);
        if (freeAt !== null) return { kind: 'rate-limited', retryAt: freeAt };
        const answer = await send(call).catch((error: unknown) => {
          if (error instanceof SignInError) return error.code;
          throw error;
        });
        if (typeof answer === 'string') return { kind: 'unreachable', detail: answer };
        if (answer.status !== 429) return { kind: 'answered', status: answer.status, body: parseJson(answer) };
        const retryAt = retryAfter(answer, environment.now());
        if (call.counts !== null) await throttles.block(nameOf(call.counts), retryAt);
        if (call.counts === null || turn === TURNS) return { kind: 'rate-limited', retryAt };
      }
    },
    refuseUntil: (counts, until) => throttles.block(nameOf(counts), until),
  };
}

/** Null where it is no JSON: an error page is no answer, whatever its status. */
function parseJson({ headers, body }: OutboundResponse): unknown {
  if (!/^application\/json\b/i.test(headers['content-type'] ?? '')) return null;
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

const DAY: Milliseconds = 24 * 60 * 60_000;

/** RFC 9110 §10.2.3: seconds, or a date. Without one a minute; never more than a day by somebody else's word. */
function retryAfter({ headers }: OutboundResponse, now: Milliseconds): Milliseconds {
  const field = headers['retry-after'] ?? '';
  const until = /^\d{1,9}$/.test(field) ? now + Number(field) * 1000 : Date.parse(field);
  const wait = Number.isNaN(until) ? 60_000 : until - now;
  return now + Math.min(Math.max(wait, 1000), DAY);
}
