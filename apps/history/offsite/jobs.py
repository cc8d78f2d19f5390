"""The jobs that ship: soon after a seal, once a day whatever happened, and after an erasure."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.dispatch import receiver

from apps.core.actor import SYSTEM
from apps.core.errors import Conflict, HoldfastError
from apps.core.scope import no_scope
from apps.history.models import OffsiteCopy, OffsiteStore, Snapshot
from apps.history.offsite import credentials, key_copies, selectors, services, tidying
from apps.history.offsite.telling import tell_of
from apps.history.signals import pruned, sealed
from apps.jobs import services as jobs
from apps.jobs.context import JobContext
from apps.jobs.models import Job
from apps.jobs.registry import given_up, handler
from apps.tenants.choices import PROVED_STATES
from apps.tenants.models import Tenant

_INSTALLATION_DELAY = timedelta(hours=1)
# Versions go for some time after the signal.
_AFTER_PRUNING = timedelta(minutes=30)
_FOUR_HOURS = 4 * 60 * 60


@receiver(sealed, dispatch_uid="holdfast.offsite.ship_sealed")
def ship_sealed(*, tenant_id: UUID, **_: Any) -> None:
    """Have what was sealed shipped in a few minutes, together with what is sealed until then."""
    tenant = Tenant.objects.get(pk=tenant_id)
    if not selectors.stores_for(tenant):
        return
    delay = timedelta(seconds=settings.HOLDFAST_OFFSITE_DELAY_SECONDS)
    jobs.enqueue(actor=SYSTEM, kind="offsite-ship", tenant=tenant, once=True, delay=delay)
    if selectors.stores_of_installation():
        jobs.enqueue(
            actor=SYSTEM, kind="offsite-installation", once=True, delay=_INSTALLATION_DELAY
        )


@receiver(pruned, dispatch_uid="holdfast.offsite.ship_pruned")
def ship_pruned(*, tenant_id: UUID, **_: Any) -> None:
    """Have the record of a pruning shipped, and what it touched as it is now."""
    tenant = Tenant.objects.get(pk=tenant_id)
    if selectors.stores_for(tenant):
        _ship_whole(tenant, delay=_AFTER_PRUNING)


@handler("offsite-ship", timeout=_FOUR_HOURS, attempts=5)
def ship_tenant(job: JobContext) -> dict[str, Any]:
    """Args: whole (everything, not the log alone). Result: how far each store reaches.

    A store that fails does not keep the others from being shipped to.
    """
    tenant = job.tenant()
    whole = bool(job.args.get("whole"))
    return _each(
        selectors.stores_for(tenant), lambda store: _until_all_is_there(job, tenant, store, whole)
    )


def _until_all_is_there(
    job: JobContext, tenant: Tenant, store: OffsiteStore, whole: bool
) -> OffsiteCopy:
    """What is sealed while it ships makes no second job, so it is looked after here."""
    while True:
        copy = services.ship_tenant(tenant=tenant, store=store, whole=whole, move=_move(job))
        if not Snapshot.objects.filter(tenant=tenant, seq__gt=copy.through_seq).exists():
            return copy


@handler("offsite-installation", timeout=_FOUR_HOURS, attempts=5)
def ship_installation(job: JobContext) -> dict[str, Any]:
    """No tenant, no args. Result: how many files each store has."""
    return _each(
        selectors.stores_of_installation(),
        lambda store: services.ship_installation(store=store, move=_move(job)),
    )


@handler("offsite-daily", timeout=_FOUR_HOURS, attempts=2)
def ship_all(job: JobContext) -> dict[str, Any]:
    """No tenant, no args: every tenant and the installation are shipped whole, what no bundle
    needs any more is removed, and so are the keys of erased tenants. Result: how many."""
    with no_scope("every tenant is shipped"):
        tenants = list(Tenant.objects.filter(state__in=PROVED_STATES).select_related("msp"))
    waiting = [tenant for tenant in tenants if selectors.stores_for(tenant)]
    for tenant in waiting:
        _ship_whole(tenant, wait_for_turn=True)
    if selectors.stores_of_installation():
        jobs.enqueue(actor=SYSTEM, kind="offsite-installation", once=True)
    return {
        "tenants": len(waiting),
        "keys_destroyed": destroy_keys(),
        "removed": tidying.tidy_all(job.check_cancelled),
    }


@handler("offsite-forget", timeout=600, attempts=3)
def forget_keys(job: JobContext) -> dict[str, Any]:
    """No tenant, no args: the copies of keys that are no more are removed. Result: how many."""
    return {"keys_destroyed": destroy_keys()}


@given_up("offsite-ship")
def tell_of_tenant(job: Job) -> None:
    """It was tried often enough: tell those whom it concerns."""
    with no_scope("what lies off-site"):
        failing = OffsiteCopy.objects.filter(tenant=job.tenant).exclude(problem_code="")
        found = list(failing)
    for copy in found:
        tell_of(copy)


@given_up("offsite-installation")
def tell_of_installation(_: Job) -> None:
    """It was tried often enough: tell the operators."""
    with no_scope("what lies off-site"):
        found = list(OffsiteCopy.objects.filter(tenant=None).exclude(problem_code=""))
    for copy in found:
        tell_of(copy)


def destroy_keys() -> int:
    """Remove the copies of keys that are no more, where their lock is over; how many those were."""
    destroyed = 0
    for row, copies in key_copies.to_destroy().items():
        try:
            destroyed += key_copies.destroy_copies(row, credentials.store_of(row), copies)
        except HoldfastError:
            continue  # the store's own row says what is wrong with it; tried again tomorrow
    return destroyed


def enqueue_daily() -> None:
    """Called by the schedule that the migrations make, once a day."""
    jobs.enqueue(actor=SYSTEM, kind="offsite-daily", once=True)


def _each(
    stores: list[OffsiteStore], ship: Callable[[OffsiteStore], OffsiteCopy]
) -> dict[str, Any]:
    """Ship to every store, and raise the first error afterwards."""
    reached: dict[str, Any] = {}
    failed: HoldfastError | None = None
    for store in stores:
        try:
            copy = ship(store)
        except HoldfastError as error:
            if isinstance(error, Conflict) and error.code == "locked":
                raise
            failed = failed or error
            continue
        reached[str(store.pk)] = {"seq": copy.through_seq, "files": copy.files}
    if failed is not None:
        raise failed
    return reached


def _move(job: JobContext) -> Callable[[int, str], None]:
    def move(done: int, text: str) -> None:
        job.check_cancelled()
        job.progress(done, text=text)

    return move


def _ship_whole(tenant: Tenant, **when: Any) -> None:
    """Have everything of a tenant shipped, not the log alone. when: as jobs.enqueue() takes it."""
    args = {"whole": True}
    jobs.enqueue(actor=SYSTEM, kind="offsite-ship", tenant=tenant, args=args, once=True, **when)
