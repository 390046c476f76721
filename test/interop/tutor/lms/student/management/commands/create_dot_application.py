"""`create_dot_application <name> <username>`: makes the OAuth application; one that is there is changed with --update only."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from oauth2_provider.models import get_application_model


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("username")
        parser.add_argument("--grant-type", default="client-credentials", choices=["authorization-code", "client-credentials"])
        parser.add_argument("--redirect-uris", default="")
        parser.add_argument("--public", action="store_true")
        parser.add_argument("--skip-authorization", action="store_true")
        parser.add_argument("--client-id", default="")
        parser.add_argument("--client-secret", default="")
        parser.add_argument("--scopes", default="")
        parser.add_argument("--update", action="store_true")

    def handle(self, name, username, **options):
        Application = get_application_model()
        user = get_user_model().objects.get(username=username)
        values = {
            "user": user,
            "redirect_uris": options["redirect_uris"],
            "client_type": "public" if options["public"] else "confidential",
            "authorization_grant_type": options["grant_type"],
            "skip_authorization": options["skip_authorization"],
            "client_id": options["client_id"],
            "client_secret": options["client_secret"],
        }
        found = Application.objects.filter(user=user, name=name)
        if not found:
            Application.objects.create(name=name, **values)
        elif options["update"]:
            found.update(**values)
