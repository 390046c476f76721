"""
Tutor plugin: people sign in to this Open edX with Llavero, and Llavero may look after their accounts in it.

One file: copy it to the folder that `tutor plugins printroot` names, then see docs/open-edx.md. It touches no image. It adds
settings by patches, and on `tutor local launch` (or `do init --limit llavero`) it makes in the database what settings cannot
hold: the provider record, the OAuth application and the service worker with its token. Every run of that compares first
and writes nothing where nothing differs, because each save of a provider record adds a row to its history for ever.
`tutor local do llavero-undo` takes it all back.

Must never: put a secret into the provider record (it would be shown in the admin and kept in its history), print one, or
touch a record of another backend.
"""

import click
from tutor import hooks

DEFAULTS = {
    # Where browsers find Llavero: its LLAVERO_PUBLIC_URL, without a slash at the end.
    "PUBLIC_URL": "https://sign-in.example",
    # Where the containers of the LMS find it, when that is another address. Empty: the same.
    "INTERNAL_URL": "",
    # oidc and identityServer3 are in every image; ol-oauth2 needs MIT's ol-social-auth to be installed in it.
    "BACKEND": "oidc",
    "CLIENT_ID": "lms",
    # Hosts besides LMS_HOST and LMS_HOST:8000 by which people or servers reach this LMS.
    "LMS_HOSTS": [],
    # The switches of the provider record, in the words of the admin.
    "NAME": "Llavero",
    "SLUG": "llavero",
    "ICON_CLASS": "fa-sign-in",
    "VISIBLE": True,
    "SECONDARY": False,
    "SKIP_HINTED_LOGIN_DIALOG": True,
    "SKIP_REGISTRATION_FORM": True,
    "SKIP_EMAIL_VERIFICATION": True,
    "SEND_TO_REGISTRATION_FIRST": True,
    "SYNC_LEARNER_PROFILE_DATA": True,
    # Counts every sign-in as a verified identity: only where each way in that this client allows has verified one.
    "ENABLE_SSO_ID_VERIFICATION": False,
    # Seconds; 0 ends with the browser, null is the platform's own (two weeks).
    "MAX_SESSION_LENGTH": None,
    # What else goes into `other_settings` of the record; wins over what this plugin puts there.
    "OTHER_SETTINGS": {},
    # Addresses that the log-out page of the LMS loads in hidden frames.
    "LOGOUT_URLS": ["{{ LLAVERO_PUBLIC_URL }}/sign-out"],
    # host[:port] to which the LMS may send people after a log-in or log-out.
    "REDIRECT_WHITELIST": ["{{ LLAVERO_PUBLIC_URL.split('://')[1] }}"],
    "REGISTRATION_EXTRA_FIELDS": {},
    # Registrations from one address, for accounts that Llavero creates. Empty: the platform's 60 in 7 days.
    "REGISTRATION_RATELIMIT": "",
    # The other direction: Llavero as a client of the LMS.
    "APPLICATION_NAME": "llavero-oauth-app",
    "API_CLIENT_ID": "llavero",
    # `lms` is what Llavero calls this LMS in its own configuration, under `open_edx`.
    "API_REDIRECT_URIS": ["{{ LLAVERO_PUBLIC_URL }}/open-edx/lms/complete"],
    "SERVICE_WORKER": "llavero_service_worker",
    "SERVICE_WORKER_EMAIL": "llavero_service_worker@{{ LMS_HOST }}",
    "SERVICE_WORKER_TOKEN_DAYS": 365,
}

# Made once and kept in config.yml: `tutor config printvalue LLAVERO_CLIENT_SECRET` shows one.
SECRETS = {
    "CLIENT_SECRET": "{{ 40|random_string }}",
    "API_CLIENT_SECRET": "{{ 40|random_string }}",
    "SERVICE_WORKER_TOKEN": "{{ 40|random_string }}",
}

hooks.Filters.CONFIG_DEFAULTS.add_items([(f"LLAVERO_{name}", value) for name, value in DEFAULTS.items()])
hooks.Filters.CONFIG_UNIQUE.add_items([(f"LLAVERO_{name}", value) for name, value in SECRETS.items()])

