"""Another application at work in the tenant: what the measured recoveries take back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from apps.demo.bench.changing import OtherApplication, Request, patch
from apps.demo.entra import Entra

TOGETHER = 20


@dataclass
class Harm:
    """What another application does to a tenant of the sandbox."""

    entra: Entra
    tenant_id: str

    @property
    def other(self) -> OtherApplication:
        return OtherApplication(self.entra, self.tenant_id)

    def deface_users(self, number: int, about: str) -> None:
        """Change an attribute of so many users."""
        users = list(islice(self.other.users(), number))
        if len(users) < number:
            raise ValueError(f"the tenant is too small for {number} changes")
        self._send(patch(f"/users/{user}", {"officeLocation": about}) for user in users)

    def fill_groups(self, members: int, each: int) -> list[tuple[str, list[str]]]:
        """New groups with so many members in all; each group's id with its members'."""
        users = list(islice(self.other.users(), each))
        groups = [
            (self._group(number), users[: min(each, members - start)])
            for number, start in enumerate(range(0, members, each))
        ]
        self._send(
            patch(f"/groups/{group}", {"members@odata.bind": [self._url(one) for one in some]})
            for group, inside in groups
            for some in _twenties(inside)
        )
        return groups

    def empty_groups(self, groups: Iterable[tuple[str, list[str]]]) -> None:
        """Take every member out."""
        self._send(
            {"method": "DELETE", "url": f"/groups/{group}/members/{member}/$ref"}
            for group, members in groups
            for member in members
        )

    def add_policies(self, number: int) -> list[str]:
        """So many policies of Conditional Access, which are in force for nobody."""
        return [
            str(
                self.entra.graph(
                    "POST",
                    self.tenant_id,
                    "/identity/conditionalAccess/policies",
                    _policy(f"Measured {at}"),
                )["id"]
            )
            for at in range(number)
        ]

    def deface_policies(self, policies: Iterable[str]) -> None:
        """Rename them."""
        for policy in policies:
            path = f"/identity/conditionalAccess/policies/{policy}"
            self.entra.graph("PATCH", self.tenant_id, path, {"displayName": f"Defaced {policy}"})

    def _group(self, number: int) -> str:
        body = {
            "displayName": f"Measured {number}",
            "mailEnabled": False,
            "mailNickname": f"measured{number}",
            "securityEnabled": True,
        }
        return str(self.entra.graph("POST", self.tenant_id, "/groups", body)["id"])

    def _url(self, object_id: str) -> str:
        return f"{self.entra.url}/v1.0/directoryObjects/{object_id}"

    def _send(self, requests: Iterable[Request]) -> None:
        requests = iter(requests)
        while some := list(islice(requests, 50 * TOGETHER)):
            self.other.send(some)


def _twenties(members: list[str]) -> list[list[str]]:
    return [members[start : start + TOGETHER] for start in range(0, len(members), TOGETHER)]


def _policy(name: str) -> dict[str, Any]:
    return {
        "displayName": name,
        "state": "disabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["None"]},
        },
        "grantControls": {"operator": "OR", "builtInControls": ["mfa"]},
    }
