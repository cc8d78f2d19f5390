"""Reading who is on the way out. What is about one tenant needs a scope that has it."""

from uuid import UUID

from django.db.models import QuerySet

from apps.access import rights, selectors
from apps.access.models import User
from apps.core.errors import NotFound
from apps.core.scope import person
from apps.offboarding.choices import OPEN, HandoverState
from apps.offboarding.models import ErasureCertificate, Handover, Offboarding
from apps.tenants.models import Tenant


def open_offboarding(tenant: Tenant) -> Offboarding | None:
    """The tenant's way out, None while it stays."""
    return (
        Offboarding.objects.filter(tenant=tenant, state__in=OPEN)
        .select_related("requested_by", "agreed_by")
        .first()
    )


def open_handover(tenant: Tenant) -> Handover | None:
    """The offer of the tenant to another MSP, None when there is none."""
    return (
        Handover.objects.filter(tenant=tenant, state=HandoverState.OFFERED)
        .select_related("offered_by")
        .first()
    )


def certificates_of(user: User) -> QuerySet[ErasureCertificate]:
    """The certificates of the MSPs whose tenants the person manages as a whole, newest first."""
    with person(user.pk):
        msps = list(selectors.msps_of(user, rights.MANAGE_TENANT).values_list("pk", flat=True))
        return ErasureCertificate.objects.filter(msp__in=msps).order_by("-issued_at")


def access_certificate(user: User, certificate_id: UUID) -> ErasureCertificate:
    """One of them. Raises NotFound for any other."""
    with person(user.pk):
        found = certificates_of(user).filter(pk=certificate_id).first()
    if found is None:
        raise NotFound("There is no such certificate.", code="no-such-certificate")
    return found
