"""The words of all members and query parameters, put into their schemas."""

from typing import Any

from ops.description.examples import example_of
from ops.description.words.accounts import ACCOUNTS
from ops.description.words.audit import AUDIT
from ops.description.words.claims import CLAIMS
from ops.description.words.everywhere import EVERYWHERE
from ops.description.words.intake import INTAKE
from ops.description.words.operations import OPERATIONS
from ops.description.words.people import PEOPLE
from ops.description.words.plans import PLANS
from ops.description.words.word import Word, Words

ROOMS: tuple[Words, ...] = (EVERYWHERE, PLANS, CLAIMS, INTAKE, PEOPLE, ACCOUNTS, AUDIT, OPERATIONS)
WORDS: dict[str, Word] = {name: word for room in ROOMS for name, word in room.items()}


def key_of(model: str, member: str) -> str:
    """The key of a member's word: its own in this model, else that of all models."""
    own = f"{model}.{member}"
    return own if own in WORDS else member


def explained(model: str, member: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a model's member with a sentence and an example, as far as they are known.

    What is said of this member of this model comes first, then what its type says, then what holds in all models.
    """
    key = key_of(model, member)
    word = WORDS.get(key, (None,))
    text, *examples = word if isinstance(word, tuple) else (word,)
    known: dict[str, Any] = ({"description": text} if text else {}) | ({"examples": examples} if examples else {})
    value = schema | known if "." in key else known | schema
    return value | {"examples": value.get("examples") or _own_examples(value)} if _is_leaf(value) else value


def _own_examples(schema: dict[str, Any]) -> list[Any]:
    """The example of a choice, such as an enumeration; empty if the schema has none."""
    try:
        return [example_of(schema, {})]
    except LookupError:
        return []


def _is_leaf(schema: dict[str, Any]) -> bool:
    """Whether no part of a schema is another model, whose members have their own examples."""
    return "$ref" not in str(schema)
