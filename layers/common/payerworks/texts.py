"""Short texts of all services: identifiers (MRN, account, subscriber, group number), names and prose."""

import re
import unicodedata
from typing import Annotated

from pydantic import BeforeValidator
from pydantic.json_schema import WithJsonSchema

MAX_LENGTH = 100
MOST_SHOWN = 40
SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,3}")
"""A long number as a spreadsheet shows it, without its last digits: `1.49778E+09`."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
_CONTROL_IN_PROSE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
# What two identifiers can differ in without looking different: control and format characters (bidirectional ones too),
# blanks other than the ordinary one, and what else Unicode calls default ignorable (DerivedCoreProperties.txt).
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5"
    r"\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffd"
    r"\ufdd0-\ufdef\ufffe\uffff\U000110bd\U000110cd\U0001107f\U00013430-\U0001343f\U0001bca0-\U0001bca3\U00016fe4\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def identifier(value: object) -> str:
    """A text of 1 to 100 characters, as `visible` has it. Raises ValueError."""
    return _of_length(visible(value), 1, MAX_LENGTH)


def visible(value: object) -> str:
    """A text without surrounding blanks, in NFC.

    Raises ValueError that names a character that cannot be seen; also for a number that a spreadsheet has shortened,
    because several numbers become the same.
    """
    text = _stripped(value)
    if not (text.isascii() and text.isprintable()):
        text = composed(_without(_UNSEEN, text))
    if "+" in text and SHORTENED.fullmatch(text):
        raise ValueError("was shortened by a spreadsheet; format the column as text and enter the whole number again")
    return text


def composed(text: str, longest: int = MAX_LENGTH) -> str:
    """A text in NFC. One far longer than it may be stays as it is: to normalise it can take quadratic time."""
    return unicodedata.normalize("NFC", text) if len(text) <= 4 * longest else text


def name(value: object) -> str:
    """A person's name: 1 to 100 characters, without surrounding blanks. Raises ValueError."""
    text = _stripped(value)
    return _of_length(text if text.isascii() and text.isprintable() else _without(_CONTROL, text), 1, MAX_LENGTH)


def folded(text: str) -> str:
    """A text without differences of case and of the encoding of accents."""
    return unicodedata.normalize("NFC", text).casefold()


def prose(value: object, max_length: int) -> str:
    """A text that may be empty and may have several lines, without surrounding blanks, in NFC; lines end in LF.

    Raises ValueError.
    """
    text = _stripped(value)
    if not (text.isascii() and text.isprintable()):
        text = composed(_without(_CONTROL_IN_PROSE, text), max_length)
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _of_length(text, 0, max_length)


def shown(text: str) -> str:
    """The beginning of a text to quote it in a message: up to 40 characters, in one line, without unseen characters."""
    seen = "".join(" " if character.isspace() else character for character in text[: 2 * MOST_SHOWN])
    seen = _UNSEEN.sub(lambda match: match[0] if match[0] == "\ufffd" else "", seen)
    return seen if len(text) <= 2 * MOST_SHOWN and len(seen) <= MOST_SHOWN else f"{seen[:MOST_SHOWN]}…"


def _stripped(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")  # noqa: TRY004 - pydantic collects only ValueErrors
    return value.strip()


def _without(refused: re.Pattern[str], text: str) -> str:
    if match := refused.search(text):
        # Another program has put U+FFFD in the place of a character that it lost.
        if match[0] == "\ufffd":
            raise ValueError("holds U+FFFD: characters of it were lost")
        character = f"U+{ord(match[0]):04X} {unicodedata.name(match[0], '(a control character)')}"
        raise ValueError(f"holds {character}, which cannot be seen; enter it again without that character")
    return text


def _of_length(text: str, shortest: int, longest: int) -> str:
    if shortest <= len(text) <= longest:
        return text
    raise ValueError(f"must have {f'{shortest} to' if shortest else 'at most'} {longest} characters")


_SCHEMA = WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_LENGTH, "pattern": r"\S"})
Identifier = Annotated[str, BeforeValidator(identifier), _SCHEMA]
Name = Annotated[str, BeforeValidator(name), _SCHEMA]
Trimmed = BeforeValidator(lambda value: value.strip() if isinstance(value, str) else value)
"""For words of a list, such as a status: blanks around them do not matter."""
