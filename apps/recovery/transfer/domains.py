"""Names of domains on the way from one tenant into another.

A domain is verified in one tenant at a time
(https://learn.microsoft.com/entra/identity/users/domains-manage), so every address of the source
gets another one, and whoever asks for the transfer says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.core.errors import Invalid
from apps.entra.catalogue.evidence import DOMAIN
from apps.history import selectors as history
from apps.history.choices import ObjectState
from apps.tenants.models import Tenant

_ONMICROSOFT = ".onmicrosoft.com"
_FOR_MAIL = ".mail.onmicrosoft.com"


@dataclass(frozen=True, slots=True)
class VerifiedDomain:
    """A domain that a tenant has proved to be its own.

    is_initial: the one of onmicrosoft.com that the tenant was made with. is_default: what new
    people get. is_federated: its own servers say who somebody is.
    """

    name: str
    is_initial: bool = False
    is_default: bool = False
    is_federated: bool = False


def verified_domains(tenant: Tenant, seq: int) -> list[VerifiedDomain]:
    """A tenant's verified domains at a position, by name. Needs its scope; two queries."""
    keys = [
        (item.kind, item.object_id)
        for item in history.state_at(tenant, seq, kinds=[DOMAIN.name])
        if item.state == ObjectState.PRESENT
    ]
    bodies = history.bodies_at(tenant, keys, seq)
    found = (
        VerifiedDomain(
            object_id.lower(),
            is_initial=body.get("isInitial") is True,
            is_default=body.get("isDefault") is True,
            is_federated=body.get("authenticationType") == "Federated",
        )
        for (_, object_id), body in bodies.items()
        if body.get("isVerified") is True
    )
    return sorted(found, key=lambda one: one.name)


def suggested(theirs: Iterable[VerifiedDomain], ours: Iterable[VerifiedDomain]) -> dict[str, str]:
    """For each domain of the source one of the target: of its like, else what new people get."""
    names = {one.name: one for one in ours}
    if not names:
        return {}
    initial = next((one.name for one in names.values() if one.is_initial), "")
    usual = next((one.name for one in names.values() if one.is_default), "") or next(iter(names))
    mail = next((name for name in names if name.endswith(_FOR_MAIL)), "")

    def like(one: VerifiedDomain) -> str:
        if one.name in names:
            return one.name
        if one.name.endswith(_FOR_MAIL):
            return mail or initial or usual
        return (initial or usual) if one.name.endswith(_ONMICROSOFT) else usual

    return {one.name: like(one) for one in theirs}


def checked(
    chosen: Mapping[str, str], theirs: Iterable[VerifiedDomain], ours: Iterable[VerifiedDomain]
) -> dict[str, str]:
    """The whole map: what was chosen, and what is suggested for the rest.

    Raises Invalid for a domain that is not the source's, or one that is not verified here.
    """
    whole = suggested(theirs, ours)
    verified = {one.name for one in ours}
    for their, our in chosen.items():
        if their.lower() not in whole:
            raise Invalid(f"{their} is no verified domain of the source.", code="unknown-domain")
        if our.lower() not in verified:
            raise Invalid(
                f"{our} is no verified domain of the target.",
                code="domain-not-verified",
                todo="Choose one that is, or have it verified there and take a snapshot.",
            )
        whole[their.lower()] = our.lower()
    if not whole:
        raise Invalid(
            "No verified domain is known of one of the two tenants.",
            code="no-domains",
            todo="Take a snapshot of both first.",
        )
    return whole


@dataclass(frozen=True)
class DomainMap:
    """Puts the domains of the target in the place of those of the source, inside texts too."""

    table: Mapping[str, str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """The longest first; neither a part of a longer name nor a host below the domain."""
        names = sorted(self.table, key=len, reverse=True)
        either = "|".join(map(re.escape, names))
        return re.compile(rf"(?<![\w.-])(?:{either})(?![\w-]|\.\w)", re.IGNORECASE)

    def translated(self, value: Any) -> Any:
        """A value, or all texts in it, with the target's domains."""
        if not self.table:
            return value
        if isinstance(value, str):
            return self._pattern.sub(lambda match: self.table[match[0].lower()], value)
        if isinstance(value, Mapping):
            return {name: self.translated(held) for name, held in value.items()}
        if isinstance(value, list):
            return [self.translated(held) for held in value]
        return value
