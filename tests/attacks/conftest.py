from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.stage import Stage, make_stage
from tests.portal.world import World
from tests.support.sandboxes import Sandbox


@pytest.fixture
def stage(world: World, running: Sandbox, settings: pytest.FixtureRequest) -> Iterator[Stage]:
    """The world with its attackers, beside a sandbox that would notice a request."""
    settings.HOLDFAST_SANDBOX_URL = running.url  # type: ignore[attr-defined]
    settings.HOLDFAST_API_REQUESTS_PER_TOKEN = 10**6  # type: ignore[attr-defined]
    settings.HOLDFAST_API_REQUESTS_PER_ADDRESS = 10**6  # type: ignore[attr-defined]
    made = make_stage(world, running.request_log)
    yield made
    made.check_nothing_slipped_through()
