"""Another application at work in the tenant: changes that the next capture has to find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import Any

from apps.demo.entra import Entra

PAGE = 999
TOGETHER = 20
_USERS = "$select=id,userType,onPremisesSyncEnabled"
_GROUPS = "$select=id,groupTypes,isAssignableToRole,mailEnabled,onPremisesSyncEnabled"

Request = dict[str, Any]


@dataclass
class OtherApplication:
    """Changes objects that nothing forbids to change: no synced, dynamic or privileged ones."""

    entra: Entra
    tenant_id: str
    _round: Iterator[int] = field(default_factory=lambda: count(1))

    def change(self, number: int) -> None:
        """Make so many changes, each to another object or link.

        Eight in ten to users, one to groups, one removes a member; where there are too few groups,
        the rest are to users.
        """
        about = f"Round {next(self._round)}"
        groups = list(islice(self._groups(), number // 5))
        described, emptied = groups[::2], groups[1::2]
        requests = [patch(f"/groups/{group}", {"description": about}) for group in described]
        requests += self._removals(emptied)
        users = islice(self.users(), number - len(requests))
        requests += [patch(f"/users/{user}", {"officeLocation": about}) for user in users]
        if len(requests) < number:
            raise ValueError(f"the tenant is too small for {number} changes")
        self.send(requests)

    def _removals(self, groups: Sequence[str]) -> list[Request]:
        """One member out of each group that has one."""
        questions = [_get(f"/groups/{group}/members?$select=id&$top=1") for group in groups]
        answers = self.send(questions)
        return [
            {"method": "DELETE", "url": f"/groups/{group}/members/{found[0]['id']}/$ref"}
            for group, answer in zip(groups, answers, strict=True)
            if (found := answer["body"]["value"])
        ]

    def users(self) -> Iterator[str]:
        """Those that nothing forbids to change."""
        for row in self._list(f"/users?{_USERS}&$top={PAGE}"):
            if row["userType"] == "Member" and not row["onPremisesSyncEnabled"]:
                yield str(row["id"])

    def _groups(self) -> Iterator[str]:
        for row in self._list(f"/groups?{_GROUPS}&$top={PAGE}"):
            special = ("groupTypes", "isAssignableToRole", "mailEnabled", "onPremisesSyncEnabled")
            if not any(row[name] for name in special):
                yield str(row["id"])

    def _list(self, path: str) -> Iterator[dict[str, Any]]:
        while path:
            page = self.entra.graph("GET", self.tenant_id, path)
            yield from page["value"]
            path = page.get("@odata.nextLink", "").partition("/v1.0")[2]

    def send(self, requests: Sequence[Request]) -> list[dict[str, Any]]:
        """Answers in the order of the requests; ValueError for a refusal."""
        answers: list[dict[str, Any]] = []
        for start in range(0, len(requests), TOGETHER):
            some = [
                {**request, "id": str(at)}
                for at, request in enumerate(requests[start : start + TOGETHER])
            ]
            batch = self.entra.graph("POST", self.tenant_id, "/$batch", {"requests": some})
            answers += sorted(batch["responses"], key=lambda answer: int(answer["id"]))
        refused = [answer for answer in answers if answer["status"] >= 300]
        if refused:
            raise ValueError(f"the sandbox refused a change: {refused[0]}")
        return answers


def _get(url: str) -> Request:
    return {"method": "GET", "url": url}


def patch(url: str, body: dict[str, Any]) -> Request:
    """A change, as one item of a $batch."""
    headers = {"Content-Type": "application/json"}
    return {"method": "PATCH", "url": url, "body": body, "headers": headers}
