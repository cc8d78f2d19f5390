"""Putting policies in force that a recovery left as report-only."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.access.rights import REQUEST_RECOVERY
from apps.portal.doors import actor, tenant_page
from apps.recovery import enabling
from apps.recovery import selectors as recovery
from apps.tenants.models import Tenant


@tenant_page(REQUEST_RECOVERY, method="POST")
def enable_policies(request: HttpRequest, tenant: Tenant, run_id: UUID) -> HttpResponse:
    """Have the plan made that enables them; its page comes when it is there."""
    found = recovery.access_run(tenant, run_id)
    job = enabling.ask_enabling(actor=actor(request), run=found)
    return redirect("portal:job", tenant.id, job.pk)
