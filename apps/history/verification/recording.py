"""Verifying, keeping what was found, and telling those who have to know."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from apps.access import rights
from apps.access.people_selectors import standings
from apps.audit import services as audit
from apps.core import clock
from apps.core.actor import Actor
from apps.core.envelope import KeyProblem
from apps.core.errors import NotFound
from apps.core.scope import tenant_scope
from apps.history.choices import VerificationCause
from apps.history.models import Verification
from apps.history.verification.result import FULL, VerificationResult
from apps.history.verification.running import verify
from apps.history.verification.witnesses import KnownRoot
from apps.notify import services as notify
from apps.notify.choices import EventKind
from apps.notify.problems import open_problem, resolve_problems
from apps.tenants.models import Tenant

logger = logging.getLogger(__name__)

# The same damage is told again after so long.
_TELL_AGAIN = timedelta(days=1)

_MAIL = """Hello,

the history of {name} was verified, and something in it is not as it was sealed:

{found}

What you can do: do not recover from the snapshots named before it is known what happened. Ask
whoever operates Holdfast to compare with the off-site copy, and to look at who had access to the
database. Snapshots that are not named are as they were sealed.

{url}

You get this mail because you manage {name} in Holdfast.
"""


def verify_and_record(
    *,
    actor: Actor,
    tenant: Tenant,
    cause: VerificationCause,
    share: float = FULL,
    also: Collection[int] = (),
    known: Sequence[KnownRoot] = (),
) -> Verification:
    """Verify a tenant's history (see verify()) and keep what was found.

    Damage is recorded in the audit trail and mailed to those who manage the tenant; so is not being
    able to look, in the trail alone. Raises NotFound when the actor may not see the tenant.
    """
    rights.require(actor, rights.VIEW_BACKUPS, tenant)
    with tenant_scope(tenant.pk):
        began = clock.now()
        result = verify(tenant, share=share, also=also, known=known)
        before = last_verification(tenant)
        row = _keep(tenant, cause, began, result)
        try:
            _make_known(actor, tenant, before, row, result)
        except (KeyProblem, NotFound):
            # Records and mail are sealed under the tenant's key, which may be what is missing.
            logger.critical("What verification %s found could not be recorded or mailed.", row.pk)
    return row


def last_verification(tenant: Tenant) -> Verification | None:
    """The newest verification of a tenant's history, None before the first."""
    return Verification.objects.filter(tenant=tenant).order_by("-ended_at").first()


def _keep(
    tenant: Tenant, cause: VerificationCause, began: Any, result: VerificationResult
) -> Verification:
    return Verification.objects.create(
        tenant=tenant,
        cause=cause,
        began_at=began,
        ended_at=clock.now(),
        share=result.share,
        snapshots=result.snapshots,
        pruned=result.pruned,
        versions=result.versions,
        digested=result.digested,
        bodies=result.bodies,
        newest_seq=result.newest_seq,
        newest_root=result.newest_root,
        damage=[asdict(one) for one in result.damage],
        damage_in_all=result.damage_in_all,
        dangling=dict(result.dangling),
        unchecked=result.unchecked,
    )


def _record(actor: Actor, tenant: Tenant, row: Verification) -> None:
    event = "history.verified"
    if row.damage_in_all:
        event = "history.damaged"
    elif row.unchecked:
        event = "history.not_verified"
    audit.record(
        actor=actor,
        event=event,
        tenant_id=tenant.pk,
        msp_id=tenant.msp_id,
        subject=tenant.name,
        data={
            "verification": str(row.pk),
            "share": row.share,
            "damage": row.damage_in_all,
            "codes": sorted({one["code"] for one in row.damage}),
        },
    )


@transaction.atomic
def _make_known(
    actor: Actor,
    tenant: Tenant,
    before: Verification | None,
    row: Verification,
    result: VerificationResult,
) -> None:
    if not row.is_intact or row.cause == VerificationCause.BY_HAND:
        _record(actor, tenant, row)
    if row.damage_in_all and not _is_told(before, row):
        _tell(tenant, result)
    if row.damage_in_all:
        open_problem(EventKind.DAMAGE, tenant, "damage", {"damage": row.damage_in_all})
    elif row.is_intact and row.share == FULL:
        # What looked at a part of it may have missed what was found before.
        resolve_problems(EventKind.DAMAGE, tenant)


def _is_told(before: Verification | None, row: Verification) -> bool:
    """Whether the very same was found and told a short time ago."""
    return (
        before is not None
        and before.damage == row.damage
        and row.ended_at - before.ended_at < _TELL_AGAIN
    )


def _tell(tenant: Tenant, result: VerificationResult) -> None:
    lines = [
        f"- {f'snapshot {one.seq}' if one.seq else 'in general'} ({one.code}): {one.detail}"
        for one in result.damage
    ]
    further = result.damage_in_all - len(result.damage)
    if further > 0:
        lines.append(f"- and {further} more")
    url = f"{settings.HOLDFAST_BASE_URL.rstrip('/')}/tenants/{tenant.pk}/"
    text = _MAIL.format(name=tenant.name, found="\n".join(lines), url=url)
    for one in standings(tenant):
        if rights.MANAGE_TENANT in one.rights:
            notify.queue_mail(
                tenant_id=tenant.pk,
                to=one.user.email,
                subject=f"The history of {tenant.name} is damaged",
                text=text,
                language=one.user.language,
            )
