"""Files as other tools write them, in folders of their own, and what an import makes of them."""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from apps.history import kept_files
from apps.history.capture.run_state import Silent
from apps.history.importing import services
from apps.history.models import SnapshotImport
from apps.history.selectors import bodies_at, links_at, state_at
from apps.tenants.models import Tenant
from tests.factories import actor_of, make_user

MAY = datetime(2026, 5, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
BETA = "https://graph.microsoft.com/beta/$metadata"
V1 = "https://graph.microsoft.com/v1.0/$metadata"


def guid(name: str) -> str:
    """An object id, the same for the same name."""
    return str(uuid5(_SPACE, name))


_SPACE = uuid5(NAMESPACE_DNS, "imports.example")


@dataclass
class Files:
    """A folder that files are written into."""

    root: Path

    def put(self, path: str, value: Any, *, encoding: str = "utf-8") -> str:
        """Write a JSON value (bytes as they are), and give the path back."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        data = value if isinstance(value, bytes) else json.dumps(value).encode(encoding)
        file.write_bytes(data)
        return path


Import = Callable[..., SnapshotImport]


def importer(tenant: Tenant, root: Path) -> Import:
    """Import a folder into a tenant, as its manager."""
    manager = actor_of(make_user("Manager", tenant, "tenant-manager"))

    def run(path: Path = root, *, at: datetime = MAY, **options: Any) -> SnapshotImport:
        return services.import_path(
            actor=manager, tenant=tenant, path=path, stated_at=at, progress=Silent(), **options
        )

    return run


def told(row: SnapshotImport) -> dict[str, dict[str, Any]]:
    """The report: what became of each file, by its path."""
    assert row.report is not None
    lines = gzip.decompress(b"".join(kept_files.read(row.report))).splitlines()
    return {line["file"]: line for line in map(json.loads, lines)}


def bodies(tenant: Tenant, seq: int, *kinds: str) -> dict[str, dict[str, Any]]:
    """Every body at a position by object id."""
    keys = [(one.kind, one.object_id) for one in state_at(tenant, seq, kinds=kinds or None)]
    return {object_id: body for (_, object_id), body in bodies_at(tenant, keys, seq).items()}


def known(body: dict[str, Any]) -> dict[str, Any]:
    """A body without what it says that it does not know."""
    return {name: value for name, value in body.items() if name != "@unknown"}


def links(tenant: Tenant, seq: int) -> set[tuple[str, str, str]]:
    return {item[:3] for item in links_at(tenant, seq)}
