/**
 * What people read when they delete their account, in English.
 */
import type { Texts } from '../es-mx.ts';

export const deletion = {
  link: 'Delete my account',
  title: 'Delete your account?',
  at: {
    later: (date: string) => `It is deleted on ${date}.`,
    now: 'It is deleted right now. This cannot be undone.',
  },
  heading: { now: 'What happens now', before: 'Until that day', goes: 'What is erased', stays: 'What stays' },
  now: [
    'All your sessions end, this one too.',
    'Your courses and apps receive your data no more, and we tell them.',
    'We write to the e-mail addresses that you confirmed.',
  ],
  nowForGuest: ['This session ends.', 'We tell the courses and apps that you signed in to.'],
  before: [
    'The account cannot be used for anything.',
    'If you change your mind, sign in as you always do and choose to keep it: it is as it was.',
  ],
  goes: [
    'Your name, date of birth, telephone number, CURP and what you told us.',
    'Your e-mail addresses, ways to sign in and password. You can open another account with them afterwards.',
    'The accounts that you merged into this one. They cannot be separated any more.',
  ],
  stays: [
    'A record of what happened to the account, of numbers and dates, without your data.',
    'Your username, in a form that nobody can read, and your identifiers, so that they never become somebody else’s.',
    'Backups, until the people who run this site replace them, and what the law obliges them to keep.',
    'What you did in your courses: each course keeps that. Ask each of them to erase it.',
  ],
  download: 'You can download your data first',
  understood: 'I understand that my account and my data will be erased',
  needsUnderstood: 'Tick the box if you want to delete your account.',
  submit: 'Delete my account',
  done: {
    title: { later: 'Your account is going to be deleted', now: 'Your account was deleted' },
    intro: { later: 'All your sessions have ended.', now: 'Your data were erased, and all your sessions have ended.' },
    deletedOn: 'It is deleted on',
    keep: 'If you change your mind, sign in before that and choose to keep it.',
    home: 'Go to the front page',
  },
} satisfies Texts['deletion'];
