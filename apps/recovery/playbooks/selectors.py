"""Which playbooks there are: those that Holdfast comes with, then the MSP's own by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.recovery.models import Playbook
from apps.recovery.playbooks.builtin import BUILTIN
from apps.recovery.playbooks.filters import Filter
from apps.tenants.models import MSP


@dataclass(frozen=True, slots=True)
class Offered:
    """A playbook that can be used. key: what it is called by; an MSP's own by its id."""

    key: str
    description: str
    filter: Filter
    is_builtin: bool

    @property
    def name(self) -> str:
        return self.filter.name

    @property
    def kinds(self) -> list[str]:
        """What it is about: everything of these."""
        return sorted(self.filter.kinds)

    @property
    def along(self) -> list[str]:
        """The kinds of what it takes along."""
        return sorted(self.filter.refers_to | self.filter.referred_by)


def playbooks(msp_id: UUID) -> QuerySet[Playbook]:
    """An MSP's own playbooks, by name."""
    return Playbook.objects.filter(msp_id=msp_id).order_by("name", "pk")


def offered(msp_id: UUID) -> list[Offered]:
    """Every playbook that can be used on an MSP's tenants. One query."""
    builtin = [Offered(one.key, one.description, one.filter, True) for one in BUILTIN.values()]
    return [*builtin, *map(_own, playbooks(msp_id))]


def access_playbook(msp: MSP, playbook_id: UUID) -> Playbook:
    """One of this MSP's own. Raises NotFound."""
    found = playbooks(msp.pk).select_related("msp").filter(pk=playbook_id).first()
    if found is None:
        raise _none()
    return found


def filter_of(msp_id: UUID, key: str, object_ids: Iterable[str] = ()) -> Filter:
    """What a playbook selects, about these objects where it asks for one.

    Raises NotFound for a key that is not offered, Invalid for objects where none is asked for, or
    none where one is.
    """
    if key in BUILTIN:
        return BUILTIN[key].filter.about(object_ids)
    try:
        wanted = UUID(key)
    except ValueError:
        raise _none() from None
    found = playbooks(msp_id).filter(pk=wanted).first()
    if found is None:
        raise _none()
    return _own(found).filter.about(object_ids)


def _own(row: Playbook) -> Offered:
    kept = replace(Filter.from_json(row.filter), name=row.name)
    return Offered(str(row.pk), row.description, kept, False)


def _none() -> NotFound:
    return NotFound("There is no such playbook.", code="no-such-playbook")
