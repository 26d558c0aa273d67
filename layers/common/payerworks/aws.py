"""Clients of AWS, made once a process when first needed.

They are botocore's own, which boto3's are: `import boto3` costs a cold start 100 ms of CPU more and gives nothing here.
"""

import functools
import os
from typing import Any

import botocore.config
import botocore.session

_CONFIG = botocore.config.Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=16,
    parameter_validation=False,
)
# Calls of DynamoDB are tried again in one place, with the time that the invocation has left in mind: dynamodb.py.
_ONE_TRY = botocore.config.Config(retries={"mode": "standard", "total_max_attempts": 1})


@functools.cache
def client(name: str) -> Any:
    """The client of an AWS service, by its name in boto3; regions, credentials and endpoint as boto3 finds them."""
    config = _CONFIG
    if name == "s3":
        config = _CONFIG.merge(_s3_config())
    elif name == "dynamodb":
        config = _CONFIG.merge(_ONE_TRY)
    return session().create_client(name, config=config)


def _s3_config() -> botocore.config.Config:
    # Presigned requests are checked only when signed by version 4, and name the bucket's region only in the virtual
    # style: without it S3 redirects them, which a POST does not survive. An emulator's host knows no virtual hosts.
    signed = botocore.config.Config(signature_version="s3v4")
    if os.environ.get("AWS_ENDPOINT_URL"):
        return signed
    return signed.merge(botocore.config.Config(s3={"addressing_style": "virtual"}))


@functools.cache
def session() -> botocore.session.Session:
    """Where credentials, region and clients come from."""
    found: botocore.session.Session = botocore.session.get_session()
    return found
