"""The one error the `betony` command shows as a sentence instead of a traceback."""


class CannotContinueError(Exception):
    """Something outside the program must change first; the text says what, in one sentence."""
