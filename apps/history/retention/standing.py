"""One snapshot's standing: why it stays, and when it would go."""

from dataclasses import dataclass
from datetime import datetime

from apps.history.models import LegalHold, Removal, SnapshotPin
from apps.history.retention.keeping import Fate, Keeping

HOLD, PIN, NEEDED, NEWEST = "hold", "pin", "needed", "newest"
# What a snapshot stays by, as people read it.
LABELS = {
    HOLD: "legal hold",
    PIN: "pinned",
    NEEDED: "needed",
    NEWEST: "newest",
    "all": "recent",
    "hourly": "hourly",
    "daily": "daily",
    "weekly": "weekly",
    "monthly": "monthly",
    "yearly": "yearly",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """rules: those that keep it now, the longest first. pins: in force. needed: what for, if so.

    ends_at: when the rules let it go, with what is agreed for later taken into account.
    """

    fate: Fate
    rules: tuple[Keeping, ...]
    ends_at: datetime
    hold: LegalHold | None = None
    pins: tuple[SnapshotPin, ...] = ()
    needed: str = ""
    removal: Removal | None = None

    @property
    def seq(self) -> int:
        return self.fate.snapshot.seq

    @property
    def held(self) -> bool:
        """Whether something beside the rules keeps it, for as long as that lasts."""
        return bool(self.hold or self.pins or self.needed or self.fate.newest)

    @property
    def kept(self) -> bool:
        return self.held or bool(self.rules)

    @property
    def goes_at(self) -> datetime | None:
        """When it would go if captures go on; None while something other than rules keeps it."""
        if self.held:
            return None
        return self.removal.due_at if self.removal else self.ends_at

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """What it stays by: a code of LABELS, and the same for people. Empty when it is to go."""
        beside = [
            (HOLD, self.hold),
            (PIN, self.pins),
            (NEEDED, self.needed),
            (NEWEST, self.fate.newest),
        ]
        codes = [code for code, there in beside if there] + [one.rule for one in self.rules]
        return [(code, LABELS[code]) for code in codes]
