/**
 * The administration of a campus asks what we hold of one of its people: a data privacy launch (lti.md §3.9).
 *
 * Answered by a page that names kinds of data and whom to ask. Signs nobody in, looks nobody up, and is the same whether we know the
 * person or not: a campus speaks for itself, not for who has an account here.
 */
import type { LtiPlatformDocument } from '../configuration/lti-document.ts';
import { dataPrivacyPage } from '../pages/data-privacy.ts';
import { frameOf, respondWithPage, type WebContext } from '../web/context.ts';
import type { VerifiedLaunch } from './verified-launch.ts';
import { framersOf } from './without-cookies.ts';

export function answerDataPrivacy(c: WebContext, { forUser }: VerifiedLaunch, platform: LtiPlatformDocument): Response {
  // Asks nothing, so it may stand where the campus shows it.
  c.set('frameAncestors', framersOf(platform));
  const props = { campus: platform.name ?? platform.slug, forUser };
  return respondWithPage(c, dataPrivacyPage(frameOf(c), props), 200);
}
