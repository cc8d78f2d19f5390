"""What changes where copies lie: stores, a tenant's region, and shipping itself."""

import re
from collections.abc import Callable

from django.db import transaction

from apps.access import rights
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import SYSTEM, Actor
from apps.core.errors import Conflict, HoldfastError, Invalid, NotFound
from apps.core.scope import no_scope, tenant_scope
from apps.history.choices import StoreLock
from apps.history.models import OffsiteCopy, OffsiteRegion, OffsiteStore
from apps.history.offsite import opening, selectors, shipping
from apps.history.offsite.credentials import seal_credentials
from apps.history.offsite.installation_bundles import fill_installation
from apps.history.offsite.stores import check_address
from apps.history.offsite.targets import Subject
from apps.history.offsite.tenant_bundles import tenant_bundle
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.tenants.models import MSP, Tenant

_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")

Move = Callable[[int, str], None]


def add_store(
    *,
    actor: Actor,
    name: str,
    region: str,
    address: str,
    credentials: dict[str, str],
    lock: str = StoreLock.COMPLIANCE,
    lock_days: int = 0,
    msp: MSP | None = None,
    takes_installation: bool = False,
    by_msp: bool = False,
) -> OffsiteStore:
    """Make a store known after asking it how it protects. For the operator's console.

    lock, lock_days: what every object is locked with; a store that cannot is refused. credentials:
    see stores.open_store(); sealed, and never shown again. by_msp: see own_stores.

    Raises Invalid, Conflict, NotLocked, StoreUnavailable, StoreRefused.
    """
    row = OffsiteStore(
        msp=msp,
        name=name.strip(),
        region=good_region(region),
        address=check_address(address),
        lock=StoreLock(lock),
        lock_days=_good_days(lock, lock_days),
        takes_installation=takes_installation,
        by_msp=by_msp,
    )
    seal_credentials(row, credentials)
    with no_scope("a store of the installation belongs to nobody in particular"):
        # First, so that only who may open a store is told whether it is known.
        opening.look_at(row)
        if OffsiteStore.objects.filter(name=row.name).exists() or not row.name:
            raise Conflict("A store has this name already, or none was given.", code="store-name")
        if OffsiteStore.objects.filter(address=row.address).exists():
            raise Conflict("This store is set up already.", code="store-address")
        with transaction.atomic():
            row.save(force_insert=True)
            _record(actor, row, "offsite.store_added")
    return row


def change_store(
    *,
    actor: Actor,
    store: OffsiteStore,
    enabled: bool | None = None,
    credentials: dict[str, str] | None = None,
    lock_days: int | None = None,
) -> OffsiteStore:
    """Give a store other credentials, a longer lock, or switch it off or on. What lies there stays.

    Raises Invalid for a shorter lock, and what add_store() raises.
    """
    if lock_days is not None and lock_days < store.lock_days:
        raise Invalid(
            "A lock is never made shorter.", code="offsite-lock-shorter", safe="It stays as it was."
        )
    if enabled is not None:
        store.enabled = enabled
    if credentials is not None:
        seal_credentials(store, credentials)
    if lock_days is not None:
        store.lock_days = _good_days(store.lock, lock_days)
    with no_scope("a store of the installation belongs to nobody in particular"):
        if store.enabled:
            opening.look_at(store)
        with transaction.atomic():
            store.save()
            _record(actor, store, "offsite.store_changed")
    return store


@transaction.atomic
def choose_region(*, actor: Actor, tenant: Tenant, region: str) -> None:
    """Say where the tenant's bundles may lie from now on. What was shipped before stays there.

    A region without a store is allowed: then nothing is shipped, rather than elsewhere. Raises
    NotFound, NotAllowed, Invalid.
    """
    rights.require(actor, rights.MANAGE_TENANT, tenant)
    wanted, before = good_region(region), selectors.region_of(tenant)
    with tenant_scope(tenant.pk):
        OffsiteRegion.objects.filter(tenant=tenant).delete()
        OffsiteRegion.objects.create(
            tenant=tenant, region=wanted, chosen_at=clock.now(), chosen_by_id=actor.user_id
        )
    audit.record(
        actor=actor,
        event="offsite.region_chosen",
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={"region": wanted, "region_before": before},
    )
    if selectors.stores_for(tenant):
        jobs.enqueue(actor=actor, kind="offsite-ship", tenant=tenant, once=True)
    if selectors.stores_of_installation():
        jobs.enqueue(actor=SYSTEM, kind="offsite-installation", once=True)


