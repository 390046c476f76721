/**
 * Whose address is proved before an account is made, and what a proof does and does not do: D-02, D-04, D-09, D-12, F-11.
 */
import assert from 'node:assert/strict';
import {
  countRows,
  createNewcomer,
  forEachStore,
  profileWith,
  unverifiedEmail,
  verifiedEmail,
} from '../../test/store-fixture.ts';
import type { ProfileEmail } from '../model.ts';
import type { ClaimedEmail } from '../providers/profile.ts';
import type { Next } from './next.ts';
import {
  arrive,
  asking,
  isIn,
  nobodyYet,
  onOne,
  recorded,
  registrationIn,
  SAVE,
  STEP,
  says,
  shown,
  userOf,
} from './registration.fixture.ts';
import { type Attempt, CODE, type Engine, rulesWith } from './sign-in.fixture.ts';

const PROVE = 'verify-email';
const ANA = 'ana@uni.mx';
const sends = (address: string, claimedVerified = false): { emails: ClaimedEmail[] } => ({
  emails: [{ address, claimedVerified }],
});

const asksForProof = (next: Next) =>
  next.kind === 'form' && next.of.kind === 'step' && next.of.name === PROVE && next.form.kind === 'email-address'
    ? { address: next.form.address, fixed: next.form.fixed }
    : null;

/** Has a mail sent to this address, and types its code. */
async function prove(attempt: Attempt, email = ''): Promise<Next> {
  await attempt.send(PROVE, { email });
  const next = await attempt.end();
  assert.ok(next.kind === 'form' && next.form.kind === 'email-code', JSON.stringify(next));
  await attempt.send(PROVE, { code: CODE });
  return attempt.end();
}

async function emailsOf(engine: Engine, next: Next) {
  const { emails } = await userOf(engine, next);
  return emails.map(({ address, verifiedBy, primary }) => [address, verifiedBy, primary]);
}

// ------------------------------------------------------------------------------------------------ whose address is proved

for (const verifyEmail of [true, false]) {
  for (const skipEmailVerification of [true, false]) {
    for (const sent of ['none', 'unverified', 'verified'] as const) {
      const isAsked = verifyEmail && !skipEmailVerification && sent === 'unverified';
      const where = `verify_email ${verifyEmail}, skip_email_verification ${skipEmailVerification}, address ${sent}`;
      onOne(`${where}: a proof is ${isAsked ? '' : 'not '}asked for`, async (given) => {
        const profile = sent === 'none' ? {} : sends(ANA, sent === 'verified');
        const engine = asking(given, rulesWith({}, { verifyEmail }), profile);
        recorded(engine, { skipEmailVerification });
        const { attempt, next } = await arrive(engine);
        assert.deepEqual(asksForProof(next), isAsked ? { address: ANA, fixed: true } : null);
        const verifiedBy = sent === 'verified' ? 'campus' : isAsked ? 'llavero' : null;
        const end = isAsked ? await prove(attempt) : next;
        assert.deepEqual(await emailsOf(engine, end), sent === 'none' ? [] : [[ANA, verifiedBy, true]]);
      });
    }
  }
}

for (const verifyEmail of [true, false]) {
  onOne(
    `D-09: an address that was typed is proved, with verify_email ${verifyEmail}, and may be changed`,
    async (given) => {
      const engine = asking(given, rulesWith({ email: 'required' }, { verifyEmail }));
      recorded(engine, { skipEmailVerification: true });
      const { attempt } = await arrive(engine);
      await attempt.send(STEP, { ...SAVE, email: 'Anna@uni.mx' });
      assert.deepEqual(asksForProof(await attempt.end()), { address: 'anna@uni.mx', fixed: false });
      assert.equal(await countRows(given.databases.durable, 'users'), 0);
      // It was a slip: another is proved, and that one counts.
      assert.deepEqual(await emailsOf(engine, await prove(attempt, ANA)), [[ANA, 'llavero', true]]);
    },
  );
}

onOne('an address that a provider vouched for stands fixed on the page, and needs no proof', async (given) => {
  const engine = asking(
    given,
    rulesWith({ email: 'required', city: 'required' }, { verifyEmail: true }),
    sends(ANA, true),
  );
  recorded(engine, { syncLearnerProfileData: false });
  const { attempt, next } = await arrive(engine);
  assert.deepEqual(shown(registrationIn(next))[0], ['email', ANA, 'fixed']);
  await attempt.send(STEP, { ...SAVE, email: 'evil@evil.test', city: 'Mérida' });
  assert.deepEqual(await emailsOf(engine, await attempt.end()), [[ANA, 'campus', true]]);
});

onOne('an address that nobody vouched for and the person replaced is not kept', async (given) => {
  const engine = asking(given, rulesWith({ email: 'required', city: 'required' }), sends('old@school.mx'));
  recorded(engine, { syncLearnerProfileData: false });
  const { attempt, next } = await arrive(engine);
  assert.deepEqual(shown(registrationIn(next))[0], ['email', 'old@school.mx', 'required']);
  await attempt.send(STEP, { ...SAVE, email: ANA, city: 'Mérida' });
  assert.deepEqual(await emailsOf(engine, await prove(attempt, ANA)), [[ANA, 'llavero', true]]);
});

