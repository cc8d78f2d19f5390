"""An event in words: what happened to which tenant, and where to look. No personal data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings

from apps.notify.choices import EventKind
from apps.notify.models import Delivery

Data = Mapping[str, Any]
_OVER: Final = {
    EventKind.SNAPSHOT_FAILED: "Snapshots are taken again",
    EventKind.SNAPSHOT_OVERDUE: "The recovery point is as fresh as agreed again",
    EventKind.CONNECTION: "The connection works again",
    EventKind.DAMAGE: "A full verification found the history intact again",
}
_PAGES: Final = {
    "run": "runs/{run}/",
    "drill": "drills/{drill}/",
    "request": "requests/{request}/",
    "report": "reports/{report}/",
    "snapshot": "snapshots/{snapshot}/",
}
_PAGE_OF_KIND: Final = {
    EventKind.CONNECTION: "connection/",
    EventKind.DAMAGE: "verifications/",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One event as people read it. link: an absolute address in the portal."""

    tenant: str
    text: str
    link: str

    @property
    def line(self) -> str:
        return f"{self.tenant}: {self.text}"


def say(row: Delivery) -> Said:
    """What a delivery tells. Needs its tenant."""
    kind = EventKind(row.kind)
    text = _over(kind, row.data) if row.resolved else _HAPPENED[kind](row.data)
    return Said(row.tenant.name, f"{text}.", link(row))


def link(row: Delivery) -> str:
    """The page of the portal that shows more."""
    base = f"{settings.HOLDFAST_BASE_URL.rstrip('/')}/tenants/{row.tenant_id}/"
    for name, page in _PAGES.items():
        if name in row.subjects:
            return base + page.format(**row.subjects)
    return base + _PAGE_OF_KIND.get(EventKind(row.kind), "")


def _over(kind: EventKind, data: Data) -> str:
    text = _OVER.get(kind, f"Over: {kind.label.lower()}")
    minutes = data.get("minutes", 0)
    return f"{text}, after {minutes} minutes" if minutes else text


def _snapshot(data: Data) -> str:
    whole = "" if data.get("complete", True) else ", but not everything could be read"
    return f"A snapshot was taken{whole}"


def _changes(data: Data) -> str:
    counts = ", ".join(f"{data.get(risk, 0)} of {risk} risk" for risk in ("high", "medium", "low"))
    return f"A difference report found {data.get('changes', 0)} changes: {counts}"


def _asked(data: Data) -> str:
    return f"A recovery waits for approval (risk: {data.get('risk', 'unknown')})"


def _refused(data: Data) -> str:
    if data.get("state") == "expired":
        return "Nobody decided in time about a recovery; nothing was written"
    return "A recovery was refused; nothing was written"


def _ended(data: Data) -> str:
    state = data.get("state", "complete")
    counts = f"{data.get('objects', 0)} objects and {data.get('links', 0)} links brought back"
    return f"A recovery ended ({state}): {counts}, {data.get('failures', 0)} failures"


def _connection(data: Data) -> str:
    if data.get("code") == "certificate":
        return f"The certificate of its application ends in {data.get('days_left', 0)} days"
    if data.get("code") == "missing":
        return f"The connection lacks permissions ({data.get('missing', 0)})"
    return "The connection does not work any more"


def _damage(data: Data) -> str:
    return (
        f"A verification found {data.get('damage', 0)} damaged parts in the history. Do not "
        "recover from the snapshots that it names"
    )


def _drill(data: Data) -> str:
    state = str(data.get("state", "complete")).replace("-", " ")
    lost = data.get("unexpected", 0)
    unforeseen = f"; {lost} changes were lost that nothing had announced" if lost else ""
    return f"A drill ended ({state}{unforeseen})"


def _plain(text: str) -> Callable[[Data], str]:
    return lambda data: text


def _failed(data: Data) -> str:
    return f"A snapshot could not be taken ({data.get('code', 'failed')})"


_HAPPENED: Final[Mapping[EventKind, Callable[[Data], str]]] = {
    EventKind.SNAPSHOT_TAKEN: _snapshot,
    EventKind.SNAPSHOT_FAILED: _failed,
    EventKind.SNAPSHOT_OVERDUE: _plain("The newest recovery point is older than agreed"),
    EventKind.CHANGES: _changes,
    EventKind.APPROVAL_WANTED: _asked,
    EventKind.APPROVAL_GIVEN: _plain("A recovery was approved, and runs"),
    EventKind.APPROVAL_REFUSED: _refused,
    EventKind.GLASS_BROKEN: _plain(
        "The glass was broken: one person alone approved a recovery, which runs now"
    ),
    EventKind.RUN_STARTED: _plain("A recovery has begun"),
    EventKind.RUN_ENDED: _ended,
    EventKind.RUN_FAILED: _ended,
    EventKind.CONNECTION: _connection,
    EventKind.DAMAGE: _damage,
    EventKind.DRILL: _drill,
}
