import hashlib
import json

import botocore.session
from jwt.algorithms import ECAlgorithm

from auth import get_public_keys
from auth.tokens.token_keys import base64url
from tests.unit.conftest import Call


def new_key(aws: botocore.session.Session) -> str:
    key = aws.create_client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")
    return str(key["KeyMetadata"]["KeyId"])


def test_the_keys_are_a_jwk_set_of_public_keys(call: Call) -> None:
    answer = call(get_public_keys.handler, "auth/get_public_keys")
    assert answer["statusCode"] == 200
    assert answer["headers"]["Cache-Control"] == "public, max-age=300"
    (key,) = answer["json"]["keys"]
    assert {name: key[name] for name in ("kty", "crv", "alg", "use")} == {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
    }
    assert "d" not in key
    assert ECAlgorithm.from_jwk(key).key_size == 256


def test_a_kid_is_the_thumbprint_of_its_key(call: Call) -> None:
    (key,) = call(get_public_keys.handler, "auth/get_public_keys")["json"]["keys"]
    members = json.dumps({name: key[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    assert key["kid"] == base64url(hashlib.sha256(members.encode()).digest())
