"""The high risks of a plan, which its approver names and accepts one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.errors import Conflict
from apps.diffs.choices import Risk
from apps.recovery.models import Plan


@dataclass(frozen=True, slots=True)
class HighRisk:
    """One high risk of a plan. key: its name within that plan, as "lock-out-1"."""

    key: str
    risk: Mapping[str, Any]

    def plain(self) -> dict[str, Any]:
        """As an approval keeps it: what it is about stands in the plan, which never changes."""
        return {"key": self.key, "code": self.risk["code"], "steps": self.risk.get("steps", [])}


def high_risks(plan: Plan) -> list[HighRisk]:
    """The plan's high risks in its order. The digest covers them, so a key never moves."""
    return [
        HighRisk(f"{risk['code']}-{place}", risk)
        for place, risk in enumerate(plan.risks, start=1)
        if risk["level"] == Risk.HIGH
    ]


def require_confirmed(plan: Plan, keys: Collection[str]) -> list[dict[str, Any]]:
    """What an approval keeps of the high risks. Raises Conflict where one was not accepted."""
    found = high_risks(plan)
    missing = [one for one in found if one.key not in keys]
    if missing:
        raise Conflict(
            f"{len(missing)} of the plan's {len(found)} high risks were not accepted.",
            code="risks-not-accepted",
            safe="Nothing was approved.",
            todo="Read each of them, and tick it if you accept it. Refuse the request otherwise.",
        )
    return [one.plain() for one in found]
