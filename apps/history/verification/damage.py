"""What can be wrong with a history, each with a code."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

_TOLD = 20


class Code(StrEnum):
    """The kinds of damage."""

    # The snapshots' rows and what follows from one to the next.
    SNAPSHOT_MISSING = "snapshot-missing"
    SNAPSHOT_CHANGED = "snapshot-changed"
    COMPLETENESS_CHANGED = "completeness-changed"
    CHAIN_BROKEN = "chain-broken"
    ROOT_FORGED = "root-forged"
    SIGNATURE_FORGED = "signature-forged"
    SIGNING_KEY_UNUSABLE = "signing-key-unusable"
    END_CUT_OFF = "end-cut-off"
    HISTORY_REPLACED = "history-replaced"
    # What was pruned.
    PRUNING_FORGED = "pruning-forged"
    PRUNING_MISSING = "pruning-missing"
    PRUNED_SHOWN_AS_KEPT = "pruned-shown-as-kept"
    # The versions that a snapshot brought, and those that a pruning left.
    VERSIONS_MISSING = "versions-missing"
    VERSIONS_ADDED = "versions-added"
    VERSIONS_CHANGED = "versions-changed"
    VERSIONS_STRAY = "versions-stray"
    FOLDED_MISSING = "folded-missing"
    FOLDED_ADDED = "folded-added"
    FOLDED_CHANGED = "folded-changed"
    # What is sealed under the tenant's key.
    BODY_UNREADABLE = "body-unreadable"
    BODY_MOVED = "body-moved"
    BODY_REPLAYED = "body-replayed"
    DICTIONARY_DAMAGED = "dictionary-damaged"
    DICTIONARY_MISSING = "dictionary-missing"
    WRONG_KEY = "wrong-key"
    # What is derived from the log.
    COUNTS_DIFFER = "counts-differ"


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it was sealed. seq: the snapshot it shows in, 0 for none."""

    seq: int
    code: Code
    detail: str


class Findings:
    """Damage as it is found: all of it counted, of each kind the first few kept."""

    def __init__(self) -> None:
        self.kept: list[Damage] = []
        self.number: Counter[Code] = Counter()

    def add(self, code: Code, seq: int, detail: str) -> None:
        """Note some damage."""
        self.number[code] += 1
        if self.number[code] <= _TOLD:
            self.kept.append(Damage(seq, code, detail))

    def count_on(self, code: Code, further: int) -> None:
        """Count damage that is not told one by one."""
        self.number[code] += further
