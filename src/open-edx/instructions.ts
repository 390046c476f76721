/**
 * What has to be made at the LMS, as values to be copied: the provider record, settings, our application, the service worker
 * (open-edx.md §3, §5, §10, §12).
 *
 * Addresses that browsers follow and addresses that the LMS calls are the same here; where its container reaches us otherwise, the
 * operator changes the second kind. Must never: hold a secret but by the name under which it is put in.
 */
import type { LmsBackend } from '../configuration/open-edx-document.ts';
import type { JsonObject } from '../model.ts';
import { routes } from '../oidc/provider.ts';
import { completePath, type Lms, ourRedirectUri } from './lms.ts';

export interface Instructions {
  /** Of `/admin/third_party_auth/oauth2providerconfig/add/`. */
  readonly record: JsonObject;
  /** Lines for the LMS's settings in Python. */
  readonly settings: readonly string[];
  /** Commands in the LMS's container. Secrets stand in them as shell variables. */
  readonly commands: readonly string[];
}

/** Where `<…>` stands, a secret that was printed once is meant. */
export function instructionsFor(lms: Lms, publicUrl: URL): Instructions {
  return {
    record: recordFor(lms, publicUrl),
    settings: settingsFor(lms, publicUrl),
    commands: commandsFor(lms, publicUrl),
  };
}

const classes: { readonly [backend in LmsBackend]: string | null } = {
  oidc: 'social_core.backends.open_id_connect.OpenIdConnectAuth',
  'ol-oauth2': 'ol_social_auth.backends.OLOAuth2',
  // In the default list.
  identityServer3: null,
};

function recordFor(lms: Lms, publicUrl: URL): JsonObject {
  return {
    enabled: true,
    name: 'Llavero',
    // Never `default`: another provider may have it, and its rules would hold (open-edx.md §3).
    slug: lms.backend,
    site: lms.public.host,
    backend_name: lms.backend,
    ...{ secondary: false, visible: true, skip_hinted_login_dialog: true, skip_registration_form: true },
    ...{ skip_email_verification: true, send_to_registration_first: true, sync_learner_profile_data: true },
    ...{ enable_sso_id_verification: false },
    key: lms.clientId,
    secret: '',
    other_settings: otherSettings(lms, publicUrl),
  };
}

function otherSettings({ backend, base }: Lms, publicUrl: URL): JsonObject {
  const at = (path: string) => `${publicUrl.origin}${path}`;
  switch (backend) {
    case 'oidc':
      return { OIDC_ENDPOINT: publicUrl.origin };
    case 'ol-oauth2':
      return { AUTHORIZATION_URL: at(routes.authorization), ACCESS_TOKEN_URL: at(routes.token), API_ROOT: at('/') };
    case 'identityServer3':
      return {
        ...{ auth_url: at(routes.authorization), token_url: at(routes.token), user_info_url: at(routes.userinfo) },
        redirect_url: `${base.origin}${completePath(backend)}`,
        ...{ SCOPE: ['profile', 'email'], username_claim_key: 'preferred_username' },
      };
  }
}

function settingsFor({ backend }: Lms, publicUrl: URL): string[] {
  const backendClass = classes[backend];
  return [
    ...(backendClass === null ? [] : [`AUTHENTICATION_BACKENDS = ["${backendClass}"] + list(AUTHENTICATION_BACKENDS)`]),
    `SOCIAL_AUTH_OAUTH_SECRETS = {"${backend}": "<client_secret>"}`,
    `IDA_LOGOUT_URI_LIST.append("${publicUrl.origin}/sign-out")`,
    `LOGIN_REDIRECT_WHITELIST.append("${publicUrl.host}")`,
    '# All registrations come from our address: as many as there are learners in a week.',
    'REGISTRATION_RATELIMIT = "1000/7d"',
  ];
}

function commandsFor({ slug, api, worker }: Lms, publicUrl: URL): string[] {
  const name = worker?.username ?? `llavero_${slug.replaceAll('-', '_')}`;
  return [
    `./manage.py lms manage_user ${name} ${name}@${publicUrl.hostname} --staff --unusable-password`,
    [
      './manage.py lms create_dot_application --grant-type authorization-code --skip-authorization --update',
      `--redirect-uris "${ourRedirectUri(publicUrl, slug)}"`,
      `--client-id ${api?.clientId ?? `llavero-${slug}`} --client-secret "<api_client_secret>" --scopes read,write llavero ${name}`,
    ].join(' '),
    // The row that a login would write, with an end of its own (open-edx.md §13). Printed by the LMS, and nowhere else.
    [
      './manage.py lms shell -c "from oauth2_provider.models import AccessToken; from django.contrib.auth import get_user_model;',
      'from django.utils import timezone; import secrets, datetime;',
      `print(AccessToken.objects.create(user=get_user_model().objects.get(username='${name}'), token=secrets.token_urlsafe(32),`,
      "expires=timezone.now() + datetime.timedelta(days=365), scope='read write email profile').token)\"",
    ].join(' '),
  ];
}
