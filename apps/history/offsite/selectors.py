"""What lies where, how far it reaches, and for how long it stays."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce

from apps.core.scope import no_scope, tenant_scope
from apps.history.choices import StoreLock
from apps.history.models import (
    OffsiteCopy,
    OffsiteKeyCopy,
    OffsiteRegion,
    OffsiteStore,
    Snapshot,
)
from apps.tenants.choices import PROVED_STATES
from apps.tenants.models import MSP, Tenant


@dataclass(frozen=True, slots=True)
class Lying:
    """One store as it is for one tenant. copy: None before anything was shipped.

    is_current: it takes what is sealed from now on; what lies elsewhere stays and is listed.
    behind: how many snapshots it lacks. lacks_since: when the oldest of those was sealed.
    """

    store: OffsiteStore
    copy: OffsiteCopy | None
    is_current: bool
    behind: int
    lacks_since: datetime | None

    @property
    def sort(self) -> str:
        """What sort of store it is, for people."""
        scheme = self.store.address.partition(":")[0]
        return {"s3": "S3", "azure": "Azure Blob", "file": "Folder"}.get(scheme, scheme)

    @property
    def locks(self) -> bool:
        return self.store.lock != StoreLock.NONE


@dataclass(frozen=True, slots=True)
class Offsite:
    """Everything a tenant has off-site. region: "" when none is chosen and there is no default.

    problem: why nothing is shipped at all, "" when something is.
    """

    region: str
    is_default: bool
    newest: Snapshot | None
    lying: tuple[Lying, ...]
    regions: tuple[str, ...]
    problem: str

    @property
    def current(self) -> list[Lying]:
        return [one for one in self.lying if one.is_current]

    @property
    def earlier(self) -> list[Lying]:
        return [one for one in self.lying if not one.is_current]


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where copies of a tenant lie or are going to. region: "" for none. current: stores that take
    what is sealed from now on; earlier: others that something lies in."""

    region: str
    current: tuple[OffsiteStore, ...]
    earlier: tuple[OffsiteStore, ...]


def whereabouts(tenant: Tenant) -> Whereabouts:
    """The same as offsite_of() tells, without how far each store reaches. Two queries."""
    region = region_of(tenant)
    shipped = Q(pk__in=OffsiteCopy.objects.filter(tenant=tenant).values("store"))
    takes = _is_open_to(tenant) & Q(region=region)
    with no_scope("stores that a tenant's bundles are shipped to, or were"):
        stores = OffsiteStore.objects.filter(shipped | takes).annotate(takes=takes)
        found = list(stores.order_by("name"))
    current = tuple(one for one in found if region and one.takes)
    return Whereabouts(region, current, tuple(one for one in found if one not in current))


def region_of(tenant: Tenant) -> str:
    """The region that the tenant's bundles may lie in, "" for none."""
    with tenant_scope(tenant.pk):
        chosen = OffsiteRegion.objects.filter(tenant=tenant).first()
    return chosen.region if chosen else str(settings.HOLDFAST_REGION)


def stores_for(tenant: Tenant) -> list[OffsiteStore]:
    """The stores that the tenant's bundles go to now: of its region, its MSP's or everybody's."""
    region = region_of(tenant)
    return [one for one in _open_to(tenant) if one.region == region] if region else []


def tenants_by_region(msp: MSP) -> dict[str, int]:
    """How many of an MSP's tenants have their bundles in each region. One query; needs a scope that
    has them."""
    looked_after = Tenant.objects.filter(msp=msp, state__in=PROVED_STATES)
    chosen = Coalesce("offsite_region__region", Value(str(settings.HOLDFAST_REGION)))
    rows = looked_after.annotate(lies_in=chosen).values_list("lies_in").annotate(Count("pk"))
    return dict(rows.order_by())


def stores_of_installation() -> list[OffsiteStore]:
    """The stores that the installation's own bundle goes to."""
    with no_scope("stores of the installation belong to nobody in particular"):
        return list(OffsiteStore.objects.filter(enabled=True, takes_installation=True))


def offsite_of(tenant: Tenant) -> Offsite:
    """Where the tenant's history lies besides here."""
    region = region_of(tenant)
    open_to, current = _open_to(tenant), stores_for(tenant)
    with tenant_scope(tenant.pk):
        is_default = not OffsiteRegion.objects.filter(tenant=tenant).exists()
        copies = {one.store_id: one for one in OffsiteCopy.objects.filter(tenant=tenant)}
        positions = Snapshot.objects.filter(tenant=tenant).order_by("-seq")
        newest = positions.first()
        waiting = {
            seq: positions.filter(seq__gt=seq).last()
            for seq in {0, *(copy.through_seq for copy in copies.values())}
        }
    with no_scope("stores that a tenant's bundles were shipped to"):
        elsewhere = list(
            OffsiteStore.objects.filter(pk__in=copies).exclude(pk__in=[s.pk for s in current])
        )
    lying = []
    for store in (*current, *elsewhere):
        copy = copies.get(store.pk)
        reached = copy.through_seq if copy else 0
        oldest = waiting.get(reached)
        lying.append(
            Lying(
                store,
                copy,
                store in current,
                (newest.seq if newest else 0) - reached,
                oldest.sealed_at if oldest else None,
            )
        )
    regions = tuple(sorted({store.region for store in open_to}))
    return Offsite(
        region, is_default, newest, tuple(lying), regions, _problem(region, bool(current))
    )


def key_copies_of(tenant: Tenant) -> list[OffsiteKeyCopy]:
    """The copies of the tenant's key that lie off-site and were not destroyed."""
    with tenant_scope(tenant.pk):
        found = OffsiteKeyCopy.objects.filter(tenant=tenant, destroyed_at=None)
        return list(found.order_by("put_at"))


def _open_to(tenant: Tenant) -> list[OffsiteStore]:
    with no_scope("stores of the installation belong to nobody in particular"):
        return list(OffsiteStore.objects.filter(_is_open_to(tenant)).order_by("name"))


def _is_open_to(tenant: Tenant) -> Q:
    return Q(Q(msp=None) | Q(msp_id=tenant.msp_id), enabled=True)


def _problem(region: str, has_store: bool) -> str:
    if not region:
        return "No region is chosen for this tenant, so nothing of it is shipped."
    if not has_store:
        return f"There is no off-site store in the region {region}, so nothing is shipped."
    return ""
