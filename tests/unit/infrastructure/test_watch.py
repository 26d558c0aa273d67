"""Every alarm watches metrics that exist, and the runbook says what to do about it."""

import fnmatch
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from auth.users.rights import ROUTES
from infrastructure.deployment import templates
from tests.unit.conftest import ROOT, TEMPLATE
from tests.unit.infrastructure.aws_metrics import METRICS
from tests.unit.localstack.test_dashboard import MEASURE, NAME
from tests.unit.template import load

Properties = dict[str, Any]
WATCH = load(templates.FOLDER / "watch.yaml")
RESOURCES: Properties = WATCH["Resources"]
APPLICATION = TEMPLATE.template
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
RUNBOOK = (ROOT / "docs/runbook.md").read_text()
TOLD_OTHERWISE = {"CostAnomaly"}
"""What tells of itself without an alarm of CloudWatch."""


def metrics(alarm: Properties) -> Iterator[Properties]:
    """The metrics of an alarm."""
    if "MetricName" in alarm:
        yield alarm
    for query in alarm.get("Metrics", []):
        if "MetricStat" in query:
            yield query["MetricStat"]["Metric"]


def of_namespace(namespace: str) -> list[tuple[str, Properties]]:
    """The metrics of all alarms in a namespace, by the alarm's name."""
    found = [(name, metric) for name, alarm in ALARMS.items() for metric in metrics(alarm)]
    return [(name, metric) for name, metric in found if metric["Namespace"] == namespace]


def own_metrics() -> tuple[set[str], set[str]]:
    """Names that the code counts or records, and beginnings of such names."""
    sources = [file.read_text() for folder in ("functions", "layers/common") for file in (ROOT / folder).rglob("*.py")]
    found = [match for source in sources for call in MEASURE.findall(source) for match in NAME.findall(call)]
    return {name for name, rest in found if not rest}, {name for name, rest in found if rest}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_watches_metrics_that_exist(name: str) -> None:
    counted, beginnings = own_metrics()
    filtered = {each["Properties"]["MetricTransformations"][0]["MetricName"] for each in filters().values()}
    for metric in metrics(ALARMS[name]):
        dimensions = tuple(sorted(each["Name"] for each in metric.get("Dimensions", [])))
        if metric["Namespace"] == "Payerworks":
            assert dimensions == ("service",)
            known = metric["MetricName"] in counted | filtered
            assert known or metric["MetricName"].startswith(tuple(beginnings)), metric["MetricName"]
        else:
            documented = METRICS[metric["Namespace"]].metrics[metric["MetricName"]]
            assert dimensions in [tuple(sorted(each)) for each in documented]


def filters() -> dict[str, Properties]:
    return {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::Logs::MetricFilter"}


def test_every_documented_metric_is_watched() -> None:
    for namespace, documented in METRICS.items():
        assert {metric["MetricName"] for _, metric in of_namespace(namespace)} == set(documented.metrics)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_people_where_to_read_on(name: str) -> None:
    alarm = ALARMS[name]
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "Alarms"}]
    assert alarm["AlarmDescription"].endswith(f" docs/runbook.md#{name.lower()}")
    assert len(list(metrics(alarm))) <= 10  # CloudWatch's limit for expressions


