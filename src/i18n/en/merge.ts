/**
 * What people read while they make one account of their two, in English.
 */
import type { Texts } from '../es-mx.ts';

export const merge = {
  link: 'Merge with another account of mine',
  title: 'Merge your two accounts',
  proofIsGone:
    'Too much time has passed, or you signed in to the other account in another browser. Sign in to it again.',
  intro:
    'If you have two accounts here, you can make one of them. Before they are merged we show you how everything will be.',
  means: [
    'You sign in with any of the ways that you have in both.',
    'In your courses what you did with each goes on, as far as each site allows.',
    'For 30 days it can be undone, by asking for help.',
  ],
  how: 'So that we know that both are yours, sign in to the other one now, in this same browser. You have ten minutes.',
  prove: 'Sign in to my other account',
  notNow: 'Do not merge them',
  previewTitle: 'This is how your account will be',
  changed: 'Something changed after you saw it, and they were not merged. Look again at how it will be, and confirm.',
  previewIntro: 'Both are yours. Nothing is changed yet.',
  stays: 'This one stays',
  joins: 'This one becomes part of it',
  account: 'Account',
  mine: 'The one you are signed in to',
  other: 'The other one',
  since: 'Exists since',
  ways: 'Signed in to with',
  addresses: 'E-mail addresses',
  exchange: 'Keep the other one',
  questionsHeading: 'What you want to keep',
  questionsIntro: 'Both have these, and they differ. Choose one of each.',
  labels: {
    name: 'Name, as the services you sign in with say it',
    birthDate: 'Date of birth',
    phone: 'Telephone',
    locale: 'Language, from the services you sign in with',
    country: 'Country, from the services you sign in with',
    username: 'Username',
    primaryEmail: 'Primary e-mail address',
  },
  asYouSaid: (label) => `What you wrote: ${label}`,
  effectsHeading: 'What will happen',
  effects: {
    allWays: 'Each way of signing in to either leads to the account that stays.',
    endingWays: (names) =>
      `You no longer sign in to the one that becomes part of it with: ${names}. The one that stays keeps its own.`,
    endingAddresses: (addresses) => `These addresses do not move, or are there already: ${addresses}.`,
    appsAsBefore: (names) => `These go on knowing you as before: ${names}.`,
    appsTold: (names) => `These know you by both, and are told that it is one now: ${names}.`,
    sessions: 'All your sessions of both end, but this one.',
    mails: 'We tell you by e-mail at each verified address of both.',
    undo: 'For 30 days it can be undone, by asking for help.',
  },
  confirm: 'Merge my accounts',
  doneTitle: 'Your accounts are one now',
  doneIntro: 'From now on you sign in to the same account with any of your ways of signing in.',
  doneUndo: 'If this is not what you wanted, ask for help within the next 30 days and give this number.',
  doneNumber: 'Number of the merge',
  toAccount: 'Go to my account',
} satisfies Texts['merge'];
