/**
 * What people read when something is refused, in English.
 */
import type { Texts } from '../es-mx.ts';

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
    next: 'Try another way of signing in, or go back and go on without an earlier account.',
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

  launch_anonymous: () => ({
    title: 'Your campus did not say who you are',
    happened: 'The link of the course was opened without a person, and so we cannot sign anybody in.',
    next: 'Sign in to your campus and open the link again, or sign in at the course site itself.',
  }),
  launch_unavailable: () => ({
    title: 'That campus is not connected any more',
    happened: 'We take no links from that campus at the moment. Nothing was changed.',
    next: 'Sign in at the course site itself, or tell whoever runs your campus.',
  }),
  launch_target_unknown: () => ({
    title: 'The link leads to a place that we do not know',
    happened: 'The address that the link asks for is not that of a site connected to your campus. Nothing was changed.',
    next: 'Tell whoever set up the course at your campus: they can correct the link.',
  }),
  launch_not_linked: () => ({
    title: 'Your campus account is not connected to one here',
    happened: 'Nobody was signed in and nothing was connected.',
    next: 'Open the link of an activity in your course first, or sign in at the course site itself.',
  }),
  launch_address_missing: () => ({
    title: 'Your campus did not send your e-mail address',
    happened: 'Without it we cannot know which account here is meant. Nothing was connected.',
    next: 'Ask at your campus that the link shares your address, or sign in at the course site itself.',
  }),
  launch_address_differs: () => ({
    title: 'That account does not have the address of your campus',
    happened:
      'The account that you signed in to has not confirmed the address that your campus sends. Nothing was connected.',
    next: 'Add that address to your account and open the link again.',
  }),
  launch_account_guarded: () => ({
    title: 'That account cannot be connected by e-mail',
    happened: 'To keep it safe, an address that a campus sends does not lead to that account. Nothing was changed.',
    next: 'Sign in as you always do, or ask for help.',
  }),
  launch_declined: () => ({
    title: 'Everything is as it was',
    happened: 'Whoever was signed in in this browser still is.',
    next: 'To go on as the other person, go back to the campus and open the link again.',
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

  lti_launch_malformed: () => ({
    title: 'Your campus did not send what is needed',
    happened:
      'The link of your course lacks something, or has it in a form that we cannot read. Nothing of it was used.',
    next: 'Go back to your course and open the link again. If it happens again, tell whoever put it there.',
  }),
  lti_launch_unverified: () => ({
    title: 'We could not verify that you come from your campus',
    happened:
      'The signature with which your campus vouches for you is not valid, so it was not used. Your account is as it was.',
    next: 'Go back to your course and open the link again. If it happens again, tell the people of your campus.',
  }),
  lti_launch_expired: () => ({
    title: 'The link of your course is too old',
    happened: 'Each time you open the link it is good for a few minutes only. Your account is as it was.',
    next: 'Go back to your course and open the link again. If it happens again, tell the people of your campus.',
  }),
  lti_launch_replayed: () => ({
    title: 'This way in from your course was used before',
    happened: 'Each time you open the link it lets you in once. This happens after a reload or a double click.',
    next: 'If you are in, go on with that page. If not, go back to your course and open the link again.',
  }),
  lti_launch_other_browser: () => ({
    title: 'This was begun in another browser',
    happened:
      'It has to end in the browser where it was begun, so that nobody can sign you in to somebody else’s account. It also happens when your browser does not keep cookies.',
    next: 'Go back to your course and open the link again, best in a new window.',
  }),
  lti_message_unsupported: () => ({
    title: 'Your campus asks for something that is not here',
    happened: 'The link is not for entering a course but for something else, which this site does not offer.',
    next: 'Go back to your course and tell whoever put the link there.',
  }),
  lti_platform_unknown: () => ({
    title: 'We do not know that campus',
    happened: 'The link comes from a campus that is not registered with this site, or does not say which one.',
    next: 'Tell the people of your campus: it has to be registered here first.',
  }),
  lti_platform_disabled: () => ({
    title: 'You cannot come in from your campus for now',
    happened: 'Whoever runs this site has closed the way in from there.',
    next: 'If you also sign in another way, use that. If not, ask the people of your campus.',
  }),
  lti_deployment_unknown: () => ({
    title: 'That part of your campus is not registered',
    happened: 'We know the platform, but not the place in it that you come from.',
    next: 'Tell the people of your campus: they have to register this installation.',
  }),
  lti_platform_refused: () => ({
    title: 'Your campus did not say who you are',
    happened:
      'We asked and it did not answer. Mostly your session there has ended, or your browser does not show it inside another page.',
    next: 'Sign in to your campus again and open the link of your course in a new window.',
  }),
  deep_link_unusable: () => ({
    title: 'This page for choosing can no longer be used',
    happened:
      'It works for ten minutes and for one answer, in the browser where it was opened and with the same person. Nothing was added from here.',
    next: 'If your course has what you chose, there is nothing more to do. If not, close this page and add it again from your course.',
  }),
  lti_platform_pending: () => ({
    title: 'Your campus is still waiting to be approved',
    happened:
      'It has registered with this site, but whoever runs the site has not looked at it yet. Nobody comes in from there until then.',
    next: 'Try again later. If nothing changes, tell the people of your campus.',
  }),
  lti_invitation_invalid: () => ({
    title: 'This invitation is no good',
    happened:
      'Each invitation registers one campus, once, and ends on a date. This one was used, is over, or is not complete.',
    next: 'Ask whoever runs this site for another one, and paste the whole address into your campus.',
  }),
  lti_registration_refused: () => ({
    title: 'We cannot accept what your campus says of itself',
    happened:
      'Its addresses do not fit each other, are not secure, or one is missing. Nothing was registered, and the invitation is still good.',
    next: 'Begin again from the administration of your campus. If it happens again, send the reference to whoever runs this site: a campus can also be registered by hand.',
  }),
  lti_registration_failed: () => ({
    title: 'Your campus did not finish the registration',
    happened: 'We asked it to take us on, and it gave no answer, or said no. The invitation is still good.',
    next: 'Begin again from the administration of your campus. That is mostly enough, because each attempt lasts only a short while there.',
  }),
  lti_registration_known: () => ({
    title: 'That campus is registered here already',
    happened:
      'There is a registration with the same address and the same identifier, or one that waits to be approved. We changed nothing.',
    next: 'If it has to be corrected, tell whoever runs this site.',
  }),
  api_token_invalid: () => ({
    title: 'The app is not recognised',
    happened: 'There is no token, or it is not one of an app itself, or it has ended.',
    next: 'Get a new one: with the app’s client credentials, or from whoever runs this site.',
  }),
  api_scope_missing: () => ({
    title: 'The app may not do this',
    happened: 'The token, or the app, does not have the scope that is needed.',
    next: 'Whoever runs this site adds it to the app, and the token is asked for with it.',
  }),
  score_user_unknown: () => ({
    title: 'The app knows nobody by that name',
    happened: 'No open account has this “sub” for the app.',
    next: 'Send the “sub” exactly as the app was given it.',
  }),
  score_place_unknown: () => ({
    title: 'No campus takes scores for this',
    happened: 'The person never came from a campus by this link to this app, or the campus takes no scores for it.',
    next: 'Check the link and the course. The person can open the link at their campus once more.',
  }),
  score_place_ambiguous: () => ({
    title: 'More than one activity could be meant',
    happened: 'The person came by links with this name from several courses or campuses.',
    next: 'Say which with the course, the registration or the deployment: they are listed in “links”.',
  }),
  score_differs: () => ({
    title: 'There is another score of that moment',
    happened: 'A score of the same person, link and time was taken already, and it says something else.',
    next: 'Send a new score with a later time.',
  }),
};
