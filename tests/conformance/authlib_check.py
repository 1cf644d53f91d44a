"""Authlib as a client: python authlib_check.py ISSUER CLIENT_ID CLIENT_SECRET REDIRECT_URI COOKIE. Prints what it found."""

import json
import secrets
import sys
import urllib.parse

import httpx
from authlib.integrations.httpx_client import OAuth2Client
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oidc.core import CodeIDToken
from authlib.oidc.core.claims import get_claim_cls_by_response_type

issuer, client_id, client_secret, redirect_uri, cookie = sys.argv[1:]
metadata = httpx.get(f"{issuer}/.well-known/openid-configuration").raise_for_status().json()
keys = JsonWebKey.import_key_set(httpx.get(metadata["jwks_uri"]).raise_for_status().json())
assert get_claim_cls_by_response_type("code") is CodeIDToken


def client(**options):
    return OAuth2Client(client_id, client_secret, redirect_uri=redirect_uri, **options)


def sign_in(scope):
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    with client(scope=scope, code_challenge_method="S256") as session:
        url, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
        answer = httpx.get(url, headers={"Cookie": cookie, "Accept": "text/html"})
        while answer.status_code == 303 and answer.headers["location"].startswith(issuer):
            answer = httpx.get(answer.headers["location"], headers={"Cookie": cookie, "Accept": "text/html"})
        location = answer.headers["location"]
        assert location.startswith(redirect_uri), location
        tokens = session.fetch_token(
            metadata["token_endpoint"], authorization_response=location, state=state, code_verifier=verifier
        )
        claims = JsonWebToken(["RS256"]).decode(
            tokens["id_token"], keys, claims_cls=CodeIDToken,
            claims_options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}},
            claims_params={"nonce": nonce, "client_id": client_id, "access_token": tokens["access_token"]},
        )
        claims.validate()
        assert urllib.parse.parse_qs(urllib.parse.urlparse(location).query)["iss"] == [issuer]
        return tokens, claims


tokens, claims = sign_in("openid email offline_access")
with client(token=tokens) as session:
    userinfo = session.get(metadata["userinfo_endpoint"]).raise_for_status().json()
    refreshed = session.refresh_token(metadata["token_endpoint"])
    active = session.introspect_token(metadata["introspection_endpoint"], token=refreshed["access_token"]).json()
    session.revoke_token(metadata["revocation_endpoint"], token=refreshed["refresh_token"])
    ended = session.introspect_token(metadata["introspection_endpoint"], token=refreshed["access_token"]).json()
print(json.dumps({
    "sub": claims["sub"], "email": userinfo["email"], "userinfo_sub": userinfo["sub"],
    "rotated": refreshed["refresh_token"] != tokens["refresh_token"], "active": active["active"], "ended": ended,
}))
