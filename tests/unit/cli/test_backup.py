"""`payerworks backup` and `payerworks restore`: all of one moment, whatever stops it, and nothing twice."""

import datetime
import gzip
import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import Result

from payerworks.aws import client
from payerworks.settings import settings
from payerworks_cli.backup.file_copies import files_as_of
from payerworks_cli.backup.items import Item, Tally
from payerworks_cli.backup.table_writer import LONGEST_PAUSE_SECONDS, STANDS_STILL_SECONDS, write_batch
from payerworks_cli.errors import TookTooLong
from tests.unit.aws_in_process import build
from tests.unit.cli.conftest import printed, run
from tests.unit.cli.exporting import MAPPINGS, RULES, Consumers, write_exports
from tests.unit.cli.gateway import handler_of
from tests.unit.cli.service import Service
from tests.unit.conftest import TEMPLATE, api_event
from tests.unit.intake.conftest import Invocation

BUCKETS = (f"backups-{number}" for number in itertools.count())
"""New ones, because no two accounts, and in moto no two tests, have one of the same name."""
AT = "2100-01-01T00:00:00Z"
"""Moto's exports are as of their request, whatever the moment; this one is after all that a test has done."""
TABLES = ("audit", "plans", "claims", "intake", "auth", "directory", "requests", "search", "sandbox_payments")


class TwoStacks:
    """A stack with claims and a plan, and then a new one in its place; the backup is kept elsewhere."""

    def __init__(self, service: Service, folder: Path, consumers: Consumers, environment: Any) -> None:
        self.service, self.folder, self.consumers, self._environment = service, folder, consumers, environment
        names = {"sandbox_payments": "SandboxPaymentsTable"}
        self.tables = {service: names.get(service, f"{service.title()}Table") for service in TABLES}
        self._make_bucket()
        for name, resource in TEMPLATE.template["Resources"].items():
            if resource["Type"] == "AWS::DynamoDB::Table":
                self._complete(TEMPLATE.refs[name], resource["Properties"])
        self._write_outputs()

    @staticmethod
    def _complete(table: str, properties: dict[str, Any]) -> None:
        """Give a table what the tests' template leaves out."""
        dynamodb = client("dynamodb")
        recovery = properties["PointInTimeRecoverySpecification"]
        dynamodb.update_continuous_backups(TableName=table, PointInTimeRecoverySpecification=recovery)
        if ttl := properties.get("TimeToLiveSpecification"):
            dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=ttl)

    def _make_bucket(self) -> None:
        self.bucket = next(BUCKETS)
        self.address = f"s3://{self.bucket}/november/30"
        client("s3").create_bucket(Bucket=self.bucket)

    def run(self, *words: str) -> Result:
        return run(self.folder, *words)

    def backup(self) -> Any:
        return json.loads(printed(self.run("backup", "--to", self.address, "--at", AT, "--json")))

    def restore(self, *options: str) -> Result:
        return self.run("restore", "--from", self.address, "--clear", "auth", "--json", *options)

    def post_claims(self, number: int) -> None:
        for _ in range(number):
            answer = handler_of("claims.create_claims.handler")(api_event("claims/create_claims"), None)
            assert answer["statusCode"] in (201, 207), answer

    def replace(self) -> None:
        """Throw the stack away; a new one has only its first administrator."""
        kept = self.objects()
        self._environment(**build(TEMPLATE) | {"PAYMENT_PROCESSOR": "sandbox", "MESSAGE_TRIES": "8"})
        self._make_bucket()
        for key, content in kept.items():
            client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)
        self.service.__init__()  # type: ignore[misc]
        self._write_outputs()

    def objects(self) -> dict[str, bytes]:
        s3 = client("s3")
        keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket=self.bucket).get("Contents", [])]
        return {key: s3.get_object(Bucket=self.bucket, Key=key)["Body"].read() for key in keys}

    def _write_outputs(self) -> None:
        outputs = self.service.outputs() | {"region": "us-east-1", "access_key_id": "t", "secret_access_key": "t"}
        outputs |= {"tables": self.tables}
        outputs |= {"functions": {name: name for name in ("OnPaymentsOverdue", "OnSweepDue", "GetPlan")}}
        outputs |= {"intake_bucket": settings().intake_bucket, "audit_bucket": TEMPLATE.refs["AuditBucket"]}
        (self.folder / "outputs.json").write_text(json.dumps(outputs))


@pytest.fixture
def stacks(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, environment: Any) -> TwoStacks:
    write_exports(monkeypatch)
    return TwoStacks(service, tmp_path, Consumers(monkeypatch, service), environment)


