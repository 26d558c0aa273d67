"""Where a file disagrees with itself: an MRN with two persons, an account number on two rows that differ.

Which of such rows wins is a matter of their order, so they must not be loaded side by side: they are left out of the
chunks and loaded after each other. All other rows give the same registry in any order.
"""

import hashlib
from collections.abc import Iterable, Set
from operator import itemgetter

from intake.files.columns import Layout
from intake.files.csv_rows import Row
from intake.files.patient_rows import BadRow, Fields, fields_of

_BITS = 2**27
_PERSON = ("first_name", "last_name", "birth_date")


class RowConflicts:
    """Finds the contested keys of rows that are noted one after the other.

    Two Bloom filters of 16 MB hold what was seen, so memory does not grow with the file. By chance a key that is not
    contested may be taken for one (it is only loaded later), and one that is may be missed: each for less than one key
    in a thousand million in a file of 100,000 rows, and one in a hundred in a file of ten million.
    """

    def __init__(self, layout: Layout, contested: Iterable[int] = (), filters: bytes = b"") -> None:
        """Go on from the `contested` keys and `filters` of another; without them from nothing."""
        self._layout = layout
        half = len(filters) // 2
        self._keys, self._said = _Seen(filters[:half]), _Seen(filters[half:])
        self.contested = set(contested)

    @property
    def filters(self) -> bytes:
        """What was seen, in 32 MB."""
        return b"".join((self._keys.bits, self._said.bits))

    def note(self, row: Row) -> None:
        """Note what a row says of its MRN and its account number."""
        try:
            fields = fields_of(row, self._layout)
        except BadRow:
            return  # it is rejected in whatever order
        if "first_name" in fields:
            self._note(_mrn_key(fields), "\0".join(itemgetter(*_PERSON)(fields)))
        if "visit_date" in fields:
            self._note(_account_key(fields), "\0".join(fields.values()))

    def _note(self, key: str, said: str) -> None:
        known = self._keys.add(key)
        if not self._said.add(f"{key}\0{said}") and known:
            self.contested.add(_hash(key))


class _Seen:
    def __init__(self, bits: bytes) -> None:
        self.bits = bytearray(bits or _BITS // 8)

    def add(self, text: str) -> bool:
        """Whether the text was added before; it is now."""
        digest = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())
        known = True
        for _ in range(4):
            place, bit = digest % _BITS >> 3, 1 << (digest & 7)
            known = known and bool(self.bits[place] & bit)
            self.bits[place] |= bit
            digest >>= 32
        return known


def is_contested(fields: Fields, contested: Set[int]) -> bool:
    """Whether a row is one of those that are loaded after each other."""
    if not contested:
        return False
    if _hash(_mrn_key(fields)) in contested:
        return True
    return "visit_date" in fields and _hash(_account_key(fields)) in contested


def _mrn_key(fields: Fields) -> str:
    return f"mrn {fields['mrn']}"


def _account_key(fields: Fields) -> str:
    return f"account {fields['visit_account_number']}"


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())
