"""What a drill proves: the record that insurers, auditors and customers ask for, signed.

It names the tenant, who asked, what was rehearsed with which version, how old the recovery point
was, how long the recovery took and in which parts, what came back and what did not, and every
issue.
"""

from __future__ import annotations

import hashlib
import platform
import tomllib
from dataclasses import asdict
from datetime import datetime
from functools import cache
from typing import Any, Final

from django.conf import settings

from apps.access.models import User
from apps.core import canonical
from apps.history.models import Snapshot
from apps.recovery.documents.signing import signature_of
from apps.recovery.drills.choices import DrillPlace, DrillState, Phase
from apps.recovery.drills.models import Drill
from apps.recovery.drills.rehearsing import Rehearsed
from apps.recovery.drills.scenarios import described
from apps.tenants.models import Tenant

FORMAT: Final = "holdfast-drill/1"
# Where a rehearsal is not like the real thing, which whoever relies on it has to know.
_STAND_IN: Final = (
    "Rehearsed in the built-in stand-in for Microsoft Entra, within the documented limits of "
    "Microsoft Graph. What Microsoft itself delays, and the time of people who approve, is not in "
    "the recovery time."
)
_SECRETS: Final = (
    "Passwords and the secrets of applications cannot be read from Microsoft Entra, so nobody can "
    "restore them: people and owners get new ones."
)
_SECOND_TENANT: Final = (
    "Recovered to a second tenant of Microsoft Entra, where ids and domains are other ones. The "
    "time of people who plan and approve is not in the recovery time."
)
LIMITS: Final = (_STAND_IN, _SECRETS)
_LIMITS_THERE: Final = (_SECOND_TENANT, _SECRETS)
# Issues that say that something was lost which nobody had announced.
_LOSSES: Final = ("unexpected", "step-failed", "step-not-confirmed")


def state_of(came: Rehearsed) -> DrillState:
    """How a rehearsal that came to its end went."""
    if came.outcome is None or came.outcome.unexpected or came.issues.count(*_LOSSES):
        return DrillState.FAILED
    return DrillState.ISSUES if len(came.issues) else DrillState.PASSED


def numbers_of(drill: Drill, came: Rehearsed) -> dict[str, Any]:
    """What is shown in lists and graphs, as far as it came, without anything personal. Seconds."""
    age = (drill.started_at - drill.snapshot.taken_at).total_seconds() if drill.started_at else 0
    said = {
        "seconds": came.seconds,
        "recovery_seconds": came.recovery_seconds,
        "held": asdict(came.held) if came.held else None,
        "damage": asdict(came.damage) if came.damage else None,
        "plan": came.plan,
        "run": came.run,
    }
    return {
        "recovery_point_seconds": round(age),
        "issues": len(came.issues),
        **{name: value for name, value in said.items() if value},
        **(came.outcome.plain() if came.outcome else {}),
    }


def document_of(drill: Drill, came: Rehearsed) -> dict[str, Any]:
    """The document: a heading, and the issues. In the scope of the real tenant, of an ended drill.

    drill: with its state, times, numbers and failure as they are going to be kept.
    """
    chosen = described(drill.scenario)
    in_sandbox = drill.place == DrillPlace.SANDBOX
    heading = {
        "format": FORMAT,
        "tenant": _tenant(drill.tenant),
        "drill": {
            "id": str(drill.pk),
            "place": drill.place,
            "place_words": drill.get_place_display(),
            "origin": drill.origin,
            "scenario": {"name": chosen.name, "title": chosen.title, "what": chosen.what},
        },
        "result": {
            "state": drill.state,
            "words": DrillState(drill.state).label,
            "failure": drill.failure,
        },
        "asked_by": _person(drill.requested_by),
        "performed_by": f"Holdfast {version()}, {'by itself' if in_sandbox else 'after approval'}",
        "asked_at": _moment(drill.requested_at),
        "began_at": _moment(drill.started_at),
        "ended_at": _moment(drill.finished_at),
        "snapshot": _snapshot(drill.snapshot),
        "numbers": drill.numbers,
        "recovery_parts": [str(one) for one in Phase.of_recovery()],
        "versions": {
            "holdfast": version(),
            "format": FORMAT,
            "python": platform.python_version(),
        },
        "limits": list(LIMITS if in_sandbox else _LIMITS_THERE),
    }
    return {"heading": heading, "issues": came.issues.plain()}


def signed(document: dict[str, Any]) -> tuple[str, bytes, dict[str, str]]:
    """The document as canonical JSON, its SHA-256, and what stands under it. Raises KeyProblem."""
    text = canonical.dumps(document)
    digest = hashlib.sha256(text).digest()
    return text.decode(), digest, signature_of(digest)


@cache
def version() -> str:
    """The version of Holdfast."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])


def _tenant(tenant: Tenant) -> dict[str, Any]:
    return {
        "id": str(tenant.pk),
        "name": tenant.name,
        "domain": tenant.domain,
        "entra_id": str(tenant.entra_id or ""),
    }


def _snapshot(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "id": str(snapshot.pk),
        "seq": snapshot.seq,
        "taken_at": _moment(snapshot.taken_at),
        "complete": snapshot.complete,
        "root": bytes(snapshot.root).hex(),
    }


def _person(user: User | None) -> dict[str, str] | None:
    return {"id": str(user.pk), "name": user.name, "email": user.email} if user else None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
