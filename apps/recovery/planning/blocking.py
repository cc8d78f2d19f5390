"""What has to be settled before a plan may run, and how it can be settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from apps.diffs.batches import batched
from apps.diffs.choices import ChangeType, Recoverable
from apps.diffs.models import DifferenceReport, ReportChange
from apps.entra.catalogue import kind
from apps.recovery.planning.drafts import Draft, Key
from apps.recovery.planning.references import Directory, Found

UNRESOLVED: Final = "unresolved-reference"
CREATED_SINCE: Final = "created-since"
BRING_BACK: Final = "bring-back"
MAP: Final = "map"
LEAVE_OUT: Final = "leave-out"
KEEP: Final = "keep"
REMOVE: Final = "remove"
# A plan names so many of them one by one. The others come up when those are settled.
NAMED = 500
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Blocker:
    """Something that must be settled before the plan may run. data: ids, never names."""

    draft: Draft
    text: str
    code: str = ""
    choices: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)

    def as_json(self, numbers: Mapping[Key, int]) -> dict[str, Any]:
        """As plans keep it. numbers: of the steps."""
        said = {"code": self.code, "choices": list(self.choices), "data": dict(self.data)}
        step = numbers[self.draft.key]
        return {"step": step, "text": self.text, **{k: v for k, v in said.items() if v}}


def unresolved(draft: Draft, found: Found, directory: Directory) -> Blocker:
    """A step would refer to something that was deleted for good and is not made anew."""
    known = directory.id_before(found)
    return Blocker(
        draft,
        f"{kind(draft.kind).title} {draft.object_id} would refer to {found.value} in {found.path}, "
        "which was deleted for good. Bring it back as well, have another object take its place, or "
        "leave it out on purpose.",
        UNRESOLVED,
        (MAP, LEAVE_OUT),
        {
            "value": found.value,
            "kind": found.kind,
            "by": found.by,
            "path": found.path,
            **({"object_id": known} if known else {}),
        },
    )


def bound_to_former(draft: Draft, found: Found) -> Blocker:
    """What comes out of the bin names, for good, what another object takes the place of.

    A service principal keeps its appId (https://learn.microsoft.com/graph/api/serviceprincipal-update);
    its application has another one once it is made anew.
    """
    return Blocker(
        draft,
        f"{kind(draft.kind).title} {draft.object_id} lies in the recycle bin and names "
        f"{found.value} in {found.path}, which cannot be changed. What it names is "
        "made anew and gets another one, so this would come back as part of nothing. Delete it "
        "from the recycle bin for good and make a new difference report: then it is made anew as "
        "well, with what hangs on it. Or take it, or what it names, out of the selection.",
    )


def created_since(draft: Draft) -> Blocker:
    """Nobody has said yet what becomes of an object that was created or restored since."""
    return Blocker(
        draft,
        f"{kind(draft.kind).title} {draft.object_id} was created or restored since the snapshot: "
        "say whether it stays or is removed again.",
        CREATED_SINCE,
        (KEEP, REMOVE),
        {"object_id": draft.object_id},
    )


def named(
    report: DifferenceReport, blockers: Iterable[Blocker], numbers: Mapping[Key, int]
) -> list[dict[str, Any]]:
    """The blockers as a plan keeps them: once for each step and thing, no more than NAMED."""
    found = [one.as_json(numbers) for one in blockers]
    found.sort(key=lambda one: (one["step"], one["text"]))
    shown, rest = found[:NAMED], found[NAMED:]
    made = _can_be_made(report, {one.get("data", {}).get("object_id", "") for one in shown})
    for one in shown:
        if one.get("code") == UNRESOLVED and one["data"].get("object_id") in made:
            one["choices"] = [BRING_BACK, *one["choices"]]
    if rest:
        text = f"{len(rest)} more of the kind come up when those that are named are settled."
        shown.append({"step": rest[0]["step"], "text": text})
    return shown


def _can_be_made(report: DifferenceReport, object_ids: set[str]) -> frozenset[str]:
    """Those of the objects that the report knows to be gone for good, and that can be made anew."""
    found: set[str] = set()
    for batch in batched(sorted(object_ids - {""}), _BATCH):
        rows = ReportChange.objects.filter(
            report=report,
            subject="object",
            change=ChangeType.HARD_DELETED,
            recoverable__in=(Recoverable.YES, Recoverable.PARTLY),
            object_id__in=batch,
        )
        found.update(rows.values_list("object_id", flat=True))
    return frozenset(found)
