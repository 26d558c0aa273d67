from typing import Any

import botocore.session

from doctors import delete_doctor, list_doctor_history, update_doctor
from tests.unit.directory.people import call, doctor


def history(person_id: str, **query: str) -> dict[str, Any]:
    name = "doctors/list_doctor_history"
    return call(list_doctor_history.handler, name, path={"id": person_id}, query=query)


def test_each_change_says_who_made_it_and_what_it_changed(aws: botocore.session.Session) -> None:
    made = doctor()
    path = {"id": made["id"]}
    call(update_doctor.handler, "doctors/update_doctor", path=path, body={"last_name": "S", "consultation_fee": 1})
    call(delete_doctor.handler, "doctors/delete_doctor", path=path)
    items = history(made["id"])["json"]["items"]
    assert [(each["version"], each["operation"], each["by"]) for each in items] == [
        (3, "deleted", "u-1"),
        (2, "updated", "u-1"),
        (1, "created", "u-1"),
    ]
    assert items[1]["changed"] == ["consultation_fee", "last_name"]
    assert items[2]["at"] == made["created_at"]


def test_pages_and_an_unknown_doctor(aws: botocore.session.Session) -> None:
    made = doctor()
    for number in range(3):
        body = {"years_experience": number}
        call(update_doctor.handler, "doctors/update_doctor", path={"id": made["id"]}, body=body)
    first = history(made["id"], limit="3")["json"]
    second = history(made["id"], limit="3", cursor=first["nextCursor"])["json"]
    assert [each["version"] for page in (first, second) for each in page["items"]] == [4, 3, 2, 1]
    assert history("unknown")["statusCode"] == 404
