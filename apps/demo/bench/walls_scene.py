"""A database for the benchmarks of pages: MSPs, many tenants, many people, rows on every page.

Rows are put in by the owner, straight into the tables: what they mean does not matter here, only
how many there are and whose.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db import connections, models

from apps.access.models import Membership, MSPPermission, TenantPermission, User
from apps.core import clock
from apps.core.digests import sha256
from apps.core.scope import tenant_scope
from apps.diffs.changes import EVERYTHING
from apps.diffs.models import DifferenceReport, ReportChange
from apps.history.choices import CollectionStatus
from apps.history.models import Snapshot, SnapshotCollection
from apps.history.signing import current_signer
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.recovery.choices import RequestState, RunState
from apps.recovery.models import Plan, RecoveryRequest, Run
from apps.tenants import keys
from apps.tenants.choices import Cloud, ConnectionState, Purpose, TenantState
from apps.tenants.models import MSP, AppRegistration, BackupPolicy, Connection, Tenant

M = TypeVar("M", bound=models.Model)

OWNER = "owner"
SNAPSHOTS = 10
HOUR = timedelta(hours=1)
CHANGES = 2000
# Every so many tenants one has a recovery that waits, and one that ran.
SOME = 10
# One of each tenant: a year of very many would take minutes to bring through models.
_SNAPSHOTS = """
insert into history_snapshot (
    id, tenant_id, seq, mode, reason, taken_at, sealed_at, root, previous_root,
    objects_digest, links_digest, signature, signing_key_id, counts, complete
)
select uuidv7(), one.id, seq, 'full', '', taken_at, sealed_at, root, previous_root,
    '', '', 'none', signing_key, jsonb_build_object('created', seq, 'updated', 2), true
from (select %s::bigint, %s::timestamptz, %s::timestamptz, %s::bytea, %s::bytea, %s::uuid)
    told (seq, taken_at, sealed_at, root, previous_root, signing_key),
    unnest(%s::uuid[]) one (id)
