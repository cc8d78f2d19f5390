"""Fixtures for every test: real PostgreSQL from a template, a real sandbox over HTTP."""

from __future__ import annotations

import gc
import os
import uuid
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import caches
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from apps.tenants import keys as tenant_keys
from config import embedded
from tests.support import databases, log_canaries
from tests.support.nightly import NIGHTLY
from tests.support.sandboxes import Sandbox, running_sandbox
from tests.support.worlds import made_world, world, world_database

__all__ = ["made_world", "world", "world_database"]

# How fast a machine draws examples says nothing about the product.
settings.register_profile("holdfast", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("holdfast")

# More than any test makes, so that those of one test differ.
FEW_KEYS = 8


# Begun first, so that no worker is alone with a long test when all others are done.
DEAR = (
    "recovery/test_round_trips.py",
    "attacks/test_other_tenants.py",
    "portal/test_permissions.py",
    "portal/test_incidents_in_browser.py",
    "api/test_permissions.py",
    "api/test_against_description.py",
    "portal/test_browser",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Dear tests first; what is marked as nightly left out, unless this is `make nightly`."""
    left_out = [item for item in items if item.get_closest_marker("nightly") and not NIGHTLY]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: not any(part in item.nodeid for part in DEAR))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: collecting garbage looks no more at it, and less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


@pytest.fixture(autouse=True)
def no_secret_is_logged() -> Iterator[None]:
    """Fails whichever test makes the product log a secret or somebody's address."""
    # The sandbox is not the product: its secrets are published.
    with log_canaries.listening(silent=("apps.sandbox", "uvicorn")) as lines:
        yield
    assert not (found := log_canaries.found_in("\n".join(lines))), found


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> None:
    """A process remembers for seconds what other tests have long undone."""
    caches["process"].clear()
    tenant_keys.forget_cached()


@pytest.fixture(scope="session", autouse=True)
def keys_are_made_once() -> Iterator[None]:
    """RSA keys are real and few: making one takes longer than most tests."""
    make, made = rsa.generate_private_key, dict[int, list[rsa.RSAPrivateKey]]()

    def one_of_few(
        public_exponent: int, key_size: int, backend: object = None
    ) -> rsa.RSAPrivateKey:
        known = made.setdefault(key_size, [])
        if len(known) < FEW_KEYS:
            known.append(make(public_exponent, key_size))
        else:
            known.append(known.pop(0))
        return known[-1]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rsa, "generate_private_key", one_of_few)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This worker's own database, copied from the template; tests run as the app role."""
    name = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    with (
        django_db_blocker.unblock(),
        databases.copy_of_template(name),
        databases.connected_to(name),
    ):
        yield


@pytest.fixture
def live_database(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[embedded.Urls]:
    """A database of the test's own, for tests in which other processes take part.

    Nothing is rolled back; DATABASE_URL and DATABASE_OWNER_URL point child processes at it.
    """
    name = f"live_{uuid.uuid4().hex[:12]}"
    with (
        django_db_blocker.unblock(),
        databases.copy_of_template(name) as urls,
        databases.connected_to(name),
    ):
        monkeypatch.setenv("DATABASE_URL", urls.app)
        monkeypatch.setenv("DATABASE_OWNER_URL", urls.owner)
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings.test")
        yield urls


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(
    running: Sandbox, monkeypatch: pytest.MonkeyPatch, settings: pytest.FixtureRequest
) -> Iterator[Sandbox]:
    """The stand-in for Entra, back at its seed, known to the product as the cloud "sandbox".

    A test during which it broke down fails: Graph refuses what it cannot do.
    """
    running.reset()
    before = running.breakdowns
    settings.HOLDFAST_SANDBOX_URL = running.url  # type: ignore[attr-defined]
    monkeypatch.setenv("HOLDFAST_SANDBOX_URL", running.url)
    yield running
    assert running.breakdowns == before, running.output
