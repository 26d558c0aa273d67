"""An OIDC issuer of the tests' own, with its keys, its documents and its tokens."""

import functools
import json
import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from auth.issuers.documents import IssuerFailed

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@functools.cache
def rsa_key(name: str = "", bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@functools.cache
def ec_key(name: str = "") -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: Key, **members: Any) -> dict[str, Any]:
    algorithm: Any = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return json.loads(algorithm.to_jwk(key.public_key())) | {"use": "sig"} | members


class FakeIssuer:
    """An issuer: `fetch` is the port that our code reads its documents by; `fetched` are the URLs read so far."""

    def __init__(self, url: str = "https://issuer.example") -> None:
        self.url = url
        self.fetched: list[str] = []
        self.fails = False
        self.rsa, self.ec = rsa_key(url), ec_key(url)
        self.keys = [public_jwk(self.rsa, kid="rsa-1"), public_jwk(self.ec, kid="ec-1", alg="ES256")]
        self.discovery: Any = {"issuer": url, "jwks_uri": f"{url}/keys"}
        self.key_set: Any = {"keys": self.keys}

    def documents(self) -> dict[str, Any]:
        return {
            f"{self.url}/.well-known/openid-configuration": self.discovery,
            f"{self.url}/keys": self.key_set,
        }

    def fetch(self, url: str) -> Any:
        self.fetched.append(url)
        if self.fails or url not in self.documents():
            raise IssuerFailed("down")
        return self.documents()[url]

    def rule(self, **members: Any) -> dict[str, Any]:
        """The issuer's entry in the parameter."""
        fixed = {"audiences": ["plans-app", "another"], "tenant": "acme", "user_type": "staff", "roles": ["plans"]}
        return {"issuer": self.url} | fixed | members

    def claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a good token, with changes; None leaves one out."""
        now = int(time.time())
        good = {"iss": self.url, "aud": "plans-app", "sub": "user 7", "iat": now, "exp": now + 600}
        return {name: value for name, value in (good | changes).items() if value is not None}

    def token(
        self, *, by: Any = None, alg: str = "RS256", kid: str | None = "", typ: str | None = "JWT", **claims: Any
    ) -> str:
        """A token, signed by the issuer's key for the algorithm unless another signs; None leaves a member out."""
        own = {"RS256": (self.rsa, "rsa-1"), "ES256": (self.ec, "ec-1")}.get(alg, (self.rsa, "rsa-1"))
        # PyJWT adds a `typ` unless it is empty.
        headers = {"typ": typ or ""} | ({} if kid is None else {"kid": kid or own[1]})
        return jwt.PyJWS().encode(json.dumps(self.claims(**claims)).encode(), by or own[0], alg, headers)
