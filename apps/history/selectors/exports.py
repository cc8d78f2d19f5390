"""What was taken out of a tenant's history, and what was brought in. Needs a scope that has it."""

from uuid import UUID

from django.db.models import QuerySet

from apps.core.errors import NotFound
from apps.history.database import TenantRef, scoped_id
from apps.history.models import Export, SnapshotImport


def exports(tenant: TenantRef) -> QuerySet[Export]:
    """A tenant's exports, newest first."""
    rows = Export.objects.filter(tenant_id=scoped_id(tenant)).order_by("-requested_at", "-id")
    return rows.select_related("requested_by", "file")


def access_export(tenant: TenantRef, export_id: UUID) -> Export:
    """One export of this tenant. Raises NotFound for any other, whosever it is."""
    found = exports(tenant).filter(pk=export_id).first()
    if found is None:
        raise NotFound("There is no such export.", code="no-such-export")
    return found


def imports(tenant: TenantRef) -> QuerySet[SnapshotImport]:
    """A tenant's imports, newest first."""
    rows = SnapshotImport.objects.filter(tenant_id=scoped_id(tenant))
    return rows.select_related("requested_by", "snapshot", "report").order_by(
        "-requested_at", "-id"
    )


def access_import(tenant: TenantRef, import_id: UUID) -> SnapshotImport:
    """One import of this tenant. Raises NotFound for any other, whosever it is."""
    found = imports(tenant).filter(pk=import_id).first()
    if found is None:
        raise NotFound("There is no such import.", code="no-such-import")
    return found
