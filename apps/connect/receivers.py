"""What connect does when one of its own connections begins to work."""

from typing import Any

from django.dispatch import receiver

from apps.connect.health import schedule_checks
from apps.connect.signals import connection_works
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant


@receiver(connection_works, dispatch_uid="holdfast.connect.check_regularly")
def check_regularly(*, tenant: Tenant, **_: Any) -> None:
    """See every day whether it still does."""
    if tenant.state == TenantState.ACTIVE:
        schedule_checks(tenant)
