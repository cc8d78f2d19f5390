"""The steps that give applications new client secrets in place of those that nobody brings back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import uuid4

from apps.core import clock
from apps.entra import writing
from apps.recovery import reasons, states
from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, create_key
from apps.recovery.planning.objects import ObjectChange
from apps.recovery.requests import content_of


def renewal_drafts(change: ObjectChange, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """One new secret for an object that lost some; none where it lost none that are still good.

    drafts: what the plan does with the object. The secret comes after what they do with others.
    """
    of, object_id = change.kind, change.row.object_id
    if not writing.takes_secrets(of):
        return
    planned = [one for one in drafts if one.writes]
    anew = create_key(of.name, object_id) in {one.key for one in planned}
    held = {} if anew else change.after
    lost = writing.lost_secrets(change.before, held, now=clock.now())
    if not lost or not (anew or held):
        return
    # Found again by it, should nobody hear the answer.
    name = f"Holdfast {uuid4().hex[:16]}"
    request, back = writing.new_secret(of, object_id, name=name, lost=lost)
    draft = change.blank(reasons.NEW_SECRET)
    draft.action = Action.SECRET
    draft.lane = request.lane
    draft.content = {**content_of(request), "takes_back": content_of(back)["request"]}
    draft.attributes = (writing.SECRETS,)
    draft.assumes = states.of_object(states.PRESENT)
    draft.wants = states.of_secret(name)
    draft.needs = {
        one.key
        for one in planned
        if one.action in {Action.CREATE, Action.UNDELETE} or writing.SECRETS in one.attributes
    }
    yield draft
