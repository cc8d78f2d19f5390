"""Why a target did not take what was sent."""

from apps.core.errors import Unavailable


class PushFailed(Unavailable):
    """The target did not take it; it is sent again later."""

    default_code = "push-failed"

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message, code=code, safe="Nothing is lost: it is sent again.")
