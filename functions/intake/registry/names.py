"""Names as patients are searched by: whatever their case, and however an accent is written."""

import unicodedata
from dataclasses import dataclass

from intake.registry.registry_rules import Person


def folded(text: str) -> str:
    """A name without what its case and its way of writing accents make different."""
    return unicodedata.normalize("NFC", text).casefold()


@dataclass(frozen=True, slots=True)
class NamePrefix:
    """Names by their beginnings, in whatever case; an empty text lets all pass."""

    last: str = ""
    first: str = ""

    def fits(self, person: Person) -> bool:
        """Whether a person's names begin so."""
        last, first = folded(person.last_name), folded(person.first_name)
        return last.startswith(folded(self.last)) and first.startswith(folded(self.first))