def stop_at(is_there: Callable[..., bool], *operations: str, after: int = 0) -> Callable[[str, dict[str, Any]], None]:
    """Press Ctrl-C at a call of one of these operations, the first for which `is_there` holds, or a later one."""
    left = iter(range(after))

    def stop(operation: str, arguments: dict[str, Any]) -> None:
        if operation in operations and is_there(operation, arguments) and next(left, None) is None:
            raise KeyboardInterrupt

    return stop


def items(table: str) -> list[dict[str, Any]]:
    found = client("dynamodb").scan(TableName=table, ConsistentRead=True)["Items"]
    return sorted(found, key=lambda item: json.dumps(item, sort_keys=True, default=repr))


def statuses() -> list[str]:
    return sorted(each["status"]["S"] for each in items("ClaimsTable") if each["sk"]["S"] == "CLAIM")


def paid() -> list[str]:
    """What the processor was asked to pay and has paid, by its keys."""
    return [each["pk"]["S"] for each in items("SandboxPaymentsTable") if each["state"]["S"] == "paid"]


def test_a_new_stack_is_as_its_source_was_and_goes_on_where_that_was(stacks: TwoStacks) -> None:
    service, consumers = stacks.service, stacks.consumers
    stacks.post_claims(2)
    service.settle()
    stacks.post_claims(2)  # their messages are lost with the stack
    odd = {"pk": {"S": "odd"}, "b": {"B": b"\x00\xff"}, "s": {"NS": ["20"]}, "l": {"L": [{"BS": [b"x"]}]}}
    over = {"pk": {"S": "over"}, "expires": {"N": "1"}}
    keys = {"pk": {"S": "KEYS"}, "sk": {"S": "KEYS"}, "token_keys": {"L": []}}
    for table, item in (("RequestsTable", odd), ("RequestsTable", over), ("AuthTable", keys)):
        client("dynamodb").put_item(TableName=table, Item=item)
    tables = [name for name in stacks.tables.values() if name != "SearchTable"]
    before = {table: [item for item in items(table) if item not in (over, keys)] for table in tables}
    manifest = stacks.backup()
    assert manifest["moment"] == AT
    assert "search" not in manifest["tables"]
    assert manifest["tables"]["claims"]["items"] == len(before["ClaimsTable"]) == 7
    stacks.post_claims(1)
    stacks.replace()

    def work_unless_paused(operation: str, arguments: dict[str, Any]) -> None:
        if operation == "BatchWriteItem" and "ClaimsTable" in arguments["RequestItems"]:
            consumers.before = lambda *_: None
            if not consumers.is_paused:
                service.settle()
            consumers.before = work_unless_paused
        if operation == "EnableRule":
            assert set(consumers.mappings.values()) == {"Enabled"}
        if operation == "UpdateEventSourceMapping" and arguments["Enabled"]:
            after.update({table: items(table) for table in tables})

    after: dict[str, Any] = {}
    consumers.before = work_unless_paused
    restored = json.loads(printed(stacks.restore()))
    consumers.before = lambda *_: None
    assert after == before
    assert restored["tables"]["requests"] | {"digest": ""} == {"exported": 2, "compared": 1, "leftOut": 1, "digest": ""}
    assert restored["put"] == manifest["tables"]["auth"]["items"] - 1 + sum(
        len(found) for table, found in before.items() if table != "AuthTable"
    )
    assert (consumers.mappings, consumers.rules) == (dict.fromkeys(MAPPINGS, "Enabled"), RULES)
    # The feed delivers all that was restored: what was counted and paid stays, what was not is counted and paid once.
    service.settle()
    assert statuses() == ["processed"] * 4
    assert len(paid()) == len(set(paid())) == 4
    assert [each["claim_count"] for each in items("ClaimsTable") if each["sk"]["S"] == "TOTAL"] == [{"N": "4"}]
    recounted = handler_of("claims.recount_totals.handler")({}, Invocation())
    assert (recounted["providers"], recounted["corrected"]) == (1, 0)


