"""Contested keys: an MRN with two different persons, an account number on two different rows, a claim's row repeated.

1. The order of such rows decides what they do, so they must not be loaded in parallel:
       line 2: M1,Ann,…   line 9: M1,Bea,…   → Bea, whichever worker is faster
       line 3 and line 8 are the same claim   → the first and the second of two equal claims
2. The plain chunks skip these rows; the contested chunks load them one after the other.
3. All other rows give the same result in any order, so the plain chunks load in parallel.
"""

import hashlib
from collections.abc import Iterable, Set

from intake.files.patient_rows import RowKey
from payerworks.settings import settings


class RowConflicts:
    """Finds the contested keys of rows, noted one after the other.

    Two Bloom filters, 16 MB each (setting `conflict_filter_bytes`), hold the keys seen and their contents, so memory
    does not grow with the file. By chance, a key may be wrongly contested (it only loads later), or, of two rows with
    different contents, a contested key missed: each happens to less than one key in a thousand million in a file of
    100,000 rows, and to one in a hundred in a file of ten million. A repeated key without a content is never missed.
    """

    def __init__(self, contested: Iterable[int] = (), filters: bytes = b"") -> None:
        """Continue from the `contested` keys and `filters` of an earlier instance, or start anew."""
        half = len(filters) // 2
        self._keys, self._contents = _BloomFilter(filters[:half]), _BloomFilter(filters[half:])
        self.contested = set(contested)

    @property
    def filters(self) -> bytes:
        """Both Bloom filters, one after the other."""
        return b"".join((self._keys.bits, self._contents.bits))

    def note(self, keys: Iterable[RowKey]) -> None:
        """Note the keys of a row."""
        for key, content in keys:
            was_seen = self._keys.add(key)
            is_same = content is not None and self._contents.add(f"{key}\0{content}")
            if was_seen and not is_same:
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


def is_contested(keys: Iterable[RowKey], contested: Set[int]) -> bool:
    """Whether one of a row's keys is contested, so that the contested chunks load the row."""
    return bool(contested) and any(_hash(key) in contested for key, _ in keys)


def _hash(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest())
