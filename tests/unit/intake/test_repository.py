"""Concurrent writes of patients."""

import botocore.session

from intake.registry import repository
from intake.registry.registry_rules import Person, StoredPatient


def patient(mrn: str, first: str, stamp: str, version: int = 0) -> StoredPatient:
    return StoredPatient(mrn, Person(first, "Field", "1990-02-14"), stamp, "job#1", version=version)


def test_new_patients_that_another_has_made_meanwhile_do_not_keep_the_others_out(aws: botocore.session.Session) -> None:
    assert repository.write_patients("acme", [patient("1", "Ada", "1")], {}) == set()
    late = [patient(mrn, "Eve", "2") for mrn in ("0", "1", "2")]
    assert repository.write_patients("acme", late, {}) == {"1"}
    found = repository.read_patients("acme", ["0", "1", "2"])
    assert [found[mrn].person.first_name for mrn in ("0", "1", "2")] == ["Eve", "Ada", "Eve"]


def test_each_write_makes_the_next_version_of_a_patient(aws: botocore.session.Session) -> None:
    repository.write_patients("acme", [patient("1", "Ada", "1")], {})
    held = repository.read_patients("acme", ["1"])
    assert held["1"].version == 1
    changed = patient("1", "Eve", "2", held["1"].version)
    assert repository.write_patients("acme", [changed], held) == set()
    assert repository.write_patients("acme", [changed], held) == {"1"}
    assert repository.read_patients("acme", ["1"])["1"] == patient("1", "Eve", "2", 2)
