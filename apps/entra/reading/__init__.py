"""Reading a tenant, as the catalogue says."""

from apps.entra.reading.observed import (
    AuditEvent,
    ObservedLink,
    ObservedObject,
    ReadBatch,
    RemovedObject,
)

__all__ = ["AuditEvent", "ObservedLink", "ObservedObject", "ReadBatch", "RemovedObject"]
