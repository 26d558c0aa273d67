"""Who put a file into the bucket, as the entries of the audit about its rows name it.

A file that the API takes or offers has a signed token in its metadata `uploader`, made for its tenant and key: who
called, with which request. Any other file was put by an S3 client: S3's notification says who that was for AWS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from payerworks.audit import Trail
from payerworks.errors import BadInput
from payerworks.signed import read_signed, write_signed

S3_CLIENT = "system"
"""The `user_type` of an S3 client: it has no account of ours."""
_PURPOSE = "uploader"


@dataclass(frozen=True, slots=True)
class Uploader:
    """Members of an entry (audit.entries.models.AuditEntry); of an S3 client, `user` is the AWS principal's id."""

    user: str = ""
    user_type: str = S3_CLIENT
    roles: tuple[str, ...] = ()
    person: str = ""
    request_id: str = ""
    address: str = ""
    device: str = ""


def uploader_from(members: Mapping[str, Any]) -> Uploader:
    """The uploader with these members, which were read from JSON."""
    return Uploader(**{**members, "roles": tuple(members["roles"])})


def uploader_token(trail: Trail, tenant: str, key: str) -> str:
    """The token for the file that the call of a trail puts, or offers to put, under a key."""
    return write_signed(trail.who, _PURPOSE, tenant, key)


def uploader_of(token: str, tenant: str, key: str, record: Mapping[str, Any]) -> Uploader:
    """Who put a file: by its token, or else, also if that is none of ours, by S3's notification of it."""
    try:
        return uploader_from(read_signed(token, _PURPOSE, tenant, key))
    except (ValueError, BadInput):
        identity, request, answer = (
            record.get(name) or {} for name in ("userIdentity", "requestParameters", "responseElements")
        )
        return Uploader(
            user=str(identity.get("principalId", "")),
            request_id=str(answer.get("x-amz-request-id", "")),
            address=str(request.get("sourceIPAddress", "")),
        )
