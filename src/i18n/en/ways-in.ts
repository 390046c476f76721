/**
 * What our own ways of signing in say, in English: by e-mail, with a password, as a guest.
 */
import type { Texts } from '../es-mx.ts';

export const email = {
  addressLabel: 'E-mail address',
  send: 'Send the code',
  otherWays: 'Sign in another way',
  address: {
    'sign-in': {
      title: 'Sign in with your e-mail',
      intro: 'Enter your e-mail address. We send you a code and a link to sign in with; you need no password.',
    },
    'choose-password': {
      title: 'Choose a password',
      intro: 'Enter your e-mail address. We send a code to confirm that it is yours, and then you choose the password.',
    },
    'verify-address': {
      title: 'Confirm your e-mail',
      intro: 'Write your address. We send you a code to confirm that it is yours.',
    },
  },
  addressFaults: {
    address_unusable: 'We cannot send mail to that. Check that the address is complete, such as ana@example.org.',
    address_not_allowed: 'An address of that domain cannot be used here. Use the one of your institution.',
    too_many_mails: 'We have sent several codes to that address. Wait an hour, or sign in another way.',
    used_elsewhere:
      'You opened the link in another browser and went on there. To sign in here too, ask for a new code.',
    expired: 'That link was used or has expired. Ask for a new one.',
  },
  code: {
    title: 'Check your e-mail',
    sent: 'We sent a code to',
    linkToo: 'You can also open the link of the mail in this browser: this page then moves on by itself.',
    label: '6-digit code',
    help: 'It is good for 10 minutes. If you do not see it, look in your spam folder.',
    submit: 'Continue',
    opened: 'I have opened the link',
    resend: 'Send another code',
    change: 'Change the address',
    faults: {
      wrong_code: 'That code does not work. Check the one in the latest mail, or ask for another.',
      too_soon: 'We have just sent you one. Wait a minute before you ask for another.',
      too_many_mails: 'We have sent several codes to that address. Use the latest one, or wait an hour.',
    },
  },
  link: {
    title: {
      'sign-in': 'Do you want to sign in?',
      'choose-password': 'Do you want to choose a password?',
      'verify-address': 'Is this address yours?',
    },
    forAddress: {
      'sign-in': 'You are about to sign in with the address',
      'choose-password': 'You are about to choose the password of the account with the address',
      'verify-address': 'You are about to confirm the address',
    },
    askedAt: (time: string) => `On ${time} this mail was asked for.`,
    askedFrom: (device: string, time: string) => `On ${time} this mail was asked for, from ${device}.`,
    notYou: 'If that was not you, close this page: nothing happens.',
    elsewhere:
      'This is not the browser where you began. To go on there, go back and type the 6-digit code of the mail. To go on here, use the button.',
    codeOnly: 'This is not the browser where you began. Go back there and type the 6-digit code of the mail.',
    signedInAs: (person: string) =>
      `Somebody is signed in in this browser already: ${person}. If you go on, that session ends.`,
    goOn: 'Yes, continue',
    goOnHere: 'Continue in this browser',
  },
  linkDone: {
    title: 'Done, the address is yours',
    intro: 'Go back to the tab where you began: it moves on by itself. You can close this one.',
    closed: 'If you have closed the other one, go on here.',
    goOn: 'Continue here',
  },
} satisfies Texts['email'];

export const password = {
  title: 'Sign in with your password',
  login: 'E-mail address or username',
  label: 'Password',
  wrong: 'These do not match. Check them, or choose a new password.',
  submit: 'Sign in',
  forgot: 'I have no password, or forgot it',
} satisfies Texts['password'];

export const newPassword = {
  title: 'Choose your password',
  intro: 'Choose a password that you use nowhere else.',
  label: 'New password',
  help: (minimum: number) => `At least ${minimum} characters. A phrase of several words is the easiest; spaces count.`,
  effect: 'When you save it, your sessions on other devices end.',
  submit: 'Save the password',
} satisfies Texts['newPassword'];

export const passwordFaults = {
  missing: 'Type a password.',
  malformed: 'It has a character that cannot be used. Type it again on the keyboard.',
  too_long: (limit: number) => `It is too long: use ${limit} characters or fewer.`,
  too_short: (limit: number) =>
    `It is too short: use ${limit} characters or more. A phrase of several words is easy to remember.`,
  unknown_characters: 'It has a very new character that we do not recognize yet. Use another one in its place.',
  too_common:
    'Many people use one like it, and it would be among the first to be tried. Put together several words that have nothing to do with each other.',
  personal:
    'It holds something about you or this site, such as your name or your e-mail address. Use words that nobody connects with you.',
  in_order: 'It follows the order of numbers, letters or the keyboard. Use words or characters without that order.',
  repetitive: 'It repeats the same thing over and over. Add different words.',
  unchanged: 'It is the one that you have now. Choose another.',
} satisfies Texts['passwordFaults'];

export const guest = {
  title: (place: string) => `Go to ${place} without an account`,
  intro: 'You can begin now and decide later. Your progress is kept in this browser.',
  later: 'So as not to lose it, add your e-mail or another way to sign in whenever you like.',
  submit: 'Continue as a guest',
} satisfies Texts['guest'];
