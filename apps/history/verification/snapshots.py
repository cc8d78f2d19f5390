"""The snapshots' own rows: their order, records, completeness, roots and signatures."""

from collections.abc import Callable, Iterator
from uuid import UUID

from apps.history import chain
from apps.history.models import Snapshot
from apps.history.signing import ROOTS
from apps.history.verification.damage import Code, Findings
from apps.history.verification.signatures import Signatures

_PORTION = 500

Chosen = Callable[[], bool]
"""Whether the next thing is among those that are looked at."""


def check_snapshots(
    tenant_id: UUID,
    findings: Findings,
    signatures: Signatures,
    *,
    chosen: Chosen,
    within: tuple[int, int] | None = None,
) -> Iterator[Snapshot]:
    """Check every snapshot's row in order, and give it on.

    chosen: of which snapshots the completeness of the collections is recomputed; all else of every
    one. within: only those after the one position up to the other.
    """
    rows = Snapshot.objects.filter(tenant_id=tenant_id).select_related("signing_key")
    expected_seq, expected_root = 1, chain.NO_PREVIOUS
    if within is not None and within[0] > 0:
        before = rows.filter(seq=within[0]).first()
        expected_seq, expected_root = within[0] + 1, bytes(before.root) if before else b""
    if within is not None:
        rows = rows.filter(seq__gt=within[0], seq__lte=within[1])
    for snapshot in rows.order_by("seq").iterator(_PORTION):
        if snapshot.seq != expected_seq:
            missing = _range(expected_seq, snapshot.seq - 1)
            findings.add(Code.SNAPSHOT_MISSING, snapshot.seq, f"{missing} missing before it.")
        elif bytes(snapshot.previous_root) != expected_root:
            findings.add(
                Code.CHAIN_BROKEN, snapshot.seq, "It does not continue the snapshot before it."
            )
        _check_record(snapshot, findings, signatures)
        if chosen():
            _check_completeness(snapshot, findings)
        expected_seq, expected_root = snapshot.seq + 1, bytes(snapshot.root)
        yield snapshot


def _check_record(snapshot: Snapshot, findings: Findings, signatures: Signatures) -> None:
    # Without a digest over them the completeness is a part of the root itself.
    inside = snapshot.collections_digest is None
    record = chain.root_of(snapshot, snapshot.collections.all() if inside else ())
    root = bytes(snapshot.root)
    signed_root = _is_signed(snapshot, root, signatures)
    signed_record = record == root or _is_signed(snapshot, record, signatures)
    if record != root and signed_record and not signed_root:
        findings.add(
            Code.ROOT_FORGED, snapshot.seq, "Its root is not the one that was made and signed."
        )
    elif record != root:
        also = " or its completeness" if inside else ""
        findings.add(
            Code.SNAPSHOT_CHANGED, snapshot.seq, f"Its own record{also} is not what was sealed."
        )
    if not signed_root and (record == root or not signed_record):
        findings.add(
            Code.SIGNATURE_FORGED,
            snapshot.seq,
            "The signature is not this installation's under this root.",
        )


def _is_signed(snapshot: Snapshot, root: bytes, signatures: Signatures) -> bool:
    return signatures.has_signed(snapshot.signing_key, root, bytes(snapshot.signature), ROOTS)


def _check_completeness(snapshot: Snapshot, findings: Findings) -> None:
    said = snapshot.collections_digest
    if said is None:
        return
    if chain.digest_of_collections(snapshot.collections.all()) != bytes(said):
        findings.add(
            Code.COMPLETENESS_CHANGED,
            snapshot.seq,
            "What it says of the completeness of its collections is not what was sealed.",
        )


def _range(first: int, last: int) -> str:
    return f"Snapshot {first} is" if first == last else f"Snapshots {first} to {last} are"
