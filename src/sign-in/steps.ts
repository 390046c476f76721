/**
 * The steps of the default pipeline, in their order. Each is one rule with its reason; which evidence leads to which
 * account is in the table of users/linking-policy.ts, which they ask.
 */
import type { User } from '../model.ts';
import { type Evidence, sideOf } from '../users/linking-policy.ts';
import { completeProfile } from './complete-profile.ts';
import { keepAccount } from './keep-account.ts';
import { accountDecided, nameOfAccount } from './named-account.ts';
import { type Facts, maySignUp, type PipelineStep, readChoice, type Verdict } from './pipeline.ts';
import { verifyEmail } from './verify-email.ts';

export const SAME_IDENTIFIER = 'same-identifier';
export const SAME_VERIFIED_EMAIL = 'same-verified-email';

const pass = (reason: string): Verdict => ({ kind: 'pass', reason });

/** What the policy rules on these accounts. A ruling that takes a page is left to `confirm-match`, the one step that asks. */
function ruling({ policy }: Facts, evidence: Evidence, users: readonly User[]): Verdict {
  const { side, user } = sideOf(users);
  switch (policy[evidence][side]) {
    case 'use':
      // The table gives `use` to sides of one user only; a table that did otherwise must let nobody in.
      if (user === null) throw new Error(`${evidence} of ${side} names nobody`);
      return { kind: 'use', userId: user.id, reason: evidence };
    case 'refuse':
      return { kind: 'deny', code: 'user_disabled', reason: `${evidence}-of-${user?.state}` };
    case 'conflict':
      return { kind: 'conflict', candidates: users.map(({ id }) => id), reason: `${evidence}-of-several` };
    case 'prove':
      return pass(`${evidence}-wants-proof`);
    case 'ask':
    case 'next':
      return pass(`${evidence}-of-nobody`);
  }
}

/** What was begun for an account ends with that account, or not at all. */
const linkingOnPurpose: PipelineStep = {
  name: 'linking-on-purpose',
  decide({ purpose, account, known }) {
    if (purpose.kind !== 'link' && purpose.kind !== 'change') return pass('not-the-purpose');
    if (account === null) return { kind: 'deny', code: 'user_disabled', reason: 'account-is-gone' };
    // Not moved from one account to another, and not told whose it is (D-21).
    if (known !== null && known.user.id !== account.id) {
      return { kind: 'deny', code: 'identity_taken', reason: 'identity-belongs-to-another' };
    }
    return known === null ? { kind: 'use', userId: account.id, reason: 'connects-it' } : pass('is-connected-already');
  },
};

/** The same (provider, subject) is the same person (DESIGN §6.1), whatever else the profile says today (B-28). */
const knownIdentity: PipelineStep = {
  name: 'known-identity',
  decide(facts, decision) {
    if (decision !== null) return pass('already-decided');
    // A disabled, merged or deleted account is not signed in to, and the person is not given a new one instead.
    return ruling(facts, 'same-identity', facts.known === null ? [] : [facts.known.user]);
  },
};

/** What support decided after a conflict. It holds for this one identity, and only while it can be followed. */
const decidedBySupport: PipelineStep = {
  name: 'decided-by-support',
  decide({ known, resolution }, decision) {
    if (decision !== null || known !== null || resolution === null) return pass('nothing-to-follow');
    switch (resolution.kind) {
      case 'refuse':
        return { kind: 'deny', code: 'refused_by_support', reason: 'support-refused' };
      case 'create':
        return { kind: 'create', reason: 'support-wants-a-new-account' };
      case 'link':
        // Merged since: what spoke for it speaks for the account that it is a part of now.
        if (resolution.user.state === 'merged') return pass('chosen-account-was-merged');
        return sideOf([resolution.user]).side === 'blocked'
          ? { kind: 'conflict', candidates: [resolution.user.id], reason: 'chosen-account-is-closed' }
          : { kind: 'use', userId: resolution.user.id, reason: 'support-chose-the-account' };
    }
  },
};

/** DESIGN §6.3: a national identifier that the provider has verified. Generic ones are none. */
const sameIdentifier: PipelineStep = {
  name: SAME_IDENTIFIER,
  decide: (facts, decision) =>
    decision === null ? ruling(facts, 'same-identifier', facts.holders) : pass('already-decided'),
};

/**
 * DESIGN §6.2: an address that both sides have verified is the same person. Ours is a mail that we sent; the provider's
 * counts only where the operator trusts it for that very address. An address that nobody verified attracts nobody (D-04).
 */
const sameVerifiedEmail: PipelineStep = {
  name: SAME_VERIFIED_EMAIL,
  decide: (facts, decision) =>
    decision === null ? ruling(facts, 'same-verified-address', facts.owners) : pass('already-decided'),
};

/**
 * Perhaps the person has an account here, and nothing proves which: they are asked, and sign in to it the way they did
 * before. That nobody has looked yet is what makes the question harmless: it says nothing about any account (F-11).
 */
