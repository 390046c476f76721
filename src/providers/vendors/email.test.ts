/**
 * E-mail as a way to sign in, and the dialog that proves a mailbox (F-01, F-04 to F-06, F-09 to F-11).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Visit } from '../own-ways.fixture.ts';

const code = '123456';

async function atCode(settings: object = {}, email = 'Ana@Uni.mx') {
  const visit = new Visit('email', settings);
  const form = await visit.submit({ email });
  return { visit, form };
}

test('an address, a code, and the person is whoever reads that mailbox', async () => {
  const { visit, form } = await atCode();
  assert.deepEqual(form, {
    kind: 'email-code',
    purpose: 'sign-in',
    address: 'ana@uni.mx',
    mayChange: true,
    fault: null,
  });
  const step = await visit.submit({ code });
  assert.ok(step.kind === 'answered');
  const { profile, upstream, special } = step.answer;
  assert.equal(profile.subject, 'ana@uni.mx');
  assert.deepEqual(profile.emails, [{ address: 'ana@uni.mx', verified: true }]);
  assert.deepEqual(
    [profile.verifier, profile.issuer, profile.assurance.amr],
    ['llavero', 'https://broker.test', ['otp']],
  );
  assert.deepEqual([upstream, special], [null, null]);
});

test('the mail is asked for with what the person must recognise: the site, the device, the language', async () => {
  const { visit } = await atCode();
  const [mail] = visit.ports.sent;
  assert.deepEqual(
    [mail?.siteName, mail?.requester.userAgent, mail?.locale, mail?.purpose],
    ['Campus', 'Firefox', 'es-MX', 'sign-in'],
  );
});

test('a code is read however it was grouped', async () => {
  for (const written of ['123 456', ' 123456 ', '123-456', '123.456', '１２３４５６', '123\u200b456']) {
    const { visit } = await atCode();
    assert.equal((await visit.submit({ code: written })).kind, 'answered', written);
  }
});

test('F-06: what is no code, and a wrong one, are answered alike, and the dialog stays where it is', async () => {
  const { visit, form } = await atCode();
  for (const wrong of ['', '12345', '1234567', '654321', 'abcdef', '١٢٣٤٥٦', 'x'.repeat(10_000)]) {
    assert.deepEqual(await visit.submit({ code: wrong }), { ...form, fault: 'wrong_code' }, wrong.slice(0, 20));
  }
  assert.equal((await visit.submit({ code })).kind, 'answered');
});

test('F-04: the link is as good as the code, from any page of the dialog, and good once', async () => {
  const { visit } = await atCode();
  await visit.submit({ action: 'change' });
  assert.equal((await visit.submit({ link: 'link-0' })).kind, 'answered');
  const again = await visit.submit({ link: 'link-0' });
  assert.deepEqual([again.kind, 'fault' in again && again.fault], ['email-address', 'expired']);
});

test('a link that was sent for another purpose signs nobody in', async () => {
  const password = new Visit('password');
  await password.submit({ action: 'forgot' });
  await password.submit({ email: 'ana@uni.mx' });
  const visit = new Visit('email', {}, password.ports);
  const form = await visit.submit({ link: 'link-0' });
  assert.deepEqual([form.kind, 'fault' in form && form.fault], ['email-address', 'expired']);
});

test('an address that was mistyped comes back to be mended, and can be changed', async () => {
  const visit = new Visit('email');
  const refused = await visit.submit({ email: 'ana.uni.mx' });
  assert.deepEqual(refused, {
    kind: 'email-address',
    purpose: 'sign-in',
    address: 'ana.uni.mx',
    fixed: false,
    fault: 'address_unusable',
  });
  await visit.submit({ email: 'aan@uni.mx' });
  assert.deepEqual(await visit.submit({ action: 'change' }), { ...refused, address: 'aan@uni.mx', fault: null });
  await visit.submit({ email: 'ana@uni.mx' });
  assert.deepEqual(
    visit.ports.sent.map(({ address }) => address),
    ['aan@uni.mx', 'ana@uni.mx'],
  );
});

test('F-05: a mail that is asked for again replaces the one before', async () => {
  const { visit } = await atCode();
  await visit.submit({ action: 'resend' });
  const form = await visit.submit({ link: 'link-0' });
  assert.equal('fault' in form && form.fault, 'expired', 'the older link');
  await visit.submit({ email: 'ana@uni.mx' });
  assert.equal((await visit.submit({ link: 'link-2' })).kind, 'answered');
});

test('F-16: a mail too many leaves the code that was sent good', async () => {
  for (const [refusal, fault] of [
    ['too_soon', 'too_soon'],
    ['too_many', 'too_many_mails'],
  ] as const) {
    const { visit, form } = await atCode();
    visit.ports.refuseNext = refusal;
    assert.deepEqual(await visit.submit({ action: 'resend' }), { ...form, fault });
    assert.equal((await visit.submit({ code })).kind, 'answered', refusal);
  }
});

test('F-16: the first mail too many is said at the address', async () => {
  const visit = new Visit('email');
  visit.ports.refuseNext = 'too_many';
  const form = await visit.submit({ email: 'ana@uni.mx' });
  assert.deepEqual([form.kind, 'fault' in form && form.fault], ['email-address', 'too_many_mails']);
});

test('D-19: only addresses of the domains that are allowed, whole and as they are', async () => {
  const settings = { allowed_domains: ['uni.mx'] };
  for (const [email, allowed] of [
    ['a@uni.mx', true],
    ['a@UNI.MX', true],
    ['a@uni.mx.evil.test', false],
    ['a@sub.uni.mx', false],
    ['a@uni.mx.', false],
    ['"a@uni.mx"@evil.test', false],
    ['a@un\u0456.mx', false],
    ['a@uni\u3002mx', false],
  ] as const) {
    const { visit, form } = await atCode(settings, email);
    assert.equal(form.kind, allowed ? 'email-code' : 'email-address', email);
    assert.equal(visit.ports.sent.length, allowed ? 1 : 0, email);
  }
});

test('nothing that is typed chooses who arrives: only what was proved', async () => {
  const field = fc.record({
    email: fc.string(),
    code: fc.string(),
    address: fc.constant('victim@uni.mx'),
    subject: fc.constant('victim'),
    proofId: fc.constant('0'),
    action: fc.constantFrom('resend', 'change', 'forgot', 'used-elsewhere', 'x', ''),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(field, { maxLength: 6 }), async (submissions) => {
      const { visit } = await atCode();
      for (const fields of submissions) {
        const step = await visit.submit(fields);
        assert.notEqual(step.kind, 'answered');
      }
    }),
  );
});

test('a link that another provider sent carries in no address that this one refuses', async () => {
  const { visit: open } = await atCode({}, 'mallory@evil.test');
  const closed = new Visit('email', { allowed_domains: ['uni.mx'] }, open.ports);
  const form = await closed.submit({ link: 'link-0' });
  assert.deepEqual([form.kind, 'fault' in form && form.fault], ['email-address', 'address_not_allowed']);
});

test('an attempt whose link was used in another browser is told so, and can ask for a new mail', async () => {
  const { visit } = await atCode();
  const form = await visit.submit({ action: 'used-elsewhere' });
  assert.deepEqual([form.kind, 'fault' in form && form.fault], ['email-address', 'used_elsewhere']);
  assert.equal((await visit.submit({ email: 'ana@uni.mx' })).kind, 'email-code');
});
