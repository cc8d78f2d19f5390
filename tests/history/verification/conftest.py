"""One committed history for all these tests: each damages it, and what it damaged is put back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.history import services
from apps.history.pruning import executing
from apps.tenants.models import Tenant
from tests.factories import make_msp, make_tenant, make_user
from tests.history.pruning.conftest import let_go
from tests.history.sources import MemorySource
from tests.support import databases

TABLES = (
    "history_snapshot",
    "history_snapshotcollection",
    "history_objectversion",
    "history_linkversion",
    "history_compressiondictionary",
    "history_pruning",
    "history_prunedsnapshot",
    "history_verification",
    "history_signingkey",
    "tenants_tenantkey",
    "notify_outboxmessage",
    "jobs_job",
)
DATABASE = "live_verification"

Tamper = Callable[..., None]


@dataclass(frozen=True)
class Scene:
    """A tenant whose history has six snapshots, of which 2 and 3 are pruned."""

    tenant: Tenant
    admin: psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    name = f"{DATABASE}_{id(object())}"
    with (
        django_db_blocker.unblock(),
        databases.copy_of_template(name),
        databases.connected_to(name),
        psycopg.connect(databases.server().admin, dbname=name, autocommit=True) as admin,
    ):
        msp = make_msp()
        make_user("Alice", msp, "tenant-manager")
        tenant = make_tenant(msp)
        with tenant_scope(tenant.pk):
            _history(tenant)
        admin.execute("create schema saved")
        for table in TABLES:
            admin.execute(f"create table saved.{table} as table {table}")
        yield Scene(tenant, admin)


def _history(tenant: Tenant) -> None:
    source = MemorySource()
    # as many as a dictionary is trained on
    for number in range(1000):
        source.put("user", f"u{number:03}", displayName=f"User {number}", department="Sales")
    source.put("group", "g1", displayName="Staff")
    for number in range(3):
        source.link("group.members", "g1", f"u{number:03}")
    source.link("group.members", "g1", "who-was-never-seen")
    take(tenant, source)
    for name in ("Ada", "Ada King", "Ada Lovelace", "Countess of Lovelace"):
        source.put("user", "u001", displayName=name)
        source.put("user", "u002", displayName=f"{name}'s friend")
        take(tenant, source)
    source.soft_delete("user", "u003")
    take(tenant, source)
    let_go(tenant, 2, 3)
    executing.prune(actor=SYSTEM, tenant=tenant, seqs=[2, 3])


def take(tenant: Tenant, source: MemorySource) -> None:
    services.capture(actor=SYSTEM, tenant=tenant, mode="delta", reason="test", source=source)


@pytest.fixture
def damaged(scene: Scene) -> Iterator[Tamper]:
    """Does what only an owner of the tables or of their files can; taken back afterwards."""

    def tamper(sql: str, *params: object) -> None:
        for table in TABLES:
            scene.admin.execute(f"alter table {table} disable trigger all")
        changed = scene.admin.execute(sql, params)
        assert changed.rowcount, "nothing was damaged"

    with no_scope("a test looks at everything"):
        yield tamper
    scene.admin.execute("set session_replication_role = replica")
    for table in TABLES:
        scene.admin.execute(f"alter table {table} disable trigger all")
        scene.admin.execute(f"delete from {table}")  # noqa: S608 - ours
        scene.admin.execute(f"insert into {table} table saved.{table}")
        scene.admin.execute(f"alter table {table} enable trigger all")
    scene.admin.execute("set session_replication_role = origin")


@pytest.fixture
def tenant(scene: Scene) -> Iterator[Tenant]:
    with tenant_scope(scene.tenant.pk):
        yield scene.tenant
