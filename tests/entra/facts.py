"""Graph's own metadata, where a copy of it lies beside the checkout."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[2]


def directory() -> Path | None:
    """Where the facts are: HOLDFAST_FACTS_DIR, or a folder "shared" beside the checkout."""
    named = os.environ.get("HOLDFAST_FACTS_DIR")
    candidate = Path(named) if named else _ROOT.parent / "shared"
    return candidate if (candidate / "graph" / "objects.json").is_file() else None


needed = pytest.mark.skipif(directory() is None, reason="Graph's metadata is not here")


@cache
def _load(name: str) -> Any:
    folder = directory()
    assert folder is not None
    return json.loads((folder / "graph" / name).read_text())


def types() -> dict[str, Any]:
    """Graph types by name, each with its `properties`."""
    return dict(_load("objects.json")["types"])


def app_roles() -> dict[str, str]:
    """App-role ids by permission name."""
    return dict(_load("app_roles.json"))


@cache
def endpoints() -> dict[tuple[str, str], dict[str, Any]]:
    """(method, path with {id}) -> what the metadata says of the endpoint."""
    found = {}
    for group in _load("objects.json")["endpoints"].values():
        for item in group:
            path = item["path"].replace("()", "").replace("graph.", "microsoft.graph.")
            found[item["method"], path.replace("microsoft.microsoft.", "microsoft.")] = item
    return found
