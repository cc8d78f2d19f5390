"""What pages need to show the domain's values to people."""

from __future__ import annotations

import difflib
from datetime import datetime, timedelta
from typing import Any

import orjson
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

TONES = {
    "good": ("done", "complete", "approved", "connected", "active", "yes", "low"),
    "bad": ("failed", "refused", "denied", "no", "high", "hard-deleted"),
    "warn": (
        "partial",
        "unlicensed",
        "held",
        "incomplete",
        "waiting",
        "pending",
        "partly",
        "not-yet",
        "medium",
        "expired",
        "complete-with-warnings",
        "unverified",
        "soft-deleted",
        "skipped",
    ),
    "busy": ("queued", "running", "capturing", "comparing", "checking", "verifying", "proving"),
}
TONE_OF = {state: tone for tone, states in TONES.items() for state in states}
LONGEST_TEXT_COMPARED = 4000


@register.simple_tag
def state(value: str, words: str) -> SafeString:
    """A state as a word with a colour."""
    return format_html('<span class="state is-{}">{}</span>', TONE_OF.get(value, "plain"), words)


@register.filter
def value(thing: Any) -> str:
    """An attribute's value as people read it: text as it is, structures as indented JSON."""
    if thing is None:
        return ""
    if isinstance(thing, str):
        return thing
    if isinstance(thing, bool):
        return "yes" if thing else "no"
    if isinstance(thing, list) and all(isinstance(item, str) for item in thing):
        return "\n".join(thing)
    return orjson.dumps(thing, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS).decode()


@register.simple_tag
def difference(before: Any, after: Any) -> dict[str, SafeString]:
    """Both values with the parts that differ marked: {"before": html, "after": html}."""
    old, new = value(before), value(after)
    if not old or not new or max(len(old), len(new)) > LONGEST_TEXT_COMPARED:
        return {"before": format_html("{}", old), "after": format_html("{}", new)}
    return {"before": _marked(old, new, "del"), "after": _marked(new, old, "ins")}


def _marked(text: str, other: str, element: str) -> SafeString:
    opcodes = difflib.SequenceMatcher(None, text, other, autojunk=False).get_opcodes()
    parts = ((tag == "equal", text[start:end]) for tag, start, end, _, _ in opcodes)
    plain, marked = "{}", f"<{element}>{{}}</{element}>"
    pieces = (format_html(plain if same else marked, part) for same, part in parts if part)
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped


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
def percent_of(part: float, whole: float) -> int:
    """A share as a whole number from 0 to 100."""
    return round(100 * part / whole) if whole else 0


@register.filter
def total(counts: dict[str, int]) -> int:
    return sum(counts.values())


@register.filter
def hexadecimal(digest: bytes | memoryview) -> str:
    return bytes(digest).hex()


@register.filter
def get(mapping: dict[str, Any], key: str) -> Any:
    return mapping.get(key)


@register.filter
def bar_height(part: float, whole: float) -> int:
    """The height of a timeline's bar in steps from 0 to 10; something is never nothing."""
    if not part or not whole:
        return 0
    return max(1, round(10 * part / whole))


@register.filter
def minus(later: datetime, earlier: datetime) -> timedelta:
    return later - earlier
