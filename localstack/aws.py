"""Clients of the stack's AWS emulator, and the environment for programs that call it."""

import os
from typing import Any

import botocore.session
from botocore.config import Config

from localstack.endpoints import VARIABLES
from localstack.layout import REGION


def credentials() -> tuple[str, str]:
    """Access key ID and secret. MiniStack and LocalStack both accept "test" as the account's owner."""
    if os.environ.get(VARIABLES["aws"]):
        return os.environ.get("AWS_ACCESS_KEY_ID", "test"), os.environ.get("AWS_SECRET_ACCESS_KEY", "test")
    return "test", "test"


def environment(url: str) -> dict[str, str]:
    """This process's environment, pointed at the emulator; without settings that could reach a real account."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    access_key_id, secret_access_key = credentials()
    return inherited | {
        VARIABLES["aws"]: url,
        "AWS_ACCESS_KEY_ID": access_key_id,
        "AWS_SECRET_ACCESS_KEY": secret_access_key,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def client(service: str, url: str, **options: Any) -> Any:
    """A client of the emulator at `url`; Any, because botocore creates its methods at run time."""
    access_key_id, secret_access_key = credentials()
    return botocore.session.Session().create_client(
        service,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        config=Config(retries={"total_max_attempts": 2}, **options),
    )
