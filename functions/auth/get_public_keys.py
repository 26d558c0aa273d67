"""GET /.well-known/jwks.json: the public keys that verify access tokens, as a JWK Set (RFC 7517)."""

from auth.tokens.token_keys import jwk, keys
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation

MAX_AGE_SECONDS = 300
"""A key is published for longer before it signs (key_rotation.py), so a copy that is minutes old does no harm."""


@http_operation(answers={200: "auth.tokens.models.PublicKeys"}, public=True, answer_headers={200: ("Cache-Control",)})
def handler(request: Request) -> Answer:
    body = json_text.write({"keys": [jwk(key) for key in keys()]})
    return Answer(200, body, {"Cache-Control": f"public, max-age={MAX_AGE_SECONDS}"})
