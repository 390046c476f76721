/**
 * Passwords as a way to sign in: typing one, and choosing one after a mailbox was proved (D-04, F-12, F-13).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { playedPorts, Visit } from '../own-ways.fixture.ts';

const phrase = 'correct horse battery staple';

async function atNewPassword(email = 'ana@uni.mx', now?: () => number) {
  const visit = new Visit('password', {}, playedPorts(now));
  await visit.submit({ action: 'forgot', email: '' });
  await visit.submit({ email });
  return { visit, form: await visit.submit({ code: '123456' }) };
}

test('the right password is the person whose it is, and proves no address', async () => {
  const step = await new Visit('password').submit({ email: 'ana@uni.mx', password: phrase });
  assert.ok(step.kind === 'answered');
  const { profile, special } = step.answer;
  assert.deepEqual([profile.subject, profile.emails, profile.assurance.amr], ['password-of-ana', [], ['pwd']]);
  assert.equal(special, null);
});

test('F-11: a wrong password and an unknown name are answered alike; the name stays, the password does not', async () => {
  for (const fields of [
    { email: 'ana@uni.mx', password: 'wrong' },
    { email: 'nobody@uni.mx', password: phrase },
    { email: 'ana@uni.mx', password: '' },
    { email: 'ana@uni.mx' },
    {},
  ] as const) {
    const form = await new Visit('password').submit(fields);
    const username = 'email' in fields ? fields.email : '';
    assert.deepEqual(form, { kind: 'password', username, mayChoose: true, fault: 'wrong_password' });
  }
});

test('a password is chosen only after the mailbox is proved', async () => {
  const { visit, form } = await atNewPassword();
  assert.deepEqual(form, { kind: 'new-password', address: 'ana@uni.mx', minimumLength: 15, faults: [] });
  const step = await visit.submit({ password: phrase });
  assert.ok(step.kind === 'answered');
  const { profile, special } = step.answer;
  assert.deepEqual(special, { kind: 'new-password', hash: `hash of ${phrase}`, provedAt: 1_000_000 });
  assert.deepEqual(profile.emails, [{ address: 'ana@uni.mx', verified: true }]);
  assert.equal(profile.subject, 'password-of-ana', 'the password that she has is the one that changes');
});

test('whoever has no password yet gets a subject of their own, and never the same one twice', async () => {
  const subjects = new Set<string>();
  for (let time = 0; time < 3; time++) {
    const ports = playedPorts();
    const calls = counterFrom(time * 10);
    const visit = new Visit(
      'password',
      {},
      {
        ...ports,
        randomBytes: (bytes) => new Uint8Array(bytes).fill(calls()),
      },
    );
    await visit.submit({ action: 'forgot' });
    await visit.submit({ email: 'beto@uni.mx' });
    await visit.submit({ code: '123456' });
    const step = await visit.submit({ password: phrase });
    assert.ok(step.kind === 'answered');
    subjects.add(step.answer.profile.subject);
  }
  assert.equal(subjects.size, 3);
});

test('a password that is refused is asked for again, with the reasons', async () => {
  const { visit } = await atNewPassword();
  const form = await visit.submit({ password: 'short' });
  assert.deepEqual('faults' in form && form.faults, [{ code: 'too_short', limit: 15 }]);
  assert.equal((await visit.submit({ password: phrase })).kind, 'answered');
});

test('D-04: an address that was only typed chooses no password, in whatever order the fields come', async () => {
  const visit = new Visit('password');
  for (const fields of [
    { password: phrase, address: 'ana@uni.mx', email: 'victim@uni.mx' },
    { action: 'forgot', email: 'victim@uni.mx', password: phrase },
    { email: 'victim@uni.mx', password: phrase, code: '000000' },
    { password: phrase },
    { code: '', password: phrase },
  ]) {
    assert.notEqual((await visit.submit(fields)).kind, 'answered', JSON.stringify(fields));
  }
});

test('the address that was proved is the one whose password is chosen, whatever the form sends', async () => {
  const { visit } = await atNewPassword('ana@uni.mx');
  const step = await visit.submit({ password: phrase, email: 'victim@uni.mx', username: 'victim@uni.mx' });
  assert.ok(step.kind === 'answered');
  assert.deepEqual(step.answer.profile.emails, [{ address: 'ana@uni.mx', verified: true }]);
});

test('a page that was left open is no key: after a quarter of an hour the mailbox is proved again', async () => {
  let time = 1_000_000;
  const { visit } = await atNewPassword('ana@uni.mx', () => time);
  time += 15 * 60_000;
  const form = await visit.submit({ password: phrase });
  assert.deepEqual([form.kind, 'address' in form && form.address], ['email-address', 'ana@uni.mx']);
});

test('F-13: a page that was left open is no key once the owner chose a password elsewhere', async () => {
  const { visit } = await atNewPassword();
  visit.ports.passwordChangedAt = 1_000_001;
  const form = await visit.submit({ password: phrase });
  assert.deepEqual([form.kind, visit.ports.choices], ['email-address', []]);
});

test('a link for signing in chooses no password', async () => {
  const email = new Visit('email');
  await email.submit({ email: 'ana@uni.mx' });
  const visit = new Visit('password', {}, email.ports);
  const form = await visit.submit({ link: 'link-0' });
  assert.deepEqual([form.kind, 'fault' in form && form.fault], ['email-address', 'expired']);
});

test('the shortest length that may be configured is 8, the longest 64', () => {
  for (const [minimum, allowed] of [
    [7, false],
    [8, true],
    [64, true],
    [65, false],
    [15.5, false],
  ] as const) {
    const make = () => new Visit('password', { minimum_length: minimum });
    if (allowed) make();
    else assert.throws(make, String(minimum));
  }
});

function counterFrom(start: number): () => number {
  let count = start;
  return () => {
    count += 1;
    return count;
  };
}
