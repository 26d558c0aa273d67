"""Contested keys: an MRN with two different persons, or an account number on two different rows of a file.

1. The order of such rows decides which one wins, so they must not be loaded in parallel:
       line 2: M1,Ann,…   line 9: M1,Bea,…   → Bea, whichever worker is faster
2. The plain chunks skip these rows; the contested chunks load them one after the other.
3. All other rows give the same registry in any order, so the plain chunks load in parallel.
"""

import hashlib
from collections.abc import Iterable, Set
from operator import itemgetter

from intake.files.columns import Layout
from intake.files.csv_rows import Row
from intake.files.patient_rows import BadRow, Fields, fields_of
from payerworks.settings import settings

_PERSON = ("first_name", "last_name", "birth_date")


class RowConflicts:
    """Finds the contested keys of rows, noted one after the other.

    Two Bloom filters, 16 MB each (setting `conflict_filter_bytes`), hold the keys seen and their contents, so memory
    does not grow with the file. By chance, a key may be wrongly contested (it only loads later) or a contested key
    missed: each happens to less than one key in a thousand million in a file of 100,000 rows, and to one in a hundred
    in a file of ten million.
    """

    def __init__(self, layout: Layout, contested: Iterable[int] = (), filters: bytes = b"") -> None:
        """Continue from the `contested` keys and `filters` of an earlier instance, or start anew."""
        self._layout = layout
        half = len(filters) // 2
        self._keys, self._contents = _BloomFilter(filters[:half]), _BloomFilter(filters[half:])
        self.contested = set(contested)

    @property
    def filters(self) -> bytes:
        """Both Bloom filters, one after the other."""
        return b"".join((self._keys.bits, self._contents.bits))

    def note(self, row: Row) -> None:
        """Note the contents of a row for its MRN and its account number."""
        try:
            fields = fields_of(row, self._layout)
        except BadRow:
            return  # it is rejected in any order
        if "first_name" in fields:
            self._note(_mrn_key(fields), "\0".join(itemgetter(*_PERSON)(fields)))
        if "visit_date" in fields:
            self._note(_account_key(fields), "\0".join(fields.values()))

    def _note(self, key: str, content: str) -> None:
        was_seen = self._keys.add(key)
        if not self._contents.add(f"{key}\0{content}") and was_seen:
            self.contested.add(_hash(key))


class _BloomFilter:
    def __init__(self, bits: bytes) -> None:
        self.bits = bytearray(bits or settings().conflict_filter_bytes)

    def add(self, text: str) -> bool:
        """Add a text. Returns whether it was added before; True may be wrong, by chance."""
        digest = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=16).digest())
        was_added, count = True, 8 * len(self.bits)
        for _ in range(4):
            index, bit = digest % count >> 3, 1 << (digest & 7)
            was_added = was_added and bool(self.bits[index] & bit)
            self.bits[index] |= bit
            digest >>= 32
        return was_added


def is_contested(fields: Fields, contested: Set[int]) -> bool:
    """Whether a row has a contested key, so that the contested chunks load it."""
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
