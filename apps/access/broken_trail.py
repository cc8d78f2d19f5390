"""Mailing that the audit trail was changed: to whom it concerns, once for each finding."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse

from apps.access.models import User
from apps.access.people_selectors import managers_of
from apps.access.signals import mail_wanted
from apps.audit.models import AuditRecord
from apps.audit.problems import Problem
from apps.core.scope import no_scope
from apps.tenants.models import MSP, Tenant

SUBJECT = "The audit trail was changed"
# So many sentences say enough in a mail.
TOLD = 20
_TO_OPERATORS = """\
The verification of the audit trail found {number} problems; these were not known before:

{problems}

Records cannot be changed through Holdfast: somebody reached the database. Keep the database and the
log as they are, and run manage.py verify-audit, which names every problem.
"""
_TO_MANAGERS = """\
The verification of the audit trail found that records about {name} were changed or exchanged:

{problems}

Records cannot be changed through Holdfast: somebody reached its database. Whoever runs Holdfast was
told too; ask what happened. The trail: {url}
"""


def on_found_broken(*, found: list[Problem], number: int, **_: Any) -> None:
    """Receiver of apps.audit.signals.found_broken.

    Platform operators read everything; managers what is about records of their tenant or MSP.
    """
    with no_scope("whoever a broken trail concerns is told"):
        for operator in User.objects.filter(is_operator=True, is_active=True):
            text = _TO_OPERATORS.format(number=number, problems=_lines(found))
            mail_wanted.send(
                AuditRecord,
                to=operator.email,
                subject=SUBJECT,
                text=text,
                language=operator.language,
            )
        for on, problems in _by_side(found):
            _tell_managers(on, problems)


def _by_side(found: list[Problem]) -> Iterable[tuple[Tenant | MSP, list[Problem]]]:
    """The problems by whose records they are about; a record that is gone is nobody's any more."""
    rows = AuditRecord.objects.in_bulk([problem.number for problem in found])
    by_tenant, by_msp = defaultdict(list), defaultdict(list)
    for problem in found:
        row = rows.get(problem.number)
        if row is not None and row.tenant_id:
            by_tenant[row.tenant_id].append(problem)
        elif row is not None and row.msp_id:
            by_msp[row.msp_id].append(problem)
    for tenant in Tenant.objects.filter(pk__in=by_tenant).select_related("msp"):
        yield tenant, by_tenant[tenant.pk]
    for msp in MSP.objects.filter(pk__in=by_msp):
        yield msp, by_msp[msp.pk]


def _tell_managers(on: Tenant | MSP, problems: list[Problem]) -> None:
    path = reverse("portal:audit")
    if isinstance(on, Tenant):
        path = reverse("portal:tenant-audit", args=[on.pk])
    url = f"{settings.HOLDFAST_BASE_URL}{path}"
    text = _TO_MANAGERS.format(name=on.name, problems=_lines(problems), url=url)
    for manager in managers_of(on):
        mail_wanted.send(
            AuditRecord,
            to=manager.email,
            subject=f"{SUBJECT}: {on.name}",
            text=text,
            language=manager.language,
        )


def _lines(problems: list[Problem]) -> str:
    lines = [f"- {problem}" for problem in problems[:TOLD]]
    if len(problems) > TOLD:
        lines.append(f"- and {len(problems) - TOLD} more")
    return "\n".join(lines)
