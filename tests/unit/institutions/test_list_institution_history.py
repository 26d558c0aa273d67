from typing import Any

import botocore.session

from institutions import delete_institution, list_institution_history, update_institution
from tests.unit.directory.people import call, institution


def history(person_id: str, **query: str) -> dict[str, Any]:
    name = "institutions/list_institution_history"
    return call(list_institution_history.handler, name, path={"id": person_id}, query=query)


def test_each_change_says_who_made_it_and_what_it_changed(aws: botocore.session.Session) -> None:
    made = institution()
    path = {"id": made["id"]}
    call(update_institution.handler, "institutions/update_institution", path=path, body={"region": "S", "name": "N"})
    call(delete_institution.handler, "institutions/delete_institution", path=path)
    items = history(made["id"])["json"]["items"]
    assert [(each["version"], each["operation"], each["by"]) for each in items] == [
        (3, "deleted", "u-1"),
        (2, "updated", "u-1"),
        (1, "created", "u-1"),
    ]
    assert items[1]["changed"] == ["name", "region"]
    assert items[2]["at"] == made["created_at"]


def test_pages_and_an_unknown_institution(aws: botocore.session.Session) -> None:
    made = institution()
    for number in range(3):
        body = {"region": f"R{number}"}
        call(update_institution.handler, "institutions/update_institution", path={"id": made["id"]}, body=body)
    first = history(made["id"], limit="3")["json"]
    second = history(made["id"], limit="3", cursor=first["nextCursor"])["json"]
    assert [each["version"] for page in (first, second) for each in page["items"]] == [4, 3, 2, 1]
    assert history("unknown")["statusCode"] == 404
