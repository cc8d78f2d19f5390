"""Whose rights on a tenant end when it leaves."""

from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from apps.access.models import (
    EntraIdentity,
    Invitation,
    MappedRole,
    Membership,
    RoleMapping,
    SupportSession,
    TenantPermission,
    TenantSignIn,
    User,
)
from apps.access.signin.sessions import end_all
from apps.tenants.models import MSP, Tenant, TenantTag


def end_rights_of_msp(tenant: Tenant, msp: MSP) -> None:
    """Take what the MSP's people hold on the tenant: roles of their own, and through tags."""
    staff = Membership.objects.filter(msp=msp).values("user_id")
    TenantPermission.objects.filter(content_object=tenant, user_id__in=staff).delete()
    TenantTag.objects.filter(tenant=tenant).delete()


def end_all_rights(tenant: Tenant) -> None:
    """Take every role and way to the tenant from everybody, and close accounts of nobody else."""
    own = list(Membership.objects.filter(tenant=tenant).values_list("user_id", flat=True))
    for model in (TenantTag, TenantSignIn, RoleMapping, MappedRole, Invitation, SupportSession):
        model.objects.filter(tenant=tenant).delete()
    TenantPermission.objects.filter(content_object=tenant).delete()
    Membership.objects.filter(tenant=tenant).delete()
    elsewhere = set(Membership.objects.filter(user__in=own).values_list("user_id", flat=True))
    for user_id in set(own) - elsewhere:
        _forget(user_id)


def _forget(user_id: UUID) -> None:
    """Close an account and remove what identifies its holder; records go on naming its id."""
    user = User.objects.get(pk=user_id)
    for model in (Authenticator, EmailAddress, EntraIdentity):
        model.objects.filter(user=user).delete()
    user.api_tokens.all().delete()
    user.known_devices.all().delete()
    end_all(user)
    user.set_unusable_password()
    user.email, user.name, user.is_active = f"{user.pk}@erased.invalid", "Erased person", False
    user.save()
