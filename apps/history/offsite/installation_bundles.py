"""What the installation's own bundle holds: who it serves, its people and what they may do, the
audit trail, and where the tenants' bundles are."""

from dataclasses import replace
from typing import Any

from apps.core import clock
from apps.core.scope import no_scope
from apps.history.database import steady
from apps.history.offsite import placement, rows
from apps.history.offsite.chunks import Chunk, by_table
from apps.history.offsite.columns import columns_of
from apps.history.offsite.manifests import FileRef, Manifest
from apps.history.offsite.placement import Model, Place
from apps.history.offsite.shipping import Shipment


def fill_installation(shipment: Shipment, whole: bool) -> Manifest:
    """Write the files of the installation's bundle, all of them each time, and give the manifest.

    Only what is added to the audit trail is read: what was shipped of it never changes.
    """
    before, copy = shipment.before, shipment.copy
    kept = {label: _appended(before, label) for label in placement.APPENDED}
    with no_scope("the installation is shipped"), steady():
        tables = [
            (model, rows.installation_rows(model, _after(kept.get(model._meta.label, []))))
            for model in installation_models()
        ]
        written = [_named(shipment.write_one(chunk), chunk) for chunk in by_table(tables)]
    now = clock.now().isoformat()
    return Manifest(
        kind="installation",
        subject=str(shipment.target.subject.id),
        bundle=shipment.bundle,
        number=before.number + 1 if before else 1,
        previous={"name": copy.manifest_name, "digest": bytes(copy.manifest_digest or b"").hex()}
        if copy.manifest_name
        else None,
        made_at=now,
        whole_at=now,
        state=(*(ref for refs in kept.values() for ref in refs), *written),
    )


def installation_models() -> list[Model]:
    """Every table with rows that travel with the installation."""
    of_tenants = [m for m in placement.models_of(Place.TENANT) if placement.may_lack_tenant(m)]
    return [*placement.models_of(Place.INSTALLATION), *of_tenants]


def _appended(before: Manifest | None, label: str) -> list[FileRef]:
    """The files of a table that is only added to, as far as they are full."""
    return [
        ref for ref in (before.state if before else ()) if ref.after and set(ref.tables) == {label}
    ]


def _after(files: list[FileRef]) -> Any:
    return max((ref.after for ref in files), default=None)


def _named(ref: FileRef, chunk: Chunk) -> FileRef:
    """With the last value of the column by which its table is added to, for a full chunk of one."""
    label = next(iter(chunk.tables), "")
    if not chunk.last or len(chunk.tables) != 1 or label not in placement.APPENDED:
        return ref
    names = [column.name for column in columns_of(_model(label))]
    return replace(ref, after=chunk.last[names.index(placement.APPENDED[label])])


def _model(label: str) -> Model:
    return next(m for m in installation_models() if m._meta.label == label)
