"""Whose yes a recovery needs, by how risky its plan is: pure values, and what is stricter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from apps.core.errors import Invalid
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.working_hours import WorkingHours, working_hours_of

# How risky a plan can be, as apps.diffs.choices.Risk says it; the mildest first.
LEVELS: Final = ("low", "medium", "high")
MOST_APPROVERS: Final = 3
EXPIRY_HOURS: Final = 24
LONGEST_EXPIRY_HOURS: Final = 7 * 24
# By whose people they are, then by how many: whole phrases, since languages put them differently.
_PEOPLE: Final = {
    "msp": ("", "somebody of the MSP", "two of the MSP", "three of the MSP"),
    "customer": ("", "somebody of the customer", "two of the customer", "three of the customer"),
    "side": (
        "",
        "anybody of either side",
        "two people of either side",
        "three people of either side",
    ),
    "anybody": (
        "",
        "anybody who may approve",
        "two people who may approve",
        "three people who may approve",
    ),
    "more of a side": (
        "",
        "one more of either side",
        "two more of either side",
        "three more of either side",
    ),
    "more": (
        "",
        "one more who may approve",
        "two more who may approve",
        "three more who may approve",
    ),
}


@dataclass(frozen=True, slots=True)
class Needed:
    """How many more have to agree: of each side in any case, and of whoever counts beside them."""

    msp: int = 0
    customer: int = 0
    others: int = 0

    @property
    def number(self) -> int:
        return self.msp + self.customer + self.others

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that somebody is still needed of in any case: "msp", "customer"."""
        return tuple(name for name in ("msp", "customer") if getattr(self, name))


