"""Whether what the plan brings back takes effect at once, or only reports what it would do.

A Conditional Access policy that is in force decides who gets in; one that is undeleted, made anew
or switched on again comes back as report-only unless somebody chose otherwise, and is enabled by a
plan of its own. A policy that is in force now stays so, however it was changed: to switch it off
would open what it shuts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.diffs.choices import ChangeType
from apps.diffs.models import ReportChange
from apps.entra.catalogue import kind
from apps.recovery import reasons
from apps.recovery.choices import Action, PoliciesAs
from apps.recovery.planning.drafts import Draft
from apps.recovery.selection import Selection

Body = Mapping[str, Any]
_WRITING = frozenset({Action.CREATE, Action.UPDATE})


def on_trial(selection: Selection, row: ReportChange, before: Body, after: Body) -> Body:
    """What of a body is written otherwise than the snapshot has it; empty where nothing is.

    before, after: the object at the snapshot and now (in the bin: as it would come back).
    """
    how = kind(row.kind).held
    if how is None or not how.trial or selection.policies_as != PoliciesAs.REPORT_ONLY:
        return {}
    if before.get(how.property) not in how.in_force:
        return {}
    is_in_force = row.change == ChangeType.UPDATED and after.get(how.property) in how.in_force
    return {} if is_in_force else {how.property: how.trial}


def tell_trial(draft: Draft, trial: Body) -> None:
    """Give a draft that writes something otherwise than in the snapshot the reason for it."""
    if draft.action in _WRITING and not trial.keys().isdisjoint(draft.attributes):
        draft.reason = reasons.REPORT_ONLY
