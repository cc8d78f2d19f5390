"""What was pruned: that the installation did it, and that nothing else is passed off as pruned."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from apps.history import chain
from apps.history.models import PrunedSnapshot, Pruning
from apps.history.signing import PRUNINGS
from apps.history.verification.damage import Code, Findings
from apps.history.verification.segments import in_force
from apps.history.verification.signatures import Signatures


def signed_prunings(
    tenant_id: UUID, findings: Findings, signatures: Signatures
) -> Sequence[Pruning]:
    """The prunings in force, those that this installation signed."""
    signed = []
    for pruning in Pruning.objects.filter(tenant_id=tenant_id).select_related("signing_key"):
        if _is_signed(pruning, signatures):
            signed.append(pruning)
            continue
        findings.add(
            Code.PRUNING_FORGED,
            pruning.high_seq,
            f"The pruning between {pruning.low_seq} and {pruning.high_seq} was not signed by this"
            " installation, or was changed.",
        )
    return in_force(signed)


def _is_signed(pruning: Pruning, signatures: Signatures) -> bool:
    return signatures.has_signed(
        pruning.signing_key, chain.pruning_root(pruning), bytes(pruning.signature), PRUNINGS
    )


def check_pruned(
    tenant_id: UUID,
    seqs: Mapping[UUID, int],
    prunings: Sequence[Pruning],
    findings: Findings,
) -> int:
    """Check that those snapshots are marked as pruned that signed prunings removed, and no others.

    seqs: the position of every snapshot. How many are pruned.
    """
    marked = PrunedSnapshot.objects.filter(tenant_id=tenant_id)
    hidden = {seqs.get(one, 0) for one in marked.values_list("snapshot_id", flat=True)}
    removed = {seq for pruning in prunings for seq in range(pruning.low_seq + 1, pruning.high_seq)}
    for seq in sorted(hidden - removed):
        findings.add(
            Code.PRUNING_MISSING,
            seq,
            "It is marked as pruned, but no pruning signed by this installation removed it.",
        )
    for seq in sorted(set(seqs.values()) & removed - hidden):
        findings.add(Code.PRUNED_SHOWN_AS_KEPT, seq, "It was pruned, but its mark was taken away.")
    _check_ends(prunings, hidden, findings)
    return len(hidden & removed)


def _check_ends(prunings: Sequence[Pruning], hidden: set[int], findings: Findings) -> None:
    for pruning in prunings:
        if hidden & {pruning.low_seq, pruning.high_seq}:
            findings.add(
                Code.PRUNING_MISSING,
                pruning.high_seq,
                f"Between {pruning.low_seq} and {pruning.high_seq} it is not clear what was kept:"
                " a pruning of more than that is missing.",
            )
