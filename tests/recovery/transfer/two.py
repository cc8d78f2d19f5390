"""Two tenants of the sandbox, and a snapshot of the one put into the other."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import orjson

from apps.core.scope import tenant_scope
from apps.diffs.models import DifferenceReport
from apps.history.models import Snapshot
from apps.recovery.models import Plan, Transfer
from apps.recovery.transfer import services
from apps.recovery.transfer.choices import TransferState
from apps.tenants.models import MSP, Tenant
from tests.factories import actor_of
from tests.recovery.workshop import Workshop, connect
from tests.support.sandboxes import Sandbox

_PREMIUM = {"AAD_PREMIUM": "41781fb2-bc02-4b7c-bd55-b576c07bb09d"}


def new_tenant(sandbox: Sandbox, msp: MSP, name: str) -> Tenant:
    """A connected tenant with nothing in it but what every tenant has, and a licence for P1."""
    entra_id = str(uuid5(NAMESPACE_DNS, name))
    bodies = [
        ("organization", {"id": entra_id, "displayName": name.title(), "tenantType": "AAD"}),
        ("domain", _domain(f"{name}.onmicrosoft.com", isInitial=True)),
        ("domain", _domain(f"{name}.example", isDefault=True)),
        ("subscribedSku", _licence(entra_id)),
    ]
    lines = b"\n".join(orjson.dumps({"type": kind, "body": body}) for kind, body in bodies)
    sandbox.control("POST", f"/tenants/{entra_id}", {})
    taken = sandbox.session.post(f"{sandbox.url}/_sandbox/tenants/{entra_id}/lines", data=lines)
    taken.raise_for_status()
    sandbox.control("POST", f"/tenants/{entra_id}/settle", {})
    lab = {"client_id": sandbox.lab["client_id"]}
    sandbox.control("POST", f"/tenants/{entra_id}/consents", lab)
    number = [tenant["id"] for tenant in sandbox.tenants].index(entra_id)
    return connect(sandbox, msp, number)


def _domain(name: str, **said: bool) -> dict[str, Any]:
    return {
        "id": name,
        "authenticationType": "Managed",
        "isVerified": True,
        "isAdminManaged": True,
        "isRoot": True,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
        **said,
    }


def _licence(entra_id: str) -> dict[str, Any]:
    sku = "078d2b04-f1bd-4111-bbd4-b4b1b354cef4"
    plans = [
        {
            "servicePlanId": plan,
            "servicePlanName": name,
            "provisioningStatus": "Success",
            "appliesTo": "User",
        }
        for name, plan in _PREMIUM.items()
    ]
    return {
        "id": f"{entra_id}_{sku}",
        "skuId": sku,
        "skuPartNumber": "AAD_PREMIUM",
        "capabilityStatus": "Enabled",
        "consumedUnits": 0,
        "prepaidUnits": {"enabled": 100, "suspended": 0, "warning": 0},
        "servicePlans": plans,
    }


@dataclass
class Two:
    """Contoso, whose snapshots are put into Fabrikam. Alice asks, Dave approves."""

    source: Workshop
    target: Workshop

    def prepared(self, snapshot: Snapshot, **asked: Any) -> Transfer:
        """Looked at, and not brought over yet."""
        with tenant_scope(self.target.tenant.pk):
            transfer = services.prepare(
                actor=actor_of(self.target.alice),
                tenant=self.target.tenant,
                source=self.source.tenant,
                seq=snapshot.seq,
                reason="rehearsal",
                **asked,
            )
            self.target.work(transfer.job_id)
            transfer.refresh_from_db()
        assert transfer.state == TransferState.SURVEYED, transfer.failure
        return transfer

    def brought(self, snapshot: Snapshot, **asked: Any) -> Transfer:
        """Brought over, with its report."""
        transfer = self.prepared(snapshot, **asked)
        with tenant_scope(self.target.tenant.pk):
            services.bring_over(actor=actor_of(self.target.alice), transfer=transfer)
            self.target.work(transfer.job_id)
            transfer = Transfer.objects.select_related("base", "report").get(pk=transfer.pk)
        assert transfer.state == TransferState.BROUGHT, transfer.failure
        return transfer

    def report(self, transfer: Transfer) -> DifferenceReport:
        rows = DifferenceReport.objects.select_related("tenant", "base", "target")
        return rows.get(pk=transfer.report_id)

    def plan(self, transfer: Transfer, **chosen: Any) -> Plan:
        return self.target.plan(self.report(transfer), **chosen)


def by_name(
    workshop: Workshop, path: str, names: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """The objects of a list by their display name."""
    found = workshop.graph("GET", path)["value"]
    return {one["displayName"]: one for one in found if not names or one["displayName"] in names}
