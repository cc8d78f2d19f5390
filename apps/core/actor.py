"""Who acts. Every service takes one, and the audit trail records it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["user", "system", "console"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What an actor may reach at most, whatever rights the person behind it has.

    tenant_ids, rights: None does not narrow; an empty set leaves nothing.
    """

    tenant_ids: frozenset[UUID] | None = None
    rights: frozenset[str] | None = None

    def allow(self, right: str, tenant_id: UUID | None = None) -> bool:
        """Whether a right is within the limits, on one tenant where there is one."""
        within_rights = self.rights is None or right in self.rights
        if tenant_id is None:
            return within_rights
        return within_rights and (self.tenant_ids is None or tenant_id in self.tenant_ids)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, the system itself, or a person at the operator's console.

    name: as shown in the audit trail. os_user: the operating-system account, at the console.
    address: the network address a request came from. request_id: ties entries to one request.
    on_behalf_of: for whom it is done, where that is somebody else ("Contoso").
    via: the way it is done: "portal", "api-token hf_abc…", "support-session <id>", "console",
    "job". limits: what the way allows at most, None when it allows all that the person may.
    token_id: of the API token that acts for the person, so that its limits hold in a job too.
    """

    kind: ActorKind
    user_id: UUID | None = None
    name: str = ""
    os_user: str = ""
    address: str = ""
    request_id: str = ""
    on_behalf_of: str = ""
    via: str = ""
    limits: Limits | None = None
    token_id: UUID | None = None

    @property
    def is_person(self) -> bool:
        """True when a particular person stands behind the act."""
        return self.user_id is not None


SYSTEM = Actor(kind="system", name="Holdfast")
