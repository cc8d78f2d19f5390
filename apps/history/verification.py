"""Checking that a tenant's history is as it was sealed, and saying where it is not.

What this finds: a changed, removed or added version; a changed snapshot or completeness record; a
snapshot missing in the middle or replaced; a signature by another key; bodies that do not open;
heads that do not say what the log says. What it cannot find: newest snapshots cut off the end
together with everything that mentions them; only a copy elsewhere shows that.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from apps.core.errors import HoldfastError
from apps.history import chain
from apps.history.bodies import BodyOpener, DamagedBody, Place
from apps.history.database import TenantRef, rows, scoped_id, stream
from apps.history.models import Snapshot
from apps.history.selectors.bodies import body_opener
from apps.history.signing import Signer

_WORST_FEW = 20

_BODIES = """
select kind, object_id, seq, body from history_objectversion
where tenant_id = %s and body is not null
"""

_NO_SNAPSHOT = """
select distinct v.seq from history_{table} v
where v.tenant_id = %s and not exists (
    select 1 from history_snapshot s where s.tenant_id = v.tenant_id and s.seq = v.seq
)
order by 1
"""

_WRONG_OBJECT_HEADS = """
select count(*) from (
    select distinct on (kind, object_id) kind, object_id, seq, state, digest
    from history_objectversion where tenant_id = %s order by kind, object_id, seq desc
) v
full join (select * from history_objecthead where tenant_id = %s) h using (kind, object_id)
where (v.seq, v.state, v.digest) is distinct from (h.seq, h.state, h.digest)
"""

_WRONG_LINK_HEADS = """
select count(*) from (
    select distinct on (link, source_id, target_id) link, source_id, target_id, seq, present
    from history_linkversion where tenant_id = %s order by link, source_id, target_id, seq desc
) v
full join (select * from history_linkhead where tenant_id = %s) h
    using (link, source_id, target_id)
where (v.seq, v.present) is distinct from (h.seq, h.present)
"""


@dataclass(frozen=True, slots=True)
class Damage:
    """Something that is not as it was sealed. seq: the snapshot it shows in, 0 for none.

    what: "chain", "signature", "versions", "body", "orphan" or "heads".
    """

    seq: int
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What was checked and what was found."""

    snapshots: int
    versions: int
    damage: tuple[Damage, ...]

    @property
    def is_intact(self) -> bool:
        return not self.damage


def verify(tenant: TenantRef) -> Verification:
    """Check a tenant's whole history. Reads every version once. Needs a scope that has the tenant.

    Raises KeyProblem or NotFound when the tenant's key cannot be had: then nothing can be read.
    """
    tenant_id = scoped_id(tenant)
    snapshots = list(
        Snapshot.objects.filter(tenant_id=tenant_id).select_related("signing_key").order_by("seq")
    )
    damage = [*_chain_damage(snapshots)]
    for snapshot in snapshots:
        damage += _snapshot_damage(snapshot)
    damage += _orphans(tenant_id)
    checked, unreadable = _unreadable_bodies(tenant_id)
    damage += unreadable
    damage += _wrong_heads(tenant_id)
    return Verification(len(snapshots), checked, tuple(damage))


def _chain_damage(snapshots: list[Snapshot]) -> Iterator[Damage]:
    expected_seq, expected_root = 1, chain.NO_PREVIOUS
    for snapshot in snapshots:
        if snapshot.seq != expected_seq:
            missing = f"{expected_seq} to {snapshot.seq - 1}"
            yield Damage(snapshot.seq, "chain", f"Snapshots {missing} are missing before it.")
        elif bytes(snapshot.previous_root) != expected_root:
            yield Damage(snapshot.seq, "chain", "It does not continue the snapshot before it.")
        expected_seq, expected_root = snapshot.seq + 1, bytes(snapshot.root)


def _snapshot_damage(snapshot: Snapshot) -> Iterator[Damage]:
    if not _is_as_sealed(snapshot):
        yield Damage(
            snapshot.seq,
            "versions",
            "Its versions, its completeness or its own record are not what was sealed.",
        )
    try:
        signed = Signer(snapshot.signing_key).has_signed(
            bytes(snapshot.root), bytes(snapshot.signature)
        )
    except HoldfastError as error:
        yield Damage(snapshot.seq, "signature", f"The signing key is unusable. {error.message}")
        return
    if not signed:
        yield Damage(snapshot.seq, "signature", "The signature is not by this installation's key.")


def _is_as_sealed(snapshot: Snapshot) -> bool:
    place = [snapshot.tenant_id, snapshot.seq]
    where = "where tenant_id = %s and seq = %s"
    objects = f"{chain.OBJECT_COLUMNS} from history_objectversion {where} {chain.OBJECT_ORDER}"
    links = f"{chain.LINK_COLUMNS} from history_linkversion {where} {chain.LINK_ORDER}"
    collections = snapshot.collections.all()
    return (
        chain.digest_of_rows(stream(objects, place)) == bytes(snapshot.objects_digest)
        and chain.digest_of_rows(stream(links, place)) == bytes(snapshot.links_digest)
        and snapshot.collections_digest in (None, chain.digest_of_collections(collections))
        and chain.root_of(snapshot, collections) == bytes(snapshot.root)
    )


def _orphans(tenant_id: UUID) -> Iterator[Damage]:
    for table in ("objectversion", "linkversion"):
        for (seq,) in rows(_NO_SNAPSHOT.format(table=table), [tenant_id]):
            yield Damage(seq, "orphan", "There are versions at a position without a snapshot.")


def _unreadable_bodies(tenant_id: UUID) -> tuple[int, list[Damage]]:
    """How many bodies were opened, and the first few that do not open."""
    opener, checked, failed = body_opener(tenant_id), 0, 0
    damage: list[Damage] = []
    for kind, object_id, seq, stored in stream(_BODIES, [tenant_id]):
        checked += 1
        if not _opens(opener, Place(kind, object_id, seq), stored):
            failed += 1
            if failed <= _WORST_FEW:
                damage.append(Damage(seq, "body", f"The body of {kind} {object_id} is unreadable."))
    if failed > _WORST_FEW:
        damage.append(Damage(0, "body", f"{failed} bodies in all are unreadable."))
    return checked, damage


def _opens(opener: BodyOpener, place: Place, stored: bytes) -> bool:
    try:
        opener.open(place, stored)
    except (DamagedBody, ValueError):
        return False
    return True


def _wrong_heads(tenant_id: UUID) -> Iterator[Damage]:
    for sql, things in ((_WRONG_OBJECT_HEADS, "objects"), (_WRONG_LINK_HEADS, "links")):
        number = rows(sql, [tenant_id, tenant_id])[0][0]
        if number:
            yield Damage(0, "heads", f"The heads of {number} {things} differ from the log.")