# `tojson` writes texts and lists as Python reads them too, whatever quotes they hold.
LMS_SETTINGS = """
# Llavero: who signs people in
_llavero_class = {
    "oidc": "social_core.backends.open_id_connect.OpenIdConnectAuth",
    "identityServer3": "common.djangoapps.third_party_auth.identityserver3.IdentityServer3",
    "ol-oauth2": "ol_social_auth.backends.OLOAuth2",
}[{{ LLAVERO_BACKEND|tojson }}]
# Read once, when the models are imported; whatever was there stays.
AUTHENTICATION_BACKENDS = [_llavero_class] + [name for name in AUTHENTICATION_BACKENDS if name != _llavero_class]
# Used because the record holds none: one there would hide this one.
SOCIAL_AUTH_OAUTH_SECRETS = {
    **globals().get("SOCIAL_AUTH_OAUTH_SECRETS", {}),
    {{ LLAVERO_BACKEND|tojson }}: {{ LLAVERO_CLIENT_SECRET|tojson }},
}
IDA_LOGOUT_URI_LIST = list(dict.fromkeys([*globals().get("IDA_LOGOUT_URI_LIST", []), *{{ LLAVERO_LOGOUT_URLS|tojson }}]))
LOGIN_REDIRECT_WHITELIST = list(
    dict.fromkeys([*globals().get("LOGIN_REDIRECT_WHITELIST", []), *{{ LLAVERO_REDIRECT_WHITELIST|tojson }}])
)
REGISTRATION_EXTRA_FIELDS = {
    **globals().get("REGISTRATION_EXTRA_FIELDS", {}),
    **{{ LLAVERO_REGISTRATION_EXTRA_FIELDS|tojson }},
}
{% if LLAVERO_REGISTRATION_RATELIMIT %}REGISTRATION_RATELIMIT = {{ LLAVERO_REGISTRATION_RATELIMIT|tojson }}
{% endif %}"""

hooks.Filters.ENV_PATCHES.add_item(("openedx-lms-common-settings", LMS_SETTINGS))

# Runs in the LMS. All that it is told comes as one JSON text, written twice over: once as JSON and once more as a text of
# Python, so that no value can be read as code, by the shell or by Python.
PREAMBLE = """
import json
told = json.loads({{ {
    "backend": LLAVERO_BACKEND,
    "public_url": LLAVERO_PUBLIC_URL,
    "internal_url": LLAVERO_INTERNAL_URL or LLAVERO_PUBLIC_URL,
    "https": ENABLE_HTTPS,
    "hosts": [LMS_HOST, LMS_HOST + ":8000"] + LLAVERO_LMS_HOSTS,
    "client_id": LLAVERO_CLIENT_ID,
    "other_settings": LLAVERO_OTHER_SETTINGS,
    "record": {
        "name": LLAVERO_NAME,
        "slug": LLAVERO_SLUG,
        "icon_class": LLAVERO_ICON_CLASS,
        "visible": LLAVERO_VISIBLE,
        "secondary": LLAVERO_SECONDARY,
        "skip_hinted_login_dialog": LLAVERO_SKIP_HINTED_LOGIN_DIALOG,
        "skip_registration_form": LLAVERO_SKIP_REGISTRATION_FORM,
        "skip_email_verification": LLAVERO_SKIP_EMAIL_VERIFICATION,
        "send_to_registration_first": LLAVERO_SEND_TO_REGISTRATION_FIRST,
        "sync_learner_profile_data": LLAVERO_SYNC_LEARNER_PROFILE_DATA,
        "enable_sso_id_verification": LLAVERO_ENABLE_SSO_ID_VERIFICATION,
        "max_session_length": LLAVERO_MAX_SESSION_LENGTH,
    },
    "application": {
        "name": LLAVERO_APPLICATION_NAME,
        "client_id": LLAVERO_API_CLIENT_ID,
        "client_secret": LLAVERO_API_CLIENT_SECRET,
        "redirect_uris": LLAVERO_API_REDIRECT_URIS,
    },
    "worker": {
        "username": LLAVERO_SERVICE_WORKER,
        "email": LLAVERO_SERVICE_WORKER_EMAIL,
        "token": LLAVERO_SERVICE_WORKER_TOKEN,
        "token_days": LLAVERO_SERVICE_WORKER_TOKEN_DAYS,
    },
}|tojson|tojson }})

from datetime import timedelta
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sites.models import Site
from django.core.cache import cache
from django.core.management import call_command
from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import get_access_token_model, get_application_model
from common.djangoapps.third_party_auth.models import OAuth2ProviderConfig

backend, worker, application = told["backend"], told["worker"], told["application"]

def newest(site):
    # Not current(): in a shell that one looks at the default site only.
    return OAuth2ProviderConfig.objects.filter(site=site, backend_name=backend).order_by("-change_date").first()

def save_record(site, old, values):
    # A record is one row per change. What this plugin does not manage is carried over from the last one.
    own = {"id", "change_date", "changed_by"}
    kept = {f.name: getattr(old, f.name) for f in OAuth2ProviderConfig._meta.concrete_fields if old and f.name not in own}
    row = OAuth2ProviderConfig(**{**kept, "site": site, "backend_name": backend, **values})
    row.full_clean(exclude=["changed_by"])
    row.save()
    # The list of providers is cached under a key that saving does not clear; it would be old for ten minutes.
    cache.clear()
"""

