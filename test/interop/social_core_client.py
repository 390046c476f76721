"""
A stock Python Social Auth client (Debian's python3-social-auth-core with python3-jose), as Open edX embeds it.

Talks in lines of JSON: writes where to send the browser, reads where the browser came back to, writes what it learnt.
Only what a host application must supply is written here; nothing of the library is changed.
"""
import json
import sys
from urllib.parse import parse_qsl, urlsplit

from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.strategy import BaseStrategy


class Associations:
    """Where the library keeps its nonces."""

    def __init__(self):
        self.kept = []

    def store(self, server_url, association):
        association.id = len(self.kept)
        association.server_url = server_url
        self.kept.append(association)

    def get(self, server_url=None, handle=None):
        return [found for found in self.kept if found.server_url == server_url and found.handle == handle]

    def remove(self, ids):
        self.kept = [found for found in self.kept if found.id not in ids]


class Storage:
    def __init__(self):
        self.association = Associations()


class Strategy(BaseStrategy):
    def __init__(self, settings):
        super().__init__(storage=Storage())
        self.settings = settings
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
        response = kwargs["response"]
        return {
            "details": backend.get_user_details(response),
            "uid": backend.get_user_id(None, response),
            "id_token": backend.id_token,
        }


def say(message):
    print(json.dumps(message), flush=True)


def main():
    issuer, client_id, client_secret, redirect_uri = sys.argv[1:]
    strategy = Strategy(
        {
            "SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": issuer,
            "SOCIAL_AUTH_OIDC_KEY": client_id,
            "SOCIAL_AUTH_OIDC_SECRET": client_secret,
        }
    )
    backend = OpenIdConnectAuth(strategy, redirect_uri=redirect_uri)
    say({"redirect": backend.start()})
    for line in sys.stdin:
        strategy.data = dict(parse_qsl(urlsplit(json.loads(line)["callback"]).query))
        backend.data = strategy.data
        try:
            say({"signed_in": backend.auth_complete()})
        except Exception as error:  # whatever the library refuses with is the answer
            say({"refused": type(error).__name__, "why": str(error)})


main()
