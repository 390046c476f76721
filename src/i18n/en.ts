/**
 * Every sentence that people read, in English: written from the Spanish table, key by key, in the same plain voice.
 *
 * Sentences with an argument are written so that the argument never opens them: it may be a phrase in lower case.
 */
import type { Texts } from './es-mx.ts';

const refusals: Texts['refusals'] = {
  not_found: () => ({
    title: 'We could not find that page',
    happened: 'The address you opened does not exist, or it has changed.',
    next: 'Check that the address is complete, or start from your course site.',
  }),
  bad_request: () => ({
    title: 'The request arrived incomplete',
    happened: 'Something was missing or not in the form we expected. This happens with cut-off or very old links.',
    next: 'Start again from your course site.',
  }),
  cross_site_request: () => ({
    title: 'We stopped this action to protect your account',
    happened: 'We could not confirm that it was sent from one of our own pages. Nothing was changed.',
    next: 'Open the page again and repeat the action from there.',
  }),
  request_too_large: () => ({
    title: 'That is too much to send at once',
    happened: 'More information arrived than we can take in one go. Nothing was saved.',
    next: 'Go back to the previous page and send less.',
  }),
  client_request_invalid: () => ({
    title: 'The site you came from is not connected properly',
    happened: 'Its sign-in request is not valid. For your safety we did not send you back to a doubtful address.',
    next: 'This is not something you can fix: please tell the people who run that site.',
  }),
  internal_error: () => ({
    title: 'Something failed on our side',
    happened: 'An error happened that we did not expect. It is not because of anything you did.',
    next: 'Wait a moment and start again.',
  }),
  store_unavailable: () => ({
    title: 'The service is paused for a moment',
    happened: 'We cannot read or save data right now. Your account is as it was.',
    next: 'Wait a minute and start again.',
  }),

  sign_in_unknown: () => ({
    title: 'We could not find this sign-in',
    happened: 'It may have ended already, or your browser may not be keeping the cookies of this site.',
    next: 'Start again. If it happens once more, check that your browser allows cookies.',
  }),
  sign_in_expired: () => ({
    title: 'The time to sign in ran out',
    happened: 'For safety each attempt lasts a few minutes, and this one has ended. Your account is as it was.',
    next: 'Have the details you sign in with at hand, and start again.',
  }),
  sign_in_other_browser: () => ({
    title: 'This attempt began in another browser',
    happened:
      'So that nobody else can use it, a sign-in ends in the browser where it began. Some apps open links in a window of their own, and that counts as another browser.',
    next: 'Go back to the browser where you began, or start again in this one.',
  }),
  sign_in_replayed: () => ({
    title: 'This step was already used',
    happened: 'Each sign-in ends only once. This happens after the Back button or after reloading the page.',
    next: 'If you are already signed in, carry on with your course. If not, start again.',
  }),
  callback_malformed: (provider) => ({
    title: 'The answer arrived incomplete',
    happened: `Something was missing in what your browser brought back from ${provider}, so we did not use it.`,
    next: 'Start again.',
  }),
  issuer_mismatch: (provider) => ({
    title: 'The answer did not come from the right place',
    happened: `We expected an answer from ${provider}, and one came in the name of another service. We did not use it, to protect your account.`,
    next: 'Start again from your course site. If it happens once more, stop and ask for help.',
  }),

  provider_unknown: () => ({
    title: 'That way to sign in does not exist here',
    happened: 'The link you opened asks for a service that this site does not offer.',
    next: 'Start again and choose one of the ways in the list.',
  }),
  provider_disabled: (provider) => ({
    title: 'That way to sign in is not available',
    happened: `For now it is not possible to sign in to this site with ${provider}.`,
    next: 'If you signed in another way before, use that one. It leads to the same account.',
  }),
  provider_denied: (provider) => ({
    title: 'Permission was not given',
    happened: `To sign in with ${provider} you need to agree to share your details, and this time that was not agreed. It is your decision: we received nothing.`,
    next: 'If you want to go on, start again and accept when asked, or choose another way to sign in.',
  }),
  provider_unreachable: (provider) => ({
    title: `We could not reach ${provider}`,
    happened: 'Their service is not answering. It is not a problem with your account or your password.',
    next: 'Wait a few minutes and start again. If your account has another way to sign in, you can use it meanwhile.',
  }),
  provider_timeout: (provider) => ({
    title: `It took too long to hear from ${provider}`,
    happened: 'We stopped waiting so as not to hold you up. It is not a problem with your account or your password.',
    next: 'Wait a few minutes and start again. If your account has another way to sign in, you can use it meanwhile.',
  }),
  provider_answer_invalid: (provider) => ({
    title: `We did not understand the answer from ${provider}`,
    happened: 'It was not what had been agreed, and we do not want to guess who you are.',
    next: 'It may pass by itself: wait a few minutes and start again.',
  }),
  provider_answer_too_large: (provider) => ({
    title: `We could not read the answer from ${provider}`,
    happened: 'It was far larger than normal, so we did not use it.',
    next: 'It may pass by itself: wait a few minutes and start again.',
  }),
  provider_rejected_code: (provider) => ({
    title: 'Your sign-in could not be confirmed',
    happened: `The permission from ${provider} had run out or was already used when we confirmed it.`,
    next: 'Start again.',
  }),
  provider_rejected_client: (provider) => ({
    title: `The connection with ${provider} is not set up properly`,
    happened: 'It refused the credentials of this site, not yours.',
    next: 'Only the people who run this site can fix it. If your account has another way to sign in, you can use it.',
  }),
  provider_rejected_token: (provider) => ({
    title: 'We could not read your details',
    happened: `You identified yourself, but we were not allowed to read your details at ${provider}.`,
    next: 'Start again and accept the permissions that you are asked for.',
  }),
  subject_unusable: (provider) => ({
    title: 'We could not tell your account apart',
    happened: `The details from ${provider} came without an identifier of your own. We stopped, so as not to mistake you for somebody else.`,
    next: 'If your account has another way to sign in, you can use it. If not, ask for help.',
  }),

  user_disabled: () => ({
    title: 'Your account is disabled',
    happened: 'The people who run this site disabled it, so it cannot be used to sign in.',
    next: 'If you think this is a mistake, ask them to look at it.',
  }),
  sign_in_refused_by_rule: () => ({
    title: 'That account cannot be used here',
    happened: 'The rules of this site do not allow the account you used.',
    next: 'Try another account of yours, such as the one from your school, or ask for help.',
  }),
};

