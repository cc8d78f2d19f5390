from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.common import OneOrMore, Person
from apps.api.serializers.diffs import KIND_NAMES, LONGEST_LIST
from apps.api.serializers.planning import Blocker, PlanChoices
from apps.diffs.choices import Risk
from apps.recovery.choices import Action, PoliciesAs, RequestState, RunState
from apps.recovery.guards.showing import risks_with_words
from apps.recovery.models import NativeRun, RecoveryRequest
from apps.recovery.models import Run as RunRow
from apps.recovery.native.waiting import page_of_sign_in, signing_in_needed
from apps.recovery.selectors import native_part
from apps.recovery.services.requesting import LONGEST_UNDO


class PlanRisks(serializers.ListSerializer[Any]):
    def to_representation(self, data: Any) -> list[Any]:
        return super().to_representation(risks_with_words(data))


class PlanRisk(serializers.Serializer[Any]):
    """Something that could go wrong. data: ids and numbers, as the user's guide gives them for each
    code. what, why, todo: for people."""

    code = serializers.CharField()
    level = serializers.ChoiceField(Risk.choices)
    steps = serializers.ListField(child=serializers.IntegerField())
    data = serializers.DictField()  # type: ignore[assignment]
    what = serializers.CharField()
    why = serializers.CharField()
    todo = serializers.CharField()

    class Meta:
        list_serializer_class = PlanRisks


class Plan(serializers.Serializer[Any]):
    """What would be done, fixed for good: the digest covers it all, and is what gets approved."""

    id = serializers.UUIDField()
    report_id = serializers.UUIDField()
    digest = serializers.CharField(source="digest_hex")
    base = serializers.IntegerField(source="base_seq")
    assumed = serializers.IntegerField(source="assumed_seq")
    selection = serializers.DictField()
    counts = serializers.DictField()
    blockers = Blocker(many=True)
    risk = serializers.ChoiceField(Risk.choices)
    risks = PlanRisk(many=True, source="*")
    estimate = serializers.DictField(
        help_text="How long it takes by lane, the licence seats it needs, what never comes back, "
        "and who has to be told; ids instead of names. Empty in old plans."
    )
    native = serializers.DictField(
        help_text="Where Microsoft's own recovery carries the plan out: its snapshot_id, taken_at, "
        "apart_seconds, filters (one for each of its jobs), changes, seconds, and licensed: if "
        "the tenant has Entra ID P1 or P2, null if not known. Empty where Holdfast does."
    )
    created_at = serializers.DateTimeField()
    created_by = Person(allow_null=True)


class SelectedLink(Strict):
    link = serializers.CharField(max_length=64)
    source_id = serializers.CharField(max_length=256)
    target_id = serializers.CharField(max_length=256)


class SelectionBody(PlanChoices):
    """The union of what its fields name. changes: positions in the report. attributes: names by
    object id. remove_created: also undo creations that are only named by `everything` or `kinds`.
    policies_as: whether Conditional Access policies that are not in force come back in force.
    new_secrets: make new client secrets where lost ones cannot come back. people_blocked: accounts
    that are made anew stay switched off until their first password was handed over.
    """

    everything = serializers.BooleanField(default=False)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(KIND_NAMES), max_length=LONGEST_LIST, default=list
    )
    object_ids = serializers.ListField(
        child=serializers.CharField(max_length=256), max_length=LONGEST_LIST, default=list
    )
    changes = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1),
        max_length=LONGEST_LIST,
        default=list,
    )
    attributes = serializers.DictField(
        child=serializers.ListField(
            child=serializers.CharField(max_length=128), max_length=LONGEST_LIST
        ),
        default=dict,
    )
    links = SelectedLink(many=True, default=list)
    remove_created = serializers.BooleanField(default=False)
    policies_as = serializers.ChoiceField(PoliciesAs.choices, default=PoliciesAs.REPORT_ONLY)
    new_secrets = serializers.BooleanField(default=False)
    people_blocked = serializers.BooleanField(default=False)
    native = serializers.CharField(
        max_length=64,
        allow_blank=True,
        default="",
        help_text="The id of a snapshot of Microsoft's own near the report's base: its recovery "
        "carries the plan out. Takes everything, kinds or object_ids, and policies as they were.",
    )


class PlanBody(Strict):
    report_id = serializers.UUIDField()
    selection = SelectionBody()


class Step(serializers.Serializer[Any]):
    """One operation of a plan, without the request it sends."""

    order = serializers.IntegerField(source="step.order")
    wave = serializers.IntegerField(source="step.wave")
    lane = serializers.CharField(source="step.lane")
    action = serializers.ChoiceField(Action.choices, source="step.action")
    kind = serializers.CharField(source="step.kind")
    object_id = serializers.CharField(source="step.object_id")
    label = serializers.CharField()  # type: ignore[assignment]
    link = serializers.CharField(source="step.link")
    targets = serializers.ListField(child=serializers.CharField(), source="step.targets")
    target_labels = serializers.ListField(child=serializers.CharField())
    attributes = serializers.ListField(child=serializers.CharField(), source="step.attributes")
    depends_on = serializers.ListField(child=serializers.IntegerField(), source="step.depends_on")
    reason = serializers.CharField()
    assumes = serializers.CharField()
    reversible = serializers.BooleanField(source="step.reversible")
    reversal = serializers.CharField()