onOne('left as the provider sent it, it is proved only where the operator says so', async (given) => {
  for (const verifyEmail of [true, false]) {
    const subject = `s-${verifyEmail}`;
    const engine = asking(given, rulesWith({ email: 'optional', city: 'required' }, { verifyEmail }), {
      ...sends(`${subject}@uni.mx`),
      subject,
    });
    recorded(engine, { syncLearnerProfileData: false });
    const { attempt } = await arrive(engine);
    await attempt.send(STEP, { ...SAVE, email: `${subject}@uni.mx`, city: 'Mérida' });
    const next = await attempt.end();
    assert.equal(isIn(next), !verifyEmail);
    const end = verifyEmail ? await prove(attempt, `${subject}@uni.mx`) : next;
    assert.deepEqual(await emailsOf(engine, end), [[`${subject}@uni.mx`, verifyEmail ? 'llavero' : null, true]]);
  }
});

onOne('an optional address that was taken away is no address, and nothing is proved', async (given) => {
  const engine = asking(given, rulesWith({ email: 'optional', city: 'required' }, { verifyEmail: true }), sends(ANA));
  recorded(engine, { syncLearnerProfileData: false });
  const { attempt } = await arrive(engine);
  await attempt.send(STEP, { ...SAVE, email: '', city: 'Mérida' });
  assert.deepEqual(await emailsOf(engine, await attempt.end()), []);
});

onOne(
  'a known user without an address is asked for one, which is proved; one who has an address is not',
  async (given) => {
    const engine = asking(given, rulesWith({}));
    const { user } = await userOf(engine, (await arrive(engine)).next);
    engine.asked.rules = rulesWith({ email: 'required' });
    const { attempt, next } = await arrive(engine);
    assert.deepEqual(shown(registrationIn(next)), [['email', '', 'required']]);
    await attempt.send(STEP, { ...SAVE, email: ANA });
    const end = await prove(attempt, ANA);
    assert.equal((await userOf(engine, end)).user.id, user.id);
    assert.deepEqual(await emailsOf(engine, end), [[ANA, 'llavero', true]]);
    assert.ok(isIn((await arrive(engine)).next));
  },
);

onOne('where no mail can be sent nobody new is let in with an address that nobody vouches for', async (given) => {
  const engine = asking(given, rulesWith({}, { verifyEmail: true }), sends(ANA));
  engine.asked.canSendMail = false;
  const { next } = await arrive(engine);
  assert.ok(next.kind === 'refused' && next.code === 'mail_unavailable');
  says(engine, { ...sends('eva@uni.mx', true), subject: 's2' });
  assert.ok(isIn((await arrive(engine)).next));
});

// ------------------------------------------------------------------------------------------------------ what a proof does

onOne('a wrong code proves nothing, and no account is made', async (given) => {
  const engine = asking(given, rulesWith({}, { verifyEmail: true }), sends(ANA));
  const { attempt } = await arrive(engine);
  for (const fields of [
    { code: '000000' },
    { email: ANA },
    { code: '000000' },
    { code: '' },
    { action: 'change' },
    {},
  ]) {
    await attempt.send(PROVE, fields);
    const next = await attempt.end();
    assert.ok(next.kind === 'form' && next.of.kind === 'step' && next.of.name === PROVE, JSON.stringify(fields));
  }
  assert.equal(await countRows(given.databases.durable, 'users'), 0);
});

onOne('a fixed address stays the one that is proved, whatever is typed', async (given) => {
  const engine = asking(given, rulesWith({}, { verifyEmail: true }), sends('Ana@Uni.mx'));
  const { attempt } = await arrive(engine);
  const end = await prove(attempt, 'evil@evil.test');
  assert.deepEqual(await emailsOf(engine, end), [['Ana@Uni.mx', 'llavero', true]]);
});

forEachStore('a proved address that somebody has leads into their account, and they are told', async (given) => {
  const owner = await createNewcomer(given, {
    profile: profileWith({ provider: 'other' }),
    emails: [verifiedEmail(ANA)],
  });
  const rules = rulesWith(
    { username: 'required', city: 'required', goals: 'optional', email: 'required' },
    { verifyEmail: true },
  );
  const engine = asking(given, rules);
  const { attempt } = await arrive(engine);
  await attempt.send(STEP, { ...SAVE, username: 'eva', city: 'Mérida', goals: '', email: ANA });
  assert.deepEqual(engine.noticed, []);
  const end = await prove(attempt, ANA);
  const { user } = await userOf(engine, end);
  assert.equal(user.id, owner.user.id);
  assert.deepEqual([user.username, user.details], [owner.user.username, { city: 'Mérida' }], 'it gets what it lacked');
  assert.deepEqual(engine.noticed, [{ kind: 'identity-linked', providerName: 'Campus' }]);
  assert.equal(await countRows(given.databases.durable, 'users'), 1);
  assert.equal(await countRows(given.databases.durable, 'identities'), 2);
});

