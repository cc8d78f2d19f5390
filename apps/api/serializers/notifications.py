from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.common import OneOrMore
from apps.notify.choices import Channel, DeliveryState, EventKind, LeastRisk
from apps.notify.models import Delivery as DeliveryRow
from apps.notify.models import NotificationRoute as RouteRow
from apps.notify.routes.times import time_of


class NotificationRoute(serializers.ModelSerializer[RouteRow]):
    """Where an MSP is told of what happens. shown: what people know the address by. tenant_ids: of
    these alone, of all when empty. quiet_from, quiet_until: in time_zone. group_minutes: told
    together, 0 for each by itself. failing_since: nothing arrived since then."""

    channel = serializers.ChoiceField(Channel.choices)
    events = serializers.ListField(child=serializers.ChoiceField(EventKind.choices))
    least_risk = serializers.ChoiceField(LeastRisk.choices)
    tenant_ids = serializers.ListField(child=serializers.UUIDField())
    quiet_from = serializers.SerializerMethodField()
    quiet_until = serializers.SerializerMethodField()

    class Meta:
        model = RouteRow
        fields = (
            *("id", "name", "channel", "shown", "tenant_ids", "events", "least_risk"),
            *("quiet_from", "quiet_until", "time_zone", "group_minutes", "enabled"),
            *("failing_since", "problem", "last_sent_at", "created_at"),
        )

    def get_quiet_from(self, row: RouteRow) -> str | None:
        """As "22:00"; null without quiet hours."""
        return _clock(row.quiet_from)

    def get_quiet_until(self, row: RouteRow) -> str | None:
        return _clock(row.quiet_until)


class Delivery(serializers.ModelSerializer[DeliveryRow]):
    """One event on its way over a route. event_id: the same on every route. data, subjects: as a
    webhook gets them. status: HTTP status of the last answer. duration: in milliseconds."""

    kind = serializers.ChoiceField(EventKind.choices)
    state = serializers.ChoiceField(DeliveryState.choices)
    tenant_id = serializers.UUIDField()
    data = serializers.DictField()  # type: ignore[assignment]
    subjects = serializers.DictField()

    class Meta:
        model = DeliveryRow
        fields = (
            *("id", "event_id", "tenant_id", "kind", "resolved", "data", "subjects", "state"),
            *("attempts", "due_at", "status", "duration", "problem", "created_at", "ended_at"),
        )


class DeliveryQuery(Strict):
    state = OneOrMore(child=serializers.ChoiceField(DeliveryState.choices), required=False)
    kind = OneOrMore(child=serializers.ChoiceField(EventKind.choices), required=False)


def _clock(minutes: Any) -> str | None:
    at = time_of(minutes)
    return f"{at:%H:%M}" if at else None
