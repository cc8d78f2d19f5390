"""What a change of rules would let go, before it is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from apps.history.retention.agreed import Agreed
from apps.history.retention.keeping import Fate, Taken, fates
from apps.history.retention.selectors import Picture


@dataclass(frozen=True, slots=True)
class Going:
    """A snapshot that would go earlier. now, then: when the rules let it go, before and after.

    at_once: at the end of the grace period already. held: by a pin, a hold or somebody's need.
    """

    snapshot: Taken
    now: datetime
    then: datetime
    at_once: bool
    held: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """going: every snapshot that would go earlier, oldest first. kept: how many would be left."""

    going: tuple[Going, ...]
    kept: int

    @property
    def shortens(self) -> bool:
        """Whether it takes a second person's yes."""
        return bool(self.going)

    @property
    def removed(self) -> tuple[Going, ...]:
        """Those that would go as soon as the grace period is over."""
        return tuple(one for one in self.going if one.at_once and not one.held)

    @property
    def earlier(self) -> tuple[Going, ...]:
        """Those that would stay for now, and go earlier than they would today."""
        return tuple(one for one in self.going if not one.at_once)

    def plain(self) -> dict[str, object]:
        """The figures, as the second person saw them."""
        removed = self.removed
        return {
            "removed": len(removed),
            "earlier": len(self.earlier),
            "kept": self.kept,
            "oldest": removed[0].snapshot.taken_at.isoformat() if removed else None,
            "newest": removed[-1].snapshot.taken_at.isoformat() if removed else None,
        }


def preview(picture: Picture, after: Agreed) -> Preview:
    """What would go earlier if `after` were in force, as far as snapshots there are go."""
    then = fates(picture.taken, after.rules, after.zone)
    time = picture.present
    going = tuple(_going(picture, picture.fates, then))
    removed = sum(1 for one in going if one.at_once and not one.held)
    kept_now = sum(1 for one in picture.standings() if one.kept)
    won = sum(
        1
        for old, new in zip(picture.fates, then, strict=True)
        if new.kept_at(time) and not old.kept_at(time)
    )
    return Preview(going, kept_now - removed + won)


def _going(picture: Picture, before: Iterable[Fate], after: Iterable[Fate]) -> Iterable[Going]:
    for old, new in zip(before, after, strict=True):
        if new.goes_at >= old.goes_at or not old.kept_at(picture.present):
            continue
        standing = picture.standing(old.snapshot.seq)
        yield Going(
            snapshot=old.snapshot,
            now=old.goes_at,
            then=new.goes_at,
            at_once=new.goes_at <= picture.present,
            held=standing is not None and standing.held,
        )
