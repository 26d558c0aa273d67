"""The error for a file that cannot be read at all."""


class UnreadableFile(Exception):
    """The whole file fails; the text is one sentence with the reason, without any of the file's contents."""
