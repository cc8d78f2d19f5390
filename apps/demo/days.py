"""Some days of ordinary work in a tenant, with a snapshot each morning."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import tenant_scope
from apps.demo.entra import Entra
from apps.history import services as history
from apps.tenants.models import Tenant

DAYS = 5
JOINERS = ("Noor Haddad", "Liam Fischer", "Ines Moreau", "Tomas Novak", "Aiko Tanaka")


def live_through(
    entra: Entra, tenant: Tenant, *, days: int = DAYS, tell: Callable[[str], None]
) -> None:
    """Let `days` days pass: each has a snapshot at its start and some changes after it."""
    now = clock.now()
    dice = random.Random(str(tenant.entra_id))  # noqa: S311 - a story, not a secret
    for day in range(days, 0, -1):
        morning = now - timedelta(days=day)
        entra.set_clock(morning)
        _capture(tenant, morning, first=day == days)
        entra.set_clock(morning + timedelta(hours=4))
        _work(entra, tenant, dice, joiner=JOINERS[day % len(JOINERS)])
        tell(f"  {tenant.name}: {morning:%A %d %B}")
    entra.set_clock(now)
    _capture(tenant, now, first=False)


def _capture(tenant: Tenant, at: datetime, *, first: bool) -> None:
    with clock.frozen(at), tenant_scope(tenant.id):
        history.capture(
            actor=SYSTEM,
            tenant=tenant,
            mode="full" if first else "delta",
            reason="first snapshot" if first else "schedule",
        )


def _work(entra: Entra, tenant: Tenant, dice: random.Random, *, joiner: str) -> None:
    """A joiner, some moves, a group that grows: what a service desk does on a quiet day."""
    entra_id = str(tenant.entra_id)
    people = _cloud_people(entra, entra_id)
    groups = _plain_groups(entra, entra_id)
    new = _join(entra, tenant, joiner)
    for person in dice.sample(people, k=min(4, len(people))):
        office = dice.choice(("Harbour House", "Mill Lane", "Station Road", "Quayside"))
        entra.graph("PATCH", entra_id, f"/users/{person['id']}", {"officeLocation": office})
    if groups:
        member = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{new}"}
        group = dice.choice(groups)["id"]
        entra.graph("POST", entra_id, f"/groups/{group}/members/$ref", member)


def _join(entra: Entra, tenant: Tenant, name: str) -> str:
    nickname = name.lower().replace(" ", ".")
    created = entra.graph(
        "POST",
        str(tenant.entra_id),
        "/users",
        {
            "accountEnabled": True,
            "displayName": name,
            "givenName": name.split()[0],
            "surname": name.split()[1],
            "mailNickname": nickname,
            "userPrincipalName": f"{nickname}@{tenant.domain}",
            "jobTitle": "Trainee",
            "usageLocation": "GB",
            "passwordProfile": {
                "password": "Welcome-to-w0rk!",
                "forceChangePasswordNextSignIn": True,
            },
        },
    )
    return str(created["id"])


def _cloud_people(entra: Entra, entra_id: str) -> list[dict[str, Any]]:
    path = "/users?$select=id,userType,onPremisesSyncEnabled,accountEnabled&$top=200"
    rows = entra.graph("GET", entra_id, path)["value"]
    return [row for row in rows if not row["onPremisesSyncEnabled"] and row["userType"] == "Member"]


def _plain_groups(entra: Entra, entra_id: str) -> list[dict[str, Any]]:
    wanted = "id,groupTypes,isAssignableToRole,mailEnabled,onPremisesSyncEnabled"
    path = f"/groups?$select={wanted}&$top=200"
    rows = entra.graph("GET", entra_id, path)["value"]
    return [
        row
        for row in rows
        if not row["groupTypes"]
        and not row["isAssignableToRole"]
        and not row["mailEnabled"]
        and not row["onPremisesSyncEnabled"]
    ]
