"""What a record costs: one Query and one batch read of the directory, and what registry and claims need."""

from collections import Counter
from typing import Any

import botocore.session

from patients import get_own_patient_record, get_patient_record
from payerworks.aws import client
from tests.unit.auth.conftest import add_user
from tests.unit.directory.people import call, logged_in
from tests.unit.patients.entries import KINDS, add
from tests.unit.patients.patients import treated


def calls_of(handler: Any, name: str, token: str, person_id: str) -> Counter[tuple[str, str]]:
    """The calls of DynamoDB that a handler makes, by operation and table."""
    made: Counter[tuple[str, str]] = Counter()

    def note(params: dict[str, Any], model: Any, **_: Any) -> None:
        tables = [params["TableName"]] if "TableName" in params else list(params["RequestItems"])
        made.update((model.name, table) for table in tables)

    events = client("dynamodb").meta.events
    events.register("provide-client-params.dynamodb", note)
    try:
        assert call(handler, name, token, path={"id": person_id})["statusCode"] == 200
    finally:
        events.unregister("provide-client-params.dynamodb", note)
    return made - Counter({("GetItem", "AuthTable"): 1})


def test_a_record_is_one_query_and_one_batch_read_of_the_directory(aws: botocore.session.Session) -> None:
    made, of_patient, of_doctor = treated("full_access", mrn="M-1", subscriber_number="3730189502")
    for kind in KINDS:
        for _ in range(3):
            add(made["id"], kind)
    directory = Counter({("BatchGetItem", "DirectoryTable"): 1, ("Query", "DirectoryTable"): 1})
    registry = Counter({("Query", "IntakeTable"): 1})
    claims = Counter({("Query", "ClaimsTable"): 1})
    own = "patients/get_own_patient_record"
    of_support = logged_in(add_user("staff", ["support"]).email)
    record, name = get_patient_record.handler, "patients/get_patient_record"
    assert calls_of(record, name, of_patient, made["id"]) == directory + registry
    assert calls_of(record, name, of_doctor, made["id"]) == directory + registry
    assert calls_of(get_own_patient_record.handler, own, of_doctor, made["id"]) == directory + registry
    assert calls_of(record, name, of_support, made["id"]) == directory + registry + claims
