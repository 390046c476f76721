/**
 * D-09, V-24: which addresses the commit writes of what was sent, typed and proved.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { profileWith } from '../../test/store-fixture.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { registeredBy } from './registered.ts';

const answers = (email: string | null, proved: string | null) => ({
  ...(email === null ? {} : { 'complete-profile': { fields: { email }, terms: null } }),
  ...(proved === null ? {} : { 'verify-email': { address: proved, provedAt: 0 } }),
});
const sending = (...emails: readonly (readonly [address: string, claimedVerified: boolean])[]) =>
  profileWith({ emails: emails.map(([address, claimedVerified]) => ({ address, claimedVerified })) });

test('an address that was only typed is not written, whatever steps an operator left out', () => {
  const { emails, addedEmails, provedKey } = registeredBy(answers('ana@uni.mx', null), sending());
  assert.deepEqual([emails, addedEmails, provedKey], [[], [], null]);
});

test('a proved one is written as typed where that is the same mailbox, and as it was written to where it is not', () => {
  const own = (email: string) => registeredBy(answers(email, 'ana@uni.mx'), sending()).emails;
  assert.deepEqual(own('Ana@Uni.MX'), [{ key: 'ana@uni.mx', address: 'Ana@Uni.MX', verifiedBy: 'llavero' }]);
  assert.deepEqual(own('eva@uni.mx'), [{ key: 'ana@uni.mx', address: 'ana@uni.mx', verifiedBy: 'llavero' }]);
});

test('for any addresses: each once, verified only by whom it was, the chosen one first', () => {
  const address = fc.constantFrom('ana@uni.mx', 'Ana@Uni.mx', 'eva@uni.mx', 'iker@uni.mx');
  const sent = fc.array(fc.tuple(address, fc.boolean()), { maxLength: 3 });
  const said = fc.option(fc.oneof(address, fc.constant('')));
  const proof = fc.option(fc.constantFrom('ana@uni.mx', 'eva@uni.mx'));
  fc.assert(
    fc.property(sent, said, proof, (claims, email, proved) => {
      const profile = sending(...claims);
      const { emails } = registeredBy(answers(email, proved), profile);
      assert.equal(new Set(emails.map(({ key }) => key)).size, emails.length);
      for (const { key, verifiedBy } of emails) {
        const first = profile.emails.find((one) => canonicalEmail(one.address) === key);
        if (verifiedBy === 'llavero') assert.equal(key, proved);
        else assert.equal(verifiedBy, first?.verified === true ? 'campus' : null);
      }
      if (proved !== null) assert.deepEqual([emails[0]?.key, emails[0]?.verifiedBy], [proved, 'llavero']);
    }),
  );
});
