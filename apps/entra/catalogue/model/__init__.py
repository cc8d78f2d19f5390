"""The shape of a catalogue entry: what a kind, its properties, links and references are."""

from apps.entra.catalogue.model.kinds import Beside, Kind, Otherwise, Owners, Requested
from apps.entra.catalogue.model.links import Audited, Dependence, Link
from apps.entra.catalogue.model.locks import ANYTHING, Held, Lock
from apps.entra.catalogue.model.properties import (
    Companion,
    Property,
    Reference,
    Subtype,
    Unrestorable,
)
from apps.entra.catalogue.model.words import Clearing, Lane, SoftDelete, Version, Writability

__all__ = [
    "ANYTHING",
    "Audited",
    "Beside",
    "Clearing",
    "Companion",
    "Dependence",
    "Held",
    "Kind",
    "Lane",
    "Link",
    "Lock",
    "Otherwise",
    "Owners",
    "Property",
    "Reference",
    "Requested",
    "SoftDelete",
    "Subtype",
    "Unrestorable",
    "Version",
    "Writability",
]
