"""A file that cannot be read at all."""


class UnreadableFile(Exception):
    """The whole file fails; the text is one sentence that says why, without any of the file's contents."""