@dataclass(frozen=True, slots=True)
class LevelRule:
    """What the recoveries of one level of risk need.

    number: of approvers, 1 to 3. approvals_from: whose people they are; "both" takes one of each
    at least. expiry_hours: so long a request waits. in_hours: approved in working hours alone.
    Raises Invalid.
    """

    number: int = 1
    approvals_from: ApprovalsFrom = ApprovalsFrom.ANY
    expiry_hours: int = EXPIRY_HOURS
    in_hours: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MOST_APPROVERS:
            raise _invalid(f"A recovery is approved by 1 to {MOST_APPROVERS} people.")
        if not 1 <= self.expiry_hours <= LONGEST_EXPIRY_HOURS:
            raise _invalid(f"A request waits from 1 to {LONGEST_EXPIRY_HOURS} hours.")

    @property
    def people(self) -> int:
        """How many approve in all."""
        return max(self.number, len(self.approvals_from.sides))

    def needed(self, agreed: Sequence[str]) -> Needed:
        """Who still has to agree when people of these sides have ("msp", "customer", "neither")."""
        sides = self.approvals_from.sides
        if not sides:
            return Needed(others=max(0, self.people - len(agreed)))
        if len(sides) == 1:
            (side,) = sides
            return Needed(**{side: max(0, self.people - agreed.count(side))})
        absent = {side: int(side not in agreed) for side in sides}
        counting = sum(side in sides for side in agreed)
        return Needed(**absent, others=max(0, self.people - counting - sum(absent.values())))

    def would_count(self, side: str, agreed: Sequence[str]) -> bool:
        """Whether one more of this side brings it nearer, or nobody is needed any more."""
        needed = self.needed(agreed).number
        return not needed or self.needed([*agreed, side]).number < needed

    def needed_words(self, agreed: Sequence[str]) -> str:
        """Who still has to agree, for people; empty for nobody."""
        needed = self.needed(agreed)
        said = [_PEOPLE[side][getattr(needed, side)] for side in needed.sides]
        if needed.others:
            said.append(self._others_words(needed.others, more=bool(said or agreed)))
        return " and ".join(said)

    def _others_words(self, number: int, *, more: bool) -> str:
        if self.approvals_from.sides:
            return _PEOPLE["more of a side" if more else "side"][number]
        return _PEOPLE["more" if more else "anybody"][number]

    def reaches(self, other: "LevelRule") -> bool:
        """Whether this asks for all that the other asks for, or for more."""
        return (
            self._outnumbers(other)
            and self.expiry_hours <= other.expiry_hours
            and self.in_hours >= other.in_hours
        )

    def _outnumbers(self, other: "LevelRule") -> bool:
        """Whether everybody who is enough for this is enough for the other. Two of one side are
        more than one of each: several of a side are only sure where all are of it."""
        sides, others = self.approvals_from.sides, other.approvals_from.sides
        if len(others) == 1 and other.number > 1 and sides != others:
            return False
        return self.people >= other.people and sides >= others

    @property
    def words(self) -> str:
        """For people: "two of the MSP, within 24 hours"."""
        return ", ".join(
            [
                self.needed_words(()),
                "within 1 hour" if self.expiry_hours == 1 else f"within {self.expiry_hours} hours",
                *(["in working hours"] if self.in_hours else []),
            ]
        )

    def plain(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {
            "number": self.number,
            "approvals_from": self.approvals_from.value,
            "expiry_hours": self.expiry_hours,
            "in_hours": self.in_hours,
        }


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """The rule of every level, the working hours, and whether glass may be broken at all."""

    low: LevelRule = field(default_factory=LevelRule)
    medium: LevelRule = field(default_factory=LevelRule)
    high: LevelRule = field(default_factory=LevelRule)
    hours: WorkingHours = field(default_factory=WorkingHours)
    break_glass: bool = False

    @property
    def levels(self) -> dict[str, LevelRule]:
        return {level: self.of(level) for level in LEVELS}

    def of(self, level: str) -> LevelRule:
        """The rule of one level of LEVELS."""
        if level not in LEVELS:
            raise ValueError(f"{level!r} is no level of risk")
        rule: LevelRule = getattr(self, level)
        return rule

    @property
    def sides(self) -> ApprovalsFrom:
        """The sides that some level asks for, whichever it is."""
        asked = {side for rule in self.levels.values() for side in rule.approvals_from.sides}
        return next(one for one in ApprovalsFrom if one.sides == asked)

    def reaches(self, other: "ApprovalRules") -> bool:
        """Whether these are as strict as the others in everything. If not, they loosen them."""
        if self.break_glass and not other.break_glass:
            return False
        for level, rule in self.levels.items():
            before = other.of(level)
            if not rule.reaches(before):
                return False
            if before.in_hours and not self.hours.within(other.hours):
                return False
        return True

    def expires_at(self, level: str, asked_at: datetime) -> datetime:
        """Until when a request waits. One that is approved in working hours alone, and would end
        outside them, waits until the end of the next working day."""
        rule = self.of(level)
        ends = asked_at + timedelta(hours=rule.expiry_hours)
        if not rule.in_hours or self.hours.holds(ends):
            return ends
        return self.hours.next_close(ends)

    def plain(self) -> dict[str, Any]:
        """As a row keeps it."""
        return {
            "levels": {level: rule.plain() for level, rule in self.levels.items()},
            "hours": self.hours.plain(),
            "break_glass": self.break_glass,
        }


def rules_from(values: Mapping[str, Any]) -> ApprovalRules:
    """Rules from their plain values. Raises Invalid."""
    levels = {level: _level_from(values["levels"][level]) for level in LEVELS}
    return ApprovalRules(
        **levels, hours=working_hours_of(values["hours"]), break_glass=values["break_glass"]
    )


def same_for_all(rule: LevelRule, *, time_zone: str = "UTC", **more: Any) -> ApprovalRules:
    """Rules that ask the same of every level."""
    hours = WorkingHours(time_zone=time_zone)
    return ApprovalRules(low=rule, medium=rule, high=rule, hours=hours, **more)


LOOSEST: Final = same_for_all(LevelRule(expiry_hours=LONGEST_EXPIRY_HOURS), break_glass=True)


def _level_from(values: Mapping[str, Any]) -> LevelRule:
    try:
        whose = ApprovalsFrom(values["approvals_from"])
    except ValueError:
        raise _invalid("Choose whose approval recoveries need.") from None
    return LevelRule(values["number"], whose, values["expiry_hours"], values["in_hours"])


def _invalid(message: str) -> Invalid:
    return Invalid(message, code="approval-rules", safe="Nothing was changed.")
