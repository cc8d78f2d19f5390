"""What the undo of a run cannot take back, said before anybody asks for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from apps.entra.catalogue import SoftDelete, kind
from apps.recovery import reasons
from apps.recovery.choices import Action
from apps.recovery.models import HandOver, Run, StepResult
from apps.recovery.undoing.touched import WROTE

MADE_ANEW = "made-anew"
MADE_ANEW_WITHOUT_BIN = "made-anew-without-bin"
UNDELETED = "undeleted"
BINNED = "binned"
REMOVED = "removed"
NOT_MAKEABLE = "not-makeable"
REMOVED_ASIDE = "removed-aside"
PASSWORDS = "passwords"

WORDS: dict[str, str] = {
    MADE_ANEW: (
        "made anew by the run, gone for good before it. They go to the recycle bin, and what "
        "refers to them keeps their new ids."
    ),
    MADE_ANEW_WITHOUT_BIN: (
        "made anew by the run, gone for good before it. Their kind has no recycle bin, so they are "
        "removed for good again."
    ),
    UNDELETED: (
        "brought back from the recycle bin. They go there again with the values and links that "
        "they have now, not with those that they were deleted with, and Entra's 30 days begin anew."
    ),
    BINNED: (
        "moved to the recycle bin. They come back only while Entra keeps them there, 30 days; "
        "after that they are made anew."
    ),
    REMOVED: "removed for good. They are made anew, with new ids.",
    NOT_MAKEABLE: "removed for good. Microsoft Graph has no way to make them anew: they stay gone.",
    REMOVED_ASIDE: (
        "removed for good after they came back with something from the recycle bin. They stay gone."
    ),
    PASSWORDS: "first passwords made up by the run. Who has read one still knows it.",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """So many things of one sort that an undo does not leave exactly as they were."""

    code: str
    count: int

    @property
    def words(self) -> str:
        return WORDS[self.code]


def losses_of(run: Run) -> list[Loss]:
    """By sort, in the order of WORDS. Two queries, whatever the run's size."""
    results = StepResult.objects.filter(run=run, state__in=WROTE)
    rows = results.order_by().values_list(
        "step__action", "step__kind", "step__reason", "step__object_id"
    )
    counts = Counter(
        code for action, name, reason, _ in rows.distinct() if (code := _code(action, name, reason))
    )
    counts[PASSWORDS] = HandOver.objects.filter(run=run).count()
    return [Loss(code, counts[code]) for code in WORDS if counts[code]]


def _code(action: str, name: str, reason: str) -> str:
    of = kind(name)
    if action == Action.CREATE:
        has_bin = of.soft_delete != SoftDelete.NONE
        return MADE_ANEW if has_bin else MADE_ANEW_WITHOUT_BIN
    if action == Action.UNDELETE:
        return UNDELETED
    if action == Action.SOFT_DELETE:
        return BINNED
    if action == Action.REMOVE and reason == reasons.GAINED_ASIDE:
        return REMOVED_ASIDE
    if action == Action.REMOVE:
        return REMOVED if of.create_path else NOT_MAKEABLE
    return ""
