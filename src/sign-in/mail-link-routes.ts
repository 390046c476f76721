/**
 * What the link of a mail opens: a page with a button, in whichever browser it was opened.
 *
 *     GET  /sign-in/mail?token=…  takes the token out of the address (F-14)
 *     GET  /sign-in/mail          the page: says who asked, uses nothing up (F-01)
 *     POST /sign-in/mail          the button
 *     GET  /sign-in/mail/done     says to go back to the tab that waits
 *     GET  /sign-in/progress      asked by the page that waits for it in another tab
 *
 * In the browser that asked, the attempt goes on, in the tab that waits for it. In another one a new attempt begins there, and the one that asked is
 * told so: a link never signs in a browser other than the one in which the button was pressed (F-02).
 */
import { SignInError } from '../errors.ts';
import { deviceInWords } from '../i18n/device.ts';
import { formatDateTime } from '../i18n/format.ts';
import type { GuestOfSignIn, Requester, SignIn } from '../model.ts';
import { type LinkPlace, mailLinkDonePage, mailLinkPage } from '../pages/email.ts';
import { path } from '../pages/href.ts';
import { USED_ELSEWHERE } from '../providers/mailbox-dialog.ts';
import type { MailProof } from '../store/mail-proofs.ts';
import type { Store } from '../store/store.ts';
import { fullName } from '../users/arrival.ts';
import { nameOf } from '../users/known-values.ts';
import { addCookie, frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { type Cookies, readCookies } from '../web/cookies.ts';
import { readForm } from '../web/middleware.ts';
import { askedIn, type FormOwner, type Sent } from './asked.ts';
import { staysInItsBrowser } from './purpose.ts';
import type { BrowserSessions } from './session.ts';
import type { SignIns } from './sign-in.ts';

/** Holds the token between the address of the mail and the page that is shown instead. */
const LINK_COOKIE = 'mail-link';
const LINK_COOKIE_SECONDS = 10 * 60;

export interface MailLinkDependencies {
  readonly signIns: SignIns;
  readonly sessions: BrowserSessions;
  readonly store: Store;
  readonly cookies: Cookies;
  /** The proof that this link belongs to; null when it was used, replaced or has expired. */
  readonly findProof: (link: string) => Promise<MailProof | null>;
  /** The attempt, when this browser began it; null otherwise. */
  readonly loadOwn: (c: WebContext, signInId: string) => Promise<SignIn | null>;
  /** Whether somebody can sign in to the broker itself with this provider. */
  readonly isOfferedHere: (slug: string) => Promise<boolean>;
  /** Begins an attempt of this browser, and sets its cookie. */
  readonly beginHere: (c: WebContext, guest: GuestOfSignIn | null) => Promise<SignIn>;
  readonly requesterOf: (c: WebContext) => Requester;
}

/** An opened link, and where it was opened. */
interface Opened {
  readonly link: string;
  readonly proof: MailProof;
  readonly asking: SignIn;
  readonly of: FormOwner;
  readonly place: LinkPlace;
}

export function mountMailLink(app: WebApp, dependencies: MailLinkDependencies): void {
  const { signIns, store, cookies } = dependencies;

  app.get('/sign-in/mail', async (c) => {
    const token = c.req.query('token');
    if (token !== undefined) {
      // Also for what is no token of ours: the page says so, at an address that can be shown to anybody. What programs
      // take for a part of the address, such as the full stop after it, is none (F-18).
      const [written = ''] = /^[\w-]{1,100}/.exec(token) ?? [];
      addCookie(c, cookies.set(LINK_COOKIE, written, LINK_COOKIE_SECONDS));
      return seeOther(c, '/sign-in/mail');
    }
    const link = readCookies(c.req.header('Cookie') ?? null).get(cookies.name(LINK_COOKIE)) ?? '';
    const opened = await open(c, link);
    const { proof, place } = opened;
    const { locale, brand } = c.var;
    return respondWithPage(
      c,
      mailLinkPage(frameOf(c), {
        place,
        purpose: proof.purpose,
        address: proof.address,
        device: deviceInWords(proof.userAgent, locale),
        time: formatDateTime(proof.sentAt, locale, brand.timeZone),
        signedInAs: await somebodyElse(c, proof),
        form: { action: path('/sign-in/mail'), fields: { link } },
      }),
      200,
    );
  });

  app.post('/sign-in/mail', async (c) => {
    const form = await readForm(c.req.raw);
    const opened = await open(c, form.get('link') ?? '');
    addCookie(c, cookies.clear(LINK_COOKIE));
    return opened.place === 'here' ? goOn(c, opened) : goOnElsewhere(c, opened);
  });

  app.get('/sign-in/mail/done', async (c) => {
    const signIn = await dependencies.loadOwn(c, c.req.query('id') ?? '');
    if (signIn === null) throw unusable();
    return respondWithPage(c, mailLinkDonePage(frameOf(c), { href: path(`/sign-in/step?id=${signIn.id}`) }), 200);
  });

  app.get('/sign-in/progress', async (c) => {
    const signIn = await dependencies.loadOwn(c, c.req.query('id') ?? '');
    c.header('Cache-Control', 'no-store');
    return c.body(null, signIn !== null && String(signIn.version) === c.req.query('seen') ? 204 : 200);
  });

  /** @throws SignInError mail_link_unusable */
  async function open(c: WebContext, link: string): Promise<Opened> {
    const proof = await dependencies.findProof(link);
    const asking = proof && (await store.signIns.find(proof.signInId));
    const of = asking && (askedIn(asking)?.of ?? null);
    if (proof === null || asking === null || of === null) throw unusable();
    const own = (await dependencies.loadOwn(c, asking.id)) !== null;
    // What a step of the pipeline asked can only be answered to it: nobody else has arrived. A way that is for one client
    // or one site leads nowhere without it. A test signs nobody in. And what somebody began in their session is theirs: an
    // address is added by whoever reads its mail *and* is in the account.
    const isElsewhere =
      of.kind === 'provider' && !staysInItsBrowser(asking.purpose) && (await dependencies.isOfferedHere(of.slug));
    const place = own ? 'here' : isElsewhere ? 'elsewhere' : 'code-only';
    return { link, proof, asking, of, place };
  }

  async function goOn(c: WebContext, { asking, of, link }: Opened): Promise<Response> {
    await signIns.submit(asking, fromLink(of, ['link', link], dependencies.requesterOf(c)), c.var.reference);
    // Not on from here: the client is expected in the tab that it was left in, and takes each answer once.
    return seeOther(c, `/sign-in/mail/done?id=${asking.id}`);
  }

  async function goOnElsewhere(c: WebContext, opened: Opened): Promise<Response> {
    const { asking, of, link, place } = opened;
    if (of.kind !== 'provider' || place !== 'elsewhere') throw unusable();
    const requester = dependencies.requesterOf(c);
    // A guest who gave an address may go on where the mail is read: the person here is asked whether that was they.
    const begun = await dependencies.beginHere(c, asking.guest && { ...asking.guest, elsewhere: true });
    await signIns.depart(begun, of.slug, requester, c.var.reference);
    const departed = await store.signIns.find(begun.id);
    if (departed === null) throw unusable();
    await signIns.submit(departed, fromLink(of, ['link', link], requester), c.var.reference);
    await signIns.submit(asking, fromLink(of, ['action', USED_ELSEWHERE], requester), c.var.reference);
    return seeOther(c, `/sign-in/step?id=${begun.id}`);
  }

  /** The name of whoever is signed in here and does not hold the address: they are to know that they will be signed out. */
  async function somebodyElse(c: WebContext, { address }: MailProof): Promise<string | null> {
    const session = await dependencies.sessions.find(c.req.header('Cookie') ?? null);
    const found = session && (await store.accounts.findUser(session.userId));
    if (found === null || found.emails.some((email) => email.address === address && email.verifiedAt !== null))
      return null;
    return fullName(nameOf(found.user)) ?? found.emails[0]?.address ?? found.user.username;
  }
}

function fromLink(of: FormOwner, field: readonly [name: string, value: string], requester: Requester): Sent {
  return { of, from: null, fields: new Map([field]), requester };
}

function unusable(): SignInError {
  return new SignInError('mail_link_unusable', 'used, replaced, expired, or of an attempt that has ended');
}
