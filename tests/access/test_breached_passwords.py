from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.forms import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from apps.access.signin.passwords import BreachedListProblem, is_listed, problem_with

LISTED = "a password that leaked"


def digest(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def write(path: Path, passwords: list[str], *, ending: str = "\r\n") -> Path:
    lines = sorted(f"{digest(one)}:{number}" for number, one in enumerate(passwords, 1))
    path.write_bytes((ending.join(lines) + ending).encode())
    return path


@pytest.fixture
def breached(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    path = write(tmp_path / "breached.txt", [LISTED, *(f"password {n}" for n in range(500))])
    settings.HOLDFAST_BREACHED_PASSWORDS = str(path)  # type: ignore[attr-defined]
    return path


def test_a_breached_password_is_refused_and_another_is_not(breached: Path) -> None:
    with pytest.raises(ValidationError, match="data breach"):
        validate_password(LISTED)
    validate_password("a password that nobody had before")


@given(
    known=st.lists(st.text(max_size=20), unique=True, max_size=60),
    other=st.text(max_size=20),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_exactly_what_is_in_the_file_is_found(
    tmp_path_factory: pytest.TempPathFactory, known: list[str], other: str, ending: str
) -> None:
    path = write(tmp_path_factory.mktemp("breached") / "list.txt", known, ending=ending)
    if not known:
        path.write_bytes(b"")

    assert [one for one in known if not is_listed(path, one)] == []
    assert is_listed(path, other) == (other in known)


@pytest.mark.parametrize("content", [b"password\n" * 200, b"x" * 5000, b"\n" * 90])
def test_a_file_in_another_format_is_an_error_and_no_yes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(content)

    with pytest.raises(BreachedListProblem, match="not a sorted list"):
        is_listed(path, LISTED)
    assert problem_with(path) is not None


def test_an_unsorted_or_missing_file_stops_the_start(
    breached: Path, settings: pytest.FixtureRequest
) -> None:
    call_command("check", tags=["security"])
    breached.write_text("\n".join(reversed(breached.read_text().split())) + "\n")

    with pytest.raises(SystemCheckError, match="not a sorted list"):
        call_command("check", tags=["security"])
    settings.HOLDFAST_BREACHED_PASSWORDS = str(breached) + ".missing"  # type: ignore[attr-defined]
    with pytest.raises(SystemCheckError, match="cannot be read"):
        call_command("check", tags=["security"])
