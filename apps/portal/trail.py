"""What a person may read of the audit trail, and how the pages narrow it down."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import QueryDict

from apps.access import selectors as access
from apps.access.models import User
from apps.access.rights import VIEW_AUDIT
from apps.access.selectors import Named
from apps.access.veils import veils_for_person
from apps.audit.choices import Category
from apps.audit.filtering import KINDS, RecordFilter, filtered
from apps.audit.models import AuditRecord
from apps.audit.registry import all_events
from apps.audit.searching import Reach, by_people, visible
from apps.audit.veils import Veils
from apps.core.scope import msp_scope
from apps.tenants.models import MSP, Tenant

# Everybody whose name or address contains what was typed, up to this many.
PEOPLE = 200
FILTERS = ("text", "person", "category", "event", "kind", "tenant", "request", "since", "until")


@dataclass(frozen=True, slots=True)
class Trail:
    """The records that one page or file is about. msps: those whose own records are among them.

    veils: of which records the reader is not told who did it. whole_msps: those all of whose
    tenants are among them.
    """

    rows: QuerySet[AuditRecord]
    tenants: Sequence[Tenant | Named]
    msps: list[MSP]
    veils: Veils
    whole_msps: frozenset[UUID] = frozenset()

    def scope(self) -> AbstractContextManager[None]:
        """The scope of the tenants."""
        return msp_scope({one.pk: one.msp_id for one in self.tenants}, whole_msps=self.whole_msps)

    def msps_of_tenants(self) -> list[MSP]:
        """The MSPs that look after the tenants. One query, where not all of them are known."""
        known = {msp.pk: msp for msp in self.msps}
        wanted = dict.fromkeys(one.msp_id for one in self.tenants)
        others = [msp_id for msp_id in wanted if msp_id not in known]
        known |= MSP.objects.in_bulk(others) if others else {}
        return [known[msp_id] for msp_id in wanted]


def of_person(person: User, right: str = VIEW_AUDIT) -> Trail:
    """Everything that a person may read, over all tenants, with what he did himself."""
    reached = access.reached_by(person, right)
    msps = list(access.msps_of(person, right))
    reach = Reach(
        tenant_ids=reached.ids,
        msp_ids=frozenset(msp.id for msp in msps),
        user_id=person.id,
    )
    veils = veils_for_person(person, reached.named)
    return Trail(visible(reach), reached.named, msps, veils, reached.whole_msps)


def of_tenant(person: User, tenant: Tenant) -> Trail:
    """Everything that was done with one tenant, by whomever, as the person may read it."""
    rows = visible(Reach(frozenset({tenant.id})))
    return Trail(rows, [tenant], [], veils_for_person(person, [tenant]))


def narrowed(trail: Trail, query: QueryDict) -> tuple[QuerySet[AuditRecord], RecordFilter]:
    """The records that a query asks for; none when it makes no sense (the filter's form says why).

    person: part of a name, or an e-mail address.
    """
    asked: dict[str, Any] = {
        name: query.getlist(name) if name in ("category", "event", "kind") else query.get(name, "")
        for name in (*FILTERS, "attention")
    }
    asked |= {name: [v for v in asked[name] if v] for name in ("category", "event", "kind")}
    typed = str(asked.pop("person")).strip()
    people = _people(typed) if typed else []
    found = filtered(trail.rows.none() if typed and not people else trail.rows, _data(asked))
    rows = found.qs if found.is_valid() else trail.rows.none()
    return (by_people(rows, people, trail.veils) if people else rows), found


def narrowed_to(query: QueryDict) -> dict[str, str]:
    """What a query narrows the trail down to, by the filter's name."""
    said = {name: ", ".join(query.getlist(name)) for name in (*FILTERS, "attention")}
    return {name: value for name, value in said.items() if value}


def choices(trail: Trail, query: QueryDict) -> dict[str, Any]:
    """What the form offers, and what was chosen."""
    return {
        "categories": Category.choices,
        "events": [event.name for event in all_events()],
        "kinds": KINDS,
        "tenants": trail.tenants,
        "chosen_tenants": query.getlist("tenant"),
        "chosen": {name: query.get(name, "") for name in (*FILTERS, "attention")},
        "is_narrowed": bool(narrowed_to(query)),
    }


def _data(asked: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in asked.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def _people(typed: str) -> list[UUID]:
    found = User.objects.filter(Q(name__icontains=typed) | Q(email__iexact=typed))
    return list(found.order_by("pk").values_list("pk", flat=True)[:PEOPLE])
