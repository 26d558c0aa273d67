from typing import Any, get_args

import pytest

from auth.users.rights import Role
from intake.jobs.uploader import S3_CLIENT, Uploader, uploader_of, uploader_token
from payerworks.audit import Trail
from payerworks.signed import read_signed, write_signed

KEY = "patients/acme/0f/visits.csv"
WHO = {
    "user": "u-1",
    "user_type": "doctor",
    "roles": ["claims", "intake"],
    "person": "d-1",
    "request_id": "r-1",
    "address": "192.0.2.7",
    "device": "Firefox",
}
RECORD = {
    "userIdentity": {"principalId": "AWS:AROAEXAMPLE:loader"},
    "requestParameters": {"sourceIPAddress": "198.51.100.4"},
    "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810"},
}
BY_S3 = Uploader("AWS:AROAEXAMPLE:loader", S3_CLIENT, request_id="C3D13FE58DE4C810", address="198.51.100.4")


def token_of(**who: Any) -> str:
    trail = Trail({"tenant": "acme", "operation": "create_ingest_upload", **WHO, **who})
    return uploader_token(trail, "acme", KEY)


@pytest.mark.usefixtures("aws")
def test_a_token_says_who_put_its_file() -> None:
    uploader = uploader_of(token_of(), "acme", KEY, RECORD)
    assert uploader == Uploader(**{**WHO, "roles": ("claims", "intake")})  # type: ignore[arg-type]


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("tenant", "key"), [("other", KEY), ("acme", "patients/acme/0e/visits.csv"), ("acme", "claims/acme/0f/visits.csv")]
)
def test_a_token_of_another_file_or_tenant_is_none(tenant: str, key: str) -> None:
    assert uploader_of(token_of(), tenant, key, RECORD) == BY_S3


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("token", ["", "x", "é", "AAAA" * 30])
def test_without_a_token_it_is_the_principal_of_the_notification(token: str) -> None:
    assert uploader_of(token, "acme", KEY, RECORD) == BY_S3
    assert uploader_of(token, "acme", KEY, {}) == Uploader("", S3_CLIENT)


@pytest.mark.usefixtures("aws")
def test_a_changed_token_is_none() -> None:
    token = token_of()
    for place in range(0, len(token), 7):
        forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert uploader_of(forged, "acme", KEY, RECORD) == BY_S3


@pytest.mark.usefixtures("aws")
def test_a_token_of_another_purpose_is_none_and_this_one_is_of_no_other() -> None:
    for bound in ((), ("acme", KEY), ("change", "acme", KEY), ("challenge", "acme", KEY), ("uploader", "acme")):
        assert uploader_of(write_signed(WHO, *bound), "acme", KEY, RECORD) == BY_S3
        with pytest.raises(ValueError, match="forged"):
            read_signed(token_of(), *bound)


@pytest.mark.usefixtures("aws")
def test_the_longest_token_fits_into_the_metadata_of_an_object() -> None:
    who = {"user": "u" * 36, "person": "p" * 36, "request_id": "r" * 128, "address": "f" * 45, "device": "😀" * 200}
    token = token_of(**who, user_type="institution", roles=list(get_args(Role)))
    metadata = {"tenant": "t" * 63, "uploader": token}
    # Amazon S3 User Guide, "User-defined object metadata": 2 KB in all, names and values.
    assert sum(len(name) + len(text) for name, text in metadata.items()) <= 2048
