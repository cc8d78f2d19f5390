"""What a restoration found, for the person who has to go on from there."""

from dataclasses import asdict, dataclass, field
from typing import Any

NEXT_STEPS = (
    "Sign in and look at the tenants. Nothing is captured, nothing runs: the workers rest.",
    (
        "If the old host may be in other hands: manage.py rotate-keys, and replace the stores'"
        " credentials and the connections' certificates."
    ),
    "Check every connection: manage.py connect health TENANT.",
    "People sign in again; sessions and links that were under way are gone.",
    "Recoveries and reports that were under way have ended as failed: decide about each anew.",
    (
        "Let the workers begin: manage.py restore-installation --resume-work. The next capture of"
        " each tenant reads everything."
    ),
)


@dataclass(slots=True)
class TenantReport:
    """How one tenant came back. seq: the newest position; made_at: of the bundle, so that what
    came later is lost. problems: sentences. intact: verification found nothing.
    """

    id: str
    name: str
    store: str = ""
    seq: int = 0
    made_at: str = ""
    rows: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    people_unknown: int = 0
    problems: list[str] = field(default_factory=list)
    intact: bool | None = None
    outcome: str = "restored"


@dataclass(slots=True)
class Report:
    """How the installation came back. made_at: of its own bundle. dry_run: nothing was written."""

    address: str
    made_at: str
    dry_run: bool
    rows: int = 0
    tenants: list[TenantReport] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    next_steps: tuple[str, ...] = NEXT_STEPS

    @property
    def is_good(self) -> bool:
        """Everything that was shipped is back and as it was sealed."""
        return not self.problems and all(
            one.outcome != "lost" and not one.problems and one.intact is not False
            for one in self.tenants
        )

    def values(self) -> dict[str, Any]:
        """JSON values."""
        return asdict(self) | {"is_good": self.is_good}
