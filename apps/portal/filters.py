"""What lists can be narrowed by, declared."""

from __future__ import annotations

from collections.abc import Collection

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.functional import lazy
from django.utils.translation import gettext_noop

from apps.access import people_selectors as people
from apps.access import roles
from apps.access.models import Membership
from apps.access.selectors import Named
from apps.core.languages.choosing import shown
from apps.portal.widgets import LongSelect, TenantChoices
from apps.recovery.choices import RunState
from apps.recovery.models import Run
from apps.tenants.models import MSP

_DATE = forms.DateInput(attrs={"type": "date"})
# Looked up when a form is shown, not when this module is read.
_lazily = lazy(shown, str)
ROLE_CHOICES = [(role.name, _lazily(role.label)) for role in roles.ROLES.values()]


class StaffFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is not typed
    """An MSP's people by name or address, by role, and by second factor."""

    who = django_filters.CharFilter(method="by_text", label="Name or address")
    role = django_filters.ChoiceFilter(
        method="by_role", label="Role", choices=ROLE_CHOICES, empty_label=_lazily("any")
    )
    factor = django_filters.ChoiceFilter(
        method="by_factor",
        label="Second factor",
        choices=[("yes", _lazily("set up")), ("no", _lazily("missing"))],
        empty_label=_lazily(gettext_noop("either")),
    )

    class Meta:
        model = Membership
        fields: tuple[str, ...] = ()

    def by_text(self, rows: QuerySet[Membership], _: str, text: str) -> QuerySet[Membership]:
        return rows.filter(Q(user__name__icontains=text) | Q(user__email__icontains=text))

    def by_role(self, rows: QuerySet[Membership], _: str, name: str) -> QuerySet[Membership]:
        return people.having_role(rows, name)

    def by_factor(self, rows: QuerySet[Membership], _: str, value: str) -> QuerySet[Membership]:
        return people.having_factor(rows, present=value == "yes")


class RunFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter is not typed
    """Recoveries by tenant, MSP and state, by when they were asked to begin, and undos alone."""

    tenant = django_filters.ChoiceFilter(
        label="Tenant", empty_label=_lazily("all"), widget=LongSelect
    )
    msp = django_filters.ModelChoiceFilter(
        field_name="tenant__msp",
        queryset=lambda _: MSP.objects.none(),
        label="MSP",
        empty_label=_lazily("all"),
    )
    state = django_filters.ChoiceFilter(
        label="State",
        choices=[(value, _lazily(label)) for value, label in RunState.choices],
        empty_label=_lazily("any"),
    )
    sort = django_filters.ChoiceFilter(
        method="by_sort",
        label="Sort",
        choices=[("undo", _lazily("undos alone")), ("failures", _lazily("with failures"))],
        empty_label=_lazily("all"),
    )
    since = django_filters.DateFilter(
        field_name="queued_at", lookup_expr="date__gte", label="From", widget=_DATE
    )
    until = django_filters.DateFilter(
        field_name="queued_at", lookup_expr="date__lte", label="To", widget=_DATE
    )

    class Meta:
        model = Run
        fields: tuple[str, ...] = ()

    def __init__(self, data: QueryDict, rows: QuerySet[Run], mine: Collection[Named]) -> None:
        super().__init__(data, queryset=rows)
        self.filters["tenant"].extra["choices"] = TenantChoices(mine)
        msps = {one.msp_id for one in mine}
        self.filters["msp"].queryset = MSP.objects.filter(pk__in=msps).order_by("name")
        if len(msps) < 2:
            del self.filters["msp"]

    def by_sort(self, rows: QuerySet[Run], _: str, value: str) -> QuerySet[Run]:
        if value == "undo":
            return rows.filter(request__plan__undoes__isnull=False)
        return rows.filter(counts__failures__gt=0)
