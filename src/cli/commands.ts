/**
 * Every command by its name, in the order of the help, with what it does in a line.
 *
 * A command lies in a file of its own that is loaded when it is called: help answers at once, and `plan` does not wait
 * for what `serve` needs.
 */
import type { CommandEntry } from './command.ts';
import { ltiCommands } from './lti.ts';

export const commands: { readonly [name: string]: CommandEntry } = {
  demo: {
    summary: 'run the broker with practice providers and a course site',
    load: async () => (await import('./demo.ts')).demo,
  },
  serve: {
    summary: 'run the broker until it is told to stop',
    load: async () => (await import('./serve.ts')).serve,
  },
  doctor: {
    summary: 'examine settings, secret, database, providers, clients, keys and clocks',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  migrate: {
    summary: 'bring the schema of the database up to date',
    load: async () => (await import('./migrate.ts')).migrate,
  },
  check: {
    summary: 'say whether a configuration file is sound; needs no database',
    load: async () => (await import('./check.ts')).check,
  },
  plan: {
    summary: 'show what applying a configuration file would change',
    load: async () => (await import('./plan.ts')).plan,
  },
  apply: {
    summary: 'make the configuration what a file says; the same file again writes nothing',
    load: async () => (await import('./apply.ts')).apply,
  },
  export: {
    summary: `print the configuration as YAML, with \${NAME} in place of each secret`,
    load: async () => (await import('./export.ts')).exportCommand,
  },
  'provider list': {
    summary: 'list the providers, with the address to register at each',
    load: async () => (await import('./provider.ts')).providerList,
  },
  'provider show': {
    summary: 'show what a provider says, with the meaning of each member, without its secrets',
    load: async () => (await import('./provider-record.ts')).providerShow,
  },
  'provider history': {
    summary: 'list the versions of a provider: when, what, who, why',
    load: async () => (await import('./provider-record.ts')).providerHistoryList,
  },
  'provider restore': {
    summary: 'make a provider what it was in an earlier version',
    load: async () => (await import('./provider-record.ts')).providerRestore,
  },
  'provider disable': {
    summary: 'switch a provider off',
    load: async () => (await import('./provider-record.ts')).providerDisable,
  },
  'provider enable': {
    summary: 'switch a provider on',
    load: async () => (await import('./provider-record.ts')).providerEnable,
  },
  'provider test': {
    summary: 'try a provider: from outside, and with a person who signs in, which changes nothing',
    load: async () => (await import('./provider.ts')).providerTest,
  },
  'client list': {
    summary: 'list the clients',
    load: async () => (await import('./client.ts')).clientList,
  },
  'client show': {
    summary: 'show one client, without its secret',
    load: async () => (await import('./client.ts')).clientShow,
  },
  'client create': {
    summary: 'add a client; its secret is printed once',
    load: async () => (await import('./client.ts')).clientCreate,
  },
  'client rotate-secret': {
    summary: 'give a client a new secret, printed once; the old one ends within five seconds',
    load: async () => (await import('./client.ts')).clientRotateSecret,
  },
  'openedx check': {
    summary: 'look at an LMS from outside: does it send people here, and would it take what they bring back',
    load: async () => (await import('./openedx-check.ts')).openEdxCheck,
  },
  'user import': {
    summary: 'import accounts, with their hashed passwords, from another system',
    load: async () => (await import('./user.ts')).userImport,
  },
  'user create': {
    summary: 'make an account for somebody, who chooses a password with a mail',
    load: async () => (await import('./user-create.ts')).userCreate,
  },
  'user show': {
    summary: 'show an account; that you looked, and why, is recorded',
    load: async () => (await import('./user-account.ts')).userShow,
  },
  'user identify': {
    summary: 'give an account what an institution calls its person, for launches of its campuses',
    load: async () => (await import('./user-identify.ts')).userIdentify,
  },
  'user export': {
    summary: 'print what is held of a person, as they get it themselves; that you did is recorded',
    load: async () => (await import('./user-export.ts')).userExport,
  },
  'user delete': {
    summary: 'end an account: it can be kept for a while, then it is emptied; with --now, at once',
    load: async () => (await import('./user-deletion.ts')).userDelete,
  },
  'user keep': {
    summary: 'keep an account that waits for its deletion',
    load: async () => (await import('./user-deletion.ts')).userKeep,
  },
  'user merge': {
    summary: 'show what merging two accounts would do; with --yes, merge them',
    load: async () => (await import('./user-merge.ts')).userMerge,
  },
  'user unmerge': {
    summary: 'undo a merge, within 30 days',
    load: async () => (await import('./user-merge.ts')).userUnmerge,
  },
  'user disable': {
    summary: 'bar an account, and end its sessions',
    load: async () => (await import('./user-account.ts')).userDisable,
  },
  'user enable': {
    summary: 'let an account in again',
    load: async () => (await import('./user-account.ts')).userEnable,
  },
  'user hold': {
    summary: 'place a legal hold on an account: it is neither merged nor deleted meanwhile',
    load: async () => (await import('./user-account.ts')).userHold,
  },
  'user release': {
    summary: 'take the legal hold from an account',
    load: async () => (await import('./user-account.ts')).userRelease,
  },
  'openedx configure': {
    summary: 'set an LMS up: its client here, what to make there, and a trial of both directions',
    load: async () => (await import('./openedx.ts')).openedxConfigure,
  },
  'openedx provision': {
    summary: 'give learners an account at an LMS, and get tokens to act for them',
    load: async () => (await import('./openedx.ts')).openedxProvision,
  },
  'openedx repair': {
    summary: 'try again for learners who lack an account or tokens at an LMS',
    load: async () => (await import('./openedx.ts')).openedxRepair,
  },
  'openedx learners': {
    summary: 'list learners of an LMS by their state, with what went wrong',
    load: async () => (await import('./openedx.ts')).openedxLearnersList,
  },
  'openedx sync-courseruns': {
    summary: 'fetch the course runs of an LMS, and say what changed',
    load: async () => (await import('./openedx-courses.ts')).openedxSyncCourseRuns,
  },
  'openedx courseruns': {
    summary: 'list the course runs that were fetched',
    load: async () => (await import('./openedx-courses.ts')).openedxCourseRunsList,
  },
  'openedx enrol': {
    summary: 'enrol a learner in a course run',
    load: async () => (await import('./openedx-courses.ts')).openedxEnrol,
  },
  'openedx unenrol': {
    summary: 'take a learner out of a course run',
    load: async () => (await import('./openedx-courses.ts')).openedxUnenrol,
  },
  ...ltiCommands,
  'event list': {
    summary: 'list what apps are to be told and could not be told yet, or the dead letters',
    load: async () => (await import('./event.ts')).eventList,
  },
  'event retry': {
    summary: 'tell an app again: one event, or all dead letters',
    load: async () => (await import('./event.ts')).eventRetry,
  },
  'conflict list': {
    summary: 'list the sign-ins that wait for a decision',
    load: async () => (await import('./conflict.ts')).conflictList,
  },
  'conflict show': {
    summary: 'show which accounts one of them could be',
    load: async () => (await import('./conflict.ts')).conflictShow,
  },
  'conflict resolve': {
    summary: 'decide whose it is',
    load: async () => (await import('./conflict.ts')).conflictResolve,
  },
  'keys list': {
    summary: 'list the signing keys',
    load: async () => (await import('./keys.ts')).keysList,
  },
  'keys rotate': {
    summary: 'publish a new key, which signs once every app has seen it',
    load: async () => (await import('./keys.ts')).keysRotate,
  },
  'keys retire': {
    summary: 'take a key out of what is published, at once',
    load: async () => (await import('./keys.ts')).keysRetire,
  },
  'token create': {
    summary: 'make a token for a program, of a client or of a person at a client; it is printed once',
    load: async () => (await import('./token.ts')).tokenCreate,
  },
  'token list': {
    summary: 'list the tokens of programs: whose, for what, until when, last used',
    load: async () => (await import('./token.ts')).tokenList,
  },
  'token show': {
    summary: 'show what a token is, not what it says',
    load: async () => (await import('./token.ts')).tokenShow,
  },
  'token extend': {
    summary: 'change when a token ends',
    load: async () => (await import('./token.ts')).tokenExtend,
  },
  'token revoke': {
    summary: 'end a token now',
    load: async () => (await import('./token.ts')).tokenRevoke,
  },
};
