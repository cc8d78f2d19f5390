"""What came of a recovery, thing by thing."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.common import OneOrMore
from apps.recovery.choices import Action, ResultState


class Result(serializers.Serializer[Any]):
    """How far one step of a run is; of a step about links, one link. code: why, for programs.
    reason: the same in words. detail: what Graph said."""

    step = serializers.IntegerField(source="result.step.order")
    action = serializers.ChoiceField(Action.choices, source="result.step.action")
    kind = serializers.CharField(source="result.step.kind")
    object_id = serializers.CharField(source="result.step.object_id")
    label = serializers.CharField()  # type: ignore[assignment]
    link = serializers.CharField(source="result.step.link")
    target_id = serializers.CharField(source="result.target_id")
    target_label = serializers.CharField()
    state = serializers.ChoiceField(ResultState.choices, source="result.state")
    code = serializers.CharField(source="result.reason")
    reason = serializers.CharField()
    detail = serializers.CharField(source="result.detail")
    attempts = serializers.IntegerField(source="result.attempts")
    written_at = serializers.DateTimeField(source="result.written_at", allow_null=True)
    settled_at = serializers.DateTimeField(source="result.settled_at", allow_null=True)


class ResultQuery(Strict):
    state = OneOrMore(child=serializers.ChoiceField(ResultState.choices), required=False)
