"""The form of approval rules, and what pages show of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import QueryDict
from django.utils.translation import gettext_noop

from apps.core.errors import Invalid
from apps.diffs.choices import Risk
from apps.recovery.models import RulesChange
from apps.recovery.rules import Agreed
from apps.tenants.approval_rules import (
    LEVELS,
    MOST_APPROVERS,
    ApprovalRules,
    LevelRule,
    rules_from,
)
from apps.tenants.choices import ApprovalsFrom

EXPIRIES: Final = (1, 2, 4, 8, 12, 24, 48, 72, 120, 168)
# The words on the page; those of ApprovalsFrom are for one approver.
FROM_WORDS: Final = {
    ApprovalsFrom.ANY: "anybody who may approve",
    ApprovalsFrom.MSP: gettext_noop("the MSP"),
    ApprovalsFrom.CUSTOMER: "the customer",
    ApprovalsFrom.BOTH: "both sides, one of each at least",
}


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level of risk as the form shows it. expiries: hours that are offered."""

    level: str
    label: str
    rule: LevelRule
    expiries: list[int]


def level_rows(rules: ApprovalRules) -> list[LevelRow]:
    """The levels, the mildest first."""
    return [
        LevelRow(level, Risk(level).label, rule, sorted({*EXPIRIES, rule.expiry_hours}))
        for level, rule in rules.levels.items()
    ]


def choices() -> dict[str, Any]:
    """What the form offers, whatever the rules are."""
    return {
        "numbers": range(1, MOST_APPROVERS + 1),
        "from_words": [(one.value, words) for one, words in FROM_WORDS.items()],
        "hours_of_day": range(24),
        "until_hours": range(1, 25),
    }


def rules_in(form: QueryDict) -> ApprovalRules:
    """The rules that a form says. Raises Invalid."""
    return rules_from(
        {
            "levels": {level: _level_in(form, level) for level in LEVELS},
            "hours": {
                "time_zone": form.get("time_zone", ""),
                "weekdays": [_number(day) for day in form.getlist("weekday")],
                "begin": _number(form.get("begin", "")),
                "end": _number(form.get("end", "")),
            },
            "break_glass": "break_glass" in form,
        }
    )


def differences(change: RulesChange) -> list[tuple[str, str, str]]:
    """What a change changes, how it was, and how it would be, for people."""
    before, after = Agreed.from_plain(change.before), Agreed.from_plain(change.after)
    sides = zip(_said(before).items(), _said(after).values(), strict=True)
    return [(what, was, then) for (what, was), then in sides if was != then]


def _said(what: Agreed) -> dict[str, str]:
    rules = {level.label: level.rule.words for level in level_rows(what.rules)}
    return {
        **{f"{level} risk": words for level, words in rules.items()},
        "Working hours": what.rules.hours.words,
        "Break-glass approval": "allowed" if what.rules.break_glass else "off",
        "What the customer insists on": _floor_words(what),
    }


def _floor_words(what: Agreed) -> str:
    if what.floor is None:
        return "nothing"
    said = [f"{level} risk: {rule.words}" for level, rule in what.floor.levels.items()]
    return "; ".join([*said, *(["no break-glass approval"] if what.forbids_glass else [])])


def _level_in(form: QueryDict, level: str) -> dict[str, Any]:
    return {
        "number": _number(form.get(f"{level}_number", "")),
        "approvals_from": form.get(f"{level}_from", ""),
        "expiry_hours": _number(form.get(f"{level}_expiry", "")),
        "in_hours": f"{level}_in_hours" in form,
    }


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 3:
        raise Invalid(
            "The form was not filled in.", code="approval-rules", safe="Nothing was changed."
        )
    return int(text)
