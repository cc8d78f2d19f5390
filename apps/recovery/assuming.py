"""What a step takes for granted, and whether it can be taken back: in words, beside its request."""

from __future__ import annotations

from apps.entra.catalogue import SoftDelete, kind
from apps.entra.catalogue.model import Clearing
from apps.recovery.choices import Action
from apps.recovery.models import Step

_GONE = "It is gone for good: neither there nor in the recycle bin."
_ASSUMES: dict[Action, str] = {
    Action.UNDELETE: "It is in the recycle bin.",
    Action.CREATE: _GONE,
    Action.RETURN: "It comes back with what it hangs on; the run looks whether it has.",
    Action.SECRET: "It is there.",
    Action.LINK_ADD: "The link is not there. One that is there already is left as it is.",
    Action.LINK_REMOVE: "The link is there. One that is gone already stays so.",
    Action.SOFT_DELETE: "It is there.",
    Action.REMOVE: "It is there.",
}
_VALUES = "{names} as in the snapshot that the plan was made from. Otherwise nothing is written."
_IN_BETWEEN = (
    "Whatever {names} hold between two requests of this plan: the requests before it are looked at."
)
_REVERSIBLE: dict[Action, str] = {
    Action.UNDELETE: "Yes: it goes to the recycle bin again.",
    Action.CREATE: "Yes: it is deleted again. Its ids stay other ones than before.",
    Action.RETURN: "Yes: it goes with what it hangs on.",
    Action.SECRET: "Yes: the new secret is taken away again.",
    Action.LINK_ADD: "Yes: the link is removed again.",
    Action.LINK_REMOVE: "Yes: the link is added again.",
    Action.SOFT_DELETE: "Yes: it comes back from the recycle bin, for 30 days.",
    Action.REMOVE: "Yes: it is made anew, with another id.",
}
_WRITTEN_BACK = "Yes: the values of before are in the snapshot that the run takes first."
_NO_BIN = "No: this kind has no recycle bin. Undoing it makes it anew, with another id."
_LOST = "No: {reasons}"


def assumption_of(step: Step) -> str:
    """What has to be so for the step to be carried out; empty for what writes nothing."""
    if not step.writes:
        return ""
    if step.action in _ASSUMES:
        return _ASSUMES[Action(step.action)]
    names = ", ".join(step.attributes)
    return (_VALUES if step.assumes else _IN_BETWEEN).format(names=names)


def reversal_of(step: Step) -> str:
    """Whether the step can be taken back, and how or why not; empty for what writes nothing."""
    if not step.writes:
        return ""
    if step.reversible:
        return _REVERSIBLE.get(Action(step.action), _WRITTEN_BACK)
    if step.action == Action.REMOVE and kind(step.kind).soft_delete is SoftDelete.NONE:
        return _NO_BIN
    return _LOST.format(reasons=" ".join(_why(step)) or "what it changes cannot be written again.")


def _why(step: Step) -> list[str]:
    known = kind(step.kind).by_name
    found = []
    for name in step.attributes:
        if name not in known:
            continue
        if name in _TAKEN_AWAY:
            found.append(_TAKEN_AWAY[name])
        elif known[name].clear is Clearing.NEVER:
            found.append(f"{name} had no value, and Graph does not let it be emptied.")
    return found


_TAKEN_AWAY = {
    "passwordCredentials": "a secret that is taken away cannot come back: nobody knows its text."
}
