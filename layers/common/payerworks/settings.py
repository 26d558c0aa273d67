"""The environment of a function, read once into one typed object."""

import functools
import os
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a function in `template.yaml`; an empty text means that a setting is missing.

    `message_tries` is the number of times that the function's queue delivers a message (0: not set).
    `redis_iam_cache` is the end of the ARN of a cache that IAM opens (redis_login.py).
    `redis_secret_arn` and `signing_secret_arn` name secrets, which secret.py reads.
    `opensearch_signed`: whether requests to OpenSearch are signed for AWS.
    `opensearch_replicas` are the copies of a primary shard.
    `mfa_required` are the types of users that need a second factor.
    `oidc_issuers` is JSON text (auth/issuers/models.py).
    `chunk_bytes` and `conflict_filter_bytes` bound what a split of a file makes and keeps in memory.
    `tables`, `queues` and `topics` are keyed by the beginning of a variable's name, in lower case:
    `PLANS_TABLE` is `tables["plans"]`, `CLAIM_TOTALS_QUEUE_URL` is `queues["claim_totals"]`.
    """

    service: str = "payerworks"
    log_level: str = "INFO"
    redis_url: str = ""
    redis_cluster: bool = False
    redis_iam_cache: str = ""
    redis_secret_arn: str = ""
    opensearch_endpoint: str = ""
    opensearch_signed: bool = False
    opensearch_shards: int = 1
    opensearch_replicas: int = 0
    intake_bucket: str = ""
    audit_bucket: str = ""
    signing_secret_arn: str = ""
    token_key_ids: tuple[str, ...] = ()
    token_issuer: str = "payerworks"
    access_token_seconds: int = 3600
    session_days: int = 30
    address_attempts_factor: int = 1
    mail_sender: str = ""
    password_page_url: str = ""
    mfa_required: tuple[str, ...] = ()
    passkey_rp_id: str = "localhost"
    passkey_origins: tuple[str, ...] = ("http://localhost",)
    oidc_issuers: str = ""
    cors_origins: tuple[str, ...] = ()
    require_if_match: bool = False
    strict_npi: bool = False
    break_glass: bool = False
    payment_processor: str = ""
    sandbox_faults: str = ""
    message_tries: int = 0
    chunk_bytes: int = 256 * 1024
    conflict_filter_bytes: int = 16 * 1024**2
    raise_unexpected: bool = False
    tables: dict[str, str] = field(default_factory=dict)
    queues: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)


@functools.cache
def settings() -> Settings:
    """The settings of this process; tests call `settings.cache_clear()` after changing the environment."""
    env = os.environ
    return Settings(
        service=env.get("POWERTOOLS_SERVICE_NAME", "payerworks"),
        log_level=env.get("POWERTOOLS_LOG_LEVEL", "INFO"),
        redis_url=env.get("REDIS_URL", ""),
        redis_cluster=env.get("REDIS_CLUSTER") == "true",
        redis_iam_cache=env.get("REDIS_IAM_CACHE", ""),
        redis_secret_arn=env.get("REDIS_SECRET_ARN", ""),
        opensearch_endpoint=env.get("OPENSEARCH_ENDPOINT", ""),
        opensearch_signed=env.get("OPENSEARCH_SIGNED") == "true",
        opensearch_shards=int(env.get("OPENSEARCH_SHARDS", "1")),
        opensearch_replicas=int(env.get("OPENSEARCH_REPLICAS", "0")),
        intake_bucket=env.get("INTAKE_BUCKET", ""),
        audit_bucket=env.get("AUDIT_BUCKET", ""),
        signing_secret_arn=env.get("SIGNING_SECRET_ARN", ""),
        token_key_ids=_words(env.get("TOKEN_KEY_IDS", "")),
        token_issuer=env.get("TOKEN_ISSUER", "payerworks"),
        access_token_seconds=int(env.get("ACCESS_TOKEN_SECONDS", "3600")),
        session_days=int(env.get("SESSION_DAYS", "30")),
        address_attempts_factor=int(env.get("ADDRESS_ATTEMPTS_FACTOR", "1")),
        mail_sender=env.get("MAIL_SENDER", ""),
        password_page_url=env.get("PASSWORD_PAGE_URL", ""),
        passkey_rp_id=env.get("PASSKEY_RP_ID", "localhost"),
        passkey_origins=_words(env.get("PASSKEY_ORIGINS", "http://localhost")),
        mfa_required=_words(env.get("MFA_REQUIRED", "").replace("none", "")),
        oidc_issuers=env.get("OIDC_ISSUERS", "").strip(),
        cors_origins=_words(env.get("CORS_ORIGINS", "")),
        require_if_match=env.get("REQUIRE_IF_MATCH") == "true",
        strict_npi=env.get("STRICT_NPI") == "true",
        break_glass=env.get("BREAK_GLASS") == "true",
        payment_processor=env.get("PAYMENT_PROCESSOR", ""),
        sandbox_faults=env.get("SANDBOX_FAULTS", ""),
        message_tries=int(env.get("MESSAGE_TRIES", "0")),
        chunk_bytes=int(env.get("CHUNK_BYTES", "262144")),
        conflict_filter_bytes=int(env.get("CONFLICT_FILTER_BYTES", "16777216")),
        raise_unexpected=env.get("RAISE_UNEXPECTED") == "true",
        tables=_with_suffix("_TABLE"),
        queues=_with_suffix("_QUEUE_URL"),
        topics=_with_suffix("_TOPIC_ARN"),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _with_suffix(suffix: str) -> dict[str, str]:
    return {name.removesuffix(suffix).lower(): value for name, value in os.environ.items() if name.endswith(suffix)}
