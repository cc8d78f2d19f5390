"""What was found out about a transfer, as people read it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.entra.catalogue import KINDS
from apps.recovery.transfer.choices import Fate
from apps.recovery.transfer.models import Transfer


@dataclass(frozen=True, slots=True)
class KindRow:
    """One kind: how many are made, are there already, cannot go across, are only named.

    reasons: of those that cannot, each with how many.
    """

    kind: str
    new: int
    known: int
    stays: int
    named: int
    reasons: tuple[tuple[str, int], ...]


def rows_of(transfer: Transfer) -> list[KindRow]:
    """By kind, in the order in which things are made; nothing before it was looked at."""
    kinds = transfer.findings.get("kinds", {})
    reasons = transfer.findings.get("reasons", {})
    return [
        KindRow(
            kind=one.name,
            new=kinds[one.name].get(Fate.NEW, 0),
            known=kinds[one.name].get(Fate.KNOWN, 0),
            stays=kinds[one.name].get(Fate.STAYS, 0),
            named=kinds[one.name].get(Fate.NAMED, 0),
            reasons=tuple(sorted(reasons.get(one.name, {}).items())),
        )
        for one in KINDS
        if one.name in kinds
    ]
