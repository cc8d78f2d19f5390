"""The digest of a plan: what an approval is pinned to.

SHA-256 over one canonical JSON document to a line: first the plan's own fields, then each step in
order with everything it says and sends. The same function is used when a plan is made and when it
is about to run, then over what the database holds.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from apps.core import canonical
from apps.recovery.models import Plan, Step
from apps.recovery.planning.ordering import Placed

STEP_FIELDS = (
    "order",
    "wave",
    "lane",
    "action",
    "kind",
    "object_id",
    "parent_id",
    "link",
    "targets",
    "attributes",
    "depends_on",
    "reason",
    "because_of",
    "reversible",
)


class PlanDigest:
    """The digest of a plan, to which its steps are told one by one, in order."""

    def __init__(self, plan: Plan) -> None:
        self._digest = hashlib.sha256(b"holdfast:plan\0" + canonical.dumps(_plan_fields(plan)))

    def add(self, fields: dict[str, Any]) -> None:
        """The next step, as placed_fields() gives it."""
        self._digest.update(b"\n" + canonical.dumps(fields))

    def digest(self) -> bytes:
        """32 bytes over the plan and every step told so far."""
        return self._digest.digest()


def stored_digest(plan: Plan) -> bytes:
    """The digest of a plan as the database holds it, its requests unsealed."""
    digest = PlanDigest(plan)
    for step in Step.objects.filter(plan=plan).order_by("order").iterator(chunk_size=500):
        digest.add(_stored_fields(step))
    return digest.digest()


def placed_fields(placed: Placed) -> dict[str, Any]:
    """A step that is being planned, as it is digested and stored: its content as the bytes that
    it will be sealed as, which are canonical JSON already."""
    draft = placed.draft
    own = {"order": placed.order, "wave": placed.wave, "depends_on": list(placed.depends_on)}
    lists = {"targets": list(draft.targets), "attributes": list(draft.attributes)}
    rest = {name: getattr(draft, name) for name in STEP_FIELDS if name not in own | lists}
    return {
        **own,
        **lists,
        **rest,
        "assumes": _hex(draft.assumes),
        "wants": _hex(draft.wants),
        "content": orjson.Fragment(draft.packed or b"{}"),
    }


def _stored_fields(step: Step) -> dict[str, Any]:
    return {
        **{name: getattr(step, name) for name in STEP_FIELDS},
        "assumes": _hex(step.assumes),
        "wants": _hex(step.wants),
        "content": step.unseal(),
    }


def _plan_fields(plan: Plan) -> dict[str, Any]:
    # What came later into plans is left out where it says nothing: older digests stay true.
    later = {
        "risks": plan.risks,
        "estimate": plan.estimate,
        "undoes": str(plan.undoes_id) if plan.undoes_id else "",
        "native": plan.native,
    }
    return {
        **{name: value for name, value in later.items() if value},
        "plan": str(plan.pk),
        "tenant": str(plan.tenant_id),
        "report": str(plan.report_id),
        "base_seq": plan.base_seq,
        "assumed_seq": plan.assumed_seq,
        "selection": plan.selection,
        "blockers": plan.blockers,
    }


def _hex(value: bytes | memoryview | None) -> str | None:
    return None if value is None else bytes(value).hex()
