/**
 * The addresses of a sign-in: the chooser, the way to the provider and back, and the dispatcher.
 *
 *     GET  /sign-in             chooser (begins a sign-in when the address names none)
 *     GET  /sign-in/{provider}  to the provider
 *     GET  /callback/{provider} back from it
 *     GET  /sign-in/step        the dispatcher: looks at the stored row and says what comes next
 *     POST /sign-in/step        the answer to a question of the pipeline
 *     POST /sign-in/prove       to another account of theirs, from the question whether there is one
 *     POST /sign-in/{provider}  what was filled in on a form of one of our own ways
 *
 * Decides nothing: it only turns requests into calls of the sign-in and its answers into redirects and pages.
 */
import type { Vault } from '../crypto.ts';
import { equalSecrets } from '../crypto.ts';
import type { Destination } from '../directory/destination.ts';
import type { Directory } from '../directory/directory.ts';
import { refusals, SignInError } from '../errors.ts';
import type { Limits } from '../limits/limits.ts';
import type { Arrival, Environment, Form, GuestOfSignIn, Purpose, Requester, Session, SignIn } from '../model.ts';
import { parsePath, path } from '../pages/href.ts';
import { refusalPage } from '../pages/refusal.ts';
import { waitPage } from '../pages/wait.ts';
import { DatabaseUnavailable } from '../store/database.ts';
import type { MailProof } from '../store/mail-proofs.ts';
import type { Store } from '../store/store.ts';
import {
  addCookie,
  frameOf,
  isFramed,
  respondWithPage,
  seeOther,
  type WebApp,
  type WebContext,
} from '../web/context.ts';
import { type Cookies, readCookies, YEAR_SECONDS } from '../web/cookies.ts';
import { readForm } from '../web/middleware.ts';
import { referenceFrom } from '../web/reference.ts';
import type { FormOwner } from './asked.ts';
import type { BrowserBinding } from './browser-binding.ts';
import { chooserPath, hintedPath, providerPath, renderChooser } from './chooser.ts';
import { formPage, runsOwnScript } from './form-page.ts';
import { mountFramedLaunch, offerWindow } from './framed-launch.ts';
import { mountMailLink } from './mail-link-routes.ts';
import type { Next } from './next.ts';
import { endOf, isOfOneProvider, listOfWays, requestOf, stepPath, wayOnFrom } from './purpose.ts';
import type { BrowserSessions } from './session.ts';
import type { SignIns } from './sign-in.ts';
import { mountTest, respondWithReport } from './test-routes.ts';

type Refused = Extract<Next, { kind: 'refused' }>;
type Asked = Extract<Next, { kind: 'form' }>;

export interface SignInRoutesDependencies {
  readonly environment: Environment;
  readonly store: Store;
  readonly vault: Vault;
  readonly signIns: SignIns;
  readonly sessions: BrowserSessions;
  readonly binding: BrowserBinding;
  readonly cookies: Cookies;
  readonly limits: Limits;
  readonly directory: () => Promise<Directory>;
  readonly destinationOf: (purpose: Purpose) => Destination;
  readonly delay: (milliseconds: number) => Promise<void>;
  /** The proof that the link of a mail belongs to; null when there is none to be used. */
  readonly findProof: (link: string) => Promise<MailProof | null>;
  /** Where a form of this sign-in may end besides here: the origins of the client that asked. */
  readonly formTargets: (purpose: Purpose) => Promise<readonly string[]>;
}

/** Names the provider that this browser left for last. It only orders a list: whoever changes it gains nothing. */
const LAST_PROVIDER_COOKIE = 'last-provider';
/** Tells this browser's guesses at a password from those of strangers. */
const DEVICE_COOKIE = 'device';

/** A doubled callback waits this long for the first one to be decided; where that takes longer, the page that is shown asks again. */
const PATIENCE = { tries: 60, milliseconds: 100 };

/** Where a sign-in goes first: to the chooser, to the provider in its address, or to one that a client named. */
export type FirstStop =
  | { readonly kind: 'chooser' }
  | { readonly kind: 'provider'; readonly slug: string }
  /** Straight on, unless the operator wants that to be confirmed. */
  | { readonly kind: 'hint'; readonly slug: string };

/** Whoever opened the link of a mail in another browser than the one that asked for it. */
const HERE: Purpose = { kind: 'visit', returnTo: '/account' };

/** Begins a sign-in for a purpose and answers where the browser goes first. */
export type BeginSignIn = (c: WebContext, purpose: Purpose, first: FirstStop) => Promise<Response>;

export interface MountedSignIn {
  readonly begin: BeginSignIn;
  /** For who comes in by a launch: bound to the browser, and on to the dispatcher; from a frame, by a window of its own. */
  readonly enter: (c: WebContext, come: { readonly purpose: Purpose; readonly arrival: Arrival }) => Promise<Response>;
  /** Callback addresses that were registered before the broker was there. Mount last: it looks at every address left over. */
  mountCallbackAliases(): void;
}

