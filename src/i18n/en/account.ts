/**
 * What people read at their own account, in English.
 */
import type { Texts } from '../es-mx.ts';

export const account = {
  title: 'Your account',
  back: 'Your account',
  nameHeading: 'Name',
  unnamed: 'We do not have your name yet.',
  phone: 'Phone',
  endsIn: (digits) => `Ends in ${digits}`,
  username: 'Username',
  curp: 'CURP (Mexican identifier)',
  institution: (namespace) => `Id at an institution (${namespace})`,
  fromProvider: (name) => `From ${name}`,
  fromImport: 'From your earlier account',
  fromYou: 'You told us',
  rolesHeading: 'Your roles',
  rolesIntro: 'This is how other systems describe you. They give no permissions here.',
  guest: {
    title: 'You are here as a guest',
    text: 'Your progress is in this browser alone. To keep it, sign in with an account or give your e-mail address.',
    keep: 'Keep my progress',
  },
  emailsHeading: 'E-mail addresses',
  noEmails: 'There is no e-mail address in your account.',
  verified: 'Verified',
  unverified: 'Not verified',
  primary: 'Primary',
  identitiesHeading: 'Ways to sign in',
  since: 'Added on',
  lastUsed: 'Last used:',
  identityVerified: 'Identity verified on',
  moreHeading: 'More of your account',
  manageIdentities: 'Connect or remove ways to sign in',
  manageEmails: 'Add or remove addresses',
  managePassword: 'Password',
  manageSessions: 'Open sessions',
  manageApps: 'Connected apps',
  manageData: 'Download your data, or delete your account',
  signOut: 'Sign out',
} satisfies Texts['account'];

export const accountIdentities = {
  title: 'Ways to sign in',
  intro: 'Each of these leads to the same account.',
  brought: 'Addresses that came with it:',
  off: 'It cannot be used for signing in now',
  withAddress: 'It goes together with that address.',
  connect: 'Connect another one',
  disconnect: 'Remove',
  disconnectNamed: (provider) => `Remove ${provider}`,
  changePassword: 'Change or remove it',
  campusAgain: {
    title: 'Sign in again from your campus',
    intro: 'This takes a sign-in of the last ten minutes. Your account is signed in to only from here:',
    steps: [
      'Sign out with the button below.',
      'Go to your campus and open your course from its link again.',
      'Come back to your account here within ten minutes.',
    ],
    nextTime:
      'If you then connect another way to sign in, or confirm an e-mail address, you will not have to do this again.',
    signOut: 'Sign out',
  },
  confirm: {
    title: (provider) => `Remove ${provider} from your ways to sign in?`,
    effects: [
      'You can no longer sign in with it.',
      'The other sessions that began with it end.',
      'Your name, your addresses and your progress stay.',
      'We tell you by e-mail.',
    ],
    yes: 'Remove',
    no: 'Do not remove it',
  },
  last: {
    title: 'You would have no other way to sign in',
    intro: (provider) => `Without ${provider} you could not get into your account any more.`,
    next: 'First connect another way to sign in, or add an e-mail address and confirm it.',
    addEmail: 'Add an address',
  },
  refused: {
    title: (provider) => `You cannot remove ${provider}`,
    intro: 'The rules of this site do not allow it now.',
  },
} satisfies Texts['accountIdentities'];

export const accountEmails = {
  title: 'E-mail addresses',
  intro: 'We write to those that you confirmed when something important changes. Your courses see the primary one.',
  by: {
    provider: (name, date) => `Confirmed by ${name} on ${date}`,
    llavero: (date) => `You confirmed it with a code on ${date}`,
    import: (date) => `It came confirmed from your earlier account, on ${date}`,
  },
  nobody: 'Nobody has confirmed that it is yours.',
  add: 'Add an address',
  verify: 'Confirm',
  makePrimary: 'Make primary',
  remove: 'Remove',
  primaryStays: 'To remove it, make another one primary first.',
  noMail: 'We cannot send e-mail for now, so no address can be added or confirmed.',
  confirm: {
    title: 'Confirm this address?',
    intro: 'We send you a code. When you type it:',
    verified: 'This address counts as yours.',
    sessions: 'Your sessions in other browsers end.',
    ends: (provider) =>
      `This way to sign in is removed: ${provider}. It was added before anybody had confirmed an address. If it is yours, connect it again afterwards.`,
    notice: 'We tell you by e-mail.',
    send: 'Send the code',
  },
  removal: {
    title: 'Remove this address?',
    effects: [
      'You can no longer sign in or get your account back with it.',
      'If somebody else uses it, they can put it into their account.',
      'We write to that address too.',
    ],
    yes: 'Remove',
    no: 'Do not remove it',
  },
  last: {
    title: 'It is your only way to sign in',
    intro: 'Without this address you could not get into your account any more.',
    next: 'First connect another way to sign in, or add another address and confirm it.',
  },
} satisfies Texts['accountEmails'];

