"""What the embedded run refuses, in words for the person at the terminal."""


class LocalRunError(Exception):
    """A reason to stop that the person can act on; printed without a traceback."""


class StartFailed(LocalRunError):
    """A process or a one-off job did not come up."""

    def __init__(self, name: str, reason: str, log_tail: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.log_tail = log_tail
