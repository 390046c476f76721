#!/usr/bin/python3
"""
As much of an LMS as the plugin's scripts meet: real Django, its sites and users, real django-oauth-toolkit, and what of the
platform itself they call, written from what is known of it. `LMS_DATABASE` is an SQLite file, `LMS_CASE` what it begins with.

`manage.py lms shell -c …` runs a script; `manage.py lms prepare` makes the tables; `manage.py lms look` prints what is there.
"""

import json
import os
import sys

import django
from django.conf import settings
from django.core.management import call_command, execute_from_command_line

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
settings.configure(
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["LMS_DATABASE"]}},
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sites",
        "oauth2_provider",
        "common.djangoapps.third_party_auth",
        "student",
    ],
    SITE_ID=2,
    SECRET_KEY="not a secret",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()


def prepare(domains):
    from django.contrib.sites.models import Site

    call_command("migrate", run_syncdb=True, verbosity=0)
    Site.objects.all().delete()
    for number, domain in enumerate(domains, start=1):
        Site.objects.create(id=number, domain=domain, name=domain)


def look():
    from common.djangoapps.third_party_auth.models import OAuth2ProviderConfig
    from django.contrib.auth import get_user_model
    from oauth2_provider.models import get_access_token_model, get_application_model

    json.dump(
        {
            "records": list(OAuth2ProviderConfig.objects.order_by("id").values()),
            "users": list(get_user_model().objects.values("username", "email", "is_staff", "password")),
            "tokens": list(get_access_token_model().objects.values("token", "expires", "scope", "user__username")),
            "applications": list(
                get_application_model().objects.values(
                    "name", "client_id", "client_secret", "redirect_uris", "skip_authorization", "user__username"
                )
            ),
        },
        sys.stdout,
        default=str,
    )


variant, command, *rest = sys.argv[1:]
assert variant == "lms", "the scripts are for the LMS"
if command == "prepare":
    prepare(rest)
elif command == "look":
    look()
else:
    execute_from_command_line(["manage.py", command, *rest])