onOne('F-11: until it is proved, everything is the same whether somebody has the address or not', async (given) => {
  await createNewcomer(given, { profile: profileWith({ provider: 'other' }), emails: [verifiedEmail(ANA)] });
  const seen: unknown[] = [];
  for (const address of [ANA, 'new@uni.mx']) {
    const engine = asking(given, rulesWith({ email: 'required' }), { ...nobodyYet, subject: address });
    const { attempt } = await arrive(engine);
    await attempt.send(STEP, { ...SAVE, email: address });
    const [asks, { trace }] = [await attempt.end(), await attempt.row()];
    await attempt.send(PROVE, { email: address });
    seen.push(JSON.parse(JSON.stringify([asks, trace, await attempt.end()]).replaceAll(address, 'ADDRESS')));
  }
  assert.deepEqual(seen[0], seen[1]);
});

onOne(
  'D-02, D-04: without a proof an address leads to nobody, and one that nobody proved does not either',
  async (given) => {
    const owner = await createNewcomer(given, {
      profile: profileWith({ provider: 'other' }),
      emails: [verifiedEmail(ANA)],
    });
    const squatter = await createNewcomer(given, {
      profile: profileWith({ provider: 'other', subject: 's9' }),
      emails: [unverifiedEmail('eva@uni.mx')],
    });
    const engine = asking(given, rulesWith({}), sends(ANA));
    const first = await userOf(engine, (await arrive(engine)).next);
    assert.notEqual(first.user.id, owner.user.id);
    assert.deepEqual(
      first.emails.map(({ verifiedAt }) => verifiedAt),
      [null],
    );

    engine.asked.rules = rulesWith({}, { verifyEmail: true });
    says(engine, { ...sends('eva@uni.mx'), subject: 's2' });
    const { attempt } = await arrive(engine);
    const second = await prove(attempt);
    assert.notEqual((await userOf(engine, second)).user.id, squatter.user.id);
    assert.deepEqual(await emailsOf(engine, second), [['eva@uni.mx', 'llavero', true]]);
  },
);

onOne(
  'a known user who proves an address of somebody else stays who they are, and it is not theirs as verified',
  async (given) => {
    const owner = await createNewcomer(given, {
      profile: profileWith({ provider: 'other' }),
      emails: [verifiedEmail(ANA)],
    });
    const engine = asking(given, rulesWith({}));
    const { user } = await userOf(engine, (await arrive(engine)).next);
    engine.asked.rules = rulesWith({ email: 'required' });
    const { attempt } = await arrive(engine);
    await attempt.send(STEP, { ...SAVE, email: ANA });
    const end = await prove(attempt, ANA);
    assert.equal((await userOf(engine, end)).user.id, user.id);
    assert.deepEqual(await emailsOf(engine, end), [[ANA, null, true]]);
    assert.equal((await given.store.accounts.findOwnerOfEmail(ANA))?.id, owner.user.id);
  },
);

onOne('the account of a proved address that is disabled is refused, and no second one is made', async (given) => {
  await createNewcomer(given, { profile: profileWith({ provider: 'other' }), emails: [verifiedEmail(ANA)] });
  await given.databases.durable.run({ shape: ["update users set state = 'disabled'"], values: [] });
  const engine = asking(given, rulesWith({}, { verifyEmail: true }), sends(ANA));
  const { attempt, next } = await arrive(engine);
  assert.deepEqual(asksForProof(next), { address: ANA, fixed: true });
  const end = await prove(attempt);
  assert.ok(end.kind === 'refused' && end.code === 'user_disabled');
  assert.equal(await countRows(given.databases.durable, 'users'), 1);
});

forEachStore('D-12: of many who prove one mailbox at the same moment all end in one account', async (given) => {
  const engine = asking(given, rulesWith({}, { verifyEmail: true }));
  const attempts: Attempt[] = [];
  for (let index = 0; index < 10; index++) {
    says(engine, { ...sends(ANA), subject: `s${index}` });
    const { attempt } = await arrive(engine);
    await attempt.send(PROVE, {});
    attempts.push(attempt);
  }
  // All are decided, to make an account, before the first is made.
  await Promise.all(attempts.map((attempt) => attempt.send(PROVE, { code: CODE })));
  const ends = await Promise.all(attempts.map((attempt) => attempt.end()));
  const users = new Set(ends.map((next) => (next.kind === 'signed-in' ? next.userId : JSON.stringify(next))));
  assert.equal(users.size, 1, [...users].join(' '));
  assert.equal(await countRows(given.databases.durable, 'users'), 1);
  assert.equal(await countRows(given.databases.durable, 'identities'), 10);
  const verified: Pick<ProfileEmail, 'address'>[] = await given.databases.durable
    .all({ shape: ['select address from emails where verified_at is not null'], values: [] })
    .then((rows) => rows.map((row) => ({ address: String(row.address) })));
  assert.deepEqual(verified, [{ address: ANA }]);
});
