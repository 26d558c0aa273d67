"""Ranks: integers with gaps that keep a plan's services in order, so that inserting one rewrites only that one."""

import bisect
import itertools
from collections.abc import Mapping, Sequence

GAP = 1 << 32


def assign(held: Mapping[str, int], order: Sequence[str]) -> list[int]:
    """A rank for each name of `order`, rising; as many as can be keep the rank that they hold.

    `held` gives the ranks before. Where a gap is too small for what goes into it, all get new ranks.
    """
    kept = _longest_rising([(place, held[name]) for place, name in enumerate(order) if name in held])
    ranks = [0] * len(order)
    bounds = [(-1, 0), *kept, (len(order), (kept[-1][1] if kept else 0) + GAP * (len(order) + 1))]
    for (left, low), (right, high) in itertools.pairwise(bounds):
        count = right - left - 1
        # After the last kept one there is room without end: keep the usual gap there.
        step = GAP if right == len(order) else (high - low) // (count + 1)
        if count and step == 0:
            return [GAP * (place + 1) for place in range(len(order))]
        for offset in range(count):
            ranks[left + 1 + offset] = low + step * (offset + 1)
        if right < len(order):
            ranks[right] = high
    return ranks


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence of (place, rank) whose ranks rise (patience sorting)."""
    tails: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, (_, rank) in enumerate(pairs):
        at = bisect.bisect_left(tails, rank)
        previous.append(last[at - 1] if at else -1)
        if at == len(tails):
            tails.append(rank)
            last.append(number)
        else:
            tails[at], last[at] = rank, number
    found = []
    number = last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = previous[number]
    return found[::-1]
