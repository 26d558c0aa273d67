"""An error that the user can fix; commands print its message without a traceback."""


class StackProblem(Exception):
    """The local stack cannot continue; the message says what is wrong and what to do."""
