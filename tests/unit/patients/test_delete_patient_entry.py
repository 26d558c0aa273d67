from typing import Any

import botocore.session

from patients import delete_patient_entry, list_patient_entries
from tests.unit.directory.people import call, logged_in
from tests.unit.patients.entries import add
from tests.unit.patients.patients import doctor, email, patient, treated


def delete(person_id: str, entry_id: str, token: str = "", **headers: str) -> dict[str, Any]:
    name, path = "patients/delete_patient_entry", {"id": person_id, "kind": "conditions", "entry_id": entry_id}
    return call(delete_patient_entry.handler, name, token, path=path, headers=headers)


def test_a_deleted_entry_leaves_its_list(aws: botocore.session.Session) -> None:
    made, _, token = treated()
    first, second = add(made["id"])["json"], add(made["id"])["json"]
    assert delete(made["id"], first["id"], token)["statusCode"] == 204
    assert delete(made["id"], first["id"], token)["statusCode"] == 404
    path = {"id": made["id"], "kind": "conditions"}
    items = call(list_patient_entries.handler, "patients/list_patient_entries", path=path)["json"]["items"]
    assert items == [second]


def test_only_who_treats_the_patient_deletes(aws: botocore.session.Session) -> None:
    made, of_patient, _ = treated("full_access")
    first = add(made["id"])["json"]
    assert delete(made["id"], first["id"], of_patient)["statusCode"] == 403
    assert delete(made["id"], first["id"], logged_in(email(doctor())))["statusCode"] == 404


def test_if_match_guards_a_deletion(aws: botocore.session.Session) -> None:
    made = patient()
    first = add(made["id"])["json"]
    assert delete(made["id"], first["id"], **{"If-Match": '"2"'})["statusCode"] == 412
    assert delete(made["id"], first["id"], **{"If-Match": '"1"'})["statusCode"] == 204
