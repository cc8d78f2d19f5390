"""What a verification checked and found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from apps.history.verification.damage import Damage

FULL = 100.0
"""The share of the versions, in per cent, that a full verification reads."""


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """share: per cent of the versions that were to be read. snapshots: all, pruned: those pruned of
    them. versions: of objects and links, all; digested: those whose digests were recomputed;
    bodies: those that were opened. newest_seq, newest_root: where the history ended.

    damage: of each kind the first few; damage_in_all: how much. dangling: by link, how many name
    an object that the log never had; that is no damage, Graph gives such links. unchecked: what
    could not be checked and why, "" for nothing.
    """

    share: float
    snapshots: int
    pruned: int
    versions: int
    digested: int
    bodies: int
    newest_seq: int
    newest_root: bytes
    damage: tuple[Damage, ...] = ()
    damage_in_all: int = 0
    dangling: Mapping[str, int] = field(default_factory=dict)
    unchecked: str = ""

    @property
    def is_intact(self) -> bool:
        """Nothing damaged was found, and everything that was to be checked could be."""
        return not self.damage_in_all and not self.unchecked
