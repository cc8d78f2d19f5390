"""The sandbox's own time, which tests may move."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Wall-clock time plus an offset."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The sandbox's present, in UTC."""
        return datetime.now(UTC) + self.offset

    def advance(self, seconds: float) -> None:
        """Move time on (or back) by so many seconds."""
        self.offset += timedelta(seconds=seconds)

    def set(self, at: datetime) -> None:
        """Make it that moment now; time runs on from there."""
        self.offset = at - datetime.now(UTC)

    def reset(self) -> None:
        """Back to wall-clock time."""
        self.offset = timedelta()


def graph_time(at: datetime) -> str:
    """A moment as Graph writes it: "2026-08-30T09:12:45Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
