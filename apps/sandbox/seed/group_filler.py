"""The many ordinary groups of a grown tenant: one for every twenty users."""

from collections.abc import Callable
from random import Random
from typing import Any

from apps.sandbox.seed import licences
from apps.sandbox.seed.draft import Draft
from apps.sandbox.seed.groups import dynamic_group, security_group, unified_group
from apps.sandbox.seed.ids import guid, security_identifier, stream

USERS_PER_GROUP = 20
MEMBERS = (3, 30)
RULES = 20
"""Dynamic groups among them; each is asked about at every change of a user."""
_SYSTEMS = ("ERP", "CRM", "Fileshare", "Timesheets", "Intranet", "Reporting", "Archive", "VPN")
_TOPICS = ("Cedar", "Falcon", "Granite", "Harvest", "Lantern", "Mosaic", "Orbit", "Summit")


def add_ordinary_groups(draft: Draft) -> None:
    """Create security, Microsoft 365, nested and dynamic groups until there are enough."""
    filler = _Filler(draft)
    for number in range(max(0, draft.users // USERS_PER_GROUP - len(draft.groups))):
        filler.add(number)


class _Filler:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.draw: Random = stream("groups", draft.seed, draft.organisation.key)
        self.parents: list[str] = []
        self.rules = RULES if licences.has_premium(draft) else 0

    def add(self, number: int) -> None:
        kind = number % 20
        make: Callable[[int], tuple[dict[str, Any], list[str]]] = self._security
        if kind in (3, 8, 13, 18):
            make = self._unified
        elif kind == 5 and self.parents:
            make = self._nested
        elif kind == 11 and self.rules:
            make = self._dynamic
            self.rules -= 1
        body, members = make(number)
        object_id = guid(self.draw.getrandbits(128))
        body["securityIdentifier"] = security_identifier(object_id)
        directory = self.draft.directory
        directory.add("group", body, object_id=object_id)
        for member in members:
            directory.link("group.members", object_id, member)
        directory.link("group.owners", object_id, self._owner(number))
        if make == self._security:
            self.parents.append(object_id)

    def _some(self) -> list[str]:
        count = min(self.draw.randint(*MEMBERS), len(self.draft.members))
        return self.draw.sample(self.draft.members, count)

    def _owner(self, number: int) -> str:
        return self.draft.members[(number * 7 + 3) % len(self.draft.members)]

    def _security(self, number: int) -> tuple[dict[str, Any], list[str]]:
        departments = self.draft.organisation.departments
        department = departments[number % len(departments)].name
        system = _SYSTEMS[number // len(departments) % len(_SYSTEMS)]
        name = f"SG - {department} - {system} {number}"
        return security_group(name, f"Access of {department} to {system}"), self._some()

    def _unified(self, number: int) -> tuple[dict[str, Any], list[str]]:
        topic = _TOPICS[number // 5 % len(_TOPICS)]
        alias = f"project-{topic.lower()}-{number}"
        visibility = "Public" if number % 3 == 0 else "Private"
        body = unified_group(self.draft, alias, f"Project {topic} {number}", visibility=visibility)
        return body, [*self._some(), *self.draft.guests[number % 7 : number % 7 + 1]]

    def _nested(self, number: int) -> tuple[dict[str, Any], list[str]]:
        children = self.parents[-4:]
        return security_group(f"SG - Combined {number}", "Groups of groups"), children

    def _dynamic(self, number: int) -> tuple[dict[str, Any], list[str]]:
        """Everyone whose employee number begins alike: up to ten members."""
        usage = self.draft.organisation.offices[0].usage
        first = number * 10 % len(self.draft.members)
        prefix = f"{usage}{100001 + first}"[:-1]
        rule = f'(user.employeeId -startsWith "{prefix}")'
        directory = self.draft.directory
        low = max(0, int(prefix[len(usage) :]) * 10 - 100001)
        nearby = self.draft.members[low : low + 10]
        members = []
        for member in nearby:
            record = directory.get(member)
            if record is not None and record.body["employeeId"].startswith(prefix):
                members.append(member)
        return dynamic_group(f"Dynamic - Cohort {prefix}", rule), members
