"""What binds a sealed audit entry to its row."""

from uuid import UUID


def audit_aad(tenant_id: UUID, event_id: str) -> bytes:
    """Associated data: the tenant and the entry's id."""
    return b"holdfast:audit-event:" + tenant_id.bytes + event_id.encode()
