/**
 * What the pages of a test of a provider say, in English.
 */
import type { Texts } from '../es-mx.ts';

export const providerTest: Texts['providerTest'] = {
  invitation: {
    title: (provider) => `Try ${provider}`,
    intro: 'You go through the service as anybody would, only to see whether it works.',
    nothing: 'No account is made, no session begins or ends, and no password is stored.',
    shown:
      'What the service says about you is shown here and in the terminal where the test began. It is deleted within the hour.',
    label: 'Code from the terminal',
    help: '12 letters and digits. It works once, for 10 minutes.',
    wrong: 'That is not the code. Check the one in the terminal.',
    submit: 'Start the test',
    goOn: (provider) => `Go to ${provider}`,
  },
  report: {
    title: (provider) => `Test of ${provider}`,
    summary: {
      good: 'It works from end to end.',
      unsure: 'It works, but there is something to check.',
      bad: 'It did not get to the end: where and why is below.',
    },
    after: 'Nobody was signed in, and nothing changed. To try again, repeat the command.',
    verdicts: { good: 'Good', unsure: 'To check', bad: 'Failed' },
    steps: {
      departure: 'On the way to the service',
      return: 'Back from the service',
      claims: 'What the service said',
      profile: 'What we made of it',
      decision: 'What would happen',
    },
    sentTo: 'The browser was sent to:',
    ownForm: 'A form of ours was shown.',
    broughtBack: 'The browser brought back:',
    broughtNothing: 'The browser brought nothing back.',
    seeData: {
      claims: 'See what it said',
      profile: 'See what we made of it',
    },
    hidden: 'Where it says ••• there is something not to be seen, such as a code or a token.',
    would: {
      use: 'They would enter the account that they have.',
      create: 'They would get a new account.',
      ask: 'They would be asked something first.',
      deny: 'They would not be let in.',
      conflict: 'They would not be let in before support has decided which of several accounts is theirs.',
    },
    known: 'There is an account of this person.',
    unknown: 'There is no account of this person yet.',
    rules: 'See the rules and what each of them said',
    peopleRead: 'The person would read:',
    code: 'Refusal code',
    detail: 'Details',
    advice: 'What to do',
  },
};
