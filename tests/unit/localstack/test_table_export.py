"""MiniStack writes the files of an export as AWS does; tested on its own Python."""

import gzip
import json
import os
import subprocess

from localstack.layout import ROOT, TOOLS

PROGRAM = """
import asyncio, json, time
from ministack.services import dynamodb, s3
from localstack.ministack_node import write_exports

def call(action, **request):
    headers = {"x-amz-target": f"DynamoDB_20120810.{action}"}
    status, _, body = asyncio.run(dynamodb.handle_request("POST", "/", headers, json.dumps(request).encode(), {}))
    return json.loads(body)

def put(table, *names):
    for name in names:
        call("PutItem", TableName=table, Item={"pk": {"S": name}, "n": {"B": "AAE="}})

write_exports()
s3._create_bucket("backups", b"", {})
moment = int(time.time())
for table in ("first", "second"):
    arn = call(
        "CreateTable",
        TableName=table,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"].rpartition("/")[0]
put("first", "a", "b")
put("second", "c")
export = {"S3Bucket": "backups", "S3Prefix": "pre/fix", "ExportTime": moment}
first = call("ExportTableToPointInTime", TableArn=f"{arn}/first", ClientToken="1", **export)["ExportDescription"]
put("second", "d")
second = call("ExportTableToPointInTime", TableArn=f"{arn}/second", ClientToken="2", **export)["ExportDescription"]
again = call("ExportTableToPointInTime", TableArn=f"{arn}/second", ClientToken="2", **export)["ExportDescription"]
export["ExportTime"] = moment - 3600
refused = call("ExportTableToPointInTime", TableArn=f"{arn}/second", ClientToken="3", **export)
described = [call("DescribeExport", ExportArn=each["ExportArn"])["ExportDescription"] for each in (first, second)]
keys = list(s3._buckets["backups"]["objects"])
print(json.dumps({
    "again": again["ExportArn"] == second["ExportArn"],
    "refused": refused["__type"],
    "described": described,
    "objects": {key: s3._get_object_data("backups", key).hex() for key in keys},
}))
"""


def test_exports_of_a_moment_have_the_items_of_that_moment_in_the_documented_files() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [TOOLS / "servers/bin/python", "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    objects = {key: bytes.fromhex(content) for key, content in result["objects"].items()}
    assert result["again"]
    assert result["refused"].endswith("InvalidExportTimeException")
    exported = []
    for export in result["described"]:
        summary = json.loads(objects[f"pre/fix/{export['ExportManifest']}"])
        files = [json.loads(line) for line in objects[summary["manifestFilesS3Key"]].splitlines()]
        lines = [line for file in files for line in gzip.decompress(objects[file["dataFileS3Key"]]).splitlines()]
        assert export["ItemCount"] == summary["itemCount"] == sum(file["itemCount"] for file in files) == len(lines)
        exported.append(sorted(json.loads(line)["Item"]["pk"]["S"] for line in lines))
    # `d` was put after the export of the other table, as of the same moment.
    assert exported == [["a", "b"], ["c"]]


RECOVERY = """
from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners
from localstack.ministack_node import recover_tables

recover_tables()
table = {
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
}
recovery = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
create = provisioners._RESOURCE_HANDLERS["AWS::DynamoDB::Table"]["create"]
names = [create(name, properties, "stack")[0] for name, properties in (("With", table | recovery), ("Without", table))]
print([dynamodb._pitr_settings.get(name, False) for name in names])
"""


def test_a_table_has_the_recovery_of_its_template() -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        [TOOLS / "servers/bin/python", "-c", RECOVERY], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["[True, False]"]), done.stderr
