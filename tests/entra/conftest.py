"""A sandbox that is reset once for a file, for tests that leave it as they found it."""

import pytest

from apps.entra.catalogue.permissions import RECOVERY_PERMISSIONS
from apps.entra.client import GraphClient
from apps.entra.credentials import Credential
from tests.entra.support import client_of, registered
from tests.support.sandboxes import Sandbox


@pytest.fixture(scope="module")
def reset_once(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def kept_sandbox(
    reset_once: Sandbox, monkeypatch: pytest.MonkeyPatch, settings: pytest.FixtureRequest
) -> Sandbox:
    """Like `sandbox`, without a reset for each test. Not to be mixed with it in one file."""
    settings.HOLDFAST_SANDBOX_URL = reset_once.url  # type: ignore[attr-defined]
    monkeypatch.setenv("HOLDFAST_SANDBOX_URL", reset_once.url)
    return reset_once


@pytest.fixture(scope="module")
def writer(reset_once: Sandbox) -> Credential:
    """The recovery application: it holds what Holdfast asks for, and no more."""
    return registered(reset_once, RECOVERY_PERMISSIONS)


@pytest.fixture
def writing_client(kept_sandbox: Sandbox, writer: Credential) -> GraphClient:
    return client_of(kept_sandbox, writer)
