from typing import Any

import botocore.session
import pytest

from auth.users import repository as users
from directory.people import repository as people
from directory.people.people_list import PersonFilter, count_people
from doctors import create_doctor
from institutions import delete_institution, update_institution
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, doctor, institution, logged_in, new_doctor
from tests.unit.interleaving import before_call


def create(token: str = "", **changes: Any) -> dict[str, Any]:
    return call(create_doctor.handler, "doctors/create_doctor", token, body=new_doctor(**changes))


def faults(answer: dict[str, Any]) -> dict[str, str]:
    return {fault["pointer"]: fault["message"] for fault in answer["json"]["errors"]}


def test_a_doctor_is_made_with_a_user_who_can_log_in(aws: botocore.session.Session) -> None:
    place = institution()
    answer = create(contact_email="Ada@Field.example", institution_id=place["id"], time_zone="America/New_York")
    made = answer["json"]
    assert answer["statusCode"] == 201
    assert (answer["headers"]["Location"], answer["headers"]["ETag"]) == (f"doctors/{made['id']}", '"1"')
    assert (made["contact_email"], made["institution_id"]) == ("ada@field.example", place["id"])
    assert (made["professional_status"], made["time_zone"]) == ("active", "America/New_York")
    assert "password" not in made
    assert logged_in("ada@field.example")
    user = users.get_user("acme", made["user_id"])
    assert user is not None
    assert (user.user_type, user.reference_id) == ("doctor", made["id"])


@pytest.mark.parametrize("broken", [{"years_experience": -1}, {"years_experience": 71}, {"years_experience": 1.5}])
def test_experience_is_from_0_to_70_whole_years(aws: botocore.session.Session, broken: dict[str, Any]) -> None:
    answer = create(**broken)
    assert (answer["statusCode"], [*faults(answer)]) == (400, ["/years_experience"])


@pytest.mark.parametrize("years", [0, 70])
def test_the_least_and_the_most_experience_are_taken(aws: botocore.session.Session, years: int) -> None:
    assert create(years_experience=years)["statusCode"] == 201


@pytest.mark.parametrize("fee", [-0.01, "-1", 1.005, "0.001", 10_000_000, "free", None, True])
def test_a_fee_is_not_negative_and_has_at_most_two_decimals(aws: botocore.session.Session, fee: Any) -> None:
    answer = create(consultation_fee=fee)
    assert (answer["statusCode"], [*faults(answer)]) == (400, ["/consultation_fee"])


@pytest.mark.parametrize(
    ("fee", "shown"), [(0, "0.00"), (120.5, "120.50"), ("$1,234.5", "1234.50"), (9_999_999.99, "9999999.99")]
)
def test_a_fee_is_shown_exactly_with_two_decimals(aws: botocore.session.Session, fee: Any, shown: str) -> None:
    answer = create(consultation_fee=fee)
    assert f'"consultation_fee":{shown},' in answer["body"]
    stored = people.get_person("acme", "doctor", answer["json"]["id"])
    assert stored is not None
    assert f"{stored.profile['consultation_fee']:.2f}" == shown


def test_each_broken_member_is_named_at_once(aws: botocore.session.Session) -> None:
    answer = create(
        first_name=" ",
        last_name=7,
        medical_license="",
        contact_email="none",
        institution_id="",
        specialty_id=None,
        years_experience=71,
        consultation_fee=-1,
        professional_status="tired",
        time_zone="Mars/North",
        password="short",
        extra=1,
    )
    assert answer["statusCode"] == 400
    assert set(faults(answer)) == {
        *("/first_name", "/last_name", "/medical_license", "/contact_email", "/institution_id", "/specialty_id"),
        *("/years_experience", "/consultation_fee", "/professional_status", "/time_zone", "/password", "/extra"),
    }


def test_a_specialty_must_be_one_of_the_list(aws: botocore.session.Session) -> None:
    answer = create(specialty_id="astrology")
    assert (answer["statusCode"], [*faults(answer)]) == (422, ["/specialty_id"])


def test_an_institution_must_be_there_and_open(aws: botocore.session.Session) -> None:
    gone, closed = institution(), institution(is_active=False)
    call(delete_institution.handler, "institutions/delete_institution", path={"id": gone["id"]})
    for institution_id in ("unknown", gone["id"], closed["id"]):
        answer = create(institution_id=institution_id)
        assert (answer["statusCode"], [*faults(answer)]) == (422, ["/institution_id"])


def test_an_institution_that_closes_meanwhile_gets_no_doctor(aws: botocore.session.Session) -> None:
    place = institution()

    def close() -> None:
        path, body = {"id": place["id"]}, {"is_active": False}
        call(update_institution.handler, "institutions/update_institution", path=path, body=body)

    with before_call("TransactWriteItems", close):
        assert create(institution_id=place["id"], contact_email="a@example.com")["statusCode"] == 422
    assert logged_in("a@example.com") == ""


def test_license_and_email_are_taken_once(aws: botocore.session.Session) -> None:
    doctor(medical_license="MD-7a", contact_email="a@example.com")
    taken = create(medical_license="md-7A")
    assert (taken["statusCode"], faults(taken)) == (409, {"/medical_license": "is taken"})
    taken = create(contact_email="A@example.com")
    assert (taken["statusCode"], [*faults(taken)]) == (409, ["/contact_email"])


def test_of_creations_side_by_side_one_wins_and_leaves_nothing_of_the_others(aws: botocore.session.Session) -> None:
    statuses: list[int] = []
    body = new_doctor()

    def other() -> None:
        statuses.append(create(**body | {"contact_email": "other@example.com"})["statusCode"])

    with before_call("TransactWriteItems", other):
        statuses.append(create(**body)["statusCode"])
    assert statuses == [201, 409]
    assert logged_in(body["contact_email"]) == ""
    assert count_people("acme", "doctor", PersonFilter({})) == 1


def test_a_repeat_with_its_key_makes_no_second_doctor(aws: botocore.session.Session) -> None:
    body, headers = new_doctor(), {"Idempotency-Key": "k-1"}
    first, again = (call(create_doctor.handler, "doctors/create_doctor", body=body, headers=headers) for _ in range(2))
    assert (first["statusCode"], again["statusCode"]) == (201, 201)
    assert first["body"] == again["body"]


def test_only_staff_of_the_directory_makes_doctors(aws: botocore.session.Session) -> None:
    assert create(logged_in(add_user("staff", ["directory"]).email))["statusCode"] == 201
    own = doctor()
    for email in (own["contact_email"], add_user("staff", ["support", "claims"]).email, add_user("patient").email):
        assert create(logged_in(email))["statusCode"] == 403
