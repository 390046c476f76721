/**
 * What every refusal owes: the page with its code and status, one audit event, one reference for both, and no leak.
 */
import assert from 'node:assert/strict';
import { type ErrorCode, refusals } from '../src/errors.ts';
import { sql } from '../src/store/database.ts';
import type { Page } from './browser.ts';
import type { Rig } from './rig.ts';

export interface Expected {
  /** How many refused attempts with this code the audit log holds by now. */
  readonly events: number;
}

/** @throws AssertionError unless the page, the audit log and the log agree that this was refused, for this reason. */
export async function assertRefused(rig: Rig, page: Page, code: ErrorCode, { events }: Expected = { events: 1 }) {
  assertRefusalPage(page, code);
  const reference = page.text('error-reference');
  assert.ok(
    rig.logged.some((line) => line.reference === reference && line.code === code),
    'support finds the reference of the page in the log',
  );
  const rows = await rig.databases.durable.all(sql`
    select reference from audit_events where type = 'sign_in.refused' and code = ${code} order by at`);
  assert.equal(rows.length, events, `audit events with ${code}`);
  if (events > 0)
    assert.equal(rows.at(-1)?.reference, reference, 'support finds the reference of the page in the audit');
}

/** The page alone, for refusals that are no attempt to sign in, or while nothing can be written. */
export function assertRefusalPage(page: Page, code: ErrorCode): void {
  assert.equal(page.find('error-code')?.text ?? page.body.slice(0, 300), code);
  assert.equal(page.status, refusals[code].status);
  assert.match(page.text('error-reference'), /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  assert.equal(page.headers.get('cache-control'), 'no-store');
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/);
  const mayRetryAfter = page.status === 429 || page.status === 503;
  assert.equal(page.headers.get('retry-after') !== null, mayRetryAfter, 'Retry-After belongs to 429 and 503');
  assertNothingLeaked(page.body);
}

/** M-13: no stack, no file, no statement, no program. */
export function assertNothingLeaked(body: string): void {
  assert.doesNotMatch(
    body,
    /\n\s+at |\.ts:\d|\.js:\d|node_modules|\/src\/|select |insert |update |sqlite|postgres|Error:/i,
  );
  assert.doesNotMatch(body, /<script/i);
}
