"""A tenant's history: an append-only log of versions, the snapshots in it, and what is derived.

Snapshot, SnapshotCollection, ObjectVersion, LinkVersion and AuditEvent are written once; PostgreSQL
refuses to change them (migration 0002). The newest version of each thing is not kept a second time:
it is found by the log's own key (ADR 0075).

Every row names its tenant, and every key starts with it. Foreign keys to the tenant are checked
where rows are few (Snapshot); versions are tied to their snapshot, and so to its tenant, by a
trigger that runs once for each statement: a check for each of 100,000 rows would cost more than
all the rest of the writing.
"""

from apps.history.models.cadence import Cadence, ObjectiveGap, RecoveryPoint
from apps.history.models.derived import (
    ApartReading,
    CollectionCursor,
    CompressionDictionary,
)
from apps.history.models.identity import Identity
from apps.history.models.log import AuditEvent, LinkVersion, ObjectVersion
from apps.history.models.offsite import (
    OffsiteCopy,
    OffsiteKey,
    OffsiteKeyCopy,
    OffsiteRegion,
    OffsiteRestoration,
    OffsiteStore,
)
from apps.history.models.pruning import PrunedSnapshot, Pruning
from apps.history.models.retention import (
    KeepChange,
    KeepTemplate,
    LegalHold,
    Removal,
    SnapshotPin,
    TemplateKeepChange,
    TenantKeepChange,
    TenantRetention,
)
from apps.history.models.search import SearchIndex, SearchLeaf, SearchSlice
from apps.history.models.snapshots import (
    ShrinkConfirmation,
    SigningKey,
    Snapshot,
    SnapshotCollection,
)
from apps.history.models.transfers import Export, KeptFile, KeptFilePart, SnapshotImport
from apps.history.models.verification import Verification

__all__ = [
    "ApartReading",
    "AuditEvent",
    "Cadence",
    "CollectionCursor",
    "CompressionDictionary",
    "Export",
    "Identity",
    "KeepChange",
    "KeepTemplate",
    "KeptFile",
    "KeptFilePart",
    "LegalHold",
    "LinkVersion",
    "ObjectVersion",
    "ObjectiveGap",
    "OffsiteCopy",
    "OffsiteKey",
    "OffsiteKeyCopy",
    "OffsiteRegion",
    "OffsiteRestoration",
    "OffsiteStore",
    "PrunedSnapshot",
    "Pruning",
    "RecoveryPoint",
    "Removal",
    "SearchIndex",
    "SearchLeaf",
    "SearchSlice",
    "ShrinkConfirmation",
    "SigningKey",
    "Snapshot",
    "SnapshotCollection",
    "SnapshotImport",
    "SnapshotPin",
    "TemplateKeepChange",
    "TenantKeepChange",
    "TenantRetention",
    "Verification",
]
