"""What an MSP can do with a tenant, gathered for the customer to read: all of it as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.access import roles
from apps.access.models import Membership
from apps.access.people_selectors import Standing
from apps.access.roles import Right
from apps.access.veils import TAKEN
from apps.audit.models import AuditRecord
from apps.audit.services import REFUSED, VIEWED
from apps.connect import services as connect
from apps.connect.services import KeptBack
from apps.core.scope import no_scope
from apps.diffs.choices import Risk
from apps.entra.catalogue.permissions import asked
from apps.portal.presenting import words
from apps.tenants import selectors as tenants
from apps.tenants.approval_rules import ApprovalRules, LevelRule
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models import Connection, Tenant

_NAMED: Final = 6
_USES: Final = 4


@dataclass(frozen=True, slots=True)
class Held:
    """A right with the MSP's people who hold it: some by name, and how many more there are."""

    right: Right
    named: list[Standing]
    more: int


@dataclass(frozen=True, slots=True)
class Approval:
    """One level of risk: its rule, and what that leaves to the customer."""

    label: str
    rule: LevelRule
    for_customer: str


@dataclass(frozen=True, slots=True)
class Permission:
    """A Graph permission that was consented to, and what it is used for."""

    name: str
    uses: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What one application of the MSP's was let do."""

    connection: Connection
    permissions: list[Permission]
    kept_back: list[KeptBack]


def rights_held(standings: Iterable[Standing]) -> list[Held]:
    """Every right there is, with those of the MSP's people who hold it on the tenant."""
    of_msp = [one for one in standings if one.side == "msp"]
    found = []
    for right in roles.RIGHT_TABLE.values():
        holders = [one for one in of_msp if right.name in one.rights]
        found.append(Held(right, holders[:_NAMED], len(holders[_NAMED:])))
    return found


def approvals(rules: ApprovalRules) -> list[Approval]:
    """Whose approval a recovery needs, the mildest risk first."""
    return [
        Approval(Risk(level).label, rule, _for_customer(rule))
        for level, rule in rules.levels.items()
    ]


def consents(tenant: Tenant) -> list[Consent]:
    """What every application of the MSP's was let do in the tenant. One query."""
    return [
        Consent(
            one,
            [Permission(name, _used_for(name)) for name in sorted(one.granted)],
            connect.kept_back(one),
        )
        for one in tenants.connections(tenant)
    ]


def last_done(tenant: Tenant) -> datetime | None:
    """When the MSP's people did something with the tenant last, looking at it and refusals left
    out. What was done before the MSP took the tenant over was not its doing. One query."""
    with no_scope("whether it was the MSP who did something"):
        staff = Membership.objects.filter(msp=tenant.msp_id).values("user")
        rows = AuditRecord.objects.filter(tenant_id=tenant.pk)
        taken = rows.filter(event=TAKEN, number__gt=OuterRef("number"))
        theirs = rows.filter(~Exists(taken), actor_user_id__in=staff)
        done = theirs.exclude(event__in=(VIEWED, REFUSED)).order_by("-number")
        return done.values_list("at", flat=True).first()


def _for_customer(rule: LevelRule) -> str:
    if rule.approvals_from == ApprovalsFrom.CUSTOMER:
        return _("Only your own people approve it. The MSP cannot.")
    if rule.approvals_from == ApprovalsFrom.BOTH:
        return _("Nothing is done without one of your own people.")
    if rule.approvals_from == ApprovalsFrom.MSP:
        return _("The MSP decides. Your own people are not asked.")
    return _("Your own people may approve it, and so may those of the MSP, without you.")


def _used_for(name: str) -> str:
    """In words: "reads: User, Group; changes: Group"."""
    uses = _ASKED.get(name, ())
    if not uses:
        return _("Holdfast did not ask for this one and does not use it.")
    parts = ((said, _things(uses, verb)) for verb, said in _VERBS.items())
    return "; ".join(f"{said}: {things}" for said, things in parts if things)


def _things(uses: tuple[str, ...], verb: str) -> str:
    """The kinds of things, each once, without their single properties and links."""
    found = (use.removeprefix(verb) for use in uses if use.startswith(verb))
    kinds = list(dict.fromkeys(one.split(" where ")[0].split(".")[0] for one in found))
    said = ", ".join(words(one) for one in kinds[:_USES])
    more = len(kinds) - _USES
    return said if more <= 0 else _("%(things)s and %(more)s more") % {"things": said, "more": more}


_ASKED: Final = {one.name: one.uses for one in asked()}
_VERBS: Final = {
    "read ": gettext_lazy("reads"),
    "write ": gettext_lazy("changes"),
    "add to ": gettext_lazy("adds to"),
    "undelete ": gettext_lazy("brings back deleted"),
}
