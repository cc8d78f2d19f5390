"""For tests below the doors (of the portal, the API, the console, a job) that enter a scope."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.core.scope import no_scope


@pytest.fixture(autouse=True)
def wall_open() -> Iterator[None]:
    """The second wall is open, so that the first is shown to hold by itself."""
    with no_scope("a test below the doors"):
        yield
