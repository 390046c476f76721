/**
 * The commands of the group `lti`: campus LMSs that launch people here.
 */
import type { CommandEntry } from './command.ts';

export const ltiCommands: { readonly [name: string]: CommandEntry } = {
  'lti list': {
    summary: 'list the campus LMSs: who waits to be let in, who may launch, how, and when they last did',
    load: async () => (await import('./lti-list.ts')).ltiList,
  },
  'lti show': {
    summary: 'show what to enter at a campus, and what is held of it, without its secrets',
    load: async () => (await import('./lti-show.ts')).ltiShow,
  },
  'lti add-platform': {
    summary: 'register a campus of LTI 1.3',
    load: async () => (await import('./lti-add.ts')).ltiAddPlatform,
  },
  'lti add-consumer': {
    summary: 'register a campus of LTI 1.1; its secret is printed once',
    load: async () => (await import('./lti-add.ts')).ltiAddConsumer,
  },
  'lti set': {
    summary: 'change members of a campus, such as its deployments',
    load: async () => (await import('./lti-set.ts')).ltiSet,
  },
  'lti disable': {
    summary: 'shut a campus out at once; accounts stay',
    load: async () => (await import('./lti-set.ts')).ltiDisable,
  },
  'lti enable': {
    summary: 'let a campus in again',
    load: async () => (await import('./lti-set.ts')).ltiEnable,
  },
  'lti rotate-secret': {
    summary: 'make a new secret for a campus of LTI 1.1; the old one is taken as well for a week',
    load: async () => (await import('./lti-rotate-secret.ts')).ltiRotateSecret,
  },
  'lti check': {
    summary: 'look at a campus of LTI 1.3 from outside: key set, token endpoint, clock',
    load: async () => (await import('./lti-check.ts')).ltiCheck,
  },
  'lti invite': {
    summary: 'let a campus of LTI 1.3 register itself, once; the address for it is printed once',
    load: async () => (await import('./lti-invite.ts')).ltiInvite,
  },
  'lti approve': {
    summary: 'show a campus that has registered itself; with --yes, let it in',
    load: async () => (await import('./lti-decide.ts')).ltiApprove,
  },
  'lti reject': {
    summary: 'end an invitation, or send away the campus that registered with it',
    load: async () => (await import('./lti-decide.ts')).ltiReject,
  },
  'lti members': {
    summary: 'ask a campus who is in a course, and say how many there are',
    load: async () => (await import('./lti-roster.ts')).ltiMembers,
  },
  'lti scores': {
    summary: 'list scores that apps gave and campuses do not have yet, or were given up',
    load: async () => (await import('./lti-scores.ts')).ltiScores,
  },
  'lti retry-score': {
    summary: 'send a campus a score again: one, or all that were given up',
    load: async () => (await import('./lti-scores.ts')).ltiRetryScore,
  },
  'lti duplicates': {
    summary: 'list accounts that seem to be one person’s, and why',
    load: async () => (await import('./lti-duplicates.ts')).ltiDuplicates,
  },
  'lti remap': {
    summary: 'say what tying identities of campuses to other accounts would do, from a list; with --apply, do it',
    load: async () => (await import('./lti-remap.ts')).ltiRemap,
  },
};