def test_the_runbook_has_a_paragraph_for_each_alarm_and_for_nothing_else() -> None:
    paragraphs = dict(re.findall(r"^### (\w+)\n\n(.+?)(?=\n#|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL))
    assert set(paragraphs) == set(ALARMS) | TOLD_OTHERWISE
    for name, text in paragraphs.items():
        parts = [re.search(rf"\*\*{part}\.\*\* \S", text) for part in ("Means", "Look at", "Do")]
        assert all(parts), name
        assert "`" in text.partition("**Look at.**")[2], f"{name} names no command"


def test_the_metrics_of_all_dead_letters_queues_tables_and_streams_are_watched() -> None:
    resources = APPLICATION["Resources"]
    of_type = {kind: {name for name, each in resources.items() if each["Type"] == kind} for kind in _KINDS}
    queues = [
        (name, metric["Dimensions"][0]["Value"]["Select"][1]["Split"][1]["Ref"].removesuffix("Url"))
        for name, metric in of_namespace("AWS/SQS")
    ]
    dead = {queue for alarm, queue in queues if alarm.endswith("DeadLetters")}
    assert dead == {name for name in of_type["AWS::SQS::Queue"] if name.endswith("DeadLetters")}
    assert {queue for alarm, queue in queues if alarm == "QueuesBehind"} == of_type["AWS::SQS::Queue"] - dead
    for alarm in ("ReadsThrottled", "WritesThrottled"):
        tables = {metric["Dimensions"][0]["Value"]["Ref"].removesuffix("Name") for metric in metrics(ALARMS[alarm])}
        assert tables == of_type["AWS::DynamoDB::Table"] - {"SandboxPaymentsTable"}
    forwarders = {
        name
        for name, each in resources.items()
        if any(event["Type"] == "DynamoDB" for event in each.get("Properties", {}).get("Events", {}).values())
    }
    streams = {
        metric["Dimensions"][0]["Value"]["Ref"].removesuffix("Name") for metric in metrics(ALARMS["StreamsBehind"])
    }
    assert streams == forwarders


def test_no_alarm_waits_for_a_queue_that_nobody_reads_without_opensearch() -> None:
    [expression, *queries] = ALARMS["QueuesBehind"]["Metrics"]
    condition, with_search, without = expression["Expression"]["If"]
    assert (condition, with_search) == ("HasSearch", "MAX(METRICS())")
    watched = set(re.findall(r"\w+", without)) - {"MAX"}
    assert {query["Id"] for query in queries} - watched == {"searchIndex", "patientIndex", "searchJobs"}
    assert len(watched) == len(queries) - 3


_KINDS = ("AWS::SQS::Queue", "AWS::DynamoDB::Table")


def test_the_calls_of_every_group_are_timed() -> None:
    patterns = [each["Properties"]["FilterPattern"] for each in filters().values()]
    groups = [re.search(r'\$\.route = "(.+?)"', pattern)[1] for pattern in patterns]  # type: ignore[index]
    untimed = {route for route in ROUTES if not any(fnmatch.fnmatchcase(route, group) for group in groups)}
    heads = {route.split("/")[1] for route in untimed}
    # Few calls, of administrators, staff and programs.
    assert heads <= {"admin", "clients", "patients", "top-provider-npis", "users"}


def test_the_dashboard_is_that_of_the_documents() -> None:
    text = templates.written("watch").read_text()
    [body] = re.findall(r"DashboardBody: !Sub '(.+)'", text)
    filled = body.replace("${AWS::Region}", "us-east-1").replace("${Application}", "payerworks")
    assert json.loads(filled) == json.loads(templates.DASHBOARD.read_text())
    assert "us-east-1" not in body
    assert '"payerworks"' not in body


def test_the_functions_metrics_have_the_stacks_name_as_their_dimension() -> None:
    variables = APPLICATION["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": "AWS::StackName"}


def test_every_value_that_the_alarms_need_is_an_output_of_the_application() -> None:
    given = {"Application", "Email", "ConcurrencyAlarm", "CostAnomalyDollars", "SearchFreeMegabytes"}
    engines = {"SearchDomain", "CacheName"}
    assert set(WATCH["Parameters"]) - given - engines <= set(APPLICATION["Outputs"])


def test_access_logs_have_no_ids_addresses_or_queries() -> None:
    setting = APPLICATION["Resources"]["Api"]["Properties"]["AccessLogSetting"]["If"]
    logged = set(re.findall(r"\$context\.([\w.]+)", setting[1]["Format"]))
    allowed = {"requestId", "requestTime", "httpMethod", "resourcePath", "status", "responseLength", "responseLatency"}
    assert logged <= allowed | {"integration.latency", "authorizer.status", "waf.status", "error.responseType"}
    assert "resourcePath" in logged


def test_the_firewall_keeps_no_samples_of_requests() -> None:
    firewall = load(templates.FOLDER / "edge.yaml")["Resources"]["Firewall"]["Properties"]
    settings = [firewall["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in firewall["Rules"])]
    assert [each["SampledRequestsEnabled"] for each in settings] == [False] * 3
    assert [rule["Name"] for rule in firewall["Rules"]] == ["rate", "known-bad-inputs"]
