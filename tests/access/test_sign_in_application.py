"""The installation's application for sign-in: made at the console, its key sealed and rotated."""

from __future__ import annotations

import base64
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from apps.access.models import SignInApplication
from apps.access.signin.entra import application
from apps.core import rotation
from tests.access.trail_of import events
from tests.factories import actor_of, make_msp, make_user

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("sign_in_application", *arguments, stdout=out)
    return out.getvalue()


def test_the_console_makes_and_completes_it() -> None:
    told = run("global")
    assert "BEGIN CERTIFICATE" in told
    assert "http://localhost:8000/accounts/microsoft/callback" in told
    assert application.ready_clouds() == []

    run("global", "--client-id", str(uuid4()))

    assert application.ready_clouds() == ["global"]
    assert events() == ["sign_in_application.created", "sign_in_application.completed"]


def test_its_private_key_is_sealed_under_a_key_that_rotates(
    settings: pytest.FixtureRequest,
) -> None:
    run("global")
    run("global", "--client-id", str(uuid4()))
    row = SignInApplication.objects.get()
    assert b"PRIVATE KEY" not in bytes(row.sealed_private_key)
    new = base64.b64encode(b"another key-encryption key......").decode()
    settings.HOLDFAST_KEYS = [new, *settings.HOLDFAST_KEYS]  # type: ignore[attr-defined]
    assert rotation.pending()["key of sign-in secrets"] == 1

    call_command("rotate_keys", stdout=StringIO())
    settings.HOLDFAST_KEYS = [new]  # type: ignore[attr-defined]

    credential = application.credential_of(application.ready_application("global"))
    assert "PRIVATE KEY" in credential.private_key_pem


def test_nobody_else_makes_one() -> None:
    owner = make_user("Alice", make_msp(), "tenant-manager")

    with pytest.raises(application.NotAllowed):
        application.make_application(actor=actor_of(owner), cloud="global")
    with pytest.raises(CommandError, match="no such cloud"):
        run("mars")
