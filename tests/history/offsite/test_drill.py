"""The whole installation is lost, and comes back from its off-site copies alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django import Settings

from apps.audit.verification import verify as verify_trail
from apps.core import clock, scope
from apps.core.actor import SYSTEM
from apps.core.errors import Conflict
from apps.core.scope import tenant_scope
from apps.core.walls.ways import all_models
from apps.history import services as history
from apps.history.models import Snapshot, SnapshotPin
from apps.history.offsite import placement, services
from apps.history.offsite.columns import columns_of
from apps.history.offsite.errors import StoreUnavailable
from apps.history.offsite.placement import Model, Place
from apps.history.offsite.restoring import emptiness, loading, restore
from apps.history.offsite.restoring.restore import look_only, restore_installation
from apps.history.offsite.stores import open_store
from apps.history.pruning import executing
from apps.jobs.pausing import paused
from apps.tenants.models import Tenant
from tests.factories import Cast, make_cast
from tests.history.offsite.conftest import CREDENTIALS, S3
from tests.history.pruning.conftest import let_go
from tests.history.sources import MemorySource
from tests.support import databases

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def second_database() -> Iterator[str]:
    """An empty database that was only migrated."""
    name = f"second_{uuid4().hex[:12]}"
    with databases.copy_of_template(name):
        yield name


def test_a_lost_installation_comes_back_row_by_row(
    live_database: Any,
    second_database: str,
    s3: S3,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given two MSPs with three tenants, each with a history, shipped to a bucket that locks
    settings.HOLDFAST_REGION = "eu"
    cast = make_cast()
    bucket = s3.bucket()
    store = services.add_store(
        actor=SYSTEM,
        name="Frankfurt",
        region="eu",
        address=s3.address(bucket),
        credentials=CREDENTIALS,
        lock_days=30,
        takes_installation=True,
    )
    for tenant in (cast.contoso, cast.fabrikam, cast.tailspin):
        _live(tenant)
        services.ship_tenant(tenant=tenant, store=store)
    # ... one of them pruned since
    _prune(cast, 2)
    services.ship_tenant(tenant=cast.contoso, store=store)
    services.ship_installation(store=store)
    before = _rows()

    # when the database is gone, and a new one is filled from the bucket, at the second attempt
    given = open_store(s3.address(bucket), CREDENTIALS)
    with databases.connected_to(second_database):
        seen = look_only(given, others=[], tell=_nobody)
        assert (seen.is_good, [one.seq for one in seen.tenants]) == (True, [3, 3, 3])
        assert emptiness.not_empty() == []
        with monkeypatch.context() as broken:
            broken.setattr(restore, "load", _breaking_off(after=4))
            with pytest.raises(StoreUnavailable):
                restore_installation(given, others=[], tell=_nobody)
        assert paused()
        report = restore_installation(given, others=[], tell=_nobody)
        after = _rows()
        with pytest.raises(Conflict, match="not empty"):
            restore_installation(given, others=[], tell=_nobody)
        rests, trail_is_whole = paused(), not verify_trail().problems

    # then every history is intact, every row is back, and nothing begins by itself
    assert report.is_good, report
    assert {one.seq for one in report.tenants} == {3}
    assert rests
    assert _but_for_the_trail(after) == _but_for_the_trail(before)
    for trail in ("audit.AuditRecord", "audit.PersonalPart"):
        assert set(before[trail]) < set(after[trail])
    assert trail_is_whole


def _nobody(text: str) -> None:
    """Hears what is told."""


def _breaking_off(*, after: int) -> Any:
    """Loading that finds the store gone after some parts."""
    loaded = 0

    def load(*args: Any) -> None:
        nonlocal loaded
        loaded += 1
        if loaded > after:
            raise StoreUnavailable("the store", "gone")
        loading.load(*args)

    return load


def _live(tenant: Tenant) -> None:
    """Some history: objects, links, a change."""
    source = MemorySource()
    for number in range(4):
        source.put(
            "user", f"u{number}", displayName=f"User {number}", userPrincipalName=f"u{number}"
        )
    source.put("group", "g", displayName="Group")
    source.link("group.members", "g", "u1")
    _capture(tenant, source)
    source.put("user", "u1", displayName="Renamed")
    source.link("group.members", "g", "u1", present=False)
    source.soft_delete("user", "u2")
    _capture(tenant, source)
    source.put("user", "u1", displayName="Renamed again")
    _capture(tenant, source)


def _prune(cast: Cast, seq: int) -> None:
    """A snapshot of Contoso's goes that was pinned once."""
    tenant = cast.contoso
    with tenant_scope(tenant.pk):
        SnapshotPin.objects.create(
            tenant=tenant,
            snapshot=Snapshot.objects.get(tenant=tenant, seq=seq),
            reason="kept once",
            pinned_by=cast.alice,
            release_asked_by=cast.alice,
            release_asked_at=clock.now(),
            release_reason="not needed any more",
            released_by=cast.bob,
            released_at=clock.now(),
        )
        let_go(tenant, seq)
        done = executing.prune(actor=SYSTEM, tenant=tenant, seqs=[seq])
        assert done.finished


def _capture(tenant: Tenant, source: MemorySource) -> None:
    with tenant_scope(tenant.pk):
        history.capture(actor=SYSTEM, tenant=tenant, mode="full", reason="drill", source=source)


@scope.no_scope("two databases are compared")
def _rows() -> Rows:
    """Every row of every table that travels, and of those that are derived."""
    derived = ("tenants.TenantKey", "history.OffsiteKey")
    return {
        model._meta.label: _rows_of(model)
        for model in all_models()
        if placement.place_of(model) != Place.NOWHERE or model._meta.label in derived
    }


def _rows_of(model: Model) -> list[tuple[Any, ...]]:
    columns = ", ".join(f'"{column.name}"' for column in columns_of(model))
    with connection.cursor() as cursor:
        cursor.execute(f'select {columns} from "{model._meta.db_table}"')  # noqa: S608
        rows = [tuple(map(_plain, row)) for row in cursor.fetchall()]
    return sorted(rows, key=repr)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _but_for_the_trail(rows: Rows) -> Rows:
    """The restoration itself is recorded, so the trail is longer afterwards."""
    own = ("audit.AuditRecord", "audit.PersonalPart", "audit.ChainHead", "history.OffsiteStore")
    return {label: found for label, found in rows.items() if label not in own}
