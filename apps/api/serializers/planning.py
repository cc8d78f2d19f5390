"""What can be chosen about a plan, and what is decided about one that is blocked."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.diffs import KIND_NAMES, LONGEST_LIST
from apps.diffs import choices
from apps.recovery.choices import AttributeMode, CreatedSince, LinkMode

ANSWERS = [(value, label) for value, label in CreatedSince.choices if value != CreatedSince.ASK]


class Blocker(serializers.Serializer[Any]):
    """Something that blocks a plan. code, choices, data: where somebody can decide about it."""

    step = serializers.IntegerField()
    text = serializers.CharField()
    code = serializers.CharField(required=False)
    choices = serializers.ListField(child=serializers.CharField(), required=False)
    data = serializers.DictField(required=False)  # type: ignore[assignment]


class TouchedBody(Strict):
    """actor_id: of a user, or of an application's service principal, or its appId."""

    actor_id = serializers.CharField(max_length=256)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()


class PlaybookBody(Strict):
    """key: as list_playbooks gives it. object_ids: where the playbook asks for an object."""

    key = serializers.CharField(max_length=64)
    object_ids = serializers.ListField(
        child=serializers.CharField(max_length=256), max_length=LONGEST_LIST, default=list
    )


def _several(child: serializers.Field[Any, Any, Any, Any]) -> serializers.ListField:
    return serializers.ListField(child=child, max_length=LONGEST_LIST, required=False)


class MatchingBody(Strict):
    """The changes that meet all of it, as list_changes narrows them; any of the values will do.
    actors: `unknown` for those of which the copied audit log does not tell who made them."""

    subjects = _several(serializers.ChoiceField(choices.Subject.choices))
    changes = _several(serializers.ChoiceField(choices.ChangeType.choices))
    kinds = _several(serializers.ChoiceField(KIND_NAMES))
    recoverable = _several(serializers.ChoiceField(choices.Recoverable.choices))
    risk = _several(serializers.ChoiceField(choices.Risk.choices))
    object_ids = _several(serializers.CharField(max_length=256))
    actors = _several(serializers.CharField(max_length=256))


class PlanChoices(Strict):
    """How what is selected goes back, and what else is."""

    matching = MatchingBody(default=dict)
    touched = TouchedBody(many=True, default=list)
    playbook = PlaybookBody(allow_null=True, default=None)
    ask_created = serializers.BooleanField(default=False)
    created_answers = serializers.DictField(
        child=serializers.ChoiceField(ANSWERS), default=dict, help_text="By object id."
    )
    attributes_as = serializers.DictField(
        child=serializers.ChoiceField(AttributeMode.choices),
        default=dict,
        help_text='By "*", kind or "kind.attribute"; what says more counts.',
    )
    links_as = serializers.DictField(
        child=serializers.ChoiceField(LinkMode.choices),
        default=dict,
        help_text='By "*", kind of the source, or link ("group.members"); what says more counts.',
    )
    mapped = serializers.DictField(
        child=serializers.CharField(max_length=256),
        default=dict,
        help_text="By the id of what is gone for good: the id that takes its place everywhere.",
    )
    left_out = serializers.ListField(
        child=serializers.CharField(max_length=256),
        max_length=LONGEST_LIST,
        default=list,
        help_text="Ids of what is gone for good and is left out where it was referred to.",
    )


class SettlingBody(Strict):
    """bring_back: ids of what is made anew as well. created: by object id; created_rest: for all
    that are not named."""

    bring_back = serializers.ListField(
        child=serializers.CharField(max_length=256), max_length=LONGEST_LIST, default=list
    )
    mapped = serializers.DictField(child=serializers.CharField(max_length=256), default=dict)
    left_out = serializers.ListField(
        child=serializers.CharField(max_length=256), max_length=LONGEST_LIST, default=list
    )
    created = serializers.DictField(child=serializers.ChoiceField(ANSWERS), default=dict)
    created_rest = serializers.ChoiceField(ANSWERS, allow_blank=True, default="")


class PlaybookShape(serializers.Serializer[Any]):
    """A saved filter of what is brought back together. kinds: everything of these; asks_for: the
    kind of the one object that it is about instead. refers_to, referred_by: kinds of what is taken
    along, followed `steps` times."""

    key = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    is_builtin = serializers.BooleanField()
    kinds = serializers.ListField(child=serializers.CharField(), source="filter.kinds")
    asks_for = serializers.CharField(source="filter.asks_for")
    refers_to = serializers.ListField(child=serializers.CharField(), source="filter.refers_to")
    referred_by = serializers.ListField(child=serializers.CharField(), source="filter.referred_by")
    links = serializers.BooleanField(source="filter.links")
    links_to = serializers.BooleanField(source="filter.links_to")
    steps = serializers.IntegerField(source="filter.steps")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        for name in ("kinds", "refers_to", "referred_by"):
            shown[name] = sorted(shown[name])
        return shown


class Playbooks(serializers.Serializer[Any]):
    results = PlaybookShape(many=True)
