"""The provider record: each save is a new row, rows are never changed, and the newest of a site and backend counts."""

from django.core.exceptions import ValidationError
from django.db import models


class OAuth2ProviderConfig(models.Model):
    KEY_FIELDS = ("site", "backend_name")

    change_date = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey("auth.User", null=True, editable=False, on_delete=models.PROTECT)
    enabled = models.BooleanField(default=False)
    site = models.ForeignKey("sites.Site", default=2, on_delete=models.CASCADE)
    backend_name = models.CharField(max_length=50, db_index=True)
    name = models.CharField(max_length=50, blank=False)
    slug = models.SlugField(max_length=30, default="default")
    icon_class = models.CharField(max_length=50, blank=True, default="fa-sign-in")
    icon_image = models.CharField(max_length=100, blank=True)
    secondary = models.BooleanField(default=False)
    visible = models.BooleanField(default=False)
    skip_hinted_login_dialog = models.BooleanField(default=False)
    skip_registration_form = models.BooleanField(default=False)
    skip_email_verification = models.BooleanField(default=False)
    send_to_registration_first = models.BooleanField(default=False)
    sync_learner_profile_data = models.BooleanField(default=False)
    enable_sso_id_verification = models.BooleanField(default=False)
    send_welcome_email = models.BooleanField(default=False)
    max_session_length = models.PositiveIntegerField(null=True, blank=True, default=None)
    disable_for_enterprise_sso = models.BooleanField(default=False)
    was_valid_at = models.DateTimeField(blank=True, null=True)
    key = models.TextField(blank=True)
    secret = models.TextField(blank=True)
    other_settings = models.TextField(blank=True)

    def clean(self):
        if bool(self.icon_class) == bool(self.icon_image):
            raise ValidationError("Either an icon class or an icon image must be given (but not both)")

    def save(self, *args, **kwargs):
        self.pk = None
        super().save(*args, **{**kwargs, "force_insert": True})

    @classmethod
    def current(cls, *key):
        raise TypeError("puts the default site in front of its arguments; not to be used in a shell")
