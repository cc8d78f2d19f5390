"""The stores of an MSP's own, which its Tenant Managers set up themselves.

What an MSP says is not trusted as the operator is: such a store is never a folder of this machine,
never reached by what the machine itself may do, and never in an internal network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.db.models import Count, Max, Q

from apps.access import rights
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotFound
from apps.core.scope import no_scope
from apps.history.choices import StoreLock
from apps.history.models import OffsiteStore
from apps.history.offsite import opening, selectors, services
from apps.history.offsite.errors import NotLocked, StoreRefused, StoreUnavailable
from apps.history.offsite.reaching import refuse_inside
from apps.tenants.models import MSP

SORTS: Final = {"s3": "S3", "azure": "Azure Blob"}
# What each sort is opened with, all of it or one of it.
NEEDED: Final = {
    "s3": ("access_key_id", "secret_access_key"),
    "azure": ("account_key", "sas_token"),
}
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")
_REGION = re.compile(r"[a-z0-9-]{0,40}")
_LONGEST_NAME, _LONGEST_ADDRESS, _MOST_DAYS = 80, 500, 36_500


@dataclass(frozen=True, slots=True)
class UsedStore:
    """A store as an MSP sees it. is_own: it may change it, and see its address.

    tenants: of the MSP's, that ship to it now; holds: how many it has something of. shipped_at,
    read_back_at: the last of any.
    """

    store: OffsiteStore
    is_own: bool
    tenants: int
    holds: int
    shipped_at: datetime | None
    read_back_at: datetime | None

    @property
    def sort(self) -> str:
        scheme = self.store.address.partition(":")[0]
        return SORTS.get(scheme, "")


def stores_of(msp: MSP) -> list[UsedStore]:
    """The MSP's own stores and those of the installation that take its tenants, by name. Three
    queries."""
    of_msp = Q(copies__tenant__msp=msp)
    with no_scope("an MSP's stores and those of the installation"):
        found = list(
            OffsiteStore.objects.filter(Q(msp=msp) | Q(msp=None))
            .annotate(
                holds=Count("copies", filter=of_msp, distinct=True),
                shipped_at=Max("copies__shipped_at", filter=of_msp),
                read_back_at=Max("copies__read_back_at", filter=of_msp),
            )
            .order_by("name")
        )
        using = selectors.tenants_by_region(msp)
    used = [
        UsedStore(
            store=one,
            is_own=one.msp_id == msp.pk,
            tenants=using.get(one.region, 0) if one.enabled else 0,
            holds=one.holds,
            shipped_at=one.shipped_at,
            read_back_at=one.read_back_at,
        )
        for one in found
    ]
    return [one for one in used if one.is_own or one.tenants or one.holds]


def add_own_store(
    *,
    actor: Actor,
    msp: MSP,
    name: str,
    region: str,
    address: str,
    credentials: dict[str, str],
    lock: str,
    lock_days: int,
) -> OffsiteStore:
    """Set up a store for the tenants of an MSP, after asking it how it protects.

    Raises NotFound, NotAllowed, Conflict for what the store answers, and Invalid.
    """
    rights.require_on_msp(actor, rights.MANAGE_TENANT, msp)
    _refuse_beyond(name, address, lock_days)
    refuse_untrusted(address, credentials)
    with _told():
        return services.add_store(
            actor=actor,
            name=name,
            region=region,
            address=address,
            credentials={key: value for key, value in credentials.items() if value},
            lock=_lock(lock),
            lock_days=lock_days,
            msp=msp,
            by_msp=True,
        )


def change_own_store(
    *,
    actor: Actor,
    store: OffsiteStore,
    enabled: bool | None = None,
    credentials: dict[str, str] | None = None,
    lock_days: int | None = None,
) -> OffsiteStore:
    """Switch a store off or on, give it other credentials or a longer lock. What lies there stays.

    Raises NotFound, NotAllowed, Conflict for what the store answers, and Invalid.
    """
    _require(actor, store)
    _refuse_beyond(store.name, store.address, lock_days or 0)
    if credentials is not None:
        refuse_untrusted(store.address, credentials)
        credentials = {key: value for key, value in credentials.items() if value}
    with _told():
        return services.change_store(
            actor=actor, store=store, enabled=enabled, credentials=credentials, lock_days=lock_days
        )


def try_own_store(*, actor: Actor, store: OffsiteStore) -> str:
    """Ask a store how it protects, as every shipping does first; its answer.

    Nothing is written there. Raises NotFound, NotAllowed, and Conflict with what is wrong with it.
    """
    _require(actor, store)
    with _told(), no_scope("a store belongs to nobody in particular"):
        opening.look_at(store)
    return store.protection


def access_own_store(msp: MSP, store_id: UUID) -> OffsiteStore:
    """A store of this MSP's own. Raises NotFound."""
    with no_scope("an MSP's own store"):
        found = OffsiteStore.objects.filter(msp=msp, pk=store_id).select_related("msp").first()
    if found is None:
        raise NotFound("There is no such off-site store.")
    return found


def refuse_untrusted(address: str, credentials: dict[str, str]) -> None:
    """Raise Invalid unless an MSP may name this store: not a folder, with credentials of its own,
    and outside of this house."""
    parts = urlsplit(address.strip())
    if parts.scheme not in SORTS:
        raise _refused("It begins with s3:// or azure://.")
    known = _BUCKET if parts.scheme == "s3" else _ACCOUNT
    region = parse_qs(parts.query).get("region", [""])[0]
    if not known.fullmatch(parts.netloc) or not _REGION.fullmatch(region):
        raise _refused("Its bucket, account or region has letters that none has.")
    given = [name for name in NEEDED[parts.scheme] if credentials.get(name)]
    if not given or (parts.scheme == "s3" and len(given) < len(NEEDED["s3"])):
        raise Invalid(
            "The credentials of the store are missing.",
            code="offsite-credentials",
            safe="Nothing was changed.",
            todo="Give it a key that may write and read there, and may not remove.",
        )
    refuse_inside(address)


@contextmanager
def _told() -> Iterator[None]:
    """What a store answers is for the person who asked, and nothing that is wrong with us."""
    try:
        yield
    except (NotLocked, StoreRefused, StoreUnavailable) as error:
        raise Conflict(error.message, code=error.code, safe=error.safe, todo=error.todo) from error


def _require(actor: Actor, store: OffsiteStore) -> None:
    if store.msp is None:
        raise NotFound("There is no such off-site store.")
    rights.require_on_msp(actor, rights.MANAGE_TENANT, store.msp)


def _refuse_beyond(name: str, address: str, lock_days: int) -> None:
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise _refused(f"Its name has 1 to {_LONGEST_NAME} letters.")
    if len(address) > _LONGEST_ADDRESS:
        raise _refused(f"Its address has more than {_LONGEST_ADDRESS} letters.")
    if lock_days > _MOST_DAYS:
        raise _refused("A lock lasts a hundred years at most.")


def _lock(lock: str) -> str:
    if lock not in StoreLock.values:
        raise Invalid("Choose how what is shipped is locked.", code="offsite-lock")
    return lock


def _refused(why: str) -> Invalid:
    return Invalid(
        f"This store cannot be taken. {why}", code="offsite-address", safe="Nothing was changed."
    )
