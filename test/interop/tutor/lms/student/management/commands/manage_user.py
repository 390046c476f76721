"""`manage_user <username> <email>`: makes the user, or changes the rights of the one that is there."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("email")
        parser.add_argument("--remove", dest="is_remove", action="store_true")
        parser.add_argument("--superuser", dest="is_superuser", action="store_true")
        parser.add_argument("--staff", dest="is_staff", action="store_true")
        parser.add_argument("--unusable-password", dest="unusable_password", action="store_true")

    def handle(self, username, email, is_staff, is_superuser, unusable_password, **_options):
        user, created = get_user_model().objects.get_or_create(username=username, defaults={"email": email})
        if user.email.lower() != email.lower():
            raise CommandError("Skipping user because the specified and existing email addresses do not match.")
        if created:
            if not unusable_password:
                raise CommandError("a password would be made up")
            user.set_unusable_password()
        user.is_staff, user.is_superuser = is_staff, is_superuser
        user.save()
