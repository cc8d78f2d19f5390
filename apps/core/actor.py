"""Who acts. Every service takes one, and the audit trail records it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["user", "system", "console"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, the system itself, or a person at the operator's console.

    name: as shown in the audit trail. os_user: the operating-system account, at the console.
    address: the network address a request came from. request_id: ties entries to one request.
    """

    kind: ActorKind
    user_id: UUID | None = None
    name: str = ""
    os_user: str = ""
    address: str = ""
    request_id: str = ""

    @property
    def is_person(self) -> bool:
        """True when a particular person stands behind the act."""
        return self.user_id is not None


SYSTEM = Actor(kind="system", name="Holdfast")
