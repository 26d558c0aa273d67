"""Draw the dashboard of docs/dashboard.json from the metrics in the log lines of a local stack, as a page.

On AWS, CloudWatch reads the same metrics from the same lines, and draws the same dashboard.
"""

import html
import itertools
import json
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localstack.layout import ROOT

DEFINITION = ROOT / "docs/dashboard.json"
WIDTH, HEIGHT = 560, 160
BARS = 60
"""Parts of the time shown: each is a bar."""
_COLOURS = ("#1f6feb", "#2da44e", "#bf8700", "#cf222e", "#8250df", "#1b7c83", "#bc4c00")
_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Payerworks: metrics</title>
<style>
  :root {{ color-scheme: light dark; font: 15px/1.4 system-ui, sans-serif; }}
  body {{ margin: 1.5rem auto; max-width: 78rem; padding: 0 1rem; }}
  main {{ display: grid; gap: 1.5rem; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); }}
  section {{ border: 1px solid #8885; border-radius: 8px; padding: 1rem; }}
  h1 {{ font-size: 1.3rem; }} h2 {{ font-size: 1rem; margin: 0 0 .5rem; }}
  svg {{ width: 100%; height: auto; }} svg line {{ stroke: #8886; }}
  ul {{ display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; margin: .5rem 0 0; padding: 0; }}
  li b {{ font-variant-numeric: tabular-nums; }} i {{ border-radius: 2px; display: inline-block; height: .7rem;
  margin-right: .3rem; width: .7rem; }}
</style>
<h1>Metrics of the last {minutes} minutes, until {until}</h1>
<main>
{widgets}
</main>
</html>
"""

Samples = Mapping[str, Sequence[tuple[int, float]]]
"""The values of each metric, with their times in milliseconds since 1970."""


@dataclass(frozen=True)
class Span:
    """The time shown, in milliseconds since 1970."""

    start: int
    end: int

    def bar_of(self, at: int) -> int:
        return min(BARS - 1, max(0, (at - self.start) * BARS // (self.end - self.start)))


def samples_of(lines: Iterable[str]) -> dict[str, list[tuple[int, float]]]:
    """The metrics in log lines (Amazon CloudWatch User Guide, "Specification: Embedded metric format")."""
    samples: dict[str, list[tuple[int, float]]] = {}
    for text in lines:
        if '"_aws"' not in text:
            continue
        line = json.loads(text[text.index("{") :])
        for directive in line["_aws"]["CloudWatchMetrics"]:
            for metric in directive["Metrics"]:
                value = line[metric["Name"]]
                values = value if isinstance(value, list) else [value]
                samples.setdefault(metric["Name"], []).extend((line["_aws"]["Timestamp"], each) for each in values)
    return samples


def page(samples: Samples, minutes: int, now: float | None = None) -> str:
    """The page with all widgets, for the `minutes` before `now` (seconds since 1970)."""
    end = time.time() if now is None else now
    span = Span(round((end - minutes * 60) * 1000), round(end * 1000))
    definition = json.loads(DEFINITION.read_text(encoding="utf-8"))
    widgets = [_widget(widget["properties"], samples, span) for widget in definition["widgets"]]
    until = time.strftime("%Y-%m-%d %H:%M", time.localtime(end))
    return _PAGE.format(minutes=minutes, until=until, widgets="\n".join(widgets))


def write_page(lines: Iterable[str], minutes: int, file: Path) -> None:
    """Write the page of the metrics in log lines to a file."""
    file.write_text(page(samples_of(lines), minutes), encoding="utf-8")


def _widget(properties: Mapping[str, Any], samples: Samples, span: Span) -> str:
    stat, names = properties["stat"], [metric[1] for metric in properties["metrics"]]
    shown = {name: [each for each in samples.get(name, ()) if span.start <= each[0] <= span.end] for name in names}
    bars = {name: _bars(values, stat, span) for name, values in shown.items()}
    totals = {name: _statistic([value for _, value in values], stat) for name, values in shown.items()}
    legend = "".join(
        f'<li><i style="background:{colour}"></i>{name} <b>{_number(totals[name])}</b></li>'
        for name, colour in zip(names, itertools.cycle(_COLOURS), strict=False)
    )
    title = html.escape(f"{properties['title']} ({stat})")
    return f"<section><h2>{title}</h2>{_chart(title, list(bars.values()))}<ul>{legend}</ul></section>"


def _bars(values: Iterable[tuple[int, float]], stat: str, span: Span) -> list[float]:
    parts: list[list[float]] = [[] for _ in range(BARS)]
    for at, value in values:
        parts[span.bar_of(at)].append(value)
    return [_statistic(part, stat) for part in parts]


def _statistic(values: Sequence[float], stat: str) -> float:
    """`Sum`, or a percentile such as `p95` (nearest rank)."""
    if stat == "Sum" or not values:
        return sum(values)
    return sorted(values)[math.ceil(float(stat.removeprefix("p")) / 100 * len(values)) - 1]


def _chart(title: str, series: Sequence[Sequence[float]]) -> str:
    """Bars beside each other, one colour a metric, up to the greatest value, which is written at the top."""
    greatest = max((value for bars in series for value in bars), default=0)
    slot = WIDTH / BARS
    width = slot / max(1, len(series))
    rects = [
        f'<rect x="{number * slot + place * width:.1f}" y="{HEIGHT - height:.1f}" '
        f'width="{width:.1f}" height="{height:.1f}" fill="{_COLOURS[place % len(_COLOURS)]}"/>'
        for place, bars in enumerate(series)
        for number, value in enumerate(bars)
        if value > 0 and (height := value / greatest * (HEIGHT - 20))
    ]
    top = f'<text x="0" y="14" font-size="12" fill="currentColor">{_number(greatest)}</text>' if greatest else ""
    base = f'<line x1="0" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}"/>'
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT + 1}" role="img" aria-label="{title}">{top}{base}{"".join(rects)}</svg>'


def _number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")
