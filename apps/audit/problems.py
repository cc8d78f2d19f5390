"""What a verification found, told once and not without end."""

from dataclasses import dataclass, field

# Who changed everything changed a million records: the first ones say enough.
TOLD = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """kind: "missing", "edited", "inserted", "order", "foreign", "personal", "head",
    "checkpoint" or "truncated". number: of the first record it is about. text: one sentence."""

    kind: str
    number: int
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(slots=True)
class Problems:
    """told: the first TOLD of them. number: how many there are."""

    told: list[Problem] = field(default_factory=list)
    number: int = 0

    def add(self, kind: str, number: int, text: str) -> None:
        """Note one more."""
        self.number += 1
        if len(self.told) < TOLD:
            self.told.append(Problem(kind, number, text))

    def missing(self, first: int, last: int) -> None:
        """Note that records are missing, both ends included."""
        words = f"Records {first} to {last} are" if last > first else f"Record {first} is"
        self.add("missing", first, f"{words} missing.")

    @property
    def untold(self) -> int:
        return self.number - len(self.told)
