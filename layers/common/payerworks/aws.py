"""Clients of AWS, made once per process when first needed.

They come from botocore, like boto3's: `import boto3` would add 100 ms of CPU to a cold start for no benefit here.
"""

import functools
import os
from typing import Any

import botocore
import botocore.config
import botocore.session

_CONFIG = botocore.config.Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=16,
    parameter_validation=False,
    # botocore would make its own, longer one anew for every call: a tenth of the CPU of a call.
    user_agent=f"payerworks botocore/{botocore.__version__}",
)
# A message that failed is paused in the last 8 s of an invocation (messages.py); without an answer this takes 7 s.
_BRIEF = botocore.config.Config(read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
# A call waits for a secret, which takes 6 s without an answer.
_AT_ONCE = botocore.config.Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 2}
)
# dynamodb.py retries calls of DynamoDB itself, because it knows how much time the invocation has left.
_ONE_TRY = botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 1})


@functools.cache
def client(name: str) -> Any:
    """The client of an AWS service, by its name in boto3; it finds region, credentials and endpoint as boto3 does."""
    config = _CONFIG
    if name == "s3":
        config = _CONFIG.merge(_s3_config())
    elif name == "secretsmanager":
        config = _CONFIG.merge(_AT_ONCE)
    elif name == "sqs":
        config = _CONFIG.merge(_BRIEF)
    elif name == "dynamodb":
        config = _CONFIG.merge(_ONE_TRY)
    return session().create_client(name, config=config)


def _s3_config() -> botocore.config.Config:
    # The emulator checks presigned requests only if they use signature version 4. Only URLs in the virtual style name
    # the bucket's region; S3 redirects others, which breaks a POST. Emulators do not support virtual hosts.
    signed = botocore.config.Config(signature_version="s3v4")
    if os.environ.get("AWS_ENDPOINT_URL"):
        return signed
    return signed.merge(botocore.config.Config(s3={"addressing_style": "virtual"}))


@functools.cache
def session() -> botocore.session.Session:
    """The source of credentials, region and clients."""
    process_session: botocore.session.Session = botocore.session.get_session()
    return process_session
