/**
 * What people are asked about their accounts while they sign in, in English.
 */
import type { Texts } from '../es-mx.ts';

export const existingAccount = {
  title: {
    certain: 'There is an account with your e-mail address',
    open: 'Do you have an account here?',
  },
  intro: {
    certain: (provider) =>
      `This is the first time that you sign in with ${provider}. If the account is yours, sign in to it once the way you did before, and they stay together.`,
    open: (provider) =>
      `This is the first time that you sign in with ${provider}. If you signed in another way before, do so once more: you go on with the same account and your progress.`,
  },
  address: 'E-mail address',
  existing: 'I have an account',
  fresh: {
    certain: 'It is not mine: create another account',
    open: 'I am new: create my account',
  },
} satisfies Texts['existingAccount'];

export const guestWork = {
  title: 'Is this progress yours?',
  intro: {
    here: (since) => `Since ${since} somebody has been a guest in this browser.`,
    elsewhere: (since) => `The mail was asked for by somebody who has been a guest since ${since}, in another browser.`,
  },
  into: (account) => `If it was you, what you did goes to your account: ${account}.`,
  becomes: 'If it was you, what you did stays in your new account.',
  otherwise: 'If not, your account begins without it.',
  yes: 'Yes, it is mine',
  no: 'It is not mine',
} satisfies Texts['guestWork'];

export const guestWorkStays = {
  title: 'For now your progress stays with the guest',
  intro: 'We cannot bring what you did as a guest to your account. Nothing is deleted: it stays in the guest account.',
  guest: 'Guest account',
  next: 'Write its name down. If you ask for help and give it, they can look into bringing it to your account.',
  goOn: 'Sign in to my account',
} satisfies Texts['guestWorkStays'];

export const keepAccount = {
  title: 'Keep your account?',
  intro: 'Somebody asked for your account to be deleted. You can still keep it.',
  deletedOn: 'It is deleted on',
  keeping: 'If you keep it, it is as it was, and you go on to where you were going.',
  leaving: 'If you leave it, you are not signed in, and it is deleted on that day.',
  keep: 'Keep my account',
  leave: 'Let it be deleted',
} satisfies Texts['keepAccount'];
