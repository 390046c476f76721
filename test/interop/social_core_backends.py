"""
The three backends by which an unmodified Open edX, or one with MIT's package, signs people in.

`OpenIdConnectAuth` is Python Social Auth's own. The two others are not in it: written by us from what is known of how they behave,
over the library's real base class, which is what does the work in theirs.
"""
import jwt
from social_core.backends.oauth import BaseOAuth2
from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.utils import append_slash


class StrictOpenIdConnectAuth(OpenIdConnectAuth):
    """
    The stock backend, and behind its own checks that of newer releases (4.5 on), which Debian's is older than: by PyJWT, with a
    `kid`, and with nothing granted to clocks, so that an `iat` of the next second is refused.
    """

    def validate_and_return_id_token(self, id_token, access_token):
        claims = super().validate_and_return_id_token(id_token, access_token)
        kid = jwt.get_unverified_header(id_token)["kid"]
        key = next(key for key in self.get_jwks_keys() if key["kid"] == kid)
        client_id, _ = self.get_key_and_secret()
        expected = {"audience": client_id, "issuer": self.id_token_issuer(), "leeway": 0}
        jwt.decode(id_token, jwt.PyJWK(key).key, algorithms=["RS256"], **expected)
        return claims


class OLOAuth2(BaseOAuth2):
    """As MIT's `ol-oauth2`: its redirect address carries `redirect_state`, and an account is its username."""

    name = "ol-oauth2"
    ID_KEY = "username"
    ACCESS_TOKEN_METHOD = "POST"
    DEFAULT_SCOPE = ["user:read"]

    def discovered(self, name):
        url = self.setting("DISCOVERY_URL")
        return self.get_json(url, timeout=5)[name] if url else None

    def authorization_url(self):
        return self.discovered("authorization_endpoint") or self.setting("AUTHORIZATION_URL")

    def access_token_url(self):
        return self.discovered("token_endpoint") or self.setting("ACCESS_TOKEN_URL")

    def userinfo_url(self):
        return self.discovered("userinfo_endpoint") or f"{append_slash(self.setting('API_ROOT'))}api/users/me"

    def user_data(self, access_token, *args, **kwargs):
        return self.get_json(self.userinfo_url(), headers={"Authorization": f"Bearer {access_token}"})

    def get_user_details(self, response):
        return {
            "username": response.get("username"),
            "email": response.get("email", ""),
            "name": response.get("name", ""),
        }


class IdentityServer3(BaseOAuth2):
    """As Open edX's own `identityServer3`: plain OAuth 2 with the scope `openid`, and every address out of the record."""

    name = "identityServer3"
    ID_KEY = "sub"
    REDIRECT_STATE = False
    ACCESS_TOKEN_METHOD = "POST"
    DEFAULT_SCOPE = ["openid"]

    def needed(self, name):
        value = self.setting(name)
        if value is None:
            raise KeyError(name)
        return value

    def authorization_url(self):
        return self.needed("auth_url")

    def access_token_url(self):
        return self.needed("token_url")

    def get_redirect_uri(self, state=None):
        return self.needed("redirect_url")

    def user_data(self, access_token, *args, **kwargs):
        return self.get_json(self.needed("user_info_url"), headers={"Authorization": f"Bearer {access_token}"})

    def get_user_details(self, response):
        def claim(setting, default):
            return response.get(self.setting(setting, default))

        return {
            "username": claim("username_claim_key", "given_name"),
            "email": claim("email_claim_key", "email"),
            "fullname": claim("full_name_claim_key", "name"),
            "first_name": claim("first_name_claim_key", "given_name"),
            "last_name": claim("last_name_claim_key", "family_name"),
        }


BACKENDS = {backend.name: backend for backend in (StrictOpenIdConnectAuth, OLOAuth2, IdentityServer3)}
