from __future__ import annotations

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.common import OneOrMore

LONGEST_STREAM = 900


class StreamQuery(Strict):
    """seconds: after which the stream ends, for the caller to come back."""

    seconds = serializers.IntegerField(
        min_value=1, max_value=LONGEST_STREAM, default=LONGEST_STREAM
    )


class EventsQuery(StreamQuery):
    """tenant, kind: of these tenants and sorts of job alone; may be given more than once."""

    tenant = OneOrMore(child=serializers.UUIDField(), required=False)
    kind = OneOrMore(child=serializers.CharField(max_length=60), required=False)
