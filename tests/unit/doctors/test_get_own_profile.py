import botocore.session

from doctors import get_own_profile
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, doctor, institution, logged_in

NAME = "doctors/get_own_profile"


def test_a_doctor_reads_its_own_profile(aws: botocore.session.Session) -> None:
    made = doctor()
    doctor()
    token = logged_in(made["contact_email"])
    answer = call(get_own_profile.handler, NAME, token)
    assert (answer["statusCode"], answer["json"], answer["headers"]["ETag"]) == (200, made, '"1"')
    assert call(get_own_profile.handler, NAME, token, headers={"If-None-Match": '"1"'})["statusCode"] == 304


def test_whoever_is_no_doctor_has_no_profile(aws: botocore.session.Session) -> None:
    made = doctor()
    for email in (institution()["contact_email"], add_user("patient", reference_id=made["id"]).email):
        assert call(get_own_profile.handler, NAME, logged_in(email))["statusCode"] == 403
    for email in (add_user("doctor").email, add_user("doctor", reference_id="x").email, add_user("admin").email):
        assert call(get_own_profile.handler, NAME, logged_in(email))["statusCode"] == 404
