"""What a word is: a sentence about a member or a parameter, and an example."""

from collections.abc import Mapping

from payerworks.json_text import Json

Word = str | tuple[str | None, Json]
"""A sentence with an example, or alone where the schema has one (a choice, a reference).

None in place of the sentence: the model says it.
"""
Words = Mapping[str, Word]
"""Words by the member's name or, where it means something else in one model, by `Model.member`."""
