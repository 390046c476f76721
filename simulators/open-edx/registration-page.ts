/**
 * `/register`: the form that stands between a new learner and their account. Its own script sends it, and with
 * `skip_registration_form` does so before anybody has pressed anything.
 */

import { html } from 'hono/html';
import { redirect } from './answers.ts';
import type { Handler } from './caller.ts';
import { type Html, page, plainPage } from './layout.ts';
import { buttons } from './log-in.ts';
import { runningPipeline } from './registration.ts';
import type { Pipeline } from './sessions.ts';
import type { Texts } from './texts.ts';
import type { World } from './world.ts';

export const showRegistration: Handler = (request, world) => {
  const session = world.sessions.of(request);
  const pipeline = runningPipeline(session, world);
  if (session.account !== null) {
    return redirect(pipeline === null ? '/dashboard' : `/auth/complete/${pipeline.identity.backend}/`);
  }
  const { message } = session;
  session.message = null;
  const next = request.parameters.get('next');
  const visible = world.providers.listed(request.host).filter(({ visible: isVisible }) => isVisible);
  const submitsItself = pipeline?.flags?.skip_registration_form === true;
  return page(request, {
    ...plainPage,
    script: '/static/forms.js',
    title: (t) => t.registerTitle,
    content: (t) => html`
${message === null ? '' : html`<p class="message" role="alert" lang="en" data-testid="lms-message">${message}</p>`}
${pipeline === null ? buttons(visible, 'register', next, t) : ''}
${submitsItself ? html`<p data-waiting role="status">${t.creating}</p>` : html`<p>${t.registerLead}</p>`}
<form method="post" action="/user_api/v1/account/registration/" data-api ${submitsItself ? 'data-auto hidden' : ''} data-testid="registration">
<p class="fault" role="alert" data-fault=""></p>
${fieldsOf(pipeline, world, t)}
<button class="button" data-testid="create-account">${t.createAccount}</button>
</form>
<noscript><p class="message">${t.needsScript}</p></noscript>`,
  });
};

function fieldsOf(pipeline: Pipeline | null, world: World, t: Texts): readonly (Html | string)[] {
  const details = pipeline?.identity.details ?? null;
  // With synchronised data nobody changes what the provider said.
  const isFixed = pipeline?.flags?.sync_learner_profile_data === true;
  const extra = Object.entries(world.settings.REGISTRATION_EXTRA_FIELDS).filter(([, state]) => state === 'required');
  return [
    field('name', t.fullName, details?.fullname ?? '', isFixed),
    field('username', t.username, pipeline?.suggestedUsername ?? '', false),
    field('email', t.email, details?.email ?? '', isFixed),
    pipeline === null
      ? field('password', t.password, '', false)
      : hidden('social_auth_provider', pipeline.flags?.name ?? ''),
    ...extra.map(([name]) => extraField(name, pipeline, t)),
  ];
}

function extraField(name: string, pipeline: Pipeline | null, t: Texts): Html {
  if (name === 'honor_code' || name === 'terms_of_service') {
    // The script of the real page ticks it for whoever comes by a provider that skips the form.
    const ticked = pipeline?.flags?.skip_registration_form === true ? 'checked' : '';
    return html`<label class="box"><input type="checkbox" name="${name}" value="true" ${ticked} data-testid="field-${name}"> <span>${t.honorCode}</span></label><p class="fault" data-fault="${name}"></p>`;
  }
  return field(name, name === 'country' ? t.country : `${t.otherField}: ${name.replaceAll('_', ' ')}`, '', false);
}

const autocompletes: { readonly [name: string]: string } = {
  name: 'name',
  username: 'username',
  email: 'email',
  password: 'new-password',
  country: 'country',
};

function field(name: string, label: string, value: string, isFixed: boolean): Html {
  if (isFixed && value !== '') return hidden(name, value);
  const type = name === 'password' || name === 'email' ? name : 'text';
  return html`<label for="field-${name}">${label}</label><input id="field-${name}" name="${name}" type="${type}" value="${value}" autocomplete="${autocompletes[name] ?? 'off'}" data-testid="field-${name}"><p class="fault" data-fault="${name}"></p>`;
}

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}"><p class="fault" data-fault="${name}"></p>`;
}
