from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.access.models import ApiToken
from apps.access.services.tagging import LONGEST
from apps.access.tokens import TOKEN_RIGHTS, TokenActor
from apps.api.parsing import Strict
from apps.api.serializers.common import OneOrMore, Person
from apps.tenants import models
from apps.tenants.choices import LISTED_STATES, Cloud, ConnectionState, Purpose


class MSP(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class Tenant(serializers.Serializer[Any]):
    """A customer's Entra tenant. entra_id: its directory id, null until it was proved."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    domain = serializers.CharField()
    cloud = serializers.ChoiceField(Cloud.choices)
    entra_id = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField([(one.value, one.label) for one in LISTED_STATES])
    msp = MSP()
    tags = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_tags(self, tenant: models.Tenant) -> list[str]:
        """The MSP's words for the tenant, in order."""
        return sorted(one.tag.name for one in tenant.tenant_tags.all())


class TenantQuery(Strict):
    """tag: only tenants that carry one of these."""

    tag = OneOrMore(child=serializers.CharField(max_length=LONGEST), required=False)


class Connection(serializers.Serializer[Any]):
    """A tenant's connection. missing: permissions it lacks. problem: why it does not work."""

    id = serializers.UUIDField()
    purpose = serializers.ChoiceField(Purpose.choices, source="registration.purpose")
    state = serializers.ChoiceField(ConnectionState.choices)
    works = serializers.BooleanField()
    granted = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())
    problem_code = serializers.CharField()
    problem = serializers.CharField()
    checked_at = serializers.DateTimeField(allow_null=True)
    connected_at = serializers.DateTimeField(allow_null=True)


class Connections(serializers.Serializer[Any]):
    """All of a tenant's connections; there are few."""

    results = Connection(many=True)


class Token(serializers.ModelSerializer[ApiToken]):
    """The token that was sent. tenant_ids: what it is limited to, null for all of its owner's."""

    rights = serializers.ListField(child=serializers.ChoiceField(list(TOKEN_RIGHTS)))

    class Meta:
        model = ApiToken
        fields = ("id", "name", "prefix", "rights", "tenant_ids", "networks", "expires_at")


class Me(serializers.Serializer[TokenActor]):
    """Whom the token acts for, and within which limits."""

    user = Person()
    token = Token()
