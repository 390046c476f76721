/**
 * Every sentence that people read, in English: written from the Spanish table, key by key, in the same plain voice.
 *
 * Sentences with an argument are written so that the argument never opens them: it may be a phrase in lower case.
 */
import {
  account,
  accountApps,
  accountData,
  accountEmails,
  accountIdentities,
  accountPassword,
  accountSessions,
  accountUndo,
} from './en/account.ts';
import { existingAccount, guestWork, guestWorkStays, keepAccount } from './en/accounts.ts';
import { deletion } from './en/deletion.ts';
import { launch } from './en/launch.ts';
import { mail } from './en/mail.ts';
import { merge } from './en/merge.ts';
import { providerTest } from './en/provider-test.ts';
import { refusals } from './en/refusals.ts';
import { about, registration } from './en/registration.ts';
import { email, guest, newPassword, password, passwordFaults } from './en/ways-in.ts';
import type { Texts } from './es-mx.ts';

export const en = {
  layout: {
    skipToContent: 'Skip to content',
    language: 'Language',
    support: 'Help',
  },
  chooser: {
    titles: {
      authorize: (place: string) => `Sign in to ${place}`,
      visit: (place: string) => `Sign in to ${place}`,
      link: () => 'Connect another way to sign in',
      reauthenticate: () => 'Sign in once more',
      'prove-for-sign-in': () => 'Sign in to your account',
      'prove-for-merge': () => 'Sign in to your other account',
    },
    intros: {
      authorize: 'Choose the account you want to sign in with.',
      visit: 'Choose the account you want to sign in with.',
      link: 'Choose what to connect to your account. You can then sign in with it too.',
      reauthenticate: 'To change something that matters in your account, show that it is you.',
      'prove-for-sign-in': 'Choose the way you signed in before. It shows that the account is yours.',
      'prove-for-merge': 'Choose the way you sign in to the other one. It shows that both are yours.',
    },
    lastUsed: 'What you used last time',
    down: 'Not responding at the moment',
    institutions: 'Your institution',
    searchLabel: 'Search for your school or institution by its name',
    search: 'Search',
    nothingFound: (query) => `We found nothing for “${query}”.`,
    nothingFoundNext: 'Check how it is spelled, or search for a single word of the name.',
    mayBeMore: 'There may be more: add another word of the name.',
    otherWays: 'Other ways to sign in',
    empty: 'There is no way to sign in for now.',
    emptyNext: 'This site has no active sign-in service yet. Please tell the people who run it.',
    cancel: (client: string) => `Cancel and go back to ${client}`,
  },
  hinted: {
    intro: (provider) => `The site you come from suggests signing in with ${provider}.`,
    go: (provider) => `Sign in with ${provider}`,
    others: 'Choose another way to sign in',
  },
  refusal: {
    unnamedProvider: 'your sign-in service',
    nextHeading: 'What you can do',
    helpHeading: 'If you need help',
    ask: 'Write here and give them this:',
    askNobodyNamed: 'Ask the people who run your course and give them this:',
    code: 'Code',
    reference: 'Reference',
    caseNumber: 'Case number',
    startAgain: 'Start again',
    merge: 'Merge my two accounts',
    backToClient: (client: string) => `Back to ${client}`,
  },
  places: {
    account: 'your account',
    before: 'the question before',
  },
  existingAccount,
  guestWork,
  guestWorkStays,
  keepAccount,
  launch,
  deletion,
  refusals,
  passwordFaults,
  wait: {
    title: 'One moment…',
    intro: 'We go on in a moment. This page moves on by itself.',
    continue: 'Continue',
    fallback: 'If it does not move on in a few seconds, use this button.',
  },
  ltiWindow: {
    title: 'Open your course in another window',
    intro: 'Your browser does not let us recognise you inside the page of your campus. In a window of its own it does.',
    open: 'Open in another window',
  },
  signOut: {
    title: 'Do you want to sign out?',
    asked: (client: string) => `The site ${client} asks to sign you out here as well.`,
    effect: (product: string) => `You will be signed out of ${product} in this browser.`,
    yes: 'Sign out',
    no: 'Stay signed in',
  },
  signedOut: {
    title: 'You are signed out',
    shared: 'If others use this device, also sign out of the service you signed in with and close the browser.',
    backToClient: (client: string) => `Back to ${client}`,
    signInAgain: 'Sign in again',
  },
  signingOut: {
    ended: (product: string) => `You are signed out of ${product}.`,
    apps: 'We are also asking these sites, where you signed in with it, to sign you out:',
    late: '(did not answer in time)',
    frame: (site: string) => `Signing out of ${site}`,
    unconfirmed: 'We could not confirm that you were also signed out of:',
    advice:
      'You may still be signed in there. If others use this device, sign out there as well and close the browser.',
    continue: 'Continue',
  },
  email,
  password,
  newPassword,
  guest,
  registration,
  about,
  question: {
    yes: 'Yes, continue',
    no: 'Do not continue',
  },
  consent: {
    title: (client: string) => `Share your details with ${client}?`,
    signedInAs: (person: string) => `You are signed in as ${person}.`,
    intro: 'If you accept, that site will be able to see:',
    offline: 'It will also be able to go on when you are no longer signed in, until you disconnect it in your account.',
    effect: 'It does not receive your password or anything else in your account.',
    yes: 'Share and continue',
    no: 'Do not share',
  },
  claims: {
    sub: 'An identifier of yours that does not change',
    name: 'Your name',
    given_name: 'Your name',
    family_name: 'Your name',
    middle_name: 'Your name',
    preferred_username: 'Your username',
    email: 'Your e-mail address, and whether it is verified',
    email_verified: 'Your e-mail address, and whether it is verified',
    email_verified_by: 'Who verified your e-mail address, and when',
    email_verified_at: 'Who verified your e-mail address, and when',
    phone_number: 'Your phone number, and whether it is verified',
    phone_number_verified: 'Your phone number, and whether it is verified',
    birthdate: 'Your date of birth',
    identity_verified: 'Whether your identity is verified, and by whom',
    identity_verified_by: 'Whether your identity is verified, and by whom',
    locale: 'The language you prefer',
    gender: 'Your gender',
    address: 'Your country and, where you gave them, your state, city and postal address',
    curp: 'Your CURP',
    roles: 'Your roles in other systems',
    acr: 'How and when you identified yourself',
    amr: 'How and when you identified yourself',
    auth_time: 'How and when you identified yourself',
  },
  account,
  accountApps,
  accountData,
  accountIdentities,
  accountEmails,
  accountPassword,
  accountSessions,
  accountUndo,
  home: {
    title: (product: string) => `Welcome to ${product}`,
    intro: 'Enter your courses with an identity you already have. It is one account, whichever way you come in.',
    signIn: 'Sign in',
  },
  mail,
  merge,
  providerTest,
} satisfies Texts;
