"""What pages need to show the domain's values to people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.access import roles
from apps.access.people_selectors import Standing
from apps.core.languages.choosing import shown, shown_each
from apps.history.retention.rules import KeepRules
from apps.portal import approval_forms, job_names, keeping_calendar, presenting, widgets
from apps.portal.naming import Names
from apps.recovery.models import RulesChange

register = template.Library()

TONES = {
    "good": (
        "passed",
        "sent",
        "done",
        "ready",
        "handed-out",
        "brought",
        "understood",
        "complete",
        "approved",
        "connected",
        "active",
        "yes",
        "low",
    ),
    "bad": ("failed", "refused", "denied", "no", "high", "hard-deleted"),
    "warn": (
        "partial",
        "not understood",
        "unlicensed",
        "unsupported",
        "held",
        "grace",
        "incomplete",
        "waiting",
        "surveyed",
        "pending",
        "partly",
        "medium",
        "expired",
        "complete-with-warnings",
        "passed-with-issues",
        "unverified",
        "soft-deleted",
        "skipped",
    ),
    "busy": (
        "queued",
        "running",
        "capturing",
        "comparing",
        "checking",
        "verifying",
        "proving",
        "surveying",
        "bringing",
    ),
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states}


@register.simple_tag
def state(value: str, words: str) -> SafeString:
    """A state as a word with a colour."""
    return format_html(
        '<span class="state is-{}">{}</span>', TONE_OF.get(value, "plain"), shown(words)
    )


@register.filter
def words(name: str) -> str:
    """A kind's or a link's name in words."""
    return presenting.words(name)


@register.filter
def people_names(standings: list[Standing]) -> str:
    """What people are called, in a line."""
    return ", ".join(one.user.name for one in standings)


@register.filter
def role_labels(names: list[str]) -> str:
    """Roles as people call them."""
    return shown_each(roles.labels(names))


@register.filter
def job_words(kind: str) -> str:
    """What a job does, for people."""
    return job_names.job_words(kind)


@register.simple_tag
def difference(before: Any, after: Any, names: Names) -> dict[str, SafeString]:
    """Both values in full, the parts that differ marked: {"before": html, "after": html}."""
    old, new = presenting.side_by_side(before, after, names)
    return {"before": old, "after": new}


@register.simple_tag
def brief_difference(before: Any, after: Any, names: Names) -> dict[str, SafeString]:
    """Both values in a line each, of lists only what came or went."""
    old, new = presenting.in_brief(before, after, names)
    return {"before": old, "after": new}


@register.simple_tag
def request_text(content: Any, names: Names) -> SafeString:
    """A step's request as it is sent, with the name beside each id that is known."""
    return presenting.request_text(content, names)


@register.simple_tag
def value_text(thing: Any, names: Names) -> SafeString:
    """A property's value for people, with the name beside each id that is known."""
    return presenting.value_text(thing, names)


@register.filter
def duration(length: timedelta | None) -> str:
    """A length of time in at most two units."""
    if length is None:
        return ""
    seconds = max(0, round(length.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    said = [f"{number} {unit}" for number, unit in units if number]
    return " ".join(said[:2]) or "0 s"


@register.filter
def seconds(number: float) -> timedelta:
    """A number of seconds as a length of time."""
    return timedelta(seconds=number)


@register.filter
def percent_of(part: float, whole: float) -> int:
    """A share as a whole number from 0 to 100."""
    return round(100 * part / whole) if whole else 0


@register.filter
def total(counts: dict[str, int]) -> int:
    return sum(counts.values())


@register.filter
def get(mapping: dict[str, Any], key: str) -> Any:
    return mapping.get(key)


@register.filter
def minus(later: datetime, earlier: datetime) -> timedelta:
    return later - earlier


@register.filter
def rules_words(plain: dict[str, int]) -> str:
    """Keep rules, as a row has them, in words."""
    return shown(KeepRules.from_plain(plain).words)


@register.filter
def rule_differences(change: RulesChange) -> list[tuple[str, str, str]]:
    """What a change of approval rules changes: what, how it was, and how it would be."""
    return approval_forms.differences(change)


register.simple_tag(widgets.options, name="tenant_options")
register.simple_tag(widgets.boxes, name="tenant_boxes")
register.simple_tag(widgets.links, name="tenant_links")
register.simple_tag(keeping_calendar.squares, name="day_squares")


@register.filter
def preview_query(after: dict[str, Any]) -> str:
    """The query by which a preview shows what a change of retention leads to."""
    return urlencode(after["rules"])
