"""The error tree. Every error tells a person what happened, what is safe and what to do.

None of the three texts may hold personal data: they are logged and kept on jobs.
"""

from typing import ClassVar


class HoldfastError(Exception):
    """Something went wrong in a way we know how to explain.

    message: what happened. code: short and stable, for programs. safe: what is untouched.
    todo: what the reader can do. The class decides whether a job tries again by itself
    (`retryable`); `retry_after` is the shortest wait in seconds before it does, None for ours.
    http_status: what portal and API answer with; None for what nobody who asks could have caused.
    """

    default_code: ClassVar[str] = "failed"
    http_status: ClassVar[int | None] = None
    retryable: bool = False
    retry_after: float | None = None

    def __init__(self, message: str, *, code: str = "", safe: str = "", todo: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.safe = safe
        self.todo = todo

    def __str__(self) -> str:
        return self.message

    def explanation(self) -> str:
        """The three texts as one paragraph."""
        return " ".join(text for text in (self.message, self.safe, self.todo) if text)


class NotFound(HoldfastError):
    """There is no such thing, or it is not yours: the two look the same from outside."""

    default_code = "not-found"
    http_status = 404


class NotAllowed(HoldfastError):
    """The thing is yours to see, but your role may not do this."""

    default_code = "not-allowed"
    http_status = 403


class Invalid(HoldfastError):
    """The request itself is wrong and will stay wrong however often it is sent."""

    default_code = "invalid"
    http_status = 400


class Conflict(HoldfastError):
    """Something else is in the way: it exists already, or another is at work on it."""

    default_code = "conflict"
    http_status = 409


class Stale(Conflict):
    """What the caller saw is no longer how things are."""

    default_code = "stale"


class Unavailable(HoldfastError):
    """Something we need does not answer at the moment; the same request may work later."""

    default_code = "unavailable"
    http_status = 503
    retryable = True
