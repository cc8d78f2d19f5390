from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.audit.choices import Category, Severity


class Entry(serializers.Serializer[Any]):
    """One record of the audit trail. text: a sentence; data, before, after: its values."""

    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    event = serializers.CharField()
    text = serializers.CharField()
    category = serializers.ChoiceField(Category.choices)
    severity = serializers.ChoiceField([one.word for one in Severity], source="severity.word")
    actor_kind = serializers.CharField()
    actor_user_id = serializers.UUIDField(allow_null=True)
    actor_name = serializers.CharField()
    on_behalf_of = serializers.CharField()
    via = serializers.CharField()
    address = serializers.CharField()
    request_id = serializers.CharField()
    subject = serializers.CharField()
    reason = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]
    before = serializers.DictField(allow_null=True)
    after = serializers.DictField(allow_null=True)
