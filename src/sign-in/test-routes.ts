/**
 * The way of a test into a browser, and its report.
 *
 *     GET  /sign-in/test?id=…  says what will happen; begins nothing (I-10)
 *     POST /sign-in/test       the button: with the code of the terminal the test is this browser's, and departs
 *
 * From there on a test goes the way of any sign-in. Must never: tell anybody what a test found but the browser that made it.
 */
import { SignInError } from '../errors.ts';
import type { Requester, SignIn } from '../model.ts';
import { path } from '../pages/href.ts';
import { type CodeForm, type GoOn, providerTestPage, testReportPage } from '../pages/provider-test.ts';
import { addCookie, frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { readCookies } from '../web/cookies.ts';
import { readForm } from '../web/middleware.ts';
import type { BrowserBinding } from './browser-binding.ts';
import { providerPath } from './chooser.ts';
import type { SignIns } from './sign-in.ts';
import { acceptInvitation, findInvitation, type InvitationDependencies } from './test-invitation.ts';

export interface TestRouteDependencies extends InvitationDependencies {
  readonly signIns: SignIns;
  readonly binding: BrowserBinding;
  /** As people know it; null where it is not configured any more. */
  readonly nameOf: (c: WebContext, slug: string) => Promise<string | null>;
  readonly requesterOf: (c: WebContext) => Requester;
  /** From here on the request is one of this attempt. */
  readonly recognise: (c: WebContext, signIn: SignIn) => void;
}

export function mountTest(app: WebApp, dependencies: TestRouteDependencies): void {
  const { signIns, binding } = dependencies;
  const cookiesOf = (c: WebContext) => readCookies(c.req.header('Cookie') ?? null);
  const stepOf = (id: string) => `/sign-in/step?id=${id}`;

  app.get('/sign-in/test', async (c) => {
    const id = c.req.query('id') ?? '';
    const own = await findOwn(c, id);
    if (own === null) {
      const { slug } = await findInvitation(dependencies, id);
      return show(c, slug, asksCode(id, null), 200);
    }
    const { state, departure, purpose } = own;
    if (state !== 'started' || departure?.to.kind === 'form' || purpose.kind !== 'test') return seeOther(c, stepOf(id));
    // Back from the provider by the browser's own button. Sent on at once, the person could never get away from there.
    return show(c, purpose.slug, { kind: 'go-on', href: providerPath(purpose.slug, own) }, 200);
  });

  app.post('/sign-in/test', async (c) => {
    const fields = await readForm(c.req.raw);
    const id = fields.get('id') ?? '';
    // Of a double click one press is refused, and the person stands before that answer: from there on with the other one.
    if (/^[\w-]{1,64}$/.test(id)) c.set('wayOn', { startAgainHref: path(`/sign-in/test?id=${id}`), client: null });
    if ((await findOwn(c, id)) !== null) return seeOther(c, stepOf(id));
    const { slug } = await findInvitation(dependencies, id);
    const accepted = await acceptInvitation(dependencies, { id, code: fields.get('code') ?? '' }, c.var.locale);
    if (accepted === null) return show(c, slug, asksCode(id, 'wrong_code'), 400);
    const { signIn, browserSecret } = accepted;
    dependencies.recognise(c, signIn);
    for (const cookie of await binding.bind(cookiesOf(c), id, browserSecret)) addCookie(c, cookie);
    await signIns.depart(signIn, slug, dependencies.requesterOf(c), c.var.reference);
    // Not straight to the provider: where a form may lead is part of its page's policy, and that page knew of no address.
    return seeOther(c, stepOf(id));
  });

  /** The test, where this browser has opened it. */
  async function findOwn(c: WebContext, id: string): Promise<SignIn | null> {
    const secret = binding.secretOf(cookiesOf(c), id);
    const signIn = secret === null ? null : await signIns.find(id, secret);
    return signIn?.purpose.kind === 'test' ? signIn : null;
  }

  const asksCode = (id: string, fault: CodeForm['fault']): CodeForm => ({
    kind: 'code',
    form: { action: path('/sign-in/test'), fields: { id } },
    fault,
  });

  async function show(c: WebContext, slug: string, next: CodeForm | GoOn, status: 200 | 400): Promise<Response> {
    const providerName = (await dependencies.nameOf(c, slug)) ?? slug;
    return respondWithPage(c, providerTestPage(frameOf(c), { providerName, next }), status);
  }
}

/** The report of a test that has ended, for the browser that made it. */
export async function respondWithReport(
  c: WebContext,
  { purpose, testSteps: steps, trace }: SignIn,
  nameOf: TestRouteDependencies['nameOf'],
): Promise<Response> {
  if (purpose.kind !== 'test') throw new SignInError('sign_in_unknown', 'a report of what was no test');
  const providerName = (await nameOf(c, purpose.slug)) ?? purpose.slug;
  const page = testReportPage(frameOf(c), { providerName, steps, trace });
  return respondWithPage(c, page, 200);
}
