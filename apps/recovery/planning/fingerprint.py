"""The digest of a plan: what an approval is pinned to.

SHA-256 over one canonical JSON document to a line: first the plan's own fields, then each step in
order with everything it says and sends. The same function is used when a plan is made and when it
is about to run, then over what the database holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from apps.core import canonical
from apps.recovery.models import Plan, Step
from apps.recovery.planning.ordering import Placed

_STEP_FIELDS = (
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


def digest_of(plan: Plan, steps: Iterable[dict[str, Any]]) -> bytes:
    """The 32-byte digest of a plan and its steps as `step_fields` gives them, in order."""
    digest = hashlib.sha256(b"holdfast:plan\0" + canonical.dumps(_plan_fields(plan)))
    for fields in steps:
        digest.update(b"\n" + canonical.dumps(fields))
    return digest.digest()


def stored_digest(plan: Plan) -> bytes:
    """The digest of a plan as the database holds it, its requests unsealed."""
    rows = Step.objects.filter(plan=plan).order_by("order").iterator(chunk_size=500)
    return digest_of(plan, (_stored_fields(step) for step in rows))


def placed_fields(placed: Placed) -> dict[str, Any]:
    """A step that is being planned, as it is digested and stored."""
    draft = placed.draft
    own = {"order": placed.order, "wave": placed.wave, "depends_on": list(placed.depends_on)}
    lists = {"targets": list(draft.targets), "attributes": list(draft.attributes)}
    rest = {name: getattr(draft, name) for name in _STEP_FIELDS if name not in own | lists}
    return {
        **own,
        **lists,
        **rest,
        "assumes": _hex(draft.assumes),
        "wants": _hex(draft.wants),
        "content": draft.content or {},
    }


def _stored_fields(step: Step) -> dict[str, Any]:
    return {
        **{name: getattr(step, name) for name in _STEP_FIELDS},
        "assumes": _hex(step.assumes),
        "wants": _hex(step.wants),
        "content": step.unseal(),
    }


def _plan_fields(plan: Plan) -> dict[str, Any]:
    # What came later into plans is left out where it says nothing: older digests stay true.
    later = {
        "risks": plan.risks,
        "undoes": str(plan.undoes_id) if plan.undoes_id else "",
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
