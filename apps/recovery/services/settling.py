"""Answering what blocks a plan. A plan is never changed: the answers make another one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from apps.access import rights
from apps.core.actor import Actor
from apps.core.errors import Invalid
from apps.jobs.models import Job
from apps.recovery.choices import CreatedSince
from apps.recovery.models import Plan
from apps.recovery.selection import Selection
from apps.recovery.services.plans import make_plan, plan_or_enqueue


@dataclass(frozen=True, slots=True)
class Answers:
    """What was decided about a plan's blockers.

    bring_back: ids of objects that are gone and are made anew as well. mapped: {what is gone: what
    is written in its place}. left_out: what is gone and is left out. created: {object id: "keep" or
    "remove"} of what was created since; created_rest: the same for all that are not named.
    """

    bring_back: frozenset[str] = frozenset()
    mapped: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    created: Mapping[str, str] = field(default_factory=dict)
    created_rest: str = ""

    @property
    def is_empty(self) -> bool:
        named = (self.bring_back, self.mapped, self.left_out, self.created, self.created_rest)
        return not any(named)


def settle_plan(*, actor: Actor, plan: Plan, answers: Answers) -> Plan | Job:
    """The plan with the answers in it, made from the same report; the job that makes it where that
    takes long.

    Whatever was answered before still holds, unless it is answered anew. Raises what make_plan()
    raises; Invalid for no answer at all.
    """
    rights.require(actor, rights.REQUEST_RECOVERY, plan.tenant)
    if answers.is_empty:
        raise Invalid("Nothing was decided.", todo="Choose what becomes of each.")
    selection = _with(Selection.from_json(plan.selection), answers)
    if plan.undoes_id:
        return make_plan(actor=actor, report=plan.report, selection=selection, undoes=plan.undoes)
    return plan_or_enqueue(actor=actor, report=plan.report, selection=selection)


def _with(before: Selection, answers: Answers) -> Selection:
    mapped = {**before.mapped, **answers.mapped}
    left_out = (before.left_out | answers.left_out) - answers.mapped.keys()
    # Who is brought back is referred to again.
    for one in answers.bring_back | answers.left_out:
        mapped.pop(one, None)
    asks = before.ask_created and not answers.created_rest
    remove = before.remove_created
    if answers.created_rest:
        remove = CreatedSince(answers.created_rest) == CreatedSince.REMOVE
    return replace(
        before,
        object_ids=before.object_ids | answers.bring_back,
        mapped=mapped,
        left_out=left_out - answers.bring_back,
        created_answers={**before.created_answers, **answers.created},
        ask_created=asks,
        remove_created=remove,
    )
