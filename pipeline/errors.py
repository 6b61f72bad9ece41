"""What a user is told when a run can't go on: one sentence, and the exit code of the command."""


class CrosscurrentError(Exception):
    """Anything that a user can mend: the message says what came, why it is refused, what to do."""

    exit_code = 2


class UsageError(CrosscurrentError):
    """Wrong arguments or settings."""


class NothingReadError(CrosscurrentError):
    """No essay could be read."""

    exit_code = 1
