/**
 * What people are asked whom a campus sent here, in English.
 */
import type { Texts } from '../es-mx.ts';

export const launch = {
  atCampus: (campus) => `At ${campus}`,
  address: 'E-mail address that it sends',
  account: 'Your account here',
  signedInAs: 'Signed in here',
  unnamed: 'Somebody without a name',
  signIn: {
    title: 'Sign in to your account once',
    intro: (campus) =>
      `This is the first time that you come from ${campus}. Sign in to the account here that has this address confirmed, and we ask you whether to connect them.`,
    lacks: 'The account that you are signed in to does not have that address confirmed.',
    none: 'If you have none yet, create one at the course site first and open the link again.',
    action: 'Sign in to my account',
  },
  link: {
    title: 'Use your account here?',
    intro: (campus) => `This is the first time that you come from ${campus}. Check that both are yours.`,
    warning: (campus) =>
      `If you accept, whoever signs in to ${campus} as that person also gets into your account here. If you did not open a link of a course, do not accept.`,
    yes: 'Yes, both are mine',
    fresh: 'Create another account',
    no: 'Do not accept',
  },
  continuing: {
    title: 'Is this you?',
    intro: (campus) =>
      `You come from ${campus} as this person. If it is not you, or you did not open a link of a course, do not go on: what you do would be in their account.`,
    fresh: 'They have no account here yet: one is created.',
    go: (name) => (name === null ? 'It is me: go on' : `I am ${name}: go on`),
    no: 'It is not me',
  },
  switching: {
    title: 'Somebody else is signed in here',
    intro: (campus) => `The link from ${campus} is for another person than the one signed in in this browser.`,
    fresh: 'They have no account here yet: one is created.',
    stay: (name) => `Go on as ${name}`,
    go: (name) => `Sign that person out and go on as ${name ?? 'the other one'}`,
  },
} satisfies Texts['launch'];
