"""Whatever the files hold, a load ends with a report."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.sandbox.load import load_directory
from apps.sandbox.state.world import World

NAMES = st.sampled_from(
    [
        "id", "value", "@odata.type", "@odata.context", "displayName", "members", "appId",
        "conditions", "grantControls", "verifiedDomains", "assignedPlans", "servicePlans",
        "userPrincipalName", "groupTypes", "owners", "name", "skuPartNumber",
    ]
)  # fmt: skip
WORDS = st.sampled_from(
    ["a", "#microsoft.graph.user", "#microsoft.graph.namedLocation", "x#groups('a')/members", ""]
)
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)
PATHS = st.sampled_from(
    [
        "a.json", "Users/a/a.json", "Groups/a/Members/b.json", "Groups/a/a.json",
        "Organization/Organization.json", "Applications/a/Owners/b/b.json", "SubscribedSkus/a.json",
        "Identity/Conditional/AccessPolicies/a/a.json",
        "ServicePrincipals/a/AppRoleAssignments/b.json",
    ]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(files=st.dictionaries(PATHS, ANY_JSON | st.binary(max_size=20), max_size=4))
def test_a_load_never_fails(files: dict[str, Any]) -> None:
    with TemporaryDirectory() as name:
        for path, content in files.items():
            file = Path(name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            raw = isinstance(content, bytes)
            file.write_bytes(content if raw else json.dumps(content).encode())

        report = load_directory(World(), Path(name))

    assert {file.path for file in report.files} == set(files)
    assert all(file.understood or file.reason for file in report.files)
