"""What an export says of itself: of which tenant and snapshot, how complete, by whom and when."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.history.exporting.contents import Wanted
from apps.history.presenting import snapshot_as_json
from apps.tenants.models import Tenant

FORMAT = "holdfast-export"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Heading:
    """Beside what is wanted, what every form of an export tells. by: the person's name."""

    export_id: UUID
    tenant: Tenant
    wanted: Wanted
    by: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """All of it, the completeness of every collection included."""
        return {**self.in_brief(), "snapshot": snapshot_as_json(self.wanted.snapshot)}

    def in_brief(self) -> dict[str, Any]:
        """What a manifest tells: enough to know which snapshot it is, and its signed root."""
        snapshot = self.wanted.snapshot
        return {
            "format": FORMAT,
            "version": VERSION,
            "id": str(self.export_id),
            "exported_at": self.at.isoformat(),
            "exported_by": self.by,
            "tenant": {
                "id": str(self.tenant.pk),
                "name": self.tenant.name,
                "entra_id": str(self.tenant.entra_id or ""),
            },
            "kind": self.wanted.kind,
            "object_id": self.wanted.object_id,
            "snapshot": {
                "id": str(snapshot.pk),
                "seq": snapshot.seq,
                "taken_at": snapshot.taken_at.isoformat(),
                "complete": snapshot.complete,
                "root": bytes(snapshot.root).hex(),
                "root_signature": base64.b64encode(bytes(snapshot.signature)).decode(),
                "root_signed_by": str(snapshot.signing_key_id),
            },
        }
