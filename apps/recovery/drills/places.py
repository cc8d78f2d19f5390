"""Where a snapshot is recovered to in a drill.

A place gives a tenant that stands in for the real one, brings the snapshot to it and proves before
every write that no other tenant can be reached. Another sort of place (a second tenant of the
customer's) is another function in PLACES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from django.conf import settings

from apps.core.errors import Conflict
from apps.entra.client import GraphClient
from apps.entra.clouds import cloud
from apps.entra.credentials import Credential
from apps.recovery.drills.choices import DrillPlace
from apps.recovery.drills.issues import Issues
from apps.recovery.drills.models import Drill
from apps.recovery.drills.process import SandboxProcess, own_sandbox
from apps.recovery.drills.seeding import KIND_OF_TYPE, Tell, lines_of
from apps.recovery.drills.standing_in import connect, standing_in
from apps.tenants.models import REHEARSAL_CLOUD, Tenant

# What the damage is done with: whoever does it in earnest asks for no less.
_DAMAGING: Final = (
    "User.ReadWrite.All",
    "Group.ReadWrite.All",
    "GroupMember.ReadWrite.All",
    "Application.ReadWrite.All",
    "Directory.ReadWrite.All",
    "Policy.Read.All",
    "Policy.ReadWrite.ConditionalAccess",
    "RoleManagement.ReadWrite.Directory",
    "User.DeleteRestore.All",
    "User.EnableDisableAccount.All",
)


class Place(Protocol):
    """Somewhere to rehearse. tenant: what stands in for the real one."""

    @property
    def tenant(self) -> Tenant: ...

    def seed(self, issues: Issues, tell: Tell) -> None:
        """Bring the drill's snapshot there. In the scope of the real tenant."""
        ...

    def somebody(self) -> AbstractContextManager[GraphClient]:
        """Whoever does the damage: an application that is not ours."""
        ...

    def prove(self) -> None:
        """Raise Conflict unless what is written goes to this place and nowhere else."""
        ...


Opening = Callable[[Drill], AbstractContextManager[Place]]


@dataclass(frozen=True)
class SandboxPlace:
    """A sandbox of the drill's own, with a tenant that has the real one's ids."""

    drill: Drill
    tenant: Tenant
    sandbox: SandboxProcess

    def seed(self, issues: Issues, tell: Tell) -> None:
        entra_id, door = str(self.tenant.entra_id), self.sandbox.door
        door.begin(entra_id)
        refused = door.tell(entra_id, lines_of(self.drill.snapshot, tell))
        refused += door.settle(entra_id)
        for one in refused:
            _note(issues, one)
        connect(self.tenant, self.sandbox)

    @contextmanager
    def somebody(self) -> Iterator[GraphClient]:
        """The limits are off meanwhile: what is measured is the recovery, not the disaster."""
        door = self.sandbox.door
        made = door.register(
            {
                "display_name": "Rehearsal of damage",
                "home_tenant": door.home(),
                "roles": list(_DAMAGING),
            }
        )
        door.consent(str(self.tenant.entra_id), made["client_id"])
        credential = Credential(made["client_id"], secret=made["client_secret"])
        client = GraphClient(cloud(self.tenant.cloud), str(self.tenant.entra_id), credential)
        door.weather(throttle="off")
        try:
            yield client
        finally:
            client.close()
            door.weather(throttle="documented", time_scale=settings.HOLDFAST_GRAPH_TIME_SCALE)

    def prove(self) -> None:
        """It is a rehearsal, its cloud is the port of the process that this drill has started, the
        process lives, and who listens there has the key that we gave to it alone."""
        sandbox, tenant = self.sandbox, self.tenant
        address = f"http://127.0.0.1:{sandbox.port}"
        proved = (
            tenant.is_rehearsal
            and tenant.pk == self.drill.rehearsal_id
            and tenant.cloud == f"{REHEARSAL_CLOUD}{sandbox.port}"
            and cloud(tenant.cloud).graph == address
            and sandbox.is_alive
            and sandbox.door.url == address
            and sandbox.door.is_ours()
        )
        if not proved:
            raise Conflict(
                "The rehearsal does not point at the sandbox that this drill has started.",
                code="rehearsal-not-proved",
                safe="Nothing was written.",
                todo="Start the drill again. If it happens again, report this.",
            )


@contextmanager
def sandbox_place(drill: Drill) -> Iterator[Place]:
    """Start a sandbox; it ends with the block, and all that stood in for the tenant with it."""
    with own_sandbox() as sandbox, standing_in(drill, sandbox) as tenant:
        sandbox.door.weather(throttle="documented", time_scale=settings.HOLDFAST_GRAPH_TIME_SCALE)
        yield SandboxPlace(drill, tenant, sandbox)


PLACES: Final[Mapping[str, Opening]] = {DrillPlace.SANDBOX: sandbox_place}


def _note(issues: Issues, refused: Mapping[str, str]) -> None:
    kind = KIND_OF_TYPE.get(refused["type"], refused["type"])
    if "link" in refused["reason"] or "relation" in refused["reason"]:
        issues.note("link-not-held", kind, refused["property"], refused["id"])
    elif refused["property"]:
        issues.note("property-not-held", kind, refused["property"], refused["id"])
    else:
        issues.note("not-held", kind, refused["reason"], refused["id"])
