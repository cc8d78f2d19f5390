"""What one can narrow the trail down to. The same filters serve pages, exports and the API."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet, Subquery

from apps.audit.choices import Category, Severity
from apps.audit.models import AuditRecord
from apps.audit.registry import all_events, names_in

# How far clocks may have been put back: numbers grow with time but for that.
_CLOCK_STEP = timedelta(hours=1)
KINDS = (("user", "People"), ("console", "The console"), ("system", "Holdfast itself"))
Records = QuerySet[AuditRecord]


def _event_choices() -> list[tuple[str, str]]:
    return [(event.name, event.name) for event in all_events()]


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]  # it has no types
    """person: ids of users. since, until: moments; a date alone means its first moment."""

    person = django_filters.BaseInFilter(field_name="actor_user_id", label="Person")
    kind = django_filters.MultipleChoiceFilter(
        field_name="actor_kind", choices=KINDS, label="Who acted"
    )
    category = django_filters.MultipleChoiceFilter(
        choices=Category.choices, method="in_categories", label="About"
    )
    event = django_filters.MultipleChoiceFilter(choices=_event_choices, label="Event")
    attention = django_filters.BooleanFilter(
        method="worth_attention", label="Warnings only", widget=forms.CheckboxInput
    )
    tenant = django_filters.UUIDFilter(field_name="tenant_id", label="Customer")
    request = django_filters.CharFilter(
        field_name="request_id", max_length=64, label="Request id", strip=True
    )
    since = django_filters.IsoDateTimeFilter(method="not_before", label="From")
    until = django_filters.IsoDateTimeFilter(method="not_after", label="Until")

    class Meta:
        model = AuditRecord
        fields: tuple[str, ...] = ()

    def in_categories(self, rows: Records, name: str, value: list[str]) -> Records:
        return rows.filter(event__in=names_in(*value)) if value else rows

    def worth_attention(self, rows: Records, name: str, value: bool | None) -> Records:
        if not value:
            return rows
        loud = [event.name for event in all_events() if event.severity <= Severity.WARNING]
        return rows.filter(event__in=loud)

    def not_before(self, rows: Records, name: str, value: datetime) -> Records:
        later = AuditRecord.objects.filter(at__gte=value - _CLOCK_STEP).order_by("at", "number")
        # Records are read by number: without a bound there, all newer or older ones would be too.
        return rows.filter(at__gte=value, number__gte=Subquery(later.values("number")[:1]))

    def not_after(self, rows: Records, name: str, value: datetime) -> Records:
        earlier = AuditRecord.objects.filter(at__lte=value + _CLOCK_STEP).order_by("-at", "-number")
        return rows.filter(at__lte=value, number__lte=Subquery(earlier.values("number")[:1]))


def filtered(rows: Records, query: Any) -> RecordFilter:
    """The records narrowed down by a query (QueryDict or dict); `.is_valid()` says if it holds."""
    return RecordFilter(query, queryset=rows)