export const accountPassword = {
  title: 'Password',
  none: 'Your account has no password.',
  since: (date) => `You chose it on ${date}.`,
  byMail: 'We send a code to this address, and then you choose the new one:',
  byCurrent: 'You have just signed in with your password, so no code is needed.',
  choose: 'Choose a password',
  change: 'Change the password',
  remove: 'Remove the password',
  notOffered: 'This site uses no passwords.',
  needsAddress: 'To choose one, first confirm an e-mail address.',
  toEmails: 'See my addresses',
  needsCurrent: 'To change it, first sign in once more with the one you have.',
  signInAgain: 'Sign in once more',
  noMail: 'We cannot send e-mail for now, so none can be chosen.',
} satisfies Texts['accountPassword'];

export const accountSessions = {
  title: 'Open sessions',
  intro: 'Your account is open in these browsers. If you do not recognise one, end it and check your ways to sign in.',
  unknownDevice: 'A browser that did not say what it is',
  current: 'This session',
  provider: (name) => `Signed in with ${name}`,
  begun: 'Began on',
  lastUsed: 'Last used:',
  sameNetwork: 'From the network that you are in now',
  otherNetwork: 'From another network',
  end: 'End',
  endNamed: (device) => `End ${device}`,
  endOthers: 'End all others',
  noOthers: 'It is open in no other browser.',
} satisfies Texts['accountSessions'];

export const accountApps = {
  title: 'Connected apps',
  intro: 'Sites that you signed in to with your account, and what they receive of it.',
  none: 'There are none for now.',
  since: 'Since',
  nothing: 'An identifier alone, without your details.',
  revoke: 'Disconnect',
  revokeNamed: (app) => `Disconnect ${app}`,
  asksAgain: 'If you disconnect it, it no longer receives your details, and next time we ask you again.',
  byOperator:
    'The people who run this site connect it. If you disconnect it, it no longer receives your details until you sign in there again.',
} satisfies Texts['accountApps'];

export const accountData = {
  title: 'Your data',
  intro: 'Download a JSON file with everything that we keep of you:',
  parts: {
    account: 'Your account: username, name, date of birth, telephone, and what you told us.',
    addresses: 'Your e-mail addresses, who confirmed each, and when.',
    ways_to_sign_in: 'Your ways to sign in, with what each service said of you.',
    identifiers: 'Official identifiers, such as your CURP or your student or staff number.',
    agreements: 'The terms that you agreed to, and when.',
    apps: 'The apps that know you, and by which identifier.',
    learning_platforms:
      'Your account at course platforms that we work with: its name there, and whether all went well.',
    grades:
      'Activities of your campus that you opened: where their grades go, and what apps gave you there in the last month. What your campus has already is kept by your campus.',
    app_tokens: 'Tokens by which a program of an app asks us about you: for what, until when, when it last did.',
    sessions: 'Open sessions: browser and times.',
    launches: 'What your campus said when it sent you here in these sessions: your roles, the course and the activity.',
    merges: 'Accounts that were merged with yours.',
    events: 'The record of what happened to your account: when somebody signed in, and what changed.',
  },
  careful: 'Do not leave it on a shared computer. Passwords and keys are not in it.',
  submit: 'Download my data',
} satisfies Texts['accountData'];

export const accountUndo = {
  title: 'Take the changes back?',
  intro: 'Do it if you did not change the addresses of your account. Then:',
  effects: [
    'This address belongs to the account again.',
    'All its sessions end. If somebody asked for it to be deleted, it is kept.',
    'The addresses, ways to sign in and passwords that were added in the last days are removed. If one was yours, you add it again.',
  ],
  submit: 'Take the changes back',
  done: {
    title: 'Your account is as it was',
    intro: 'Sign in with your address, and check your ways to sign in and your password.',
    signIn: 'Sign in',
  },
} satisfies Texts['accountUndo'];