def test_the_audit_has_its_files_in_the_new_stack(stacks: TwoStacks) -> None:
    bucket = TEMPLATE.refs["AuditBucket"]
    for name, key in ((bucket, "main/2026-11-30/00001.jsonl"), (settings().intake_bucket, "patients/main/visits.csv")):
        client("s3").put_object(Bucket=name, Key=key, Body=b"content")
    client("s3").put_object(Bucket=settings().intake_bucket, Key="rejects/main/1.csv", Body=b"rows")
    files = stacks.backup()["files"]
    assert {name: (each["count"], each["size"]) for name, each in files.items()} == {"audit": (1, 7), "intake": (1, 4)}
    stacks.replace()
    printed(stacks.restore())
    assert client("s3").get_object(Bucket=bucket, Key="main/2026-11-30/00001.jsonl")["Body"].read() == b"content"
    # An upload would start its job again.
    listed = client("s3").list_objects_v2(Bucket=settings().intake_bucket)["Contents"]
    assert [each["Key"] for each in listed] == ["rejects/main/1.csv"]


def test_a_backup_that_was_stopped_is_none_until_it_is_continued(stacks: TwoStacks) -> None:
    stacks.post_claims(1)
    for stopped_by in ("manifest.json", "files/audit.jsonl"):
        stacks.consumers.before = stop_at(
            lambda name, given, key=stopped_by: given.get("Key", "").endswith(key), "PutObject"
        )
        assert stacks.run("backup", "--to", stacks.address, "--at", AT).exit_code == 130
    stacks.consumers.before = lambda *_: None
    begun = json.loads(stacks.objects()["november/30/begun.json"])
    refused = stacks.restore()
    assert (refused.exit_code, "did not finish" in refused.stdout) == (1, True)
    other = stacks.run("backup", "--to", stacks.address, "--at", "2026-01-01T00:00:00Z")
    assert "holds the beginning of another backup" in other.stderr
    written: list[str] = []
    stacks.consumers.before = lambda name, given: written.append(given["Key"]) if name == "PutObject" else None
    assert stacks.backup()["id"] == begun["id"]
    assert written[-1] == "november/30/manifest.json"
    again = stacks.run("backup", "--to", stacks.address)
    assert (again.exit_code, "holds a whole backup" in again.stderr) == (2, True)


def test_a_restore_that_is_stopped_anywhere_is_continued(stacks: TwoStacks) -> None:
    stacks.post_claims(3)
    stacks.service.settle()
    stacks.backup()
    expected = items("ClaimsTable")
    stacks.replace()
    stops = 0
    while True:
        # Each run comes one call further than the last one did.
        steps = iter(range(stops, -1, -1))
        stacks.consumers.before = stop_at(lambda *_, steps=steps: next(steps, 1) == 0, "BatchWriteItem", "PutObject")
        result = stacks.restore()
        if result.exit_code == 0:
            break
        assert result.exit_code == 130, result.output
        assert stacks.consumers.is_paused or stops < 2
        stops += 1
    assert stops > 3
    assert items("ClaimsTable") == expected
    assert not stacks.consumers.is_paused
    again = stacks.restore()
    assert (again.exit_code, "was restored from this backup before" in again.stdout) == (1, True)


def test_a_file_whose_items_are_stored_is_not_stored_again(stacks: TwoStacks) -> None:
    stacks.post_claims(3)
    stacks.backup()
    stacks.replace()
    stacks.consumers.before = stop_at(lambda *_: True, "Scan", after=len(stacks.tables) - 1 + 1)
    assert stacks.restore("--check").exit_code == 130
    stacks.consumers.before = lambda *_: None
    assert json.loads(printed(stacks.restore()))["put"] == 0


def test_a_stack_in_use_is_not_touched(stacks: TwoStacks) -> None:
    stacks.post_claims(1)
    stacks.backup()
    before = items("ClaimsTable")
    refused = stacks.restore()
    assert (refused.exit_code, "claims has items" in refused.stdout) == (1, True)
    assert items("ClaimsTable") == before
    assert not stacks.consumers.is_paused
    unknown = stacks.run("restore", "--from", stacks.address, "--clear", "claim")
    assert (unknown.exit_code, "--clear claim: the tables are audit" in unknown.stderr) == (2, True)
    assert "looks like s3://bucket/prefix" in stacks.run("backup", "--to", "backups").stderr
    assert "it holds no backup" in stacks.run("restore", "--from", f"s3://{stacks.bucket}/other").stderr


