"""What every incident needs: someone to act as, a way to act, and a list of what was done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from apps.sandbox.graph.context import Caller
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.state.world import World
from apps.sandbox.writes.api import act

PORTAL_APP_ID = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
PORTAL_SCOPES = frozenset(
    {
        "AppRoleAssignment.ReadWrite.All",
        "Application.ReadWrite.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "Directory.AccessAsUser.All",
        "Directory.ReadWrite.All",
        "Group.ReadWrite.All",
        "GroupMember.ReadWrite.All",
        "Policy.Read.All",
        "Policy.ReadWrite.ConditionalAccess",
        "RoleManagement.ReadWrite.Directory",
        "User.DeleteRestore.All",
        "User.ReadWrite.All",
    }
)
DIRECTORY_OBJECTS = "https://graph.microsoft.com/v1.0/directoryObjects"


class IncidentError(Exception):
    """The incident cannot happen here; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it."""

    object_id: str
    name: str
    caller: Caller


class Script:
    """One incident in one tenant: acts as its actor and keeps the list of what it did."""

    def __init__(self, world: World, tenant_id: str) -> None:
        self.world = world
        self.directory: Directory = world.directories[tenant_id]
        self.actor: Actor | None = None
        self._done: dict[str, list[dict[str, Any]]] = {}

    # Who

    def act_as_user(self, *roles: str) -> Record:
        """Act in the portal as the first user who holds all of these directory roles."""
        record = self._holder(roles)
        name = record.body["userPrincipalName"]
        portal = self.directory.find("servicePrincipal", "appId", PORTAL_APP_ID)
        caller = Caller(
            app_id=PORTAL_APP_ID,
            service_principal_id=portal.id if portal else "",
            user_id=record.id,
            scopes=PORTAL_SCOPES,
            user_name=name,
            app_name="Azure Portal",
        )
        self.actor = Actor(record.id, name, caller)
        return record

    def act_as_application(self, name: str, *permissions: str) -> Record:
        """Act as an application that holds these application permissions."""
        record = self.one("servicePrincipal", name)
        caller = Caller(
            app_id=record.body["appId"],
            service_principal_id=record.id,
            roles=frozenset(permissions),
            app_name=name,
        )
        self.actor = Actor(record.id, name, caller)
        return record

    def _holder(self, roles: Iterable[str]) -> Record:
        holders: list[str] | None = None
        for role in roles:
            definition = self.one("unifiedRoleDefinition", role)
            found = self.directory.find_all(
                "unifiedRoleAssignment", "roleDefinitionId", definition.id
            )
            ids = [assignment.body["principalId"] for assignment in found]
            holders = ids if holders is None else [each for each in holders if each in ids]
        for object_id in holders or ():
            record = self.directory.get(object_id)
            if record is not None and record.type == "user":
                return record
        raise IncidentError(f"Nobody here holds the roles {', '.join(roles)}.")

    # What there is

    def one(self, type_name: str, display_name: str) -> Record:
        """The object with this display name, which the incident needs."""
        record = self.directory.find(type_name, "displayName", display_name)
        if record is None:
            raise IncidentError(f"There is no {type_name} named {display_name!r} in this tenant.")
        return record

    def staff(self) -> list[Record]:
        """Members with a post whom the cloud masters and who hold no directory role."""
        privileged = {
            each.body["principalId"] for each in self.directory.of_type("unifiedRoleAssignment")
        }
        return [
            user
            for user in self.directory.of_type("user")
            if user.body.get("jobTitle")
            and user.id not in privileged
            and not user.body.get("onPremisesSyncEnabled")
        ]

    def after(self, passed: timedelta) -> None:
        """Let simulated time pass."""
        self.world.clock.advance(passed.total_seconds())

    # What is done

    def do(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """One request to Graph v1.0 as the actor; a refusal ends the incident."""
        if self.actor is None:
            raise IncidentError("An incident acts as somebody.")
        answer = act(self.world, self.directory.tenant_id, self.actor.caller, method, path, body)
        if answer.status >= 400:
            raise IncidentError(f"{method} {path} was refused: {answer.body!r}")
        return answer.body if isinstance(answer.body, dict) else {}

    def update(self, kind: str, path: str, object_id: str, changes: Mapping[str, Any]) -> None:
        """PATCH one object."""
        self.do("PATCH", f"{path}/{object_id}", changes)
        self.note("updated", kind=kind, id=object_id)

    def create(self, kind: str, path: str, body: Mapping[str, Any]) -> str:
        """POST one object; returns its id."""
        created = str(self.do("POST", path, body)["id"])
        self.note("created", kind=kind, id=created)
        return created

    def delete(self, kind: str, path: str, object_id: str) -> None:
        """DELETE one object."""
        self.do("DELETE", f"{path}/{object_id}")
        self.note("deleted", kind=kind, id=object_id)

    def purge(self, kind: str, object_id: str) -> None:
        """Delete for good what is in the bin."""
        self.do("DELETE", f"/directory/deletedItems/{object_id}")
        self.note("purged", kind=kind, id=object_id)

    def link(self, link: str, path: str, source: str, target: str) -> None:
        """Add a member, an owner and the like: `path` is the collection's."""
        body = {"@odata.id": f"{DIRECTORY_OBJECTS}/{target}"}
        self.do("POST", f"{path}/{source}/{link.partition('.')[2]}/$ref", body)
        self.note("linked", link=link, source=source, target=target, present=True)

    def set_manager(self, user: str, manager: str) -> None:
        """PUT the manager of a user, unless it is so already."""
        if self.directory.has_link("user.manager", user, manager):
            return
        body = {"@odata.id": f"{DIRECTORY_OBJECTS}/{manager}"}
        self.do("PUT", f"/users/{user}/manager/$ref", body)
        self.note("linked", link="user.manager", source=user, target=manager, present=True)

    def note(self, act_name: str, **what: Any) -> None:
        """Put on the list what has been done."""
        self._done.setdefault(act_name, []).append(what)

    def report(self) -> dict[str, Any]:
        """Who did what to which objects, and how often."""
        actor = self.actor
        return {
            "tenant": self.directory.tenant_id,
            "actor": {"id": actor.object_id, "name": actor.name} if actor else None,
            "counts": {act_name: len(items) for act_name, items in self._done.items()},
            **self._done,
        }
