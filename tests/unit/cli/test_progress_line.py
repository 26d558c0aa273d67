"""The line of progress fits the terminal, and loses its bar, the pace and the end of the name before any count."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from payerworks_cli.progress_line import NARROWEST_NAME, progress_line
from payerworks_cli.terminal import Terminal
from tests.unit.cli.pseudo_terminal import ESCAPES, on_a_terminal

NOTE, PACE = "8,267 rows, 14,882 created, 826 rejected", ("1,349/s", "2 s left")


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (110, f"  visits of march.csv {'━' * 14}  50 % {NOTE}, 1,349/s, 2 s left 1:01:05"),
        (95, f"  visits of march.csv  50 % {NOTE}, 1,349/s, 2 s left 1:01:05"),
        (86, f"  visits of march.csv  50 % {NOTE}, 2 s left 1:01:05"),
        (76, f"  visits of march.csv  50 % {NOTE} 1:01:05"),
        (67, f"  visits of…  50 % {NOTE} 1:01:05"),
    ],
)
def test_what_does_not_fit_goes_in_the_order_of_its_worth(width: int, line: str) -> None:
    shown = progress_line("visits of march.csv", 50, NOTE, PACE, 3665, width).plain
    assert shown == line
    assert cell_len(shown) <= width


texts = st.text("abc déf漢", max_size=60)


@given(texts, st.floats(0, 100), texts, st.lists(texts, max_size=2), st.integers(40, 140))
def test_a_line_is_as_wide_as_the_terminal_unless_its_counts_are_wider(
    name: str, percent: float, note: str, pace: list[str], width: int
) -> None:
    shown = progress_line(name, percent, note, pace, 5, width).plain
    assert note in shown
    assert shown.endswith(" 0:00:05")
    assert cell_len(shown) <= max(width, cell_len(note) + NARROWEST_NAME + len("    100 %  0:00:05"))


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_the_screen_shows_every_count(columns: int) -> None:
    def work() -> None:
        with Terminal().bars() as bars:
            bars.show("a long name of a file of visits.csv", 50, f"{NOTE}, 1 duplicate", PACE)

    # The bars are drawn again now and then; each drawing begins with moves of the cursor.
    drawn = re.sub(r"\x1b\[\d*[AK]", "\n", on_a_terminal(columns, work))
    lines = ESCAPES.sub("", drawn).replace("\r", "\n").splitlines()
    shown = " ".join(" ".join(lines).split())
    assert f" 50 % {NOTE}, 1 duplicate" in shown
    assert re.search(r" 0:00:\d\d$", shown)
    assert max(map(cell_len, lines)) <= columns
