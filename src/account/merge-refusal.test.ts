/**
 * What a person is told of a merge that was refused, and what not.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refused } from '../users/merge-rules.ts';
import { personalRefusal } from './merge-refusal.ts';

test('a person is told why, and with which provider; that an account is held for the law is not told', () => {
  const { error, provider } = personalRefusal(refused({ code: 'same_provider', providers: ['google', 'x'] }));
  assert.deepEqual([error.code, provider], ['same_provider', 'google']);
  const held = personalRefusal(refused({ code: 'legal_hold', userId: 'u' }));
  const merged = personalRefusal(refused({ code: 'user_not_mergeable', userId: 'u', because: 'merged' }));
  assert.deepEqual([held.error.code, held.provider], [merged.error.code, merged.provider]);
  for (const code of ['merge_running', 'preview_changed'] as const) {
    assert.equal(personalRefusal(refused({ code })).error.code, code);
  }
});
