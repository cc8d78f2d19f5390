"""The watch over the logs of the whole run would notice what it is there for."""

from __future__ import annotations

import logging

import pytest

from tests.factories import PASSWORD
from tests.support.log_canaries import CANARIES, INSTALLATION_KEY, found_in, listening

SECRETS = (
    "-----BEGIN PRIVATE KEY-----",
    "got eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL2dyYXBoIn0.c2ln",
    "used hf_0123456789abcdefghij",
    "{'Authorization': 'Bearer abc'}",
    "mail to megan.bowen@contoso.example could not be sent",
    "GET /connect/callback?state=abcdef 200",
    f"sign-in with {PASSWORD} failed",
    f"key {INSTALLATION_KEY}",
)


@pytest.mark.parametrize(("line", "canary"), zip(SECRETS, CANARIES, strict=True))
def test_each_canary_is_recognised(line: str, canary: object) -> None:
    assert [said.split(":")[0] for said in found_in(f"before\n{line}\nafter")] == [
        getattr(canary, "name", "")
    ]


@pytest.mark.parametrize(
    "line",
    ["captured 1,000 objects of kind user in 2.1 s", "GET /tenants/ 200", "user@ is no address"],
)
def test_ordinary_lines_are_left_alone(line: str) -> None:
    assert found_in(line) == []


def test_what_is_logged_with_a_traceback_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("apps.core.canary")
    with listening() as lines:
        try:
            raise ValueError("megan at contoso")
        except ValueError:
            logger.exception("it failed")
    assert "it failed" in lines[0]
    assert "ValueError: megan at contoso" in lines[0]
