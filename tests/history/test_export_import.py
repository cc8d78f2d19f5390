"""Out as a ZIP file and in again: the same bodies and links, whatever they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.entra.catalogue import kind, normalise
from apps.history import services
from apps.history.choices import ExportForm
from apps.history.exporting import forms
from apps.history.exporting.contents import Contents, Wanted
from apps.history.exporting.heading import Heading
from apps.history.models import Snapshot
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant
from tests.history.imports import MAY, Import, bodies, guid, importer, links
from tests.history.sources import MemorySource

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
IDS = st.integers(0, 30).map(lambda number: guid(str(number)))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
USERS = st.dictionaries(
    IDS,
    st.fixed_dictionaries(
        {"displayName": TEXTS},
        optional={
            "department": TEXTS,
            "accountEnabled": st.booleans(),
            "otherMails": st.lists(TEXTS, max_size=3),
            "perUserMfaState": TEXTS,
            "onPremisesExtensionAttributes": st.dictionaries(TEXTS, TEXTS, max_size=2),
        },
    ),
    min_size=1,
    max_size=6,
)
POLICIES = st.dictionaries(
    TEXTS.filter(lambda text: text.isprintable() and bool(text.strip())),
    st.fixed_dictionaries({"displayName": TEXTS, "conditions": VALUES}),
    max_size=4,
)


@pytest.fixture
def pair(db: None, tmp_path: Path) -> Iterator[tuple[Tenant, Tenant, Import]]:
    """A tenant that is captured, one that its export is brought into, and by what."""
    msp = make_msp()
    with no_scope("a test compares two tenants"):
        archive = make_tenant(msp, "Archive", active=False)
        yield make_tenant(msp, "Contoso"), archive, importer(archive, tmp_path)


def written(tenant: Tenant, snapshot: Snapshot) -> bytes:
    """The ZIP file of everything."""
    wanted = Wanted(snapshot, ExportForm.ZIP)
    heading = Heading(snapshot.pk, tenant, wanted, "Admin", snapshot.taken_at)
    return b"".join(forms.parts_of(heading, Contents(wanted)))


def put(source: MemorySource, name: str, objects: dict[str, dict[str, Any]]) -> None:
    for object_id, body in objects.items():
        raw = {"id": object_id, **body}
        source.objects[name][object_id] = normalise(kind(name), raw, version=kind(name).version)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(USERS, USERS, POLICIES, st.lists(st.tuples(IDS, IDS), max_size=5))
def test_what_goes_out_comes_in_as_it_was(
    pair: tuple[Tenant, Tenant, Import],
    tmp_path: Path,
    users: dict[str, Any],
    binned: dict[str, Any],
    policies: dict[str, Any],
    members: list[tuple[str, str]],
) -> None:
    captured, archive, bring_in = pair
    source = MemorySource()
    put(source, "user", users)
    put(source, "conditionalAccessPolicy", policies)
    put(source, "group", {guid("g"): {"displayName": "Staff"}})
    for object_id in binned.keys() - users.keys():
        body = {"id": object_id, **binned[object_id]}
        source.binned["user"][object_id] = normalise(kind("user"), body, version="v1.0")
    source.links["group.members"] = {
        (guid("g"), target) for pair_of_ids in members for target in pair_of_ids if target in users
    }
    with transaction.atomic():
        with tenant_scope(captured.pk):
            taken = services.capture(actor=SYSTEM, tenant=captured, source=source).snapshot
            assert taken is not None
            file = tmp_path / "export.zip"
            file.write_bytes(written(captured, taken))
            out = bodies(captured, 1), links(captured, 1)
        with tenant_scope(archive.pk):
            done = bring_in(file, at=MAY)
            into = bodies(archive, 1), links(archive, 1)
        transaction.set_rollback(True)

    assert into == out
    assert {"user", "group", "conditionalAccessPolicy"} <= set(done.whole_kinds)
