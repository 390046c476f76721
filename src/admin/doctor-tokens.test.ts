/**
 * What the doctor says of tokens and of the keys that sign.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachStore, NOW } from '../../test/store-fixture.ts';
import { KEY_ADVANCE } from '../oidc/keys.ts';
import { issueServiceToken } from '../users/service-tokens.ts';
import { examineKeys } from './doctor-configuration.ts';
import { examineTokens } from './doctor-tokens.ts';

const DAY = 24 * 60 * 60_000;
const kinds = ['SQLite in memory', 'PostgreSQL'] as const;

forEachStore(
  'a token that ends within two weeks or was not used for three months is named, and one that is well is not',
  async ({ store, clock }) => {
    const issue = (name: string, days: number) =>
      issueServiceToken(
        { environment: clock, store },
        { userId: null, clientId: 'lms', scopes: [], name, expiresAt: NOW + days * DAY, by: 'ana', reason: 'a test' },
      );
    const look = async () => (await examineTokens(store, clock)).map(({ verdict, detail }) => `${verdict}: ${detail}`);
    assert.deepEqual(await look(), []);
    // What a program makes and forgets is no news.
    await issue('for ten minutes', 0.01);
    assert.deepEqual(await look(), []);
    await issue('for a year', 365);
    const soon = await issue('for three weeks', 21);
    assert.deepEqual(await look(), ['good: 2 live']);
    clock.advance(7 * DAY);
    assert.match((await look()).join('\n'), /^unsure: ends within 14 days: `llavero token extend \w+`/);
    assert.equal((await look()).length, 1);
    await store.serviceTokens.revoke(String(soon?.record.id), clock.now(), []);
    clock.advance(83 * DAY - 1);
    assert.deepEqual(await look(), ['good: 1 live']);
    clock.advance(1);
    assert.match((await look()).join('\n'), /^unsure: unused for 90 days: `llavero token revoke \w+`/);
  },
  kinds,
);

test('a key that the schedule should have rotated is a fault of the deployment; without a schedule an old one is named', () => {
  const key = {
    ...({ kid: 'rs256-1', algorithm: 'RS256', state: 'signing', createdAt: NOW, signsFrom: NOW } as const),
    ...{ withdrawnAt: null, signsUntil: null, publishedUntil: null, purpose: 'clients' as const },
  };
  const verdict = (rotationDays: number, at: number) => examineKeys([key], rotationDays, at).map((one) => one.verdict);
  const due = NOW + 90 * DAY - KEY_ADVANCE;
  assert.deepEqual(verdict(90, due + DAY - 1), ['good']);
  assert.deepEqual(verdict(90, due + DAY), ['bad']);
  assert.deepEqual(verdict(0, NOW + 365 * DAY - 1), ['good']);
  assert.deepEqual(verdict(0, NOW + 365 * DAY), ['unsure']);
  const campus = { ...key, kid: 'lti-rs256-1', purpose: 'lti' as const };
  const old = examineKeys([key, campus], 0, NOW + 365 * DAY)[1];
  assert.match(old?.subject ?? '', /lti-rs256-1, for campus LMSs/);
  assert.match(old?.detail ?? '', /keys rotate --for lti --algorithm RS256/);
  assert.equal(examineKeys([campus], 90, NOW)[0]?.detail, 'none yet: the first start makes them');
  const followed = examineKeys([{ ...key, signsUntil: due + 9 * DAY }], 90, due + 8 * DAY);
  assert.deepEqual(
    followed.map((one) => one.verdict),
    ['good'],
  );
});
