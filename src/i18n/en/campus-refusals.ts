/**
 * What people read when a launch from a campus is refused, and apps that send it scores, in English.
 */
import type { campusRefusals as inSpanish } from '../es-mx/campus-refusals.ts';
import type { RefusalText } from '../refusal-text.ts';

export const campusRefusals: { readonly [code in keyof typeof inSpanish]: () => RefusalText } = {
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
    next: 'Sign in at the course site itself, as always. If you were about to review somebody’s work, open the link of an activity in your course before.',
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
    happened: 'Nobody was signed in. Whoever was already signed in in this browser still is.',
    next: 'To come in from your campus, check that you are there with your own account, and open the link again.',
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
    next: 'Say which with the course and the campus (“context” and “deployment_id”): they are listed in “links”.',
  }),
  score_differs: () => ({
    title: 'There is another score of that moment',
    happened: 'A score of the same person, link and time was taken already, and it says something else.',
    next: 'Send a new score with a later time.',
  }),
  members_unknown: () => ({
    title: 'There is no list of that course',
    happened: 'Nobody came from that course to this app, or its campus does not offer the list of who is in it.',
    next: 'Check the course and the campus (“context_id” and “deployment_id”). Once somebody opens a link of the course again, it may have changed.',
  }),
  members_page_ended: () => ({
    title: 'That page of the list can no longer be used',
    happened: 'Each page can be asked for during fifteen minutes, for the same course and the same app.',
    next: 'Begin the list anew.',
  }),
  campus_refused: () => ({
    title: 'The campus does not allow it',
    happened: 'We asked the campus, and it said no. Why stands in “reason”.',
    next: 'Show the reason to whoever runs this site: it can be put right here or at the campus.',
  }),
  campus_unavailable: () => ({
    title: 'The campus does not answer',
    happened: 'We asked the campus, and it gave no answer, or none that is one. Why stands in “reason”.',
    next: 'Try again later.',
  }),
  campus_busy: () => ({
    title: 'The campus asks for fewer questions',
    happened: 'The campus does not want to be asked so often.',
    next: 'Wait for a minute or more before you try again.',
  }),
};
