"""Encodings of files: the one that a file has, and its content in UTF-8, which all else reads.

1. A byte order mark is certain. Without one, a mapping may name the encoding. It does not count for a file that is
   UTF-8: a list of rejects is, and is sent with the mapping of its file.
2. Otherwise it is UTF-8 or Windows-1252, which spreadsheets save. The lines with bytes above 127 decide, all of them,
   because the only accent of a file may be in its last row:
       only lines that are not UTF-8               → Windows-1252
       many lines in UTF-8, one that is not        → UTF-8, and that row is a reject
       a byte that Windows-1252 does not define    → UTF-8, and its row is a reject
3. In doubt it is UTF-8: a reject can be corrected, a text read in the wrong encoding would be stored unnoticed.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from intake.files.unpacking import MAX_BYTES
from intake.files.unreadable import UnreadableFile
from payerworks.csv_rows import MAX_RECORD

UTF_8, WINDOWS_1252 = "utf-8", "windows-1252"
ENCODINGS = (
    UTF_8,
    *("utf-16", "utf-16le", "utf-16be", "utf-32", "utf-32le", "utf-32be"),
    *(f"windows-{page}" for page in range(1250, 1259)),
    *(f"iso-8859-{part}" for part in range(1, 17) if part != 12),
    *("macintosh", "ibm437", "ibm850", "ibm852", "koi8-r"),
)
"""Those that a mapping may name: UTF, and those of one byte a character. Python knows them by these names."""

# The mark of UTF-32 begins with that of UTF-16, so it comes first.
_MARKS = (
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WITHOUT_MARK = {"utf-16": "utf-16le", "utf-32": "utf-32le"}
_NO_TEXT = (
    (b"PK\x03\x04", "an Excel workbook or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook"),
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n", "a picture"),
    (b"PAR1", "a Parquet file"),
)
_RATIO = 100
"""Lines that are not UTF-8 for each line that is, in a Windows-1252 file: `ß…` is also a character of UTF-8."""
_ABOVE_ASCII = re.compile(r"[^\x00-\x7f][^\r\n]*")
_OTHER = re.compile("[\udc80-\udcff]")
_UNDEFINED = re.compile("[\udc81\udc8d\udc8f\udc90\udc9d]")


def encoding_of(content: Iterable[bytes], named: str | None = None) -> str:
    """The encoding of a file, given its bytes and the encoding that its mapping names.

    Reads as much as it needs, up to 4 GB; a larger file without a byte order mark is taken for UTF-8. Raises
    UnreadableFile if the file is not text.
    """
    blocks = iter(content)
    beginning = next(blocks, b"")
    for magic, what in _NO_TEXT:
        if beginning.startswith(magic):
            raise UnreadableFile(f"The file is {what}, not CSV. Save its table as CSV (UTF-8), and send that.")
    marked = next((encoding for mark, encoding in _MARKS if beginning.startswith(mark)), None)
    if marked or named == UTF_8:
        return marked or UTF_8
    if named and named.startswith("utf-"):
        if b"\0" in beginning:
            return _WITHOUT_MARK.get(named, named)
        named = None
    return _judged(chain([beginning], blocks), named)


def in_utf8(content: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The content of a file in UTF-8; bytes that the encoding does not define become U+FFFD.

    Raises UnreadableFile above 4 GB.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for block in _up_to_4_gb(content):
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", True).encode()


def _judged(content: Iterable[bytes], named: str | None) -> str:
    """The encoding that the lines of a file speak for; `named`: of one byte a character."""
    utf8 = other = undefined = 0
    try:
        for lines in _lines_above_ascii(_up_to_4_gb(content)):
            more_utf8, more_other, more_undefined = _evidence(lines)
            utf8, other, undefined = utf8 + more_utf8, other + more_other, undefined + more_undefined
    except UnreadableFile:
        return named or UTF_8
    if named:
        return UTF_8 if utf8 and not other else named
    return WINDOWS_1252 if not undefined and other > _RATIO * utf8 else UTF_8


def _evidence(lines: bytes) -> tuple[int, int, int]:
    """How many lines have UTF-8 above 127, how many something else, and in how many of these Windows-1252 lacks a byte.

    If all are UTF-8, the bytes that continue a character are counted instead, in a tenth of the time.
    """
    try:
        return len(lines) - len(lines.decode()), 0, 0
    except UnicodeDecodeError:
        # A byte that is not UTF-8 becomes a character from U+DC80 to U+DCFF.
        ends = _ABOVE_ASCII.findall(lines.decode(errors="surrogateescape"))
    others = [end for end in ends if _OTHER.search(end)]
    return len(ends) - len(others), len(others), sum(1 for end in others if _UNDEFINED.search(end))


def _up_to_4_gb(content: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for block in content:
        size += len(block)
        if size > MAX_BYTES:
            raise UnreadableFile("The file is not in UTF-8 and has more than 4 GB. Save so large a file in UTF-8.")
        yield block


def _lines_above_ascii(content: Iterable[bytes]) -> Iterator[bytes]:
    """Whole lines, several at once, among which are all with bytes above 127; one of over 1 MB comes in pieces."""
    rest = b""
    for block in content:
        text = rest + block
        if text.isascii():
            rest = b""  # the ASCII beginning of a line says nothing
            continue
        end = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
        if not end and len(text) > MAX_RECORD:
            end = len(text)
        rest = text[end:]
        yield text[:end]
    yield rest
