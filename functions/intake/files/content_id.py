"""The id of a file's content, independent of the file's name."""

import hashlib

BLOCK = 1024 * 1024


class ContentId:
    """A hash chain over a file's blocks of 1 MB: each block is hashed with the hash of those before it.

    Its state between two blocks is 32 bytes, so it can continue elsewhere from `chain`, the hash of the blocks before
    byte `start`, and the file's bytes from there on. (A hashlib object cannot be stored.)
    """

    def __init__(self, start: int = 0, chain: bytes = b"") -> None:
        self.start = start
        self.chain = chain
        self._pending = bytearray()

    def add(self, data: bytes) -> None:
        """Add the file's next bytes, any number of them."""
        self._pending += data
        while len(self._pending) >= BLOCK:
            self.chain = hashlib.sha256(self.chain + self._pending[:BLOCK]).digest()
            self.start += BLOCK
            del self._pending[:BLOCK]

    @property
    def text(self) -> str:
        """The id of the content so far, 32 characters."""
        return hashlib.sha256(self.chain + self._pending).hexdigest()[:32]
