from hypothesis import given
from hypothesis import strategies as st

from plans.plan.document import GAP, assign_ranks

NAMES = st.lists(st.integers(0, 40).map(str), unique=True, max_size=30)


@given(NAMES, NAMES, NAMES)
def test_ranks_rise_through_any_sequence_of_orders(first: list[str], second: list[str], third: list[str]) -> None:
    ranks_before: dict[str, int] = {}
    for order in (first, second, third):
        ranks = assign_ranks(ranks_before, order)
        assert ranks == sorted(set(ranks))
        ranks_before = dict(zip(order, ranks, strict=True))


def test_inserting_moving_and_removing_change_only_what_moves() -> None:
    ranks_before = dict(zip("abcde", assign_ranks({}, "abcde"), strict=True))
    for order in ("abXcde", "Xabcde", "abcdeX", "bcdea", "eabcd", "acde"):
        ranks = dict(zip(order, assign_ranks(ranks_before, order), strict=True))
        assert sum(ranks[name] != ranks_before.get(name) for name in order) <= 1


def test_where_a_gap_is_used_up_all_get_new_ranks() -> None:
    ranks_before = {"a": 5, "b": 6}
    assert assign_ranks(ranks_before, ["a", "x", "b"]) == [GAP, 2 * GAP, 3 * GAP]
