"""What a control endpoint refuses."""

from __future__ import annotations


class ControlError(ValueError):
    """A control request that cannot be carried out; the text says why, for a person."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
