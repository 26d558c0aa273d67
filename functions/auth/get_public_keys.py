"""GET /.well-known/jwks.json: the public keys that verify access tokens, as a JWK Set (RFC 7517)."""

from auth.tokens.token_keys import public_keys
from payerworks import json_text
from payerworks.http import Answer, Request, http_operation


@http_operation(answers={200: "auth.tokens.models.PublicKeys"}, public=True)
def handler(request: Request) -> Answer:
    # A new key is deployed before it signs (token_keys.py), so a copy that is minutes old does no harm.
    return Answer(200, json_text.write({"keys": public_keys()}), {"Cache-Control": "public, max-age=300"})
