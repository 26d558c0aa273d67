"""The dashboard of the metrics."""

import json
import re
from typing import Any

from localstack import dashboard
from tests.unit.conftest import ROOT

MEASURE = re.compile(r"\b(?:count|record)\((.*)")
NAME = re.compile(r'f?"([A-Z]\w+)(\{)?')
UNITS = ("Milliseconds",)
NOW = 1_800_000_000


def line(at: float, **metrics: Any) -> str:
    """What a function logs, with the metrics as CloudWatch reads them."""
    names = [{"Name": name, "Unit": "Count"} for name in metrics]
    header = {"Timestamp": round(at * 1000), "CloudWatchMetrics": [{"Namespace": "Payerworks", "Metrics": names}]}
    return json.dumps({"message": "request", "_aws": header} | metrics)


def widget(page: str, title: str) -> str:
    return page.split(f"<h2>{title}")[1].split("</section>")[0]


def test_counts_are_summed_and_other_times_and_lines_left_out() -> None:
    lines = [line(NOW - 90, Logins=2), line(NOW - 30, Logins=3), line(NOW - 7200, Logins=100), "plain text"]
    page = dashboard.page(dashboard.samples_of(lines), 60, NOW)
    assert "Logins <b>5</b>" in widget(page, "Logins")
    assert widget(page, "Logins").count("<rect") == 2
    assert widget(page, "Cache").count("<rect") == 0


def test_of_times_the_95th_percentile_is_shown() -> None:
    lines = [line(NOW - 30, SearchLag=list(range(1, 101)))]
    page = dashboard.page(dashboard.samples_of(lines), 60, NOW)
    assert "SearchLag <b>95</b>" in widget(page, "Lag of search")


def test_every_metric_of_the_code_is_in_a_widget_and_no_other() -> None:
    widgets = json.loads(dashboard.DEFINITION.read_text())["widgets"]
    shown = {metric[1] for each in widgets for metric in each["properties"]["metrics"]}
    sources = [file.read_text() for folder in ("functions", "layers/common") for file in (ROOT / folder).rglob("*.py")]
    found = [match for source in sources for call in MEASURE.findall(source) for match in NAME.findall(call)]
    found = [(name, rest) for name, rest in found if name not in UNITS]
    names = {name for name, rest in found if not rest}
    beginnings = {name for name, rest in found if rest}
    assert names <= shown
    assert beginnings == {"Claims", "NetFees", "SearchDrift"}
    assert all(name in names or name.startswith(tuple(beginnings)) for name in shown)


def test_every_metric_is_explained() -> None:
    widgets = json.loads(dashboard.DEFINITION.read_text())["widgets"]
    shown = {metric[1] for each in widgets for metric in each["properties"]["metrics"]}
    explained = set(re.findall(r"`([A-Z]\w*)`", (ROOT / "docs/operations.md").read_text()))
    assert {name for name in shown if not name.startswith("NetFees")} <= explained
