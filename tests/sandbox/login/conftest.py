from __future__ import annotations

import pytest

from tests.sandbox.server.inside import Inside, sandbox_inside


@pytest.fixture
def inside() -> Inside:
    """A sandbox in this process, as its seed leaves it."""
    return sandbox_inside()
