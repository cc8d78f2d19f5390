"""The random round trips damage every kind in every way that its entry in the catalogue allows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.diffs.models import DifferenceReport, ReportChange
from apps.entra.catalogue import KINDS, Kind, SoftDelete
from apps.entra.catalogue.model import Writability
from tests.recovery.mutations import MUTATIONS, Hand
from tests.recovery.mutations_for_good import FOR_GOOD
from tests.recovery.mutations_of_governance import OF_GOVERNANCE
from tests.recovery.mutations_of_sign_in import OF_SIGN_IN
from tests.recovery.mutations_of_trust import OF_TRUST
from tests.recovery.workshop import Workshop
from tests.support.nightly import NIGHTLY

Way = tuple[str, str]
ALL_SORTS = MUTATIONS | FOR_GOOD | OF_TRUST | OF_GOVERNANCE | OF_SIGN_IN
GOING = ("delete", "drop", "purge", "end", "put_out", "stop", "spare", "remove", "take", "revoke")
PURGING = {name for name in ALL_SORTS if name.startswith("purge")}
WRITTEN = (Writability.WRITABLE, Writability.OWN_REQUEST)

# Ways that no mutation goes yet, or that the stand-in has no way for.
NOT_SEEN: dict[Way, str] = {
    ("certificateBasedAuthConfiguration", "created"): "The one that a tenant has is there.",
    ("identitySecurityDefaultsEnforcementPolicy", "updated"): "Not while policies are enabled.",
    ("authenticationMethodConfiguration", "created"): "Methods from outside are not made.",
    ("authenticationMethodConfiguration", "hard-deleted"): "Those that are built in stay.",
    ("administrativeUnit", "hard-deleted"): "Graph has no way to take one out of the bin.",
    ("namedLocation", "soft-deleted"): "Those that are left are named by policies.",
}


def ways_of(kind: Kind) -> Iterator[Way]:
    if kind.updatable and kind.names(*WRITTEN):
        yield kind.name, "updated"
    if kind.create_path:
        yield kind.name, "created"
    if kind.create_path and kind.deletable:
        yield kind.name, "hard-deleted"
    if kind.soft_delete != SoftDelete.NONE:
        yield kind.name, "soft-deleted"
    for link in kind.links:
        yield link.name, "link-added"
        yield link.name, "link-removed"


def seen_in(report: DifferenceReport) -> set[Way]:
    rows = ReportChange.objects.filter(report=report)
    return {(row.link or row.kind, str(row.change)) for row in rows}


@pytest.mark.skipif(not NIGHTLY, reason="reads a tenant seven times")
def test_no_way_to_damage_a_kind_is_left_out(workshop: Workshop) -> None:
    base = workshop.capture()
    wanted = {way for kind in KINDS if not kind.evidence for way in ways_of(kind)}

    # when first nothing goes, and then what can, now this and now that
    going = {name for name in ALL_SORTS if name.startswith(GOING)}
    staying = ALL_SORTS.keys() - going
    rounds = (
        *((staying, number) for number in (2, 3, 11)),
        (going - PURGING, 2),
        *((going, number) for number in (3, 7)),
    )
    seen: set[Way] = set()
    for names, number in rounds:
        for name in sorted(names):
            ALL_SORTS[name](Hand(workshop, number))
        seen |= seen_in(workshop.report(base))

    missing = wanted - seen - NOT_SEEN.keys()
    assert not missing, sorted(missing)
