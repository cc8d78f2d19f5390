"""How much changed lately in many tenants, of what was counted by risk. Needs a scope of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncDate
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from apps.diffs.models import ChangeVolume


class Risks(NamedTuple):
    """Numbers of changes by risk."""

    low: int = 0
    medium: int = 0
    high: int = 0

    @property
    def total(self) -> int:
        return self.low + self.medium + self.high

    @property
    def words(self) -> str:
        """For people, the worst first: "1 high, 12 low"."""
        said = ((self.high, _("%s high")), (self.medium, _("%s medium")), (self.low, _("%s low")))
        parts = [
            words % number_format(number, force_grouping=True) for number, words in said if number
        ]
        return ", ".join(parts) or _("no changes")


_SUMS = tuple(Sum(name) for name in Risks._fields)


def changes_since(at: datetime) -> dict[UUID, Risks]:
    """By tenant of the scope, what its snapshots since then brought; those without any are left
    out. One query, which costs what was counted since then.
    """
    rows = ChangeVolume.objects.filter(taken_at__gte=at)
    sums = rows.order_by().values_list("tenant_id").annotate(*_SUMS)
    return {tenant_id: Risks(*numbers) for tenant_id, *numbers in sums}


def changes_by_day(
    tenant_ids: Collection[UUID], since: datetime, zone: tzinfo
) -> dict[UUID, dict[date, Risks]]:
    """By tenant and by day of a time zone, what the snapshots since then brought. One query."""
    rows = ChangeVolume.objects.filter(tenant_id__in=tenant_ids, taken_at__gte=since)
    days = rows.annotate(day=TruncDate("taken_at", tzinfo=zone)).order_by()
    found: dict[UUID, dict[date, Risks]] = defaultdict(dict)
    for tenant_id, day, *numbers in days.values_list("tenant_id", "day").annotate(*_SUMS):
        found[tenant_id][day] = Risks(*numbers)
    return dict(found)