@pytest.mark.parametrize("damage", ["changed", "cut", "replaced", "list"])
def test_a_damaged_backup_is_noticed(stacks: TwoStacks, damage: str) -> None:
    stacks.post_claims(1)
    manifest = stacks.backup()
    stacks.replace()
    if damage == "list":
        key = manifest["tables"]["claims"]["manifest_files"]
        content = stacks.objects()[key].replace(b'"itemCount": 1', b'"itemCount": 0')
    else:
        folder = manifest["tables"]["claims"]["manifest_files"].rpartition("/")[0]
        key = next(key for key in stacks.objects() if key.startswith(f"{folder}/data/") and key.endswith(".gz"))
        whole = stacks.objects()[key]
        other = gzip.compress(gzip.decompress(whole).replace(b"CLAIM", b"CLAMS"))
        content = {"changed": whole[:40] + b"x" + whole[41:], "cut": whole[:-9], "replaced": other}[damage]
    client("s3").put_object(Bucket=stacks.bucket, Key=key, Body=content)
    result = stacks.restore()
    assert (result.exit_code, "is damaged" in result.stdout) == (1, True), result.output
    assert stacks.consumers.is_paused


def test_an_item_that_is_not_as_it_was_is_noticed(stacks: TwoStacks) -> None:
    stacks.post_claims(1)
    stacks.backup()
    stacks.replace()

    def change(operation: str, arguments: dict[str, Any]) -> None:
        if operation == "Scan" and arguments["TableName"] == "ClaimsTable" and "Limit" not in arguments:
            stacks.consumers.before = lambda *_: None
            [claim] = items("ClaimsTable")
            client("dynamodb").put_item(TableName="ClaimsTable", Item=claim | {"net_fee": {"N": "1"}})

    stacks.consumers.before = change
    result = stacks.restore()
    assert (result.exit_code, "Not as in the backup: claims." in result.stdout) == (1, True), result.output
    assert stacks.consumers.is_paused


class ThrottledTable:
    """A table that takes one item of each second batch, and nothing of the others."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.calls = 0

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803
        self.calls += 1
        if self.calls % 2:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "BatchWriteItem")
        [(table, [first, *rest])] = RequestItems.items()
        self.items.append(first["PutRequest"]["Item"])
        return {"UnprocessedItems": {table: rest} if rest else {}}


def test_a_digest_depends_on_items_alone() -> None:
    one, two, three = Tally(), Tally(), Tally()
    first = {"pk": {"S": "1"}, "s": {"SS": ["a", "b"]}, "m": {"M": {"x": {"BS": [b"1", b"2"]}}}}
    same = {"m": {"M": {"x": {"BS": [b"2", b"1"]}}}, "s": {"SS": ["b", "a"]}, "pk": {"S": "1"}}
    other: Item = {"pk": {"N": "1"}}
    for tally, items_of_it in ((one, (first, other)), (two, (other, same)), (three, (first, first))):
        for item in items_of_it:
            tally.add(item)
    assert one == two != three
    assert three.digest != 0


def test_what_a_table_throttles_is_put_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(time, "sleep", pauses.append)
    table = ThrottledTable()
    write_batch(table, "t", [{"PutRequest": {"Item": number}} for number in range(25)])
    assert (table.items, table.calls) == (list(range(25)), 50)
    assert max(pauses) <= LONGEST_PAUSE_SECONDS
    assert pauses[0] <= 0.05


def test_a_table_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    table = ThrottledTable()
    table.calls = 1
    monkeypatch.setattr(table, "batch_write_item", lambda RequestItems: {"UnprocessedItems": RequestItems})  # noqa: N803
    with pytest.raises(TookTooLong, match="has taken nothing"):
        write_batch(table, "t", [{"PutRequest": {"Item": 1}}])
    assert STANDS_STILL_SECONDS < clock[0] < STANDS_STILL_SECONDS + 2 * LONGEST_PAUSE_SECONDS


def test_files_are_copied_in_the_version_of_the_moment() -> None:
    def version(key: str, second: int, name: str) -> dict[str, Any]:
        at = datetime.datetime(2026, 11, 30, 8, 0, second, tzinfo=datetime.UTC)
        return {"Key": key, "LastModified": at, "VersionId": name, "Size": 1, "ETag": '"e"'}

    class Bucket:
        def get_paginator(self, _: str) -> "Bucket":
            return self

        def paginate(self, **_: str) -> list[dict[str, Any]]:
            versions = [version("a", 9, "a3"), version("a", 5, "a2"), version("a", 1, "a1"), version("b", 1, "b1")]
            return [
                {"Versions": [*versions, version("c", 2, "c1"), version("d", 8, "d1")]},
                {"DeleteMarkers": [version("b", 4, "gone"), version("c", 7, "gone")]},
            ]

    moment = datetime.datetime(2026, 11, 30, 8, 0, 5, tzinfo=datetime.UTC)
    assert [file.version for file in files_as_of(Bucket(), "bucket", "", moment)] == ["a2", "c1"]
