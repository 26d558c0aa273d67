"""Clients of AWS, made once a process when first needed.

They are botocore's own, which boto3's are: `import boto3` costs a cold start 100 ms of CPU more and gives nothing here.
"""

import functools
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


@functools.cache
def client(name: str) -> Any:
    """The client of an AWS service, by its name in boto3; regions, credentials and endpoint as boto3 finds them."""
    # Presigned requests are checked only when signed by version 4, which S3's client does not take by default.
    config = _CONFIG.merge(botocore.config.Config(signature_version="s3v4")) if name == "s3" else _CONFIG
    return session().create_client(name, config=config)


@functools.cache
def session() -> botocore.session.Session:
    """Where credentials, region and clients come from."""
    found: botocore.session.Session = botocore.session.get_session()
    return found
