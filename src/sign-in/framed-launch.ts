/**
 * A launch that a campus shows in a frame of its own page goes on in a window of ours.
 *
 *     POST /lti/continue   the button of that page: the window is this attempt's browser, and goes to the dispatcher
 *
 * In a frame of another site a browser keeps neither the attempt nor a session of ours, and what is asked on the way is never shown
 * under another site's page (lti.md §3.14, R16). A session that lives in one frame is not made: nobody could tell where they are
 * signed in, nor sign out (case 63). Must never: take the secret from an address, or from a form that is not ours — somebody else's
 * would sign a browser in to their account.
 */
import { SignInError } from '../errors.ts';
import type { SignIn } from '../model.ts';
import { path } from '../pages/href.ts';
import { launchWindowPage } from '../pages/lti.ts';
import { addCookie, frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { readCookies } from '../web/cookies.ts';
import { readForm } from '../web/middleware.ts';
import type { BrowserBinding } from './browser-binding.ts';
import { stepPath } from './purpose.ts';
import type { Begun, SignIns } from './sign-in.ts';

export interface FramedLaunchDependencies {
  readonly signIns: Pick<SignIns, 'find'>;
  readonly binding: BrowserBinding;
  /** From here on the request is one of this attempt. */
  readonly recognise: (c: WebContext, signIn: SignIn) => void;
}

/** @param formTargets the app's origins, where the new window ends */
export function offerWindow(
  c: WebContext,
  { signIn: { id }, browserSecret }: Begun,
  formTargets: readonly string[],
): Response {
  c.set('formTargets', formTargets);
  const form = { action: path('/lti/continue'), fields: { id, secret: browserSecret } };
  return respondWithPage(c, launchWindowPage(frameOf(c), form), 200);
}

/** Behind the refusal of other sites' forms: then whoever sends this is a browser to which we gave the page of this very launch. */
export function mountFramedLaunch(app: WebApp, { signIns, binding, recognise }: FramedLaunchDependencies): void {
  app.post('/lti/continue', async (c) => {
    // No list of ways leads back to a course.
    c.set('wayOn', { startAgainHref: null, client: null });
    const fields = await readForm(c.req.raw);
    const browserSecret = fields.get('secret') ?? '';
    const signIn = await signIns.find(fields.get('id') ?? '', browserSecret);
    if (signIn.purpose.kind !== 'launch') throw new SignInError('sign_in_unknown', 'no launch has this id');
    recognise(c, signIn);
    const sent = readCookies(c.req.header('Cookie') ?? null);
    for (const cookie of await binding.bind(sent, signIn.id, browserSecret)) addCookie(c, cookie);
    return seeOther(c, stepPath(signIn));
  });
}
