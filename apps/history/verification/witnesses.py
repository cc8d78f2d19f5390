"""Where a history ended once, by what else remembers it: cutting off the end leaves them behind.

The search index, the audit trail (which is chained and signed apart from this), what was shipped
off-site, earlier verifications, and roots that somebody kept elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import BigIntegerField, Max
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from apps.audit.models import AuditRecord
from apps.history.database import rows
from apps.history.models import OffsiteCopy, Verification
from apps.history.verification import sql
from apps.history.verification.damage import Code, Findings


@dataclass(frozen=True, slots=True)
class KnownRoot:
    """A snapshot's root as it was seen once. root: 32 bytes, b"" where only the position is known.

    where: who remembers it, at the beginning of a sentence.
    """

    seq: int
    root: bytes
    where: str = "A copy kept elsewhere"


def check_witnesses(
    tenant_id: UUID, roots: Mapping[int, bytes], known: Iterable[KnownRoot], findings: Findings
) -> None:
    """Name an end that was cut off, and snapshots that took the place of others.

    roots: those that are there, by position.
    """
    newest = max(roots, default=0)
    for one in (*_remembered(tenant_id), *known):
        if one.seq > newest:
            findings.add(
                Code.END_CUT_OFF,
                newest,
                f"{one.where} knows snapshot {one.seq}; the history ends at {newest}.",
            )
        elif one.root and one.seq in roots and roots[one.seq] != one.root:
            findings.add(
                Code.HISTORY_REPLACED,
                one.seq,
                f"{one.where} knows another root of snapshot {one.seq}: this history took the"
                " place of that one.",
            )


def _remembered(tenant_id: UUID) -> Iterator[KnownRoot]:
    searched = rows(sql.NEWEST_SEARCHED, [tenant_id])[0][0]
    yield KnownRoot(searched or 0, b"", "The search index")
    yield KnownRoot(_in_trail(tenant_id), b"", "The audit trail")
    yield from _off_site(tenant_id)
    earlier = Verification.objects.filter(tenant_id=tenant_id).order_by("-newest_seq").first()
    if earlier is not None:
        at = f"{earlier.began_at:%d %B %Y}"
        yield KnownRoot(earlier.newest_seq, bytes(earlier.newest_root), f"The verification of {at}")


def _off_site(tenant_id: UUID) -> Iterator[KnownRoot]:
    """What was shipped, by the manifests that are kept of it."""
    for copy in OffsiteCopy.objects.filter(tenant_id=tenant_id, manifest__isnull=False):
        said = copy.manifest or {}
        root = bytes.fromhex(str(said.get("root", "")))
        yield KnownRoot(int(said.get("seq", 0)), root, "An off-site copy")


def _in_trail(tenant_id: UUID) -> int:
    """The newest position whose sealing was recorded."""
    sealed = AuditRecord.objects.filter(tenant_id=tenant_id, event="snapshot.sealed")
    seq = Cast(KT("data__seq"), BigIntegerField())
    return int(sealed.aggregate(newest=Max(seq))["newest"] or 0)
