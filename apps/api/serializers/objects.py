from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.parsing import Strict
from apps.api.serializers.common import OneOrMore
from apps.api.serializers.diffs import KIND_NAMES
from apps.history.choices import ObjectState

LONGEST_QUESTION = 256
MOST_FIELDS = 50


class Object(serializers.Serializer[Any]):
    """An object as a snapshot knows it. label: its name, its id where it has none. known_by: what
    else people know it by."""

    kind = serializers.CharField()
    id = serializers.CharField()
    state = serializers.ChoiceField(ObjectState.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    known_by = serializers.ListField(child=serializers.CharField())


class ListedObject(Object):
    """An object in a list. properties: those that were asked for and that it has."""

    properties = serializers.DictField()


class ObjectDetail(serializers.Serializer[Any]):
    """An object as a snapshot knows it. seq: the snapshot that first saw it so. body: as kept; of
    what was deleted, as it was last."""

    kind = serializers.CharField()
    id = serializers.CharField()
    state = serializers.ChoiceField(ObjectState.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    seq = serializers.IntegerField()
    body = serializers.DictField()


class Version(serializers.Serializer[Any]):
    """An object from one snapshot on. changed: the properties that differ from the one before."""

    seq = serializers.IntegerField()
    taken_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(ObjectState.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    changed = serializers.ListField(child=serializers.CharField())
    body = serializers.DictField()


class LinkEnd(serializers.Serializer[Any]):
    """A link as one of its ends sees it. other: what is at the other end, null where that is not
    backed up."""

    link = serializers.CharField()
    direction = serializers.ChoiceField(["from", "to"])
    other_id = serializers.CharField()
    other = Object(allow_null=True)


class Use(serializers.Serializer[Any]):
    """An object that refers to an id. paths: where in its body, "[]" for the items of a list."""

    object = Object()
    paths = serializers.ListField(child=serializers.CharField())


class Finds(serializers.Serializer[Any]):
    """What was found in one tenant's newest snapshot. more: there is more in this tenant."""

    tenant_id = serializers.UUIDField()
    tenant = serializers.CharField()
    seq = serializers.IntegerField()
    more = serializers.BooleanField()
    objects = Object(many=True)


class ObjectsQuery(Strict):
    """q: a part of a name, user principal name or address, or what an id begins with. kind, state:
    may be given more than once, as may field: properties to give with each object."""

    q = serializers.CharField(max_length=LONGEST_QUESTION, required=False)
    kind = OneOrMore(child=serializers.ChoiceField(KIND_NAMES), required=False)
    state = OneOrMore(child=serializers.ChoiceField(ObjectState.choices), required=False)
    field = OneOrMore(
        child=serializers.CharField(max_length=128), max_length=MOST_FIELDS, required=False
    )


class LinksQuery(Strict):
    """direction: "from" for links that start at the object, "to" for those that lead to it."""

    direction = serializers.ChoiceField(["from", "to"], required=False, default="from")


class UsesQuery(Strict):
    """id: of anything: an object, an application (appId), a role, a permission. Without one nothing
    is found."""

    id = serializers.CharField(max_length=LONGEST_QUESTION, required=False)


class SearchQuery(Strict):
    """q: a part of a name, user principal name or address, or what an id begins with. Without it
    nothing is found."""

    q = serializers.CharField(min_length=2, max_length=LONGEST_QUESTION, required=False)
