"""Why an uploaded file is refused, wherever it was uploaded."""


class PaperFault(Exception):
    """A file that cannot be read or carries what it must not; `rule` is the stable word for the answer."""

    def __init__(self, rule: str, message: str, *, unsafe: bool = False) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.unsafe = unsafe


def unreadable(rule: str, message: str) -> PaperFault:
    """Say that the file is not what it should be."""
    return PaperFault(rule, message)


def unsafe(rule: str, message: str) -> PaperFault:
    """Say that the file carries something that it must not."""
    return PaperFault(rule, message, unsafe=True)
