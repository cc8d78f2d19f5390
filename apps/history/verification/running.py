"""One verification from beginning to end."""

import secrets
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from apps.core.errors import HoldfastError
from apps.history.database import TenantRef, scoped_id, steady
from apps.history.verification import derived
from apps.history.verification.bodies import check_bodies
from apps.history.verification.damage import Code, Damage, Findings
from apps.history.verification.prunings import check_pruned, signed_prunings
from apps.history.verification.result import FULL, VerificationResult
from apps.history.verification.segments import Segment, cut, segment_after, segment_of
from apps.history.verification.signatures import Signatures
from apps.history.verification.snapshots import check_snapshots
from apps.history.verification.versions import Counted, check_digests
from apps.history.verification.witnesses import KnownRoot, check_witnesses
from apps.tenants import keys

Chosen = Callable[[], bool]


def verify(
    tenant: TenantRef,
    *,
    share: float = FULL,
    also: Collection[int] = (),
    known: Sequence[KnownRoot] = (),
) -> VerificationResult:
    """Check a tenant's history as it stands at one moment. Needs a scope that has the tenant.

    share: per cent of the versions to read, above 0 up to 100. Which ones is decided anew by chance
    each time, so nobody can tell beforehand what will not be looked at; the snapshots' own rows,
    their signatures and the number of versions of each are checked whatever the share. With less
    than all of them, counts are not compared. also: positions whose digests are recomputed in any
    case. known: roots that somebody kept elsewhere.

    Never raises for what is wrong with the history or its key: it says what could not be checked.
    """
    tenant_id = scoped_id(tenant)
    with steady():
        return _Verifying(tenant_id, share).verify(frozenset(also), known)


def check_interval(tenant_id: UUID, low: int, high: int) -> tuple[Damage, ...]:
    """Damage of the versions after one position up to another, and of what vouches for them."""
    findings, signatures = Findings(), Signatures()
    with steady():
        brought = [
            segment_of(snapshot)
            for snapshot in check_snapshots(
                tenant_id, findings, signatures, chosen=lambda: False, within=(low, high)
            )
        ]
        prunings = [
            pruning
            for pruning in signed_prunings(tenant_id, findings, signatures)
            if low <= pruning.low_seq and pruning.high_seq <= high
        ]
        counted = Counted(tenant_id, within=(low, high))
        pieces = cut(brought, map(segment_after, prunings))
        whole = [piece for piece in pieces if not counted.differs(piece, findings)]
        check_digests(tenant_id, whole, findings)
        _name_unusable(signatures, findings)
    return tuple(findings.kept)


def _name_unusable(signatures: Signatures, findings: Findings) -> None:
    for why in signatures.unusable.values():
        detail = f"A signing key cannot be used, so what it signed cannot be checked. {why}"
        findings.add(Code.SIGNING_KEY_UNUSABLE, 0, detail)


class _Verifying:
    """One verification under way."""

    def __init__(self, tenant_id: UUID, share: float) -> None:
        self._tenant_id, self._share = tenant_id, share
        self._random = secrets.SystemRandom()
        self._findings, self._signatures = Findings(), Signatures()

    def verify(self, also: frozenset[int], known: Sequence[KnownRoot]) -> VerificationResult:
        tenant_id, findings = self._tenant_id, self._findings
        roots: dict[int, bytes] = {}
        seqs: dict[UUID, int] = {}
        brought: list[Segment] = []
        for snapshot in check_snapshots(
            tenant_id, findings, self._signatures, chosen=self._is_chosen
        ):
            roots[snapshot.seq], seqs[snapshot.pk] = bytes(snapshot.root), snapshot.seq
            brought.append(segment_of(snapshot))
        prunings = signed_prunings(tenant_id, findings, self._signatures)
        pruned = check_pruned(tenant_id, seqs, prunings, findings)
        counted = Counted(tenant_id)
        counted.check_stray(roots, findings)
        pieces = [
            piece
            for piece in cut(brought, map(segment_after, prunings))
            if not counted.differs(piece, findings)
            and (self._is_chosen() or not also.isdisjoint(range(piece.low + 1, piece.high + 1)))
        ]
        digested = check_digests(tenant_id, pieces, findings)
        bodies, unchecked = self._check_bodies()
        if self._share >= FULL:
            derived.check_counts(tenant_id, findings)
        check_witnesses(tenant_id, roots, known, findings)
        newest = max(roots, default=0)
        return VerificationResult(
            share=self._share,
            snapshots=len(roots),
            pruned=pruned,
            versions=counted.total,
            digested=digested,
            bodies=bodies,
            newest_seq=newest,
            newest_root=roots.get(newest, b""),
            damage=tuple(findings.kept),
            damage_in_all=findings.number.total(),
            dangling=derived.dangling_links(tenant_id),
            unchecked=unchecked,
        )

    def _is_chosen(self) -> bool:
        return self._random.uniform(0, FULL) < self._share or self._share >= FULL

    def _check_bodies(self) -> tuple[int, str]:
        """How many were tried, and why none could be."""
        try:
            key = keys.data_key(self._tenant_id)
        except HoldfastError as error:
            also = " No signature could be checked." if self._signatures.unusable else ""
            return 0, f"No body could be opened. {error.message}{also}"
        _name_unusable(self._signatures, self._findings)
        seed = self._random.randrange(-(2**63), 2**63)
        tried = check_bodies(self._tenant_id, key, self._findings, share=self._share, seed=seed)
        return tried, ""