const confirmMatch: PipelineStep = {
  name: 'confirm-match',
  decide(facts, decision) {
    const { profile, purpose, record, proved, answers, policy, owners, isGuest } = facts;
    if (decision !== null) return pass('already-decided');
    if (proved !== null) return ruling(facts, 'proved-account', [proved]);
    if (!maySignUp(purpose)) return pass('not-the-purpose');
    if (isGuest) return pass('is-nobody-in-particular');
    const certain = policy['same-verified-address'][sideOf(owners).side] === 'prove';
    const answer = answers['confirm-match'];
    // Said while nobody had looked, it is no answer to an address of which somebody turned out to be the owner.
    if (readChoice(answer) === 'new' && (!certain || answer?.certain === true)) return pass('says-they-are-new');
    if (!certain && profile.emails.some(({ verified }) => verified)) return pass('address-is-verified-and-nobodys');
    // Either of the two sends people to the registration of Open edX at once (open-edx.md §3).
    if (!certain && (record.sendToRegistrationFirst || record.skipEmailVerification)) {
      return pass('unknown-people-are-new');
    }
    const address = profile.emails[0]?.address ?? null;
    return {
      kind: 'ask',
      form: { kind: 'existing-account', address, certain },
      reason: certain ? 'account-must-be-proved' : 'may-have-an-account',
    };
  },
  // Only these words: that the account was proved is written down by who saw it, never taken from a form.
  receive: async ({ fields, form }) => ({
    kind: 'answered',
    answer: {
      choice: fields.get('answer') === 'new' ? 'new' : 'none',
      certain: form.kind === 'existing-account' && form.certain,
    },
  }),
};

/** What was begun for an account, or to find one, must not end with a new one. */
const purposeFulfilled: PipelineStep = {
  name: 'purpose-fulfilled',
  decide({ purpose }, decision) {
    const userId = decision?.kind === 'use' ? decision.userId : null;
    if (purpose.kind === 'reauthenticate' && userId !== purpose.userId) {
      return { kind: 'deny', code: 'another_account', reason: 'is-somebody-else' };
    }
    if (purpose.kind === 'prove' && userId === null) {
      return { kind: 'deny', code: 'no_account', reason: 'nobody-recognised' };
    }
    if (purpose.kind === 'prove' && purpose.waits.kind === 'merge' && userId === purpose.waits.userId) {
      return { kind: 'deny', code: 'same_account', reason: 'is-the-same-account' };
    }
    return pass('as-it-was-meant');
  },
};

/** DESIGN §6.4: where the operator wants one identity of a provider for one person, a second one is not tied. */
const oneOfProvider: PipelineStep = {
  name: 'one-of-provider',
  decide({ known, alreadyConnected }, decision) {
    if (known !== null || decision?.kind !== 'use') return pass('ties-nothing');
    return alreadyConnected.includes(decision.userId)
      ? { kind: 'deny', code: 'provider_already_connected', reason: 'has-one-of-this-provider' }
      : pass('first-of-this-provider');
  },
};

/** Somebody whom nothing else recognised gets an account of their own. */
const newUser: PipelineStep = {
  name: 'new-user',
  decide(_facts, decision) {
    if (decision !== null) return pass('already-decided');
    return { kind: 'create', reason: 'nobody-recognised' };
  },
};

/**
 * DESIGN §6.6: the work of a guest goes with the person who did it. Asked, because the next one at a shared computer is
 * not that person, and a page that names both is due before a browser changes hands (§6.8).
 */
const claimGuestWork: PipelineStep = {
  name: 'claim-guest-work',
  decide(facts, decision) {
    const { purpose, guest, answers, isGuest } = facts;
    if (guest === null || isGuest) return pass('no-guest-in-this-browser');
    if (!maySignUp(purpose)) return pass('not-the-purpose');
    if (decision?.kind === 'use' && decision.userId === guest.user.id) return pass('is-the-guest');
    const answer = readChoice(answers['claim-guest-work']);
    if (answer === 'no') return pass('not-their-work');
    if (answer === 'go-on') return pass('their-work-stays-with-the-guest');
    if (answer === 'yes' && guest.isUnclaimable) {
      return { kind: 'ask', form: { kind: 'guest-work-stays', guestName: guest.user.username }, reason: 'unclaimable' };
    }
    if (answer === 'yes') return { kind: 'claim', reason: 'their-work' };
    const account = decision === null ? null : nameOfAccount(facts, accountDecided(decision));
    const form = { kind: 'guest-work', since: guest.user.createdAt, elsewhere: guest.elsewhere, account } as const;
    return { kind: 'ask', form, reason: 'guest-in-this-browser' };
  },
  receive: async ({ fields, form }) => {
    const answer = fields.get('answer') ?? '';
    // Said to be theirs it stays, until they have read that they go on without it.
    const [choices, otherwise] = form.kind === 'guest-work-stays' ? [['go-on'], 'yes'] : [['yes', 'no'], 'none'];
    return { kind: 'answered', answer: { choice: choices.includes(answer) ? answer : otherwise } };
  },
};

export const defaultSteps: readonly PipelineStep[] = [
  linkingOnPurpose,
  knownIdentity,
  decidedBySupport,
  sameIdentifier,
  sameVerifiedEmail,
  confirmMatch,
  purposeFulfilled,
  oneOfProvider,
  keepAccount,
  completeProfile,
  verifyEmail,
  newUser,
  claimGuestWork,
];
