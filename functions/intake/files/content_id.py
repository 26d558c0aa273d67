"""The identity of a file's content, whatever the file is called."""

import hashlib

BLOCK = 1024 * 1024


class ContentId:
    """A hash over a file's blocks of 1 MB, each hashed with what came before.

    What it carries from block to block is 32 bytes, so a reader that stops can go on elsewhere: with the `chain` of the
    blocks before byte `start`, and the file's bytes from there on.
    """

    def __init__(self, start: int = 0, chain: bytes = b"") -> None:
        self.start = start
        self.chain = chain
        self._pending = bytearray()

    def add(self, data: bytes) -> None:
        """Go on with the file's next bytes, however many."""
        self._pending += data
        while len(self._pending) >= BLOCK:
            self.chain = hashlib.sha256(self.chain + self._pending[:BLOCK]).digest()
            self.start += BLOCK
            del self._pending[:BLOCK]

    @property
    def text(self) -> str:
        """The identity of what was added so far, 32 characters."""
        return hashlib.sha256(self.chain + self._pending).hexdigest()[:32]
