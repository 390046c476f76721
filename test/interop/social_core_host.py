"""
What a host application must supply to Python Social Auth: a session, settings, and somewhere to keep people. In memory.

Nothing of the library is changed; its own pipeline runs, with the step that Open edX adds for every OAuth 2 backend.
"""
from social_core.pipeline import DEFAULT_AUTH_PIPELINE
from social_core.storage import AssociationMixin, BaseStorage, UserMixin
from social_core.strategy import BaseStrategy

BY_EMAIL = "social_core.pipeline.social_auth.associate_by_email"
BEFORE = "social_core.pipeline.user.get_username"


def remember(strategy, details, **_):
    """The last step: what the backend made of the answers."""
    strategy.details = details


class Person:
    is_active = True
    is_authenticated = True

    def __init__(self, username, email=None):
        self.id = username
        self.username = username
        self.email = email
        self.first_name = ""
        self.last_name = ""


class Link(UserMixin):
    """The tie between a person and who they are at a provider, as Open edX keeps it: 32 and 255 characters."""

    people = {}
    kept = {}

    def __init__(self, user, provider, uid):
        assert len(provider) <= 32 and len(uid) <= 255
        self.user = user
        self.provider = provider
        self.uid = uid
        self.extra_data = {}

    def save(self):
        pass

    @classmethod
    def user_model(cls):
        return Person

    @classmethod
    def username_max_length(cls):
        return 30

    @classmethod
    def get_username(cls, user):
        return user.username

    @classmethod
    def changed(cls, user):
        pass

    @classmethod
    def user_exists(cls, username):
        return username.lower() in cls.people

    @classmethod
    def create_user(cls, username, email=None, **_):
        person = Person(username, email)
        cls.people[username.lower()] = person
        return person

    @classmethod
    def get_user(cls, pk):
        return next((person for person in cls.people.values() if person.id == pk), None)

    @classmethod
    def get_users_by_email(cls, email):
        return [person for person in cls.people.values() if (person.email or "").lower() == email.lower()]

    @classmethod
    def get_social_auth(cls, provider, uid):
        return cls.kept.get((provider, uid))

    @classmethod
    def get_social_auth_for_user(cls, user, provider=None, id=None):
        return [link for link in cls.kept.values() if link.user is user]

    @classmethod
    def create_social_auth(cls, user, uid, provider):
        link = cls(user, provider, uid)
        cls.kept[(provider, uid)] = link
        return link


class Association(AssociationMixin):
    """Where the library keeps its nonces. The columns of the host have limits."""

    kept = []

    @classmethod
    def store(cls, server_url, association):
        assert len(server_url) <= 255 and len(association.handle) <= 255 and len(association.assoc_type) <= 64
        association.id = len(cls.kept)
        association.server_url = server_url
        cls.kept.append(association)

    @classmethod
    def get(cls, server_url=None, handle=None):
        return [found for found in cls.kept if found.server_url == server_url and found.handle == handle]

    @classmethod
    def remove(cls, ids_to_delete):
        cls.kept = [found for found in cls.kept if found.id not in ids_to_delete]


class Storage(BaseStorage):
    user = Link
    association = Association

    @classmethod
    def is_integrity_error(cls, exception):
        return False


class Strategy(BaseStrategy):
    def __init__(self, settings):
        super().__init__(storage=Storage)
        at = DEFAULT_AUTH_PIPELINE.index(BEFORE)
        self.settings = {
            "SOCIAL_AUTH_PIPELINE": DEFAULT_AUTH_PIPELINE[:at] + (BY_EMAIL,) + DEFAULT_AUTH_PIPELINE[at:]
            + ("social_core_host.remember",),
            **settings,
        }
        self.session = {}
        self.data = {}

    def get_setting(self, name):
        return self.settings[name]

    def redirect(self, url):
        return url

    def request_data(self, merge=True):
        return self.data

    def request_host(self):
        return "localhost"

    def build_absolute_uri(self, path=None):
        return path

    def session_get(self, name, default=None):
        return self.session.get(name, default)

    def session_set(self, name, value):
        self.session[name] = value

    def session_pop(self, name):
        return self.session.pop(name, None)

    def authenticate(self, backend, *args, **kwargs):
        kwargs.update(strategy=self, storage=self.storage, backend=backend)
        return backend.authenticate(*args, **kwargs)
