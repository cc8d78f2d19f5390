"""Passwords known from breaches, looked up in a file: nothing leaves the machine.

The file has one line for each password, "SHA1:COUNT", 40 hexadecimal digits, sorted: what Have I
Been Pwned's downloader writes (https://github.com/HaveIBeenPwned/PwnedPasswordsDownloader). It has
some 40 GB, so it is searched by bisection and never read as a whole.
"""

import hashlib
import re
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.checks import Error, register
from django.forms import ValidationError

from apps.core.errors import Unavailable

_LINE = re.compile(rb"([0-9A-Fa-f]{40})(?::\d+)?\r?\n?")
_LONGEST_LINE = 64
# How many places of the file are looked at when the product starts.
_SAMPLES = 64


class BreachedListProblem(Unavailable):
    """The file of breached passwords is missing or not in its format."""

    default_code = "breached-list"


class BreachedPasswordValidator:
    """Refuses a password that is in the file of settings.HOLDFAST_BREACHED_PASSWORDS."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for a breached password, BreachedListProblem."""
        name = settings.HOLDFAST_BREACHED_PASSWORDS
        if name and is_listed(Path(name), password):
            raise ValidationError(
                "This password is known from a data breach. Choose another one.",
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return "Your password must not be known from a data breach."


def is_listed(path: Path, password: str) -> bool:
    """Whether the file has the password's digest; some 35 short reads for the complete list.

    Raises BreachedListProblem.
    """
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with path.open("rb") as file:
            return _search(file, path.stat().st_size, digest)
    except OSError as error:
        raise _unreadable() from error


def _search(file: BinaryIO, size: int, wanted: bytes) -> bool:
    """Bisect over byte positions. Lines that begin before `low` are smaller than the wanted one."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        start, found = _line_at(file, middle, size)
        if found == wanted:
            return True
        if not found or found > wanted:
            high = middle
        else:
            low = start + 1
    return False


def _line_at(file: BinaryIO, position: int, size: int) -> tuple[int, bytes]:
    """The first line that begins at `position` or after it: where, and its digest ("" at the end).

    Raises BreachedListProblem for a line that is none.
    """
    if position:
        file.seek(position - 1)
        rest = file.readline(_LONGEST_LINE)
        if not rest.endswith(b"\n") and position - 1 + len(rest) < size:
            raise _malformed()
        position += len(rest) - 1
    file.seek(position)
    line = file.readline(_LONGEST_LINE)
    if not line:
        return position, b""
    match = _LINE.fullmatch(line)
    if match is None:
        raise _malformed()
    return position, match[1].upper()


def problem_with(path: Path) -> BreachedListProblem | None:
    """What is wrong with a file, as far as looking at some places shows it."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            places = [size * sample // _SAMPLES for sample in range(_SAMPLES)]
            digests = [_line_at(file, place, size)[1] for place in places]
    except OSError:
        return _unreadable()
    except BreachedListProblem as problem:
        return problem
    found = [digest for digest in digests if digest]
    return None if found and found == sorted(found) else _malformed()


@register("security")
def check_file(app_configs: Any, **_: Any) -> list[Error]:
    """System check: a file that is named must be there and in its format."""
    name = settings.HOLDFAST_BREACHED_PASSWORDS
    problem = problem_with(Path(name)) if name else None
    return [Error(problem.message, hint=problem.todo, id="access.E001")] if problem else []


def _unreadable() -> BreachedListProblem:
    return BreachedListProblem(
        "The file of breached passwords cannot be read.",
        safe="The password was not changed.",
        todo="Check HOLDFAST_BREACHED_PASSWORDS.",
    )


def _malformed() -> BreachedListProblem:
    return BreachedListProblem(
        "The file of breached passwords is not a sorted list of SHA-1 digests, one a line.",
        safe="The password was not changed.",
        todo="Get it again with Have I Been Pwned's downloader, in one file, ordered by hash.",
    )
