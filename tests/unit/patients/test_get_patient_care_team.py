from typing import Any

import botocore.session

from doctors import delete_doctor
from institutions import delete_institution
from patients import get_patient_care_team
from tests.unit.directory.people import call, institution, logged_in
from tests.unit.patients.patients import doctor, email, patient, treated, update


def team(person_id: str, token: str = "") -> dict[str, Any]:
    return call(get_patient_care_team.handler, "patients/get_patient_care_team", token, path={"id": person_id})


def test_doctor_and_institution_of_a_patient(aws: botocore.session.Session) -> None:
    own, clinic = doctor(specialty_id="cardiology"), institution(name="St. Mary")
    made = patient(doctor_id=own.person_id, institution_id=clinic["id"])
    assert team(made["id"])["json"] == {
        "doctor": {
            "id": own.person_id,
            "name": "Greg House",
            "specialty_id": "cardiology",
            "contact_email": email(own),
        },
        "institution": {
            "id": clinic["id"],
            "name": "St. Mary",
            "specialty_id": None,
            "contact_email": clinic["contact_email"],
        },
    }


def test_whom_a_patient_does_not_have_or_who_is_deleted_is_null(aws: botocore.session.Session) -> None:
    own, clinic = doctor(), institution()
    assert team(patient(doctor_id=own.person_id)["id"])["json"]["institution"] is None
    of_clinic = patient(institution_id=clinic["id"])
    call(delete_institution.handler, "institutions/delete_institution", path={"id": clinic["id"]})
    assert team(of_clinic["id"])["json"] == {"doctor": None, "institution": None}


def test_the_institution_is_that_of_the_doctor_if_the_patient_has_none(aws: botocore.session.Session) -> None:
    clinic, other = institution(), institution()
    own = doctor(institution_id=clinic["id"])
    made = patient(doctor_id=own.person_id)["id"]
    assert team(made)["json"]["institution"]["id"] == clinic["id"]
    update(made, institution_id=other["id"])
    assert team(made)["json"]["institution"]["id"] == other["id"]
    update(made, institution_id=None)
    call(delete_doctor.handler, "doctors/delete_doctor", path={"id": own.person_id})
    assert team(made)["json"] == {"doctor": None, "institution": None}


def test_a_patient_sees_its_team_once_the_doctor_validated_it(aws: botocore.session.Session) -> None:
    for status, expected in (("pending", 403), ("validated_by_doctor", 200)):
        made, token, _ = treated(status)
        assert team(made["id"], token)["statusCode"] == expected
    assert team(patient()["id"], token)["statusCode"] == 404
    assert team(made["id"], logged_in(email(doctor())))["statusCode"] == 404
