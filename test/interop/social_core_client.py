"""
Python Social Auth (Debian's python3-social-auth-core with python3-jose), as Open edX embeds it, driven in lines of JSON.

    {"start": true}            → {"redirect": …}, where the browser is sent
    {"callback": "https://…"}  → {"signed_in": …} or {"refused": …}, what it makes of where the browser came back to
    {"access_token": "…"}      → the same, as the registration API does with a token that somebody brings
"""
import json
import sys
from urllib.parse import parse_qsl, urlsplit

from social_core.actions import do_auth, do_complete
from social_core_backends import BACKENDS
from social_core_host import Strategy


class Client:
    def __init__(self, name, settings, redirect_uri):
        prefix = f"SOCIAL_AUTH_{name.upper().replace('-', '_')}_"
        self.name = name
        self.redirect_uri = redirect_uri
        self.strategy = Strategy({f"{prefix}{key.upper()}": value for key, value in settings.items()})

    def backend(self):
        """A new one for each request, as the host makes it."""
        return BACKENDS[self.name](self.strategy, redirect_uri=self.redirect_uri)

    def start(self):
        self.strategy.data = {}
        return {"redirect": do_auth(self.backend())}

    def complete(self, callback):
        self.strategy.data = dict(parse_qsl(urlsplit(callback).query))
        backend = self.backend()
        people = []
        do_complete(backend, lambda _, user, social: people.append((user, social)), redirect_name="next")
        return self.signed_in(backend, *people[0])

    def bring(self, access_token):
        self.strategy.data = {}
        backend = self.backend()
        user = backend.do_auth(access_token)
        return self.signed_in(backend, user, user.social_user)

    def signed_in(self, backend, user, social):
        return {
            "signed_in": {
                "uid": social.uid,
                "is_new": user.is_new,
                "username": user.username,
                "details": self.strategy.details,
                "access_token": social.extra_data["access_token"],
                "id_token": getattr(backend, "id_token", None),
            }
        }


def say(message):
    print(json.dumps(message), flush=True)


def main():
    client = Client(**json.loads(sys.argv[1]))
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if "start" in asked:
                say(client.start())
            elif "callback" in asked:
                say(client.complete(asked["callback"]))
            else:
                say(client.bring(asked["access_token"]))
        except Exception as error:  # whatever the library refuses with is the answer
            say({"refused": type(error).__name__, "why": str(error)})


main()