export const en = {
  layout: {
    skipToContent: 'Skip to content',
    language: 'Language',
    support: 'Help',
  },
  chooser: {
    title: (place: string) => `Sign in to ${place}`,
    intro: 'Choose the account you want to use.',
    lastUsed: 'What you used last time',
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
    startAgain: 'Start again',
    backToClient: (client: string) => `Back to ${client}`,
  },
  refusals,
  wait: {
    title: 'One moment…',
    intro: 'We are nearly done. This page moves on by itself.',
    continue: 'Continue',
    fallback: 'If it does not move on in a few seconds, use this button.',
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
  question: {
    yes: 'Yes, continue',
    no: 'Do not continue',
  },
  consent: {
    title: (client: string) => `Share your details with ${client}?`,
    signedInAs: (person: string) => `You are signed in as ${person}.`,
    intro: 'If you accept, that site will be able to see:',
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
    phone_number: 'Your phone number, and whether it is verified',
    phone_number_verified: 'Your phone number, and whether it is verified',
    birthdate: 'Your date of birth',
    identity_verified: 'Whether your identity is verified, and by whom',
    identity_verified_by: 'Whether your identity is verified, and by whom',
    locale: 'The language you prefer',
    curp: 'Your CURP',
    roles: 'Your roles in other systems',
    acr: 'How and when you identified yourself',
    amr: 'How and when you identified yourself',
    auth_time: 'How and when you identified yourself',
  },
  account: {
    title: 'Your account',
    nameHeading: 'Name',
    unnamed: 'We do not have your name yet.',
    emailsHeading: 'E-mail addresses',
    noEmails: 'There is no e-mail address in your account.',
    verified: 'Verified',
    unverified: 'Not verified',
    primary: 'Primary',
    identitiesHeading: 'Ways to sign in',
    since: 'Added on',
    lastUsed: 'Last used:',
    identityVerified: 'Identity verified on',
    signOut: 'Sign out',
  },
  home: {
    title: (product: string) => `Welcome to ${product}`,
    intro: 'Enter your courses with an identity you already have. It is one account, whichever way you come in.',
    signIn: 'Sign in',
  },
} satisfies Texts;
