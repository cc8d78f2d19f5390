from __future__ import annotations

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.diffs import KIND_NAMES, LONGEST_LIST
from apps.recovery.playbooks.filters import FARTHEST
from apps.recovery.playbooks.services import LONGEST_DESCRIPTION, LONGEST_NAME


class NewPlaybookBody(Strict):
    """Either `kinds` or `asks_for`. refers_to, referred_by: kinds of what is taken along, followed
    `steps` times. links: those that what is taken has; links_to: also those that lead to it."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    description = serializers.CharField(
        max_length=LONGEST_DESCRIPTION, allow_blank=True, default=""
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(KIND_NAMES), max_length=LONGEST_LIST, default=list
    )
    asks_for = serializers.ChoiceField(KIND_NAMES, allow_blank=True, default="")
    refers_to = serializers.ListField(
        child=serializers.ChoiceField(KIND_NAMES), max_length=LONGEST_LIST, default=list
    )
    referred_by = serializers.ListField(
        child=serializers.ChoiceField(KIND_NAMES), max_length=LONGEST_LIST, default=list
    )
    links = serializers.BooleanField(default=True)
    links_to = serializers.BooleanField(default=False)
    steps = serializers.IntegerField(min_value=0, max_value=FARTHEST, default=1)
