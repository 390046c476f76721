/**
 * What people read when something is refused, in English.
 */
import type { Texts } from '../es-mx.ts';
import { campusRefusals } from './campus-refusals.ts';

export const refusals: Texts['refusals'] = {
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
  too_many_requests: () => ({
    title: 'There are too many attempts from your network',
    happened:
      'More attempts came from there within a minute than we can serve. It happens when many people share one connection. Your account is as it was.',
    next: 'Wait a minute and start again.',
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
  too_busy: () => ({
    title: 'Very many people are signing in right now',
    happened: 'We could not get to your attempt. Your account is as it was.',
    next: 'Wait a few seconds and start again.',
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
  mail_link_unusable: () => ({
    title: 'That link does not work any more',
    happened: 'Each link works once and for ten minutes. If you asked for another one later, only the latest works.',
    next: 'Start again and ask for another.',
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

  account_conflict: () => ({
    title: 'Your details lead to more than one account',
    happened:
      'We found more than one account that may be yours, and we do not want to guess which one. Nothing was changed.',
    next: 'Ask for help with the case number: a person looks at it and decides with you. After that you sign in just as today.',
  }),
  refused_by_support: () => ({
    title: 'Your case was looked at',
    happened: 'Whoever runs this site looked at your case and decided that this account does not open it.',
    next: 'Sign in the way you did before. If you believe this is a mistake, ask them to look again.',
  }),
  provider_already_connected: () => ({
    title: 'Your account has another one of that service',
    happened: 'Each person connects one here, and your account has another one connected.',
    next: 'Sign in with the one that is connected. To change it, remove it in your account first.',
  }),
  identity_taken: () => ({
    title: 'It opens another account',
    happened: 'What you want to connect is used to sign in to another account. Nothing was changed.',
    next: 'If both accounts are yours, you can merge them from your account.',
  }),
  another_account: () => ({
    title: 'You signed in to another account',
    happened:
      'To go on you have to sign in once more to the same account, and this is another one. Nothing was changed.',
    next: 'Start again, and use the account that you were in.',
  }),
  no_account: () => ({
    title: 'That does not open any account',
    happened: 'What you used is not connected to any account here. Nothing was created.',
    next: 'Try another way of signing in, or go back. Where it is offered, you can go on without an earlier account.',
  }),
  same_account: () => ({
    title: 'It is the same account',
    happened:
      'To merge two accounts you sign in to the other one, and you signed in to the same one. Nothing was changed.',
    next: 'Start again, and sign in to the other account.',
  }),
  last_way_in: () => ({
    title: 'It is your only way to sign in',
    happened: 'Without it you could not get into your account any more. Nothing was changed.',
    next: 'First connect another way to sign in, or add an e-mail address and confirm it.',
  }),
  address_taken: () => ({
    title: 'That address is in another account',
    happened:
      'You have shown that the address is yours, but another account has it confirmed already. Nothing was changed.',
    next: 'If that account is yours too, you can merge them, or sign in with that address and remove it there.',
  }),
  undo_link_unusable: () => ({
    title: 'This link no longer works',
    happened: 'It was used already, or more than seven days have passed since the change.',
    next: 'If somebody else got into your account, ask for help as soon as you can.',
  }),
  change_refused_by_rule: () => ({
    title: 'That change is not allowed here',
    happened: 'The rules of this site do not allow that change to your account. Nothing was changed.',
    next: 'If you need it, ask for help.',
  }),
  user_disabled: () => ({
    title: 'Your account is disabled',
    happened: 'The people who run this site disabled it, so it cannot be used to sign in.',
    next: 'If you think this is a mistake, ask them to look at it.',
  }),
  deletion_goes_on: () => ({
    title: 'Your account is going to be deleted',
    happened: 'As you chose, we left it as it is, and you are not signed in.',
    next: 'If you change your mind, sign in again before it is deleted and choose to keep it.',
  }),
  deletion_pending: () => ({
    title: 'That account is going to be deleted',
    happened: 'Somebody asked for that, so it cannot be used for this now. Nothing was changed.',
    next: 'If you want to keep it, first sign in to it from the front page and choose to keep it. Then start again.',
  }),
  account_not_deletable: () => ({
    title: 'Your account cannot be deleted now',
    happened: 'Something about it is pending that keeps it from being deleted. Nothing was changed.',
    next: 'Ask the people who run this site to look at it.',
  }),
  mail_unavailable: () => ({
    title: 'We cannot send you the mail',
    happened: 'Your address has to be confirmed before your account is made, and this site cannot send mail yet.',
    next: 'Sign in with a service that has confirmed your address already, or tell the people who run this site.',
  }),
  sign_in_refused_by_rule: () => ({
    title: 'That account cannot be used here',
    happened: 'The rules of this site do not allow the account you used.',
    next: 'Try another account of yours, such as the one from your school, or ask for help.',
  }),

  same_provider: (provider) => ({
    title: 'These two accounts cannot be merged',
    happened: `Both are signed in to with ${provider}, and here a person has one account of each service. Nothing was changed.`,
    next: 'If both are yours, remove that way to sign in from one of them and try again, or ask for help.',
  }),
  identifiers_differ: () => ({
    title: 'These two accounts cannot be merged',
    happened: 'Their official details say that they are two people. Nothing was changed.',
    next: 'If both are yours, ask for help: somebody has to look at your details.',
  }),
  user_not_mergeable: () => ({
    title: 'These two accounts cannot be merged',
    happened: 'One of the two cannot be merged with another at the moment. Nothing was changed.',
    next: 'Look in your account how it can be signed in to. If it is not what you expected, ask for help and give this reference.',
  }),
  merge_running: () => ({
    title: 'Something changed at the same moment',
    happened: 'While we merged your accounts, one of them changed. They were not merged.',
    next: 'Wait a moment and try again.',
  }),
  preview_changed: () => ({
    title: 'It is not what you saw any more',
    happened: 'One of your accounts changed after we showed you what would become of them. They were not merged.',
    next: 'Look at it again and confirm.',
  }),

  ...campusRefusals,
};
