"""Keeping what comes out of the bin from taking effect before it is as in the snapshot.

A Conditional Access policy is in force again, as it was deleted, the moment it is undeleted; an
attacker who took its exclusions away before deleting it would lock everybody out through us. Graph
has no way to undelete one switched off, so it is switched off by the very next request, and the
update that makes it right gives it its state with everything else, in one request.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from apps.entra import writing
from apps.recovery import reasons, states
from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, undelete_key
from apps.recovery.requests import content_of

if TYPE_CHECKING:
    from apps.recovery.planning.objects import ObjectChange


@dataclass(frozen=True, slots=True)
class Holding:
    """The step that switches the object off, and the change that is left to make after it."""

    draft: Draft
    change: ObjectChange
    names: tuple[str, ...]


def held_back(change: ObjectChange, names: tuple[str, ...]) -> Holding | None:
    """How to hold back an undeleted object whose attributes `names` are to be written; None where
    it takes no effect."""
    of, how = change.kind, change.kind.held
    if how is None or not names or change.after.get(how.property) not in how.in_force:
        return None
    switched_off = {**change.after, how.property: how.value}
    (request,) = writing.update_requests(
        of,
        change.row.object_id,
        current=change.after,
        wanted=switched_off,
        attributes=(how.property,),
    )
    draft = change.blank(reasons.HELD_BACK)
    draft.action = Action.PREPARE
    draft.lane = request.lane
    draft.content = content_of(request)
    draft.attributes = (how.property,)
    draft.assumes = states.of_attributes(of, change.after, draft.attributes)
    draft.wants = states.of_attributes(of, switched_off, draft.attributes)
    draft.needs = {undelete_key(of.name, change.row.object_id)}
    # Whoever does not bring the state back gets the one that it was deleted with.
    final = (change.before if how.property in names else change.after)[how.property]
    rest = replace(change, after=switched_off, before={**change.before, how.property: final})
    return Holding(draft, rest, tuple(dict.fromkeys((*names, how.property))))
