"""The password of a connection to Redis that is not in its URL: of a secret, or a token signed by IAM for ElastiCache.

A token opens a connection for 15 minutes after it was made, and is made anew for each connection, without a call of
AWS. ElastiCache closes such a connection after 12 hours; the next call opens another ("Authenticating with IAM").
"""

import urllib.parse
from collections.abc import Callable
from typing import Any

from payerworks.secret import current_secret
from payerworks.settings import settings

TOKEN_SECONDS = 900


def password_for(url: str) -> Callable[[], str] | None:
    """What gives the next connection's password, or raises Unavailable; None if the server's URL says all."""
    given = settings()
    if given.redis_iam_cache:
        user = urllib.parse.unquote(urllib.parse.urlsplit(url).username or "")
        return lambda: token(given.redis_iam_cache, user)
    return (lambda: current_secret(given.redis_secret_arn)) if given.redis_secret_arn else None


def token(cache: str, user: str) -> str:
    """A presigned request to connect, which ElastiCache takes as a password.

    `cache` is the end of the cache's ARN, such as `serverlesscache:name` or `replicationgroup:name`.
    """
    from botocore.auth import SigV4QueryAuth
    from botocore.awsrequest import AWSRequest

    from payerworks.aws import session

    kind, _, name = cache.partition(":")
    params = {"Action": "connect", "User": user}
    if kind == "serverlesscache":
        params["ResourceType"] = "ServerlessCache"
    request = AWSRequest("GET", f"http://{name}/?{urllib.parse.urlencode(params)}")
    credentials: Any = session().get_credentials()
    region = session().get_config_variable("region")
    SigV4QueryAuth(credentials, "elasticache", region, expires=TOKEN_SECONDS).add_auth(request)
    return str(request.url).removeprefix("http://")