class Request(serializers.Serializer[RecoveryRequest]):
    """A plan put forward. It is decided in the portal, by somebody else, never by a token."""

    id = serializers.UUIDField()
    plan_id = serializers.UUIDField()
    digest = serializers.SerializerMethodField()
    state = serializers.ChoiceField(RequestState.choices)
    risk = serializers.ChoiceField(Risk.choices, source="plan.risk")
    reason = serializers.CharField()
    requested_by = Person()
    requested_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    decided_by = Person(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    decision_reason = serializers.CharField()
    broke_glass = serializers.BooleanField()
    run_id = serializers.SerializerMethodField()
    undo_hours = serializers.IntegerField(
        help_text="For so many hours after it the undo needs no second approval; 0: it does."
    )
    approved_in = serializers.UUIDField(
        source="approved_in_id",
        allow_null=True,
        help_text="Of an undo: the request with which it was approved.",
    )

    def get_digest(self, row: RecoveryRequest) -> str:
        """The plan's digest when it was put forward."""
        return bytes(row.digest).hex()

    def get_run_id(self, row: RecoveryRequest) -> str | None:
        """The run that the approval started, null before."""
        run = getattr(row, "run", None)
        return str(run.pk) if run else None


class RequestBody(Strict):
    plan_id = serializers.UUIDField()
    reason = serializers.CharField(max_length=2000)
    undo_hours = serializers.IntegerField(min_value=0, max_value=LONGEST_UNDO, default=0)


class ReasonBody(Strict):
    """reason: for the people concerned, and for the audit trail."""

    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


class RunQuery(Strict):
    """since, until: when they were queued, both included. undo: undos alone, or none."""

    state = OneOrMore(child=serializers.ChoiceField(RunState.choices), required=False)
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False)
    undo = serializers.BooleanField(required=False, allow_null=True, default=None)


class Differing(serializers.Serializer[Any]):
    """A thing that a step did not find as the plan assumes. Values are on the run's page."""

    step = serializers.IntegerField()
    kind = serializers.CharField()
    object_id = serializers.CharField()
    link = serializers.CharField()
    target_id = serializers.CharField()
    attributes = serializers.ListField(child=serializers.CharField())


class Differs(serializers.Serializer[Any]):
    """How many they are, and the first 200 of them."""

    count = serializers.IntegerField(default=0)
    named = Differing(many=True, default=list)


class SkipBody(Strict):
    """reason: who reads the trail later wants to know it."""

    reason = serializers.CharField(max_length=2000)


class NativeJob(serializers.Serializer[Any]):
    """A job of Microsoft's, in its own words. found: objects and links that differ, null until it
    has counted them. objects, links, failed: what it says that it wrote, and could not."""

    job_id = serializers.CharField()
    status = serializers.CharField(allow_blank=True)
    asked_at = serializers.DateTimeField(allow_null=True)
    found = serializers.IntegerField(allow_null=True)
    objects = serializers.IntegerField()
    links = serializers.IntegerField()
    failed = serializers.IntegerField()


class NativePart(serializers.Serializer[Any]):
    """What Microsoft's own recovery does of a run. jobs: those begun so far, the newest last;
    jobs_planned: how many there are to be. looked_at: when it was looked at last."""

    jobs = NativeJob(many=True)
    jobs_planned = serializers.SerializerMethodField()
    looked_at = serializers.DateTimeField(allow_null=True)
    waits_for = serializers.SerializerMethodField(
        help_text="What a person has to do before it goes on or stops; empty while nobody has to."
    )
    sign_in_at = serializers.SerializerMethodField(
        help_text="The page where somebody of the tenant signs in at Microsoft; empty while nobody "
        "has to."
    )

    def get_jobs_planned(self, row: NativeRun) -> int:
        return len(row.run.request.plan.native_filters)

    def get_waits_for(self, row: NativeRun) -> str:
        return signing_in_needed(row)

    def get_sign_in_at(self, row: NativeRun) -> str:
        return page_of_sign_in(row) if signing_in_needed(row) else ""


class Run(serializers.Serializer[Any]):
    """The execution of an approved plan."""

    id = serializers.UUIDField()
    request_id = serializers.UUIDField()
    job_id = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(RunState.choices)
    base = serializers.IntegerField(source="request.plan.base_seq")
    safety_snapshot = serializers.IntegerField(
        source="safety_snapshot.seq", allow_null=True, default=None
    )
    queued_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    counts = serializers.DictField()
    lanes = serializers.DictField()
    engine = serializers.SerializerMethodField(
        help_text="Who writes: holdfast, or microsoft with its own recovery."
    )
    native = serializers.SerializerMethodField()
    failure = serializers.CharField()
    differs = Differs(help_text="What was not as the plan assumes, of a run stopped for that.")

    @extend_schema_field(serializers.ChoiceField(["holdfast", "microsoft"]))
    def get_engine(self, row: RunRow) -> str:
        return "microsoft" if row.request.plan.native else "holdfast"

    @extend_schema_field(NativePart(allow_null=True))
    def get_native(self, row: RunRow) -> dict[str, Any] | None:
        """Null where Holdfast carries the run out, and before it has begun."""
        found = native_part(row)
        return NativePart(found).data if found else None
