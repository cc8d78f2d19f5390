from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.access.models import User
from tests.api.calls import token_of
from tests.api.graph.sdk import Script
from tests.client.conftest import api_url
from tests.recovery.conftest import workshop
from tests.recovery.workshop import Workshop

__all__ = ["api_url", "workshop"]

Scripts = Callable[[User], Script]


@pytest.fixture
def script_of(api_url: str, workshop: Workshop) -> Scripts:
    """A script of a person's against the workshop's tenant, by its id in Entra."""

    def make(user: User) -> Script:
        return Script(f"{api_url}/api/graph/{workshop.entra}/v1.0", token_of(user))

    return make
