"""Filters that people save: each his own, and those that an MSP's staff share."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import F

from apps.access import rights
from apps.access.models import Membership, SavedFilter
from apps.access.services import guards
from apps.access.services.acting import acting
from apps.access.services.tagging import LONGEST as LONGEST_TAG
from apps.access.services.tagging import MOST as MOST_TAGS
from apps.access.sides import On
from apps.core.actor import Actor
from apps.core.errors import Conflict, Invalid, NotFound

LONGEST_NAME: Final = 60
LONGEST_TEXT: Final = 200
MOST: Final = 50


@acting
def save_filter(
    *,
    actor: Actor,
    name: str,
    text: str = "",
    tags: Iterable[str] = (),
    need: str = "",
    shared: bool = False,
) -> SavedFilter:
    """Keep what the list of tenants is narrowed to, in place of the actor's own of that name.

    It belongs to his work for his MSP, and only there it can be shared. Raises Invalid for one
    that narrows nothing or is too long, Conflict when he has too many, NotFound for somebody who
    belongs to nobody.
    """
    membership = _membership(actor)
    wanted = _wanted(text, tags, need)
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME:
        raise Invalid(
            f"A filter needs a name of at most {LONGEST_NAME} characters.", code="filter-name"
        )
    if shared and membership.msp_id is None:
        raise Invalid("Only an MSP's staff share filters.", code="filter-shared")
    own = SavedFilter.objects.filter(membership=membership)
    found = own.filter(name__iexact=called).first()
    if found is None and own.count() >= MOST:
        raise Conflict(
            f"You have {MOST} filters already.", code="too-many-filters", todo="Remove one first."
        )
    found = found or SavedFilter(membership=membership)
    found.name, found.wanted, found.shared = called, wanted, shared
    found.save()
    if shared:
        guards.record(actor, "filter.shared", _side(membership), called)
    return found


@acting
def remove_filter(*, actor: Actor, filter_id: UUID) -> None:
    """Forget a filter: one's own, or one that was shared by whoever's people one manages.

    Raises NotFound, NotAllowed for a shared one that is neither.
    """
    found = SavedFilter.objects.select_related("membership__msp").filter(pk=filter_id).first()
    if found is None or not (found.shared or found.membership.user_id == actor.user_id):
        raise NotFound("There is no such filter.", code="no-such-filter")
    msp = found.membership.msp
    if found.membership.user_id != actor.user_id and msp is not None:
        rights.require_on_msp(actor, rights.MANAGE_PEOPLE, msp)
    found.delete()
    if found.shared:
        guards.record(actor, "filter.removed", _side(found.membership), found.name)


def _membership(actor: Actor) -> Membership:
    """Where the actor works: for his MSP, or else for the customer that he belongs to."""
    found = None
    if actor.user_id is not None:
        rows = Membership.objects.filter(user_id=actor.user_id).select_related("msp", "tenant")
        found = rows.order_by(F("tenant_id").desc(nulls_first=True), "since").first()
    if found is None:
        raise NotFound("Filters are kept for people of an MSP or a customer.", code="not-a-member")
    return found


def _wanted(text: str, tags: Iterable[str], need: str) -> dict[str, object]:
    names = list(dict.fromkeys(tags))
    if not (text.strip() or names or need):
        raise Invalid(
            "This filter narrows nothing.", code="filter-empty", todo="Filter the tenants first."
        )
    is_long = len(text) > LONGEST_TEXT or len(need) > LONGEST_NAME or len(names) > MOST_TAGS
    if is_long or any(len(name) > LONGEST_TAG for name in names):
        raise Invalid("This filter is too long to be kept.", code="filter-long")
    return {"text": text.strip(), "tags": names, "need": need}


def _side(membership: Membership) -> On:
    side = membership.msp or membership.tenant
    assert side is not None  # noqa: S101 - the database says so too
    return side
