"""How a row of a tenant's history names its tenant."""

from typing import Any

from django.db import models

from apps.tenants.models import Tenant


def tenant_unchecked() -> Any:
    return models.ForeignKey(
        Tenant, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
