import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Json } from '../model.ts';
import { tokenExpiry } from './token-life.ts';

const now = Date.UTC(2026, 0, 15, 12);
const limit = 900_000;

test('no token is kept past the limit, and none is forgotten before it was kept, whatever the provider says', () => {
  const anything = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(anything, fc.constantFrom('seconds' as const, 'by_size' as const), (sent, unit) => {
      const expiry = tokenExpiry(sent as Json, unit, limit, now);
      assert.ok(Number.isInteger(expiry) && expiry > now && expiry <= now + limit, String(expiry));
    }),
    { numRuns: 2000 },
  );
});

test('facts/llave-mx §4: one life in seconds, milliseconds and as a moment, as number or text, is the same expiry', () => {
  fc.assert(
    fc.property(fc.integer({ min: 87, max: 900 }), (seconds) => {
      for (const sent of [seconds, seconds * 1000, now + seconds * 1000]) {
        assert.equal(tokenExpiry(sent, 'by_size', limit, now), now + seconds * 1000);
        assert.equal(tokenExpiry(String(sent), 'by_size', limit, now), now + seconds * 1000);
      }
    }),
  );
});

test('a day is the last number that counts seconds, and 10^11 the last that counts milliseconds', () => {
  const long = 1e12;
  assert.equal(tokenExpiry(86_400, 'by_size', long, now), now + 86_400_000);
  assert.equal(tokenExpiry(86_401, 'by_size', long, now), now + 86_401);
  assert.equal(tokenExpiry(1e11, 'by_size', long, now), now + 1e11);
  assert.equal(tokenExpiry(now + 5, 'by_size', long, now), now + 5);
  assert.equal(tokenExpiry(86_401, 'seconds', long, now), now + 86_401_000);
});

for (const odd of [undefined, null, '', 'soon', '-5', '1e3', 0, -1, now - 1, true, [], {}] as const) {
  test(`an expiry of ${JSON.stringify(odd)} says nothing, so the limit holds`, () => {
    assert.equal(tokenExpiry(odd, 'by_size', limit, now), now + limit);
  });
}
