"""Verifies an access token from standard input: pyjwt_check.py JWKS_URL ISSUER. Prints its claims, or why not."""

import json
import sys

import jwt

keys_url, issuer = sys.argv[1:]
token = sys.stdin.read()
try:
    key = jwt.PyJWKClient(keys_url).get_signing_key_from_jwt(token)
    claims = jwt.decode(
        token,
        key,
        algorithms=["EdDSA", "ES256", "RS256"],
        issuer=issuer,
        audience=issuer,
        options={"require": ["exp", "iat", "sub", "jti"]},
    )
except jwt.PyJWTError as error:
    sys.exit(f"{type(error).__name__}: {error}")
print(json.dumps(claims))
