"""The words that transfers are written in."""

from __future__ import annotations

from django.db.models import TextChoices


class TransferState(TextChoices):
    """How far a transfer is. surveyed: what would go across is known, and somebody looks at it."""

    SURVEYING = "surveying", "Looking at both tenants"
    SURVEYED = "surveyed", "Ready to be looked at"
    BRINGING = "bringing", "Being brought over"
    BROUGHT = "brought", "Ready to be planned"
    FAILED = "failed", "Failed"

    @classmethod
    def unfinished(cls) -> tuple[TransferState, ...]:
        """Something is at work on it."""
        return (cls.SURVEYING, cls.BRINGING)


class Fate(TextChoices):
    """What becomes of one object of the source."""

    NEW = "new", "Made in the other tenant"
    KNOWN = "known", "There already"
    STAYS = "stays", "Cannot go across"
    NAMED = "named", "Only named by others"
