from typing import Any

import botocore.session

from doctors import get_own_institution
from institutions import delete_institution
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, doctor, institution, logged_in


def own(email: str) -> dict[str, Any]:
    return call(get_own_institution.handler, "doctors/get_own_institution", logged_in(email))


def test_a_doctor_reads_its_institution(aws: botocore.session.Session) -> None:
    place = institution(website="https://stmary.example")
    made = doctor(institution_id=place["id"])
    members = {
        *("id", "name", "institution_type", "contact_email", "website", "region", "is_verified", "is_active"),
    }
    answer = own(made["contact_email"])
    assert (answer["statusCode"], answer["json"]) == (200, {name: place[name] for name in members})


def test_a_doctor_without_one_and_one_whose_institution_was_deleted(aws: botocore.session.Session) -> None:
    place = institution()
    alone, made = doctor(), doctor(institution_id=place["id"])
    assert own(alone["contact_email"])["statusCode"] == 404
    call(delete_institution.handler, "institutions/delete_institution", path={"id": place["id"]})
    assert own(made["contact_email"])["statusCode"] == 404


def test_only_doctors_may_ask(aws: botocore.session.Session) -> None:
    assert own(add_user("staff", ["directory", "support"]).email)["statusCode"] == 403
    assert own(add_user("admin").email)["statusCode"] == 404