APPLY = """
def other_settings(site):
    public, internal = told["public_url"].rstrip("/"), told["internal_url"].rstrip("/")
    # What a browser is sent to is public; what the LMS calls itself may lie behind another name.
    authorize, token, userinfo = public + "/oauth2/authorize", internal + "/oauth2/token", internal + "/oauth2/userinfo"
    if backend == "ol-oauth2":
        made = {"AUTHORIZATION_URL": authorize, "ACCESS_TOKEN_URL": token, "API_ROOT": internal + "/"}
    elif backend == "identityServer3":
        here = ("https" if told["https"] else "http") + "://" + site.domain
        made = {
            "auth_url": authorize,
            "token_url": token,
            "user_info_url": userinfo,
            "redirect_url": here + "/auth/complete/identityServer3/",
            # Left out, the given name would become the username.
            "username_claim_key": "preferred_username",
            "first_name_claim_key": "given_name",
            "last_name_claim_key": "family_name",
            "SCOPE": ["profile", "email"],
        }
    elif internal == public:
        made = {"OIDC_ENDPOINT": public}
    else:
        # With all of these set nothing is discovered, so nothing names an address that the LMS cannot reach.
        made = {
            "OIDC_ENDPOINT": public,
            "AUTHORIZATION_URL": authorize,
            "ACCESS_TOKEN_URL": token,
            "USERINFO_URL": userinfo,
            "JWKS_URI": internal + "/oauth2/jwks",
            "ID_TOKEN_ISSUER": public,
            "TOKEN_ENDPOINT_AUTH_METHOD": "client_secret_basic",
        }
    return {**made, **told["other_settings"]}

def parsed(text):
    try:
        return json.loads(text or "{}")
    except ValueError:
        return None

# A request by any other host name is of the site SITE_ID. Without a record there it ends in a 500.
for site in Site.objects.filter(Q(domain__in=told["hosts"]) | Q(id=settings.SITE_ID)).order_by("id"):
    values = {"enabled": True, "key": told["client_id"], "secret": "", **told["record"]}
    further = other_settings(site)
    old = newest(site)
    changed = [name for name, value in values.items() if old is None or getattr(old, name) != value]
    if old is None or parsed(old.other_settings) != further:
        changed.append("other_settings")
    if not changed:
        print(f"llavero: provider record of {site.domain}: nothing to change")
        continue
    save_record(site, old, {**values, "other_settings": json.dumps(further, indent=2)})
    print(f"llavero: provider record of {site.domain}: saved ({', '.join(sorted(changed))})")

call_command("manage_user", worker["username"], worker["email"], "--unusable-password", "--staff")
call_command(
    "create_dot_application",
    "--grant-type", "authorization-code",
    "--redirect-uris", " ".join(application["redirect_uris"]),
    "--client-id", application["client_id"],
    "--client-secret", application["client_secret"],
    # Llavero asks in the name of learners without a browser in which anybody could agree.
    "--skip-authorization",
    "--update",
    application["name"],
    worker["username"],
)

owner = get_user_model().objects.get(username=worker["username"])
tokens = get_access_token_model().objects.filter(user=owner, application=None)
# A token that was taken out of the configuration opens nothing any more.
tokens.exclude(token=worker["token"]).delete()
days = timedelta(days=worker["token_days"])
row = tokens.filter(token=worker["token"]).first()
if row is None:
    tokens.create(
        user=owner, token=worker["token"], application=None, scope="read write email profile", expires=timezone.now() + days
    )
    print("llavero: token of the service worker: made")
elif row.expires < timezone.now() + days / 2:
    row.expires = timezone.now() + days
    row.save()
    print("llavero: token of the service worker: prolonged")
else:
    print(f"llavero: token of the service worker: good until {row.expires:%Y-%m-%d}")
"""

UNDO = """
for site in Site.objects.order_by("id"):
    old = newest(site)
    # Records are not deleted: the newest row says that it is off.
    if old is not None and old.enabled:
        save_record(site, old, {"enabled": False})
        print(f"llavero: provider record of {site.domain}: switched off")

owner = get_user_model().objects.filter(username=worker["username"]).first()
if owner is not None:
    get_access_token_model().objects.filter(user=owner).delete()
    get_application_model().objects.filter(name=application["name"], user=owner).delete()
    owner.is_staff = False
    owner.save()
    print("llavero: service worker: no token, no application, no rights")
"""


def in_lms(script):
    """A here-document whose end is quoted is taken by the shell as it stands."""
    return (
        "script=$(cat <<'LLAVERO_SCRIPT'\n" + PREAMBLE + script + "\nLLAVERO_SCRIPT\n)\n"
        './manage.py lms shell -c "$script"\n'
    )


hooks.Filters.CLI_DO_INIT_TASKS.add_item(("lms", in_lms(APPLY)))


@click.command(name="llavero-undo", help="Switch Llavero off in the LMS; afterwards disable the plugin and restart")
def llavero_undo():
    return [("lms", in_lms(UNDO))]


hooks.Filters.CLI_DO_COMMANDS.add_item(llavero_undo)