"""
KINDS = ("user", "group", "application", "servicePrincipal", "conditionalAccessPolicy")


@dataclass(frozen=True)
class Scene:
    """Whose pages are measured, and what stands in their addresses."""

    alice: User
    tenant: Tenant
    report: DifferenceReport
    run: Run
    tenants: int
    people: int


def make_scene(
    *, tenants: int, people: int, snapshots: int = SNAPSHOTS, apart: timedelta = HOUR
) -> Scene:
    """MSP North with `tenants` customers, MSP South with a fifth as many; the people of both.

    snapshots: that each customer has; they lie so far apart.
    """
    north, south = _add(MSP(name=f"MSP {name}") for name in ("North", "South"))
    customers = [*_tenants(north, tenants), *_tenants(south, tenants // 5)]
    with tenant_scope(customers[0].pk):
        keys.make_tenant_key(customers[0])
    staff = _people(north, south, customers, people)
    newest = _histories(customers, snapshots, apart)
    _volumes()
    _connections((north, south), customers)
    reports = _reports(customers, newest)
    runs = _recoveries(customers, reports, staff)
    return Scene(staff[0], customers[0], reports[0], runs[0], tenants, people)


def _add(rows: Iterable[M]) -> list[M]:
    ready = list(rows)
    type(ready[0])._base_manager.db_manager(OWNER).bulk_create(ready, batch_size=1000)
    return ready


def _tenants(msp: MSP, number: int) -> list[Tenant]:
    made = _add(
        Tenant(
            msp=msp,
            name=f"Customer {msp.name[4:]} {count:04}",
            domain=f"customer-{count}.example",
            cloud=Cloud.GLOBAL,
            entra_id=UUID(bytes=sha256(f"{msp.id}{count}".encode())[:16]),
            state=TenantState.ACTIVE,
        )
        for count in range(number)
    )
    _add(BackupPolicy(tenant=tenant) for tenant in made)
    return made


def _people(north: MSP, south: MSP, customers: Sequence[Tenant], number: int) -> list[User]:
    """A tenth of them North's staff, some of South's, the rest customers' own administrators."""
    people = _add(
        User(email=f"person-{count}@example.org", name=f"Person {count}", password="!")  # noqa: S106
        for count in range(number)
    )
    staff, others, administrators = people[: number // 10], people[number // 10 :][:20], people[-1:]
    administrators = people[number // 10 + 20 :]
    _add(Membership(user=user, msp=north) for user in staff)
    _add(Membership(user=user, msp=south) for user in others)
    _add(
        Membership(user=user, tenant=tenant)
        for user, tenant in zip(administrators, customers, strict=False)
    )
    _roles(staff, north, MSPPermission)
    _roles(others, south, MSPPermission)
    for user, tenant in zip(administrators, customers, strict=False):
        _roles([user], tenant, TenantPermission)
    return people


def _roles(
    users: Iterable[User],
    on: MSP | Tenant,
    model: type[MSPPermission] | type[TenantPermission],
) -> None:
    permissions = Permission.objects.db_manager(OWNER).filter(
        content_type__app_label="tenants", content_type__model=type(on)._meta.model_name
    )
    _add(
        model(user=user, permission=permission, content_object_id=on.pk)
        for user in users
        for permission in permissions
    )


def _histories(customers: Sequence[Tenant], snapshots: int, apart: timedelta) -> list[Snapshot]:
    """The newest snapshot of each customer, with what it read."""
    key = current_signer().row
    roots = [sha256(str(seq).encode()) if seq else bytes(32) for seq in range(snapshots + 1)]
    with connections[OWNER].cursor() as cursor:
        for seq in range(1, snapshots + 1):
            at = clock.now() - (snapshots - seq) * apart
            values = (seq, at, at, roots[seq], roots[seq - 1], key.pk)
            cursor.execute(_SNAPSHOTS, (*values, [one.pk for one in customers]))
    places = {one.pk: place for place, one in enumerate(customers)}
    rows = Snapshot._base_manager.db_manager(OWNER).filter(seq=snapshots, tenant__in=places)
    newest = sorted(rows, key=lambda one: places[one.tenant_id])
    _add(
        SnapshotCollection(
            tenant_id=snapshot.tenant_id,
            snapshot_id=snapshot.pk,
            collection=kind,
            status=CollectionStatus.COMPLETE,
            count=100,
            read_at=snapshot.taken_at,
        )
        for snapshot in newest
        for kind in KINDS
    )
    return newest


def _volumes() -> None:
    """How much changed with each snapshot."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "insert into diffs_changevolume (tenant_id, seq, taken_at, low, medium, high)"
            " select tenant_id, seq, taken_at, seq % 40, seq % 7, (seq % 29 = 0)::int"
            " from history_snapshot where seq > 1"
        )


def _connections(msps: Sequence[MSP], customers: Sequence[Tenant]) -> None:
    made = _add(
        AppRegistration(
            msp=msp,
            purpose=Purpose.BACKUP,
            cloud=Cloud.GLOBAL,
            name="Holdfast",
            client_id=msp.pk,
            certificate_pem="",
            wrapped_key=b"",
            sealed_private_key=b"",
            not_after=clock.now() + timedelta(days=300),
        )
        for msp in msps
    )
    registrations = {registration.msp_id: registration for registration in made}
    _add(
        Connection(
            tenant=tenant,
            msp_id=tenant.msp_id,
            registration=registrations[tenant.msp_id],
            state=ConnectionState.CONNECTED,
            checked_at=clock.now(),
        )
        for tenant in customers
    )
    _add(
        Job(kind="capture", tenant=tenant, actor_kind="system", state=JobState.DONE)
        for tenant in customers
        for _ in range(3)
    )


def _reports(customers: Sequence[Tenant], snapshots: Sequence[Snapshot]) -> list[DifferenceReport]:
    """A report for each customer; the first one's has many changes."""
    reports = _add(
        DifferenceReport(
            tenant=tenant,
            base=snapshot,
            target=snapshot,
            state="complete",
            scope=EVERYTHING.as_json(),
            created_at=clock.now(),
            counts={"objects": {"updated": CHANGES}},
        )
        for tenant, snapshot in zip(customers, snapshots, strict=True)
    )
    _add(
        ReportChange(
            tenant=customers[0],
            report=reports[0],
            position=position,
            subject="object",
            change="updated",
            kind="user",
            object_id=str(UUID(int=position)),
            attributes=["department"],
            recoverable="yes",
            native="yes",
            risk="low",
            changed_by="unknown",
        )
        for position in range(1, CHANGES + 1)
    )
    return reports


def _recoveries(
    customers: Sequence[Tenant], reports: Sequence[DifferenceReport], staff: Sequence[User]
) -> list[Run]:
    # North's alone: without walls its people would see South's as well, and the pages differ.
    some = [one for one in reports if one.tenant.msp_id == customers[0].msp_id][::SOME]
    waiting = _requests(some, staff, RequestState.WAITING)
    approved = _requests(some, staff, RequestState.APPROVED)
    assert len(waiting) == len(approved)  # noqa: S101 - both are made of the same reports
    return _add(
        Run(
            tenant_id=request.tenant_id,
            request=request,
            state=RunState.COMPLETE,
            queued_at=clock.now(),
            started_at=clock.now(),
            finished_at=clock.now(),
            counts={
                "objects": 1,
                "links": 0,
                "failures": 0,
                "unverified": 0,
                "not_recoverable": 0,
            },
        )
        for request in approved
    )


def _requests(
    reports: Sequence[DifferenceReport], staff: Sequence[User], state: RequestState
) -> list[RecoveryRequest]:
    plans = _add(
        Plan(
            tenant_id=report.tenant_id,
            report=report,
            base_seq=1,
            assumed_seq=SNAPSHOTS,
            selection={},
            counts={"actions": {}, "objects": 0, "links": 0, "requests": 0},
            digest=sha256(report.pk.bytes),
            created_at=clock.now(),
            created_by=staff[1],
        )
        for report in reports
    )
    return _add(
        RecoveryRequest(
            tenant_id=plan.tenant_id,
            plan=plan,
            digest=plan.digest,
            state=state,
            reason="benchmark",
            requested_by=staff[1],
            requested_at=clock.now(),
            expires_at=clock.now() + timedelta(days=1),
            decided_by=staff[0] if state == RequestState.APPROVED else None,
            decided_at=clock.now() if state == RequestState.APPROVED else None,
        )
        for plan in plans
    )
