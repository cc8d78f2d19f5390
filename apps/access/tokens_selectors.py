"""Reading API tokens: a person's own, and those that reach what one manages."""

from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Cast

from apps.access.models import (
    AccessGroup,
    ApiToken,
    GroupMember,
    MSPPermission,
    TenantPermission,
    User,
)
from apps.core import clock
from apps.core.among import listed
from apps.core.errors import NotFound
from apps.tenants.models import MSP, Tenant


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """A person's tokens, newest first, the dead ones too."""
    return ApiToken.objects.filter(user=user).order_by("-created_at", "-id")


def access_token(user: User, token_id: UUID) -> ApiToken:
    """One of the person's own tokens. Raises NotFound for any other."""
    return _one(tokens_of(user), token_id)


def tokens_reaching_tenant(tenant: Tenant) -> QuerySet[ApiToken]:
    """The tokens that open something of a tenant, by owner: those of everybody with a role there.

    What each opens is what its owner may do there, cut to the token's rights. One query.
    """
    covering = Q(covers_all=True) | Q(group_tags__tag__tenant_tags__tenant=tenant)
    groups = AccessGroup.objects.filter(covering, msp=tenant.msp_id)
    holders = (
        Q(user__in=TenantPermission.objects.filter(content_object=tenant).values("user"))
        | Q(user__in=MSPPermission.objects.filter(content_object=tenant.msp_id).values("user"))
        | Q(user__in=_members(groups))
    )
    within = Q(tenant_ids__isnull=True) | Q(tenant_ids__contains=[tenant.pk])
    return _alive().filter(holders, within)


def tokens_reaching_msp(msp: MSP) -> QuerySet[ApiToken]:
    """The tokens that open something of an MSP or any of its tenants, by owner. Two queries."""
    ids = list(Tenant.objects.filter(msp=msp).values_list("pk", flat=True))
    held = TenantPermission.objects.filter(content_object__among=ids)
    holders = (
        Q(user__in=held.values("user"))
        | Q(user__in=MSPPermission.objects.filter(content_object=msp).values("user"))
        | Q(user__in=_members(AccessGroup.objects.filter(msp=msp)))
    )
    all_of_them = Cast(Value(listed(ids)), ArrayField(models.UUIDField()))
    within = Q(tenant_ids__isnull=True) | Q(tenant_ids__overlap=all_of_them)
    return _alive().filter(holders, within)


def access_token_reaching(on: Tenant | MSP, token_id: UUID) -> ApiToken:
    """One of the tokens that reach a tenant or an MSP. Raises NotFound for any other."""
    rows = tokens_reaching_tenant(on) if isinstance(on, Tenant) else tokens_reaching_msp(on)
    return _one(rows, token_id)


def _alive() -> QuerySet[ApiToken]:
    rows = ApiToken.objects.filter(
        revoked_at__isnull=True, expires_at__gt=clock.now(), user__is_active=True
    )
    return rows.select_related("user").order_by("user__name", "-created_at", "id")


def _members(groups: QuerySet[AccessGroup]) -> QuerySet[GroupMember, UUID]:
    rows = GroupMember.objects.filter(group__in=groups)
    return rows.values_list("membership__user", flat=True)


def _one(rows: QuerySet[ApiToken], token_id: UUID) -> ApiToken:
    found = rows.select_related("user").filter(pk=token_id).first()
    if found is None:
        raise NotFound("There is no such token.", code="no-such-token")
    return found
