"""How a tenant stands: emergency accounts, verifications, people."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.access.roles import ROLES
from apps.api.serializers.common import Person
from apps.api.serializers.history import Collection
from apps.history.choices import VerificationCause
from apps.history.models import Verification as VerificationRow


class BreakGlassAccount(serializers.Serializer[Any]):
    """An account that is kept for emergencies, as the newest snapshot knows it. is_there: present
    and enabled. warnings: what is wrong with it as such an account."""

    object_id = serializers.CharField(source="account.object_id")
    name = serializers.CharField()
    is_there = serializers.BooleanField()
    named_at = serializers.DateTimeField(source="account.named_at")
    warnings = serializers.ListField(child=serializers.CharField())


class BreakGlassAccounts(serializers.Serializer[Any]):
    """warnings: what is wrong with them taken together."""

    results = BreakGlassAccount(many=True)
    warnings = serializers.ListField(child=serializers.CharField())


class NotWrittenBack(serializers.Serializer[Any]):
    """An attribute that is backed up and that no recovery writes, with the reason."""

    attribute = serializers.CharField()
    reason = serializers.CharField()


class KindCovered(serializers.Serializer[Any]):
    """What of one kind is kept. reading: how its last one went, null before the first. written:
    attributes that a recovery writes back; not_written: the others that are kept."""

    kind = serializers.CharField(source="kind.name")
    reading = Collection(source="collection", allow_null=True)
    written = serializers.ListField(child=serializers.CharField())
    not_written = NotWrittenBack(many=True, source="kept")


class Coverage(serializers.Serializer[Any]):
    """Every kind, as the newest snapshot has it; snapshot: its number, null before the first."""

    snapshot = serializers.IntegerField(allow_null=True)
    results = KindCovered(many=True)


class Verification(serializers.ModelSerializer[VerificationRow]):
    """What one verification of the history found. share: per cent of the versions read. damage: the
    first of each kind; damage_in_all: how much there is. unchecked: what could not be."""

    cause = serializers.ChoiceField(VerificationCause.choices)
    is_intact = serializers.BooleanField()
    damage = serializers.ListField(child=serializers.ListField())

    class Meta:
        model = VerificationRow
        fields = (
            *("id", "cause", "began_at", "ended_at", "share", "is_intact", "snapshots", "pruned"),
            *("versions", "bodies", "newest_seq", "damage", "damage_in_all", "unchecked"),
        )


class HeldRole(serializers.Serializer[Any]):
    """A role, and how it comes to the person."""

    role = serializers.ChoiceField([(role.name, role.label) for role in ROLES.values()])
    through = serializers.CharField()

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {"role": instance.role.name, "through": instance.through}


class PersonHere(serializers.Serializer[Any]):
    """Somebody who may do something with the tenant. side: "msp" or "customer"."""

    person = Person(source="user")
    side = serializers.CharField()
    roles = HeldRole(many=True, source="ways")
    rights = serializers.SerializerMethodField()

    def get_rights(self, row: Any) -> list[str]:
        """All that the roles allow, by name."""
        return sorted(row.rights)


class PeopleHere(serializers.Serializer[Any]):
    results = PersonHere(many=True)
