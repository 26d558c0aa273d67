"""What a person can mend: one clear sentence, printed without a traceback."""


class StackProblem(Exception):
    """The local stack cannot go on; the message says what is wrong and what to do."""
