"""What goes wrong between the installation and where its copies lie."""

from typing import ClassVar

from apps.core.errors import HoldfastError, Unavailable

_SAFE = "What is kept here, and what was shipped before, is not affected."


class StoreUnavailable(Unavailable):
    """A store does not answer at the moment."""

    default_code: ClassVar[str] = "offsite-unavailable"

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"The off-site store {where} cannot be reached ({why}).",
            safe=_SAFE,
            todo="It is tried again by itself. If it stays so, check network and address.",
        )


class StoreRefused(HoldfastError):
    """A store answers, and does not do what is asked of it."""

    default_code = "offsite-refused"

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"The off-site store {where} refuses what is asked of it ({why}).",
            safe=_SAFE,
            todo="Check its credentials and what they are allowed: docs/operations.md names it.",
        )


class NotLocked(HoldfastError):
    """A store does not lock what is written, though it is meant to. Nothing more is shipped."""

    default_code = "offsite-not-locked"

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"The off-site store {where} does not lock what is written to it: {why}",
            safe=f"Shipping to it has stopped. {_SAFE}",
            todo="Give the store its lock back, or set up another one. It is never shipped to "
            "unlocked in its place.",
        )


class NotThere(HoldfastError):
    """A store has no object of this name."""

    default_code = "offsite-not-there"

    def __init__(self, where: str, name: str) -> None:
        super().__init__(
            f"{name} is not in the off-site store {where}.",
            safe="What is kept here is not affected.",
            todo="Look whether the store's own expiry removes what is still needed.",
        )


class DamagedBundle(HoldfastError):
    """What a store gives back is not what was written: cut off, changed, or another's."""

    default_code = "offsite-damaged"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"{name} is not as it was written: {why}.",
            safe="What is kept here is not affected; other bundles may be whole.",
            todo="Ship everything again with: manage.py offsite ship --anew",
        )
