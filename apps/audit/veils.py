"""Whose names a reader is not told: those of an MSP's people, after the customer went to another.

The records stay as they are, and say what was done. Only to the new MSP the people of the old one
are "Somebody at" it; the customer reads on who they were.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.audit.choices import Category
from apps.audit.models import AuditRecord
from apps.audit.registry import EventType

WITHHELD = "(withheld)"
# What is said in these is about the customer, not about people.
_ABOUT_THE_CUSTOMER = (Category.CUSTOMER, Category.BACKUP, Category.RECOVERY, Category.SUPPORT)
# Done by platform operators, who belong to no MSP.
_BY_OPERATORS = ("support_session.started", "support_session.request")


@dataclass(frozen=True, slots=True)
class Veil:
    """Over a tenant's records up to one of them. whose: the MSP that looked after it until then.

    named: ids of the customer's own people, who are named as before; whoever is not known to be
    one of them is not. is_lifted: that time was the reader's own MSP's, which knows its people.
    """

    up_to: int
    whose: str
    named: frozenset[UUID]
    is_lifted: bool = False

    @property
    def somebody(self) -> str:
        return f"Somebody at {self.whose}"


# By tenant, each tenant's from the oldest on.
Veils = Mapping[UUID, Sequence[Veil]]
NO_VEILS: Veils = {}


def over(row: AuditRecord, veils: Veils) -> Veil | None:
    """The veil over one record, None where everything is told."""
    of_tenant = veils.get(row.tenant_id, ()) if row.tenant_id else ()
    found = next((veil for veil in of_tenant if row.number <= veil.up_to), None)
    return None if found is None or found.is_lifted else found


def hides_actor(row: AuditRecord, veil: Veil) -> bool:
    """Whether the veil hides who acted."""
    if row.actor_user_id is None or row.event in _BY_OPERATORS:
        return False
    return row.actor_user_id not in veil.named


def veiled(row: AuditRecord, kind: EventType, said: dict[str, Any], veil: Veil) -> dict[str, Any]:
    """What is left of an opened personal part."""
    left = dict(said)
    if hides_actor(row, veil):
        left["name"] = veil.somebody
        for name in ("os_user", "address", "on_behalf_of"):
            left.pop(name, None)
    elif not _is_about_others(row, kind, veil):
        return left
    if kind.category in _ABOUT_THE_CUSTOMER:
        return left
    if _is_about_others(row, kind, veil):
        left["subject"] = veil.somebody
    hidden = [f"data.{name}" for name in kind.personal] + ["reason"]
    left |= {name: WITHHELD for name in hidden if name in left}
    left.pop("before", None)
    left.pop("after", None)
    return left


def _is_about_others(row: AuditRecord, kind: EventType, veil: Veil) -> bool:
    """Whether its subject is a person who is not one of the customer's own."""
    if kind.category not in (Category.PEOPLE, Category.SIGN_IN):
        return False
    if "user_id" in kind.fields:
        return str(row.data.get("user_id", "")) not in {str(one) for one in veil.named}
    return kind.category == Category.PEOPLE and hides_actor(row, veil)
