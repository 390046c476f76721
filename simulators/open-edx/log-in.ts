/**
 * `/login` and logging in with a password; what the pages and the Authn micro-frontend know of providers.
 */

import { html } from 'hono/html';
import type { JsonObject } from '../../src/model.ts';
import { json, redirect, throttled, withCookies } from './answers.ts';
import type { Handler } from './caller.ts';
import { formOf, type Incoming } from './incoming.ts';
import { type Html, page, plainPage } from './layout.ts';
import { providerId } from './provider-records.ts';
import type { ProviderRecord } from './records.ts';
import { safeTarget } from './redirects.ts';
import { runningPipeline } from './registration.ts';
import { markerCookies } from './sessions.ts';
import { loginUrl } from './start-login.ts';
import type { Texts } from './texts.ts';
import type { World } from './world.ts';

/** A provider that `tpa_hint` names, also one that is not visible. It is looked for in the query of `next`. */
export function hinted(request: Incoming, world: World): ProviderRecord | null {
  const next = request.parameters.get('next') ?? '';
  const query = URL.canParse(next, request.origin) ? new URL(next, request.origin).searchParams : new URLSearchParams();
  const hint = query.get('tpa_hint') ?? world.settings.THIRD_PARTY_AUTH_HINT;
  return world.providers.listed(request.host).find((record) => providerId(record) === hint) ?? null;
}

export function buttons(
  records: readonly ProviderRecord[],
  authEntry: 'login' | 'register',
  next: string | null,
  t: Texts,
): readonly Html[] {
  return records.map(
    (record) =>
      html`<a class="button" href="${loginUrl(record, authEntry, next)}" data-testid="${providerId(record)}">${t.signInWith} ${record.name}</a>`,
  );
}

export const showLogIn: Handler = (request, world) => {
  const session = world.sessions.of(request);
  const next = request.parameters.get('next');
  if (session.account !== null) return redirect(safeTarget(next, '/dashboard', request, world));
  const pipeline = runningPipeline(session, world);
  const hint = pipeline === null ? hinted(request, world) : null;
  if (hint?.skip_hinted_login_dialog === true) return redirect(loginUrl(hint, 'login', next));

  const visible = world.providers.listed(request.host).filter(({ visible: isVisible }) => isVisible);
  const offered = hint === null ? visible : [hint];
  const { message } = session;
  session.message = null;
  return page(request, {
    ...plainPage,
    script: '/static/forms.js',
    title: (t) => (hint === null ? t.logInTitle : t.hintTitle),
    content: (t) => html`
${message === null ? '' : html`<p class="message" role="alert" lang="en" data-testid="lms-message">${message}</p>`}
${
  pipeline === null
    ? html`<p>${offered.length === 0 ? t.noProvider : t.logInLead}</p>${buttons(offered, 'login', next, t)}`
    : html`<p class="message" data-testid="not-linked">${t.noAccountYet}</p><a class="button quiet" href="/register">${t.register}</a>`
}
${hint === null ? passwordForm(pipeline === null ? safeTarget(next, '/dashboard', request, world) : '', t) : html`<p><a href="/login">${t.otherWays}</a></p>`}`,
  });
};

function passwordForm(goesTo: string, t: Texts): Html {
  return html`<h2>${t.passwordTitle}</h2>
<form method="post" action="/api/user/v2/account/login_session/" data-api data-goes-to="${goesTo}">
<p class="fault" role="alert" data-fault=""></p>
<label for="who">${t.emailOrUsername}</label><input id="who" name="email_or_username" autocomplete="username" required>
<label for="password">${t.password}</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="button quiet" data-testid="lms-password">${t.signIn}</button>
<noscript><p class="message">${t.needsScript}</p></noscript>
</form>`;
}

/** `/api/user/v…/account/login_session/`. With a pipeline that waits, whoever knows the password links the two. */
export const logInSession: Handler = (request, world) => {
  const form = formOf(request) ?? new URLSearchParams();
  const who = form.get('email_or_username') ?? form.get('email') ?? '';
  const account = world.accounts.named(who) ?? world.accounts.withEmail(who)[0] ?? null;
  const refused = (code: string, value: string) => json({ success: false, error_code: code, value }, 400);
  if (account?.password == null || account.password !== form.get('password')) {
    return refused('incorrect-email-or-password', 'Email or password is incorrect.');
  }
  if (!account.isActive) return refused('inactive-user', 'In order to sign in, you need to activate your account.');
  const session = world.sessions.of(request);
  const pipeline = runningPipeline(session, world);
  world.sessions.logIn(session, account, null);
  const redirectUrl = pipeline === null ? '/dashboard' : `/auth/complete/${pipeline.identity.backend}/`;
  const cookies = [...world.sessions.save(session, request), ...markerCookies(account, request)];
  return withCookies(json({ success: true, redirect_url: redirectUrl }), cookies);
};

/** `/api/mfe_context`: what the Authn micro-frontend shows instead of these pages. */
export const mfeContext: Handler = (request, world) => {
  const session = world.sessions.of(request);
  const seconds = session.account === null ? world.rates.throttle(`mfe_context ${request.address}`, 20) : null;
  if (seconds !== null) return throttled(seconds);
  const pipeline = runningPipeline(session, world);
  const records = world.providers.listed(request.host);
  const hint = hinted(request, world);
  const shown = records
    .filter((record) => record.visible || record === hint)
    .map((record) => ofProvider(record, request));
  const details = pipeline?.identity.details ?? null;
  return json({
    contextData: {
      currentProvider: pipeline?.flags?.name ?? null,
      platformName: 'Campus Jacaranda',
      providers: shown.filter(({ secondary }) => !secondary).map(({ provider }) => provider),
      secondaryProviders: shown.filter(({ secondary }) => secondary).map(({ provider }) => provider),
      finishAuthUrl: pipeline === null ? null : `/auth/complete/${pipeline.identity.backend}/`,
      errorMessage: session.message,
      autoSubmitRegForm: pipeline?.flags?.skip_registration_form ?? false,
      syncLearnerProfileData: pipeline?.flags?.sync_learner_profile_data ?? false,
      countryCode: null,
      pipelineUserDetails:
        details === null
          ? {}
          : {
              username: pipeline?.suggestedUsername ?? null,
              email: details.email,
              name: details.fullname,
              firstName: details.first_name,
              lastName: details.last_name,
            },
    },
  });
};

function ofProvider(
  record: ProviderRecord,
  request: Incoming,
): { readonly secondary: boolean; readonly provider: JsonObject } {
  const next = request.parameters.get('next');
  return {
    secondary: record.secondary,
    provider: {
      id: providerId(record),
      name: record.name,
      iconClass: 'fa-sign-in',
      iconImage: null,
      skipHintedLogin: record.skip_hinted_login_dialog,
      skipRegistrationForm: record.skip_registration_form,
      loginUrl: loginUrl(record, 'login', next),
      registerUrl: loginUrl(record, 'register', next),
    },
  };
}