export function mountSignIn(app: WebApp, dependencies: SignInRoutesDependencies): MountedSignIn {
  const { signIns, sessions, binding } = dependencies;
  const cookiesOf = (c: WebContext) => readCookies(c.req.header('Cookie') ?? null);

  async function load(c: WebContext, id: string) {
    const browserSecret = binding.secretOf(cookiesOf(c), id);
    const signIn = await signIns.find(id, browserSecret).catch((error: unknown) => {
      // What the person came for is not known yet, but it is stored: once the database is back, the dispatcher knows.
      if (error instanceof DatabaseUnavailable) {
        c.set('wayOn', { startAgainHref: path(`/sign-in/step?id=${encodeURIComponent(id)}`), client: null });
      }
      // No list of ways leads back to a course.
      if (error instanceof SignInError && error.code === 'lti_launch_expired') {
        c.set('wayOn', { startAgainHref: null, client: null });
      }
      throw error;
    });
    recognise(c, signIn);
    return { signIn, browserSecret: browserSecret ?? '' };
  }

  /**
   * From here on the request is one of this attempt. It is refused in one request and shown in another: both must give
   * support the same reference. And however it ends, the person gets back to what they came for (C-01).
   */
  function recognise(c: WebContext, signIn: SignIn): void {
    const { id, purpose } = signIn;
    c.set('reference', referenceFrom(Buffer.from(dependencies.vault.derive('reference', id), 'base64url')));
    // A test is begun on the command line: here it can only be gone on with.
    const isTest = purpose.kind === 'test';
    c.set('wayOn', isTest ? { startAgainHref: stepPath(signIn), client: null } : wayOnFrom(purpose, c.var.locale));
  }

  async function beginHere(c: WebContext, purpose: Purpose, guest: GuestOfSignIn | null = null): Promise<SignIn> {
    // Refused or not, the person gets back to what they came for.
    c.set('wayOn', wayOnFrom(purpose, c.var.locale));
    // Each stores a row, for whoever asks: only a flood is refused, because a school behind one address is none.
    if (!dependencies.limits.admits('signInsPerClientAddress', c.var.clientAddressKey)) {
      throw new SignInError('too_many_requests', 'more sign-ins were begun from one address than people begin');
    }
    const { signIn, browserSecret } = await signIns.begin(purpose, c.var.locale, guest ?? (await guestIn(c)));
    recognise(c, signIn);
    for (const cookie of await binding.bind(cookiesOf(c), signIn.id, browserSecret)) addCookie(c, cookie);
    return signIn;
  }

  /** The temporary user who is signed in here: what they have done may become the work of whoever signs in now (DESIGN §6.6). */
  async function guestIn(c: WebContext): Promise<GuestOfSignIn | null> {
    const session = await sessions.find(c.req.header('Cookie') ?? null);
    const found = session && (await dependencies.store.accounts.findUser(session.userId));
    return found?.user.state === 'temporary' ? { userId: found.user.id, elsewhere: false } : null;
  }

  const begin: BeginSignIn = async (c, purpose, first) => {
    const signIn = await beginHere(c, purpose);
    if (first.kind === 'chooser') return seeOther(c, chooserPath(signIn));
    if (first.kind === 'hint' && (await wantsConfirmation(first.slug)))
      return seeOther(c, hintedPath(first.slug, signIn));
    return depart(c, signIn, first.slug);
  };

  const wantsConfirmation = async (slug: string) =>
    (await dependencies.directory()).recordOf(slug)?.skipHintedLoginDialog === false;

  /** To the provider. The browser remembers its name, so that the chooser can put it first the next time. */
  async function depart(c: WebContext, signIn: SignIn, slug: string): Promise<Response> {
    const to = await signIns.depart(signIn, slug, requesterOf(c), c.var.reference);
    if (!isOfOneProvider(signIn.purpose)) {
      addCookie(c, dependencies.cookies.set(LAST_PROVIDER_COOKIE, slug, YEAR_SECONDS));
    }
    return seeOther(c, to?.kind === 'redirect' ? to.url : stepPath(signIn));
  }

  /** Who sends this request, for people to recognise and for limits. */
  const requesterOf = (c: WebContext): Requester => ({
    userAgent: c.req.header('User-Agent') ?? null,
    addressKey: c.var.clientAddressKey,
    knownDevice: cookiesOf(c).get(dependencies.cookies.name(DEVICE_COOKIE)) ?? null,
  });

  const visit = (c: WebContext): Purpose => ({
    kind: 'visit',
    returnTo: parsePath(c.req.query('return_to') ?? '') ?? '/account',
  });

  app.get('/sign-in', async (c) => {
    const id = c.req.query('id');
    if (id === undefined) return begin(c, visit(c), firstStop(c, c.req.query('provider')));
    const { signIn } = await load(c, id);
    if (signIn.state !== 'started' || isOfOneProvider(signIn.purpose)) return seeOther(c, stepPath(signIn));
    const page = renderChooser(
      frameOf(c),
      await dependencies.directory(),
      dependencies.destinationOf(signIn.purpose),
      signIn,
      {
        hint: c.req.query('hint') ?? null,
        query: c.req.query('q') ?? '',
        lastUsed: cookiesOf(c).get(dependencies.cookies.name(LAST_PROVIDER_COOKIE)) ?? null,
      },
    );
    return respondWithPage(c, page, 200);
  });

  app.get('/sign-in/step', async (c) => {
    const { signIn, browserSecret } = await load(c, c.req.query('id') ?? '');
    return dispatch(c, signIn, browserSecret);
  });

  app.post('/sign-in/step', (c) => receive(c, (fields) => ({ kind: 'step', name: fields.get('step') ?? '' })));

  /** From the question whether somebody has an account, to signing in to it. The attempt that asks waits meanwhile. */
  app.post('/sign-in/prove', async (c) => {
    const { signIn } = await takeForm(c);
    if (signIn.state !== 'waiting' || !leadsToProof(signIn.pause?.form)) return seeOther(c, stepPath(signIn));
    const waits = { kind: 'sign-in', id: signIn.id, of: requestOf(signIn.purpose) } as const;
    return begin(c, { kind: 'prove', waits, returnTo: stepPath(signIn) }, { kind: 'chooser' });
  });

  mountMailLink(app, {
    ...dependencies,
    loadOwn: (c, id) =>
      load(c, id).then(
        ({ signIn }) => signIn,
        (error: unknown) => {
          if (error instanceof SignInError) return null;
          throw error;
        },
      ),
    isOfferedHere: async (slug) =>
      (await dependencies.directory()).findFor(slug, dependencies.destinationOf(HERE)) !== null,
    beginHere: (c, guest) => beginHere(c, HERE, guest),
    requesterOf,
  });

  mountTest(app, { ...dependencies, nameOf, requesterOf, recognise });
  mountFramedLaunch(app, { signIns, binding, recognise });

  app.post('/sign-in/:provider', (c) => receive(c, () => ({ kind: 'provider', slug: c.req.param('provider') })));

  /** Whoever asked with the form reads it; what comes of it stands in the row, where the dispatcher looks. */
  async function receive(
    c: WebContext,
    ownerOf: (fields: ReadonlyMap<string, string>) => FormOwner,
  ): Promise<Response> {
    const { signIn, fields } = await takeForm(c);
    const sent = { of: ownerOf(fields), from: fields.get('form') ?? '', fields, requester: requesterOf(c) };
    await signIns.submit(signIn, sent, c.var.reference);
    return seeOther(c, stepPath(signIn));
  }

  /** @throws SignInError cross_site_request */
  async function takeForm(c: WebContext) {
    const fields = await readForm(c.req.raw);
    const { signIn, browserSecret } = await load(c, fields.get('id') ?? '');
    if (!equalSecrets(fields.get('token') ?? '', formToken(signIn, browserSecret))) {
      throw new SignInError('cross_site_request', 'the form was not made for this browser');
    }
    return { signIn, fields };
  }

  app.get('/sign-in/:provider', async (c) => {
    const slug = c.req.param('provider');
    const id = c.req.query('id');
    if (id === undefined) return begin(c, visit(c), firstStop(c, slug));
    const { signIn } = await load(c, id);
    return depart(c, signIn, slug);
  });

  const slugsAt = async (path: string) => (await dependencies.directory()).slugsAtCallbackPath(path);

  app.get('/callback/:provider', async (c) => callback(c, [c.req.param('provider'), ...(await slugsAt(c.req.path))]));

  /** `slugs`: whose callback the address is. The first of them; but what is tested may be to replace it, at its address. */
  async function callback(c: WebContext, slugs: readonly string[]): Promise<Response> {
    const parameters = new URL(c.req.url).searchParams;
    const states = parameters.getAll('state');
    const { signIn } = await load(c, states[0] ?? '');
    const { purpose } = signIn;
    const [first = ''] = slugs;
    const slug = purpose.kind === 'test' && slugs.includes(purpose.slug) ? purpose.slug : first;
    await signIns.arrive(signIn, slug, parameters, c.var.reference);
    return seeOther(c, stepPath(signIn));
  }

  async function dispatch(c: WebContext, signIn: SignIn, browserSecret: string): Promise<Response> {
    const isLaunch = signIn.purpose.kind === 'launch';
    const present = isLaunch ? await sessions.find(c.req.header('Cookie') ?? null) : null;
    const browser = { secret: browserSecret, requester: requesterOf(c), present };
    let next = await signIns.dispatch(signIn, browser, c.var.reference);
    for (let tries = 0; next.kind === 'wait' && tries < PATIENCE.tries; tries++) {
      await dependencies.delay(PATIENCE.milliseconds);
      const { signIn: current } = await load(c, signIn.id);
      next = await signIns.dispatch(current, browser, c.var.reference);
    }
    switch (next.kind) {
      case 'choose':
        return seeOther(c, signIn.purpose.kind === 'change' ? endOf(signIn) : chooserPath(signIn));
      case 'leave':
        return respondWithPage(c, waitPage(frameOf(c), { href: providerPath(next.slug, signIn) }), 200);
      case 'tested':
        return respondWithReport(c, (await load(c, signIn.id)).signIn, nameOf);
      case 'wait':
        return respondWithPage(c, waitPage(frameOf(c), { href: stepPath(signIn) }), 200);
      case 'form':
        return ask(c, signIn, browserSecret, next);
      case 'signed-in': {
        const set = await sessions.establish(c.req.header('Cookie') ?? null, next.sessionToken, c.var.reference);
        for (const cookie of set) addCookie(c, cookie);
        if (next.knownDevice !== null) {
          addCookie(c, dependencies.cookies.set(DEVICE_COOKIE, next.knownDevice, YEAR_SECONDS));
        }
        return seeOther(c, endOf(signIn));
      }
      case 'proved':
        return seeOther(c, endOf(signIn));
      case 'refused':
        return refused(c, signIn, next);
    }
  }

  async function ask(c: WebContext, signIn: SignIn, browserSecret: string, { of, form }: Asked): Promise<Response> {
    c.set('formTargets', await dependencies.formTargets(signIn.purpose));
    c.set('ownScript', runsOwnScript(form));
    const token = formToken(signIn, browserSecret);
    const providerName = await nameOf(c, signIn.arrival?.profile.provider ?? null);
    const startAgainHref = listOfWays(signIn.purpose);
    return respondWithPage(c, formPage(frameOf(c), { signIn, of, form, providerName, token, startAgainHref }), 200);
  }

  /** Also of a provider that is switched off. */
  async function nameOf(c: WebContext, slug: string | null): Promise<string | null> {
    const record = slug === null ? null : (await dependencies.directory()).recordOf(slug);
    return record?.name[c.var.locale] ?? null;
  }

  async function refused(
    c: WebContext,
    signIn: SignIn,
    { code, provider: slug, caseNumber }: Refused,
  ): Promise<Response> {
    return respondWithPage(
      c,
      refusalPage(frameOf(c), {
        code,
        reference: c.var.reference,
        providerName: await nameOf(c, slug),
        caseNumber,
        ...wayOnFrom(signIn.purpose, c.var.locale, signIn),
      }),
      refusals[code].status,
    );
  }

  function formToken(signIn: SignIn, browserSecret: string): string {
    return dependencies.vault.derive('form of a sign-in', signIn.id, browserSecret);
  }

  return {
    begin,
    async enter(c, { purpose, arrival }) {
      const begun = await signIns.receive(purpose, c.var.locale, arrival, c.var.reference);
      const { signIn, browserSecret } = begun;
      recognise(c, signIn);
      if (isFramed(c)) return offerWindow(c, begun, await dependencies.formTargets(purpose));
      for (const cookie of await binding.bind(cookiesOf(c), signIn.id, browserSecret)) addCookie(c, cookie);
      return seeOther(c, stepPath(signIn));
    },
    mountCallbackAliases() {
      app.get('*', async (c, next) => {
        const slugs = await slugsAt(c.req.path);
        return slugs.length === 0 ? next() : callback(c, slugs);
      });
    },
  };
}

/** Whether one of its buttons leads to signing in to an account first. */
const leadsToProof = (form: Form | undefined): boolean =>
  form?.kind === 'existing-account' || form?.kind === 'launch-sign-in';

/** What a form must carry that changes something for the person who is signed in. */
export function sessionFormToken(vault: Vault, session: Session): string {
  return vault.derive('form of a session', session.idHash);
}

/**
 * A link from another site must not send anybody to a provider: with single sign-on there, it would sign a browser in
 * without a word from its person (C-17). It gets the chooser. A person's click, a bookmark and a client's flow go on.
 */
function firstStop(c: WebContext, slug: string | undefined): FirstStop {
  const site = c.req.header('Sec-Fetch-Site') ?? 'none';
  const mode = c.req.header('Sec-Fetch-Mode') ?? 'navigate';
  const mayDepart = mode === 'navigate' && site !== 'cross-site';
  return slug === undefined || !mayDepart ? { kind: 'chooser' } : { kind: 'provider', slug };
}