@transaction.atomic
def ship_now(*, actor: Actor, tenant: Tenant) -> Job:
    """Have a worker ship the tenant. Raises NotFound, NotAllowed, Conflict without a store."""
    rights.require(actor, rights.TAKE_BACKUPS, tenant)
    if not selectors.stores_for(tenant):
        raise Conflict(
            "There is no off-site store that this tenant may be shipped to.",
            code="offsite-no-store",
            todo="Choose a region that has one, or ask the platform's operator for one.",
        )
    args = {"whole": True}
    return jobs.enqueue(actor=actor, kind="offsite-ship", tenant=tenant, args=args, once=True)


def ship_tenant(
    *,
    tenant: Tenant,
    store: OffsiteStore,
    whole: bool = False,
    anew: bool = False,
    move: Move = lambda done, text: None,
) -> OffsiteCopy:
    """Ship what a store lacks of a tenant, in this process. What goes wrong stays on the copy.

    Raises Conflict for a store that does not take this tenant, and what shipping.ship() raises.
    """
    if store not in selectors.stores_for(tenant):
        raise Conflict(
            "This store does not take this tenant: its region or its MSP is another one.",
            code="offsite-wrong-region",
            safe="Nothing was shipped.",
        )
    fill = tenant_bundle(tenant, store.region)
    with tenant_scope(tenant.pk), _noted(store, Subject("tenant", tenant.pk)):
        target = opening.ready_tenant(store, tenant)
        return shipping.ship(store, target, whole=whole, anew=anew, fill=fill, move=move)


def ship_installation(
    *, store: OffsiteStore, anew: bool = False, move: Move = lambda done, text: None
) -> OffsiteCopy:
    """Ship what a store lacks of the installation itself. Raises as ship_tenant()."""
    subject = opening.installation_target(store).subject
    with _noted(store, subject):
        target = opening.ready_installation(store)
        return shipping.ship(
            store, target, whole=True, anew=anew, fill=fill_installation, move=move
        )


class _noted:  # noqa: N801 - reads as a word of the with statement
    """What goes wrong is written on the copy, and raised."""

    def __init__(self, store: OffsiteStore, subject: Subject) -> None:
        self._store, self._subject = store, subject

    def __enter__(self) -> None:
        return None

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if not isinstance(error, HoldfastError) or error.code == "locked":
            return
        copy = shipping.copy_of(self._store, self._subject)
        since = copy.problem_since if copy.problem_code == error.code else clock.now()
        told = copy.told if copy.problem_code == error.code else ""
        with no_scope("what lies off-site"):
            OffsiteCopy.objects.filter(pk=copy.pk).update(
                problem_code=error.code, problem=error.explanation(), problem_since=since, told=told
            )


def find_store(name: str) -> OffsiteStore:
    """The store of this name. Raises NotFound."""
    with no_scope("a store of the installation belongs to nobody in particular"):
        found = OffsiteStore.objects.filter(name=name.strip()).first()
    if found is None:
        raise NotFound(
            "There is no off-site store of this name.", todo="List them: manage.py offsite stores"
        )
    return found


def good_region(region: str) -> str:
    """A region as it is kept: a word of the operator's own like "eu". Raises Invalid."""
    wanted = region.strip().lower()
    if not _REGION.fullmatch(wanted):
        raise Invalid(
            "A region is a word of small letters, digits and hyphens.",
            code="offsite-region",
            safe="Nothing was changed.",
            todo='Write it as the stores do, for instance "eu".',
        )
    return wanted


def _good_days(lock: str, days: int) -> int:
    if (lock == StoreLock.NONE) != (days == 0) or days < 0:
        raise Invalid(
            "A lock lasts a number of days, and no lock lasts none.",
            code="offsite-lock-days",
            todo="Say how many days what is shipped must stay, or that it is not locked at all.",
        )
    return days


def _record(actor: Actor, row: OffsiteStore, event: str) -> None:
    audit.record(
        actor=actor,
        event=event,
        msp_id=row.msp_id,
        subject=row.name,
        data={
            "store": str(row.pk),
            "region": row.region,
            "lock": row.lock,
            "lock_days": row.lock_days,
            "enabled": row.enabled,
        },
    )
