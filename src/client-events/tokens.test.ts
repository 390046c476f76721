/**
 * What is said on the wire, member by member. These are promises to apps: a change here needs a record in docs/adr/.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientEvent } from '../store/client-event.ts';
import type { ClaimedEvent } from '../store/outgoing-events.ts';
import { eventTypes, tokenOf } from './tokens.ts';

const HAPPENED = Date.UTC(2026, 10, 3, 9, 30);
const NOW = HAPPENED + 90_000;
const ISSUER = 'https://entrar.example.mx';

const claimed = (event: ClientEvent): ClaimedEvent => ({
  ...{ id: 'e1', clientId: 'lms', userId: 'ana', otherUserId: null, event },
  ...{ happenedAt: HAPPENED, notAfter: HAPPENED + 1, attempt: 3 },
});
const tokenFor = (event: ClientEvent) => tokenOf(claimed(event), ISSUER, NOW);
const subject = (sub: string) => ({ format: 'iss_sub', iss: ISSUER, sub });
const common = { iss: ISSUER, aud: 'lms', jti: 'e1', iat: NOW / 1000 };

test('the addresses of the events are what they were', () => {
  assert.deepEqual(eventTypes, {
    'account-merged': 'urn:llavero:event:account-merged',
    'account-unmerged': 'urn:llavero:event:account-unmerged',
    'account-disabled': 'https://schemas.openid.net/secevent/risc/event-type/account-disabled',
    'account-enabled': 'https://schemas.openid.net/secevent/risc/event-type/account-enabled',
    'account-purged': 'https://schemas.openid.net/secevent/risc/event-type/account-purged',
    'sessions-revoked': 'https://schemas.openid.net/secevent/risc/event-type/sessions-revoked',
    'logged-out': 'http://schemas.openid.net/event/backchannel-logout',
  });
});

test('RFC 8417, RFC 9493: a merge names who was, who is now, the merge, and whether it changes anything', () => {
  const { type, claims } = tokenFor({ kind: 'account-merged', mergeId: 'm1', from: 'old', to: 'new' });
  assert.equal(type, 'secevent+jwt');
  assert.deepEqual(claims, {
    ...common,
    toe: HAPPENED / 1000,
    sub_id: subject('old'),
    events: {
      'urn:llavero:event:account-merged': { merge_id: 'm1', subject_changed: true, merged_into: subject('new') },
    },
  });
});

test('where the client knew one of the two only, it is told that nothing changes', () => {
  const { claims } = tokenFor({ kind: 'account-merged', mergeId: 'm1', from: 'same', to: 'same' });
  const payload = (claims.events as Record<string, Record<string, unknown>>)['urn:llavero:event:account-merged'];
  assert.equal(payload?.subject_changed, false);
});

test('the undoing names the merge that it undoes, and the same two', () => {
  const { claims } = tokenFor({ kind: 'account-unmerged', mergeId: 'm1', from: 'old', to: 'new' });
  assert.deepEqual(claims.sub_id, subject('old'));
  assert.deepEqual(claims.events, {
    'urn:llavero:event:account-unmerged': { merge_id: 'm1', subject_changed: true, separated_from: subject('new') },
  });
});

for (const kind of ['account-disabled', 'account-enabled', 'account-purged', 'sessions-revoked'] as const) {
  test(`OpenID RISC: ${kind} says of whom, and nothing else`, () => {
    const { type, claims } = tokenFor({ kind, subject: 's1' });
    assert.equal(type, 'secevent+jwt');
    const expected = { ...common, toe: HAPPENED / 1000, sub_id: subject('s1'), events: { [eventTypes[kind]]: {} } };
    assert.deepEqual(claims, expected);
  });
}

test('Back-Channel Logout §2.4: a logout token has both sub and sid, a short life, and no nonce', () => {
  const { type, claims } = tokenFor({ kind: 'logged-out', subject: 's1', sid: 'session-1' });
  assert.equal(type, 'logout+jwt');
  assert.deepEqual(claims, {
    ...common,
    exp: NOW / 1000 + 120,
    ...{ sub: 's1', sid: 'session-1', events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
  });
});

test('RFC 8417 §4.6: no event can be taken for an ID token: no sub, no exp, no nonce', () => {
  for (const kind of ['account-merged', 'account-unmerged'] as const) {
    const { claims } = tokenFor({ kind, mergeId: 'm1', from: 'a', to: 'b' });
    for (const member of ['sub', 'exp', 'nonce']) assert.equal(member in claims, false, member);
  }
});
