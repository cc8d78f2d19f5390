"""Mailing what is wrong with the copies, once for each cause."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from apps.access import rights
from apps.access.models import User
from apps.access.people_selectors import standings
from apps.access.signals import mail_wanted
from apps.audit import services as audit
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, tenant_scope
from apps.history.models import OffsiteCopy, OffsiteStore
from apps.notify import services as notify
from apps.tenants.models import Tenant

_OF_TENANT = """Hello,

Copies of {tenant} are not shipped off-site to {store}.

{problem}

Off-site copies: {url}

You get this mail because you manage {tenant} in Holdfast. It is sent once.
"""
_OF_INSTALLATION = """Hello,

{what} is not shipped off-site to {store}.

{problem}

Look at it with: manage.py offsite status

You get this mail because you operate Holdfast. It is sent once.
"""


@transaction.atomic
def tell_of(copy: OffsiteCopy) -> int:
    """Mail the copy's problem to whom it concerns, unless it was told; how many mails."""
    with no_scope("what lies off-site"):
        row = OffsiteCopy.objects.select_for_update(of=("self",)).get(pk=copy.pk)
        store = OffsiteStore.objects.get(pk=row.store_id)
        if not row.problem_code or row.told == row.problem_code:
            return 0
        OffsiteCopy.objects.filter(pk=row.pk).update(told=row.problem_code)
        tenants = Tenant.objects.select_related("msp")
        tenant = tenants.get(pk=row.tenant_id) if row.tenant_id else None
    told = _tell_managers(tenant, store, row.problem) if tenant else 0
    # Whoever runs the store can mend it; he learns of the store, and of no customer's name.
    told += _tell_operators(store, row.problem, "A tenant" if tenant else "The installation itself")
    audit.record(
        actor=SYSTEM,
        event="offsite.told",
        tenant_id=row.tenant_id,
        msp_id=tenant.msp_id if tenant else None,
        subject=store.name,
        data={"store": str(store.pk), "code": row.problem_code, "mails": told},
    )
    return told


def _tell_managers(tenant: Tenant, store: OffsiteStore, problem: str) -> int:
    path = reverse("portal:offsite", args=[tenant.pk])
    text = _OF_TENANT.format(
        tenant=tenant.name,
        store=store.name,
        problem=problem,
        url=f"{settings.HOLDFAST_BASE_URL.rstrip('/')}{path}",
    )
    with no_scope("managers are told"):
        managers = [
            one.user
            for one in standings(tenant)
            if one.side == "msp" and rights.MANAGE_TENANT in one.rights
        ]
    subject = f"{tenant.name} is not copied off-site"
    with tenant_scope(tenant.pk):
        for manager in managers:
            notify.queue_mail(
                tenant_id=tenant.pk,
                to=manager.email,
                subject=subject,
                text=text,
                language=manager.language,
            )
    return len(managers)


def _tell_operators(store: OffsiteStore, problem: str, what: str) -> int:
    """Once for each store and cause, however many tenants it concerns."""
    with no_scope("a store belongs to nobody in particular"):
        fresh = OffsiteStore.objects.filter(pk=store.pk).exclude(
            told=store.problem_code or problem[:100]
        )
        if not fresh.update(told=store.problem_code or problem[:100]):
            return 0
    operators = list(User.objects.filter(is_operator=True, is_active=True))
    text = _OF_INSTALLATION.format(what=what, store=store.name, problem=problem)
    for operator in operators:
        mail_wanted.send(
            OffsiteStore,
            to=operator.email,
            subject=f"Off-site store {store.name}",
            text=text,
            language=operator.language,
        )
    return len(operators)
