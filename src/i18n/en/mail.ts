/**
 * What mails say, in English.
 */
import type { Texts } from '../es-mx.ts';

export const mail = {
  code: {
    'sign-in': {
      subject: (site: string) => `Your code to sign in to ${site}`,
      preview: 'Open this e-mail to see your code.',
      intro: (site: string) => `This is your code to sign in to ${site}:`,
      action: 'Sign in',
    },
    'choose-password': {
      subject: (site: string) => `Choose your password for ${site}`,
      preview: 'Open this e-mail to see the code with which you choose your password.',
      intro: (site: string) => `This is your code to choose the password for ${site}:`,
      action: 'Choose my password',
    },
    'verify-address': {
      subject: (site: string) => `Confirm your e-mail address at ${site}`,
      preview: 'Open this e-mail to see the code with which you confirm your address.',
      intro: (site: string) => `This is your code to confirm your e-mail address at ${site}:`,
      action: 'Confirm my address',
    },
  },
  use: 'Type it on the page where you asked for it, or go on here:',
  validFor: (minutes: number) => `It works once, for ${minutes} minutes.`,
  when: 'When',
  device: 'From',
  notYou: 'Was it not you?',
  codeNotYou:
    'Then do nothing: without the code nobody can go on. Do not give it to anybody, even if they ask in the name of this site.',
  notices: {
    passwordChanged: {
      subject: (product: string) => `Your password for ${product} was changed`,
      happened: (product: string) => `Your password for ${product} was changed.`,
      todo: 'Somebody else may have access to your account. Choose another password as soon as you can.',
    },
    identityLinked: {
      subject: (product: string) => `New way to sign in to your ${product} account`,
      happened: (provider: string) => `You can now also sign in to your account with ${provider}.`,
      todo: 'Somebody else may have access to your account. Remove that way to sign in as soon as you can.',
    },
    identityUnlinked: {
      subject: (product: string) => `A way to sign in to your ${product} account was removed`,
      happened: (provider: string) => `You can no longer sign in to your account with ${provider}.`,
      todo: 'Somebody else may have access to your account. Check its ways to sign in as soon as you can.',
    },
    accountGuarded: {
      subject: (product: string) => `Somebody was kept out of your ${product} account`,
      happened: (campus: string) =>
        `Somebody came from ${campus} with data that lead to your account. They were not let in to it: staff accounts are not entered from a campus.`,
      todo: 'Somebody at that campus may be using your address or your number. Tell whoever runs this site as soon as you can.',
    },
    emailAdded: {
      subject: (product: string) => `New e-mail address in your ${product} account`,
      happened: (address: string) => `The e-mail address ${address} was added to your account.`,
      todo: 'Somebody else may have access to your account. Remove that address as soon as you can.',
    },
    unprovedEnded: {
      subject: (product: string) => `The ways to sign in to your ${product} account have changed`,
      happened: (product: string) =>
        `An address was confirmed, so the ways to sign in to your ${product} account that were there before anybody had confirmed one were removed. Connect again those that are yours.`,
      todo: 'Somebody else may have access to your account. Check its ways to sign in as soon as you can.',
    },
    emailMadePrimary: {
      subject: (product: string) => `The primary e-mail address of your ${product} account has changed`,
      happened: (address: string) => `The primary e-mail address of your account is now ${address}.`,
      todo: 'Somebody else may have access to your account. Check its addresses and its ways to sign in as soon as you can.',
    },
    emailRemoved: {
      subject: (product: string) => `An e-mail address was removed from your ${product} account`,
      happened: (address: string) => `The e-mail address ${address} was removed from your account.`,
      todo: 'Somebody else may have access to your account. Check its addresses and its ways to sign in as soon as you can.',
    },
    emailChangeUndone: {
      subject: (product) => `A change of your ${product} account was taken back`,
      happened: (product) =>
        `The addresses of your ${product} account are as they were, and everybody was signed out. What was added in the last days was removed.`,
      todo: 'Somebody else may be reading your mail. Change the password of your mailbox.',
    },
    accountsMerged: {
      subject: (product: string) => `Two ${product} accounts are one now`,
      happened: (product: string) =>
        `Two ${product} accounts were merged. All their ways to sign in lead to the same account now, and what was in both is in it.`,
      todo: 'Ask for them to be separated again. It can be undone for 30 days.',
    },
    accountsUnmerged: {
      subject: (product: string) => `Your ${product} accounts are two again`,
      happened: (product: string) =>
        `Two ${product} accounts that had been merged were separated. Each way to sign in leads to the account it led to before, and you have to sign in again.`,
      todo: 'Say so as soon as you can: they can be merged again.',
    },
    deletionRequested: {
      subject: (product: string) => `Your ${product} account is going to be deleted`,
      happened: (date: string) =>
        `Somebody asked for your account to be deleted. It is deleted on ${date}. If you change your mind, sign in before that day and choose to keep it.`,
      todo: 'Somebody else may have access to your account. Sign in, keep it, and look as soon as you can at how it can be signed in to.',
    },
    accountCreated: {
      subject: (product: string) => `You have an account at ${product}`,
      happened: (product: string) =>
        `The people who run ${product} made an account for you with this address. To sign in, choose to use a password and then “I have no password, or forgot it”: we send a code to this address.`,
      todo: 'If you did not expect this account, tell the people who run the site, or sign in and delete it.',
    },
    accountKept: {
      subject: (product: string) => `Your ${product} account is kept`,
      happened: (product: string) => `Your ${product} account is not going to be deleted any more. It is as it was.`,
      todo: 'Somebody else may have access to your account. Look as soon as you can at how it can be signed in to.',
    },
    accountDeleted: {
      subject: (product: string) => `Your ${product} account was deleted`,
      happened: (product: string) =>
        `Your ${product} account and the data that we held of you were deleted. They cannot be brought back. This is the last e-mail that we send you for it.`,
      todo: 'Tell the people who run this site: what happened to the account is on record, without your data.',
    },
  },
  keepAccount: 'Sign in and keep it',
  toTheSite: 'Go to the site',
  undo: {
    action: 'Take it back',
    todo: 'Take it back with that button. It works for seven days, also if somebody removed this address from your account.',
  },
  reviewAccount: 'Look at my account',
  help: {
    nobody: 'If you cannot sign in, ask the people who run your course for help.',
    email: (address: string) => `If you cannot sign in, ask ${address} for help.`,
    page: (name: string) => `If you cannot sign in, ask for help at ${name}.`,
  },
  footer: (product: string) => `Automatic e-mail from ${product}. There is no need to answer it.`,
} satisfies Texts['mail'];
