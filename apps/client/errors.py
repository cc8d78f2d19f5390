"""What can go wrong, in three sentences and a number for scripts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """What the process ends with. docs/client.md gives them to people."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    NOT_ALLOWED = 3
    NOT_FOUND = 4
    CONFLICT = 5
    UNAVAILABLE = 6
    DIFFERENT = 7
    INTERRUPTED = 130


_BY_STATUS = {
    401: Exit.NOT_ALLOWED,
    403: Exit.NOT_ALLOWED,
    404: Exit.NOT_FOUND,
    409: Exit.CONFLICT,
    412: Exit.CONFLICT,
    429: Exit.UNAVAILABLE,
}


class Failure(Exception):
    """A command cannot go on. message: what happened; safe: what is untouched; todo: what to do.

    said: the problem as the API gave it (RFC 9457), for scripts; empty for what the client found.
    """

    def __init__(
        self,
        message: str,
        exit_code: Exit,
        *,
        code: str = "",
        safe: str = "",
        todo: str = "",
        said: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.exit_code = exit_code
        self.code = code
        self.safe = safe
        self.todo = todo
        self.said = dict(said or {})

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints on standard error."""
        own = {"code": self.code, "detail": self.message, "safe": self.safe, "todo": self.todo}
        said = {**own, **self.said}
        return {
            "error": {name: value for name, value in said.items() if value},
            "exit_code": int(self.exit_code),
        }


def usage(message: str, *, todo: str = "") -> Failure:
    """The command was given in a way that cannot work."""
    return Failure(message, Exit.USAGE, code="usage", safe="Nothing was sent.", todo=todo)


def from_problem(status: int, said: Mapping[str, Any]) -> Failure:
    """The API's refusal as a Failure."""
    wrong = [
        f"{field['field']}: {field['message']}" if field.get("field") else str(field["message"])
        for field in said.get("errors", ())
        if isinstance(field, Mapping) and "message" in field
    ]
    message = " ".join([str(said.get("detail") or said.get("title") or "It failed."), *wrong])
    return Failure(
        message,
        exit_code_of(status),
        code=str(said.get("code", "")),
        safe=str(said.get("safe", "")),
        todo=str(said.get("todo") or _todo(status)),
        said=said,
    )


def exit_code_of(status: int) -> Exit:
    """Which exit code an HTTP status of 400 or more is."""
    if status >= 500:
        return Exit.UNAVAILABLE
    return _BY_STATUS.get(status, Exit.USAGE)


def _todo(status: int) -> str:
    if status == 401:
        return "Make a new token in the portal (Account, API tokens), then: holdfast login"
    if status == 429:
        return "Wait a minute, or give the token fewer things to do at once."
    return ""
