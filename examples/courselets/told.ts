/**
 * What the broker tells this app, and what the app does about it: events (RFC 8935) and log-outs (OpenID Connect
 * Back-Channel Logout 1.0).
 *
 * Each event is noted by its `jti` in the transaction of what it brings about: however often it arrives, and at however
 * many processes at once, it is carried out once. What this app does not know is taken and passed over.
 */
import type { Context } from 'hono';
import type { JWTPayload } from 'jose';
import type { Database } from './database.ts';
import { merge, unmerge } from './merge.ts';
import { TokenRefused, type VerifyToken } from './tokens.ts';

const OURS = 'urn:llavero:event:';
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';
const LOGGED_OUT = 'http://schemas.openid.net/event/backchannel-logout';

/** Far above any token of the broker's. */
const MAXIMUM_LENGTH = 32 * 1024;

export interface ToldDependencies {
  readonly database: Database;
  readonly issuer: string;
  readonly verify: VerifyToken;
  readonly now: () => number;
  /** Told of what went wrong here, for the log. */
  readonly report: (what: string, error: unknown) => void;
}

/** `POST /llavero/events`: 202 when it is carried out or was before, 400 with a code when it is no good. */
export async function receiveEvent(context: Context, told: ToldDependencies): Promise<Response> {
  try {
    if (!context.req.header('content-type')?.startsWith('application/secevent+jwt')) {
      throw new TokenRefused('invalid_request');
    }
    const payload = await told.verify(await bodyOf(context), 'secevent+jwt');
    carryOut(payload, told);
    return context.body(null, 202);
  } catch (error) {
    if (error instanceof TokenRefused) return context.json({ err: error.err, description: 'it was not taken' }, 400);
    // Ours, or the network's: the broker tries again.
    told.report('event', error);
    return context.body(null, 500);
  }
}

/** `POST /llavero/log-out`: 200 when whoever was signed in by that session is not any more. */
export async function receiveLogout(
  context: Context,
  { database, verify, report }: ToldDependencies,
): Promise<Response> {
  try {
    const token = new URLSearchParams(await bodyOf(context)).get('logout_token') ?? '';
    const { events, sid, sub } = await verify(token, 'logout+jwt');
    if (!isObject(events) || !isObject(events[LOGGED_OUT])) throw new TokenRefused('invalid_request');
    if (typeof sid === 'string') database.run('delete from sessions where sid = ?', sid);
    else if (typeof sub === 'string') endSessions(database, sub);
    else throw new TokenRefused('invalid_request');
    return context.body(null, 200, { 'cache-control': 'no-store' });
  } catch (error) {
    if (error instanceof TokenRefused) return context.json({ error: 'invalid_request' }, 400);
    report('log-out', error);
    return context.body(null, 500);
  }
}

async function bodyOf(context: Context): Promise<string> {
  const length = Number(context.req.header('content-length') ?? '0');
  const text = length > MAXIMUM_LENGTH ? '' : await context.req.text();
  if (text === '' || text.length > MAXIMUM_LENGTH) throw new TokenRefused('invalid_request');
  return text;
}

/** @throws TokenRefused */
function carryOut({ jti, iat, toe, events, sub_id: subjectId }: JWTPayload, told: ToldDependencies): void {
  const { database, issuer, now } = told;
  if (!isObject(events)) throw new TokenRefused('invalid_request');
  const subject = subjectIn(subjectId, issuer);
  const happenedAt = typeof toe === 'number' ? toe : (iat ?? 0);
  database.transaction(() => {
    const isNew = database.run(
      'insert into told_events (jti, at) values (?, ?) on conflict do nothing',
      String(jti),
      Math.floor(now()),
    );
    if (isNew === 0) return;
    for (const [type, payload] of Object.entries(events)) {
      if (isObject(payload)) apply(database, type, { subject, payload, happenedAt, issuer });
    }
  });
}

interface Happening {
  readonly subject: string;
  readonly payload: { readonly [member: string]: unknown };
  readonly happenedAt: number;
  readonly issuer: string;
}

function apply(database: Database, type: string, { subject, payload, happenedAt, issuer }: Happening): void {
  switch (type) {
    case `${OURS}account-merged`: {
      const to = subjectIn(payload.merged_into, issuer);
      // This app knew one of the two only: it goes on to know it by the same subject.
      if (to !== subject) merge(database, { mergeId: mergeIdIn(payload), from: subject, to, happenedAt });
      return;
    }
    case `${OURS}account-unmerged`:
      if (subjectIn(payload.separated_from, issuer) !== subject) unmerge(database, mergeIdIn(payload));
      return;
    case `${RISC}account-disabled`:
    case `${RISC}sessions-revoked`:
      endSessions(database, subject);
      return;
    case `${RISC}account-purged`:
      // What was learnt stays, for the course's sake, and says nothing of anybody any more.
      endSessions(database, subject);
      database.run('update people set name = null where subject = ?', subject);
      return;
  }
}

function endSessions(database: Database, subject: string): void {
  database.run('delete from sessions where person_id = (select id from people where subject = ?)', subject);
}

/** RFC 9493 §3.2.2, of this very issuer: a subject of anybody else's is another person. @throws TokenRefused */
function subjectIn(value: unknown, issuer: string): string {
  if (!isObject(value) || value.format !== 'iss_sub' || value.iss !== issuer || typeof value.sub !== 'string') {
    throw new TokenRefused('invalid_request');
  }
  return value.sub;
}

function mergeIdIn({ merge_id: id }: Happening['payload']): string {
  if (typeof id !== 'string' || id === '') throw new TokenRefused('invalid_request');
  return id;
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
