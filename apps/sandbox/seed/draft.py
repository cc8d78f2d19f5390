"""What the makers of one tenant share while it is being seeded."""

from dataclasses import dataclass, field
from typing import Any

from apps.sandbox.seed.ids import named_guid, named_token
from apps.sandbox.seed.organisations import Organisation
from apps.sandbox.state.directory import Directory

PASSWORD = "Sandbox-Pa55phrase"
"""The password of every seeded user who can sign in."""


@dataclass(slots=True)
class Draft:
    """One tenant under construction, and the ids that later makers refer to."""

    directory: Directory
    organisation: Organisation
    seed: int
    users: int
    prefix: str = ""
    """Goes before the names that ids are made from; the organisation's key if empty."""
    cast: dict[str, str] = field(default_factory=dict)
    """Object ids of the named users, by the keys of `people.CAST` and `break-glass-1` and so on."""
    members: list[str] = field(default_factory=list)
    """Everyone on the payroll, the cast first."""
    departments: dict[str, list[str]] = field(default_factory=dict)
    """Object ids of the staff of each department, its head first."""
    guests: list[str] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    """Object ids of the groups with a part to play, by key."""
    applications: dict[str, str] = field(default_factory=dict)
    """Object ids of the applications, by key."""
    principals: dict[str, str] = field(default_factory=dict)
    """Object ids of the service principals, by appId."""

    def guid(self, *name: object) -> str:
        """The id of a thing of this tenant known by name."""
        return named_guid(self.seed, self.prefix or self.organisation.key, *name)

    def token(self, *name: object) -> str:
        """The 43-character id of a grant or an assignment of this tenant known by name."""
        return named_token(self.seed, self.prefix or self.organisation.key, *name)

    def add(self, type_name: str, body: dict[str, Any], *name: object) -> str:
        """Put an object into the directory under the id that its name gives."""
        object_id = self.guid(type_name, *name)
        self.directory.add(type_name, body, object_id=object_id)
        return object_id
