"""The forms of schedule and retention, and what they say in the domain's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms

from apps.core.errors import Invalid
from apps.history.models import KeepTemplate
from apps.history.retention.agreed import Agreed
from apps.history.retention.rules import LONGEST, WORDS, KeepRules
from apps.tenants.models import Tenant
from apps.tenants.schedules import WEEK, Blackout, CaptureSchedule

# In minutes; what a schedule has already is offered beside them.
DELTAS = (5, 10, 15, 30, 60, 120, 240, 360, 720)
OBJECTIVES = (15, 30, 60, 120, 240, 480, 720, 1440, 2880, 10080)
PERIOD_WORDS = {
    "all_days": "days of which all are kept",
    "hourly": "hours",
    "daily": "days",
    "weekly": "weeks",
    "monthly": "months",
    "yearly": "years",
}


@dataclass(frozen=True, slots=True)
class RuleField:
    """One number of the rules, as the form asks for it."""

    name: str
    label: str
    words: str
    value: int
    longest: int


def rules_fields(rules: KeepRules) -> list[RuleField]:
    """The numbers of rules in the order in which they are asked for."""
    values = rules.plain()
    return [
        RuleField(name, WORDS[name], PERIOD_WORDS[name], values[name], longest)
        for name, longest in LONGEST.items()
    ]


class RulesForm(forms.Form):
    """Either a template, or numbers."""

    template = forms.UUIDField(required=False)
    all_days = forms.IntegerField(required=False)
    hourly = forms.IntegerField(required=False)
    daily = forms.IntegerField(required=False)
    weekly = forms.IntegerField(required=False)
    monthly = forms.IntegerField(required=False)
    yearly = forms.IntegerField(required=False)

    def rules(self) -> KeepRules:
        """The numbers that were sent; what was left out is none. Raises Invalid."""
        values = self._values()
        return KeepRules.from_plain({name: values.get(name) or 0 for name in LONGEST})

    def template_id(self) -> UUID | None:
        """The template that was chosen, if any. Raises Invalid."""
        found: UUID | None = self._values().get("template")
        return found

    def sent(self) -> list[tuple[str, str]]:
        """What was filled in, to be sent again."""
        return [(name, self.data[name]) for name in self.fields if self.data.get(name)]

    def _values(self) -> dict[str, Any]:
        if not self.is_valid():
            raise Invalid(
                "Fill in whole numbers, or choose a template.",
                code="keep-rules",
                safe="The rules were not changed.",
            )
        return self.cleaned_data


def chosen(form: RulesForm, tenant: Tenant, now: Agreed) -> Agreed:
    """What the form asks for, in place of what is in force; that, where it was not filled in.

    Raises Invalid.
    """
    if not form.sent():
        return now
    template_id = form.template_id()
    if template_id is None:
        return replace(now, rules=form.rules(), template_id=None)
    template = KeepTemplate.objects.filter(pk=template_id, msp_id=tenant.msp_id).first()
    if template is None:
        raise Invalid("There is no such template.", code="no-such-template")
    return replace(now, rules=KeepRules.from_plain(template.rules), template_id=template.pk)


class ScheduleForm(forms.Form):
    """When captures come. Blackouts have forms of their own."""

    time_zone = forms.CharField(max_length=64)
    enabled = forms.BooleanField(required=False)
    full_hour = forms.IntegerField()
    delta_minutes = forms.IntegerField(required=False)
    objective_minutes = forms.IntegerField()
    full_weekday = forms.TypedMultipleChoiceField(
        choices=[(day, day) for day in WEEK], coerce=int, required=False
    )

    @classmethod
    def of(cls, schedule: CaptureSchedule) -> dict[str, Any]:
        """What the page offers, with what is set."""
        plain = schedule.plain()
        return {
            "deltas": _offered(DELTAS, plain["delta_minutes"]),
            "objectives": _offered(OBJECTIVES, plain["objective_minutes"]),
            "delta": plain["delta_minutes"],
            "objective": plain["objective_minutes"],
            "hours": range(24),
            "until_hours": range(1, 25),
        }

    @staticmethod
    def with_blackouts(
        schedule: CaptureSchedule, blackouts: tuple[Blackout, ...]
    ) -> CaptureSchedule:
        """The same schedule with these blackouts. Raises Invalid."""
        return replace(schedule, blackouts=blackouts)

    def schedule(self, standing: CaptureSchedule) -> CaptureSchedule:
        """What was sent, with the blackouts that there are. Raises Invalid."""
        if not self.is_valid():
            raise Invalid(
                "Fill in the time zone, the hour of full captures and the recovery point.",
                code="backup-policy",
                safe="The schedule was not changed.",
            )
        values = self.cleaned_data
        minutes = values["delta_minutes"]
        return CaptureSchedule(
            enabled=values["enabled"],
            time_zone=values["time_zone"].strip(),
            full_hour=values["full_hour"],
            full_weekdays=tuple(sorted(set(values["full_weekday"]))),
            delta_every=timedelta(minutes=minutes) if minutes else None,
            objective=timedelta(minutes=values["objective_minutes"]),
            blackouts=standing.blackouts,
        )


def _offered(minutes: Iterable[int], present: int | None) -> list[tuple[int, timedelta]]:
    offered = sorted({*minutes, *([present] if present else [])})
    return [(number, timedelta(minutes=number)) for number in offered]
