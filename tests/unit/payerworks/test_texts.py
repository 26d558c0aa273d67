import sys
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payerworks.texts import identifier, prose, shown

BLANKS = [chr(code) for code in range(sys.maxunicode) if chr(code).isspace()]
UNSEEN_CATEGORIES = ("Cc", "Cf", "Zl", "Zp", "Zs")
# Letters and marks that take no room or are blank, though Unicode calls them letters, marks or symbols.
BLANK_LETTERS = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180f\u2800\u3164\ufe00\ufe0f\uffa0\U000e0100\U00016fe4\U0001d159\U0001107f"
)
PLAIN = st.text(st.characters(categories=("Ll", "Lu", "Nd", "Pd"), include_characters=" "), min_size=1, max_size=20)


def unseen() -> Iterator[str]:
    for character in map(chr, range(sys.maxunicode)):
        if unicodedata.category(character) in UNSEEN_CATEGORIES and character != " ":
            yield character
    yield from BLANK_LETTERS
    yield from "\ufdd0\ufffe\uffff"  # no characters at all


@given(PLAIN.filter(str.strip), st.text(BLANKS, max_size=3), st.text(BLANKS, max_size=3))
def test_however_an_identifier_is_encoded_and_padded_it_is_the_same(text: str, before: str, after: str) -> None:
    composed = unicodedata.normalize("NFC", text.strip())
    for form in ("NFC", "NFD"):
        assert identifier(before + unicodedata.normalize(form, text) + after) == composed


def test_every_character_that_cannot_be_seen_is_refused_and_named() -> None:
    for character in unseen():
        with pytest.raises(ValueError, match="cannot be seen") as refused:
            identifier(f"00{character}7")
        assert f"holds U+{ord(character):04X} " in str(refused.value)
        assert unicodedata.name(character, "character") in str(refused.value)


@pytest.mark.parametrize("text", ["007\u200b", "\ufeff007", "007\u2067"])
def test_such_a_character_at_an_end_is_no_blank(text: str) -> None:
    with pytest.raises(ValueError, match=r"holds U\+[0-9A-F]{4} [A-Z-]+ "):
        identifier(text)


@pytest.mark.parametrize(
    "text", ["0017", "Zoë", "a b", "=1+1", "患者７", "ÅNGSTRÖM-5", "#-/_.", "１２", "1E5", "5E+", "x" * 100]
)
def test_what_can_be_seen_is_taken(text: str) -> None:
    assert identifier(text) == text


@pytest.mark.parametrize("text", ["1.23457E+11", "1,23457E+11", "1E+11", "9.9e+15"])
def test_a_number_that_a_spreadsheet_has_shortened_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="was shortened by a spreadsheet"):
        identifier(text)


@pytest.mark.parametrize("text", ["", "\u3000", "x" * 101, "x" * 200])
def test_an_identifier_has_1_to_100_characters(text: str) -> None:
    with pytest.raises(ValueError, match="must have 1 to 100 characters"):
        identifier(text)


def test_its_length_counts_once_it_is_composed() -> None:
    assert identifier("e\u0308" * 100) == "ë" * 100


def test_a_text_of_any_length_is_judged_at_once() -> None:
    marks = "\u0301\u0323" * 200_000  # in the wrong order: to sort them all would take hours
    with pytest.raises(ValueError, match="must have 1 to 100 characters"):
        identifier(f"a{marks}")


@given(st.text())
def test_a_quoted_text_is_short_and_in_one_line(text: str) -> None:
    quoted = shown(text)
    assert len(quoted) <= 41
    assert all(character.isprintable() or unicodedata.category(character) in ("Cn", "Co", "Cs") for character in quoted)


def test_a_quoted_text_shows_where_it_was_cut() -> None:
    assert shown("x" * 40) == "x" * 40
    assert shown("x" * 41) == "x" * 40 + "…"
    assert shown("1\u200b2\r\n3") == "12  3"


@pytest.mark.parametrize("line_end", ["\n", "\r", "\r\n"])
def test_a_prose_text_says_the_same_however_it_was_saved(line_end: str) -> None:
    assert (
        prose(f" caf\u00e9{line_end}au lait ", 100)
        == prose(f"cafe\u0301{line_end}au lait", 100)
        == "caf\u00e9\nau lait"
    )


@pytest.mark.parametrize("length", [101, 401])
def test_a_prose_text_that_is_too_long_is_told_its_limit(length: int) -> None:
    with pytest.raises(ValueError, match="must have at most 100 characters"):
        prose("\u00e9" * length, 100)
