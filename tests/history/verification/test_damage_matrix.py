"""Every kind of damage there is, done as the owner of the tables with triggers off, is named."""

import os
from base64 import b64encode
from collections.abc import Iterator

import pytest

from apps.core import envelope
from apps.history.models import Snapshot
from apps.history.verification import KnownRoot, verify
from apps.tenants import keys
from apps.tenants.models import Tenant, TenantKey
from tests.history.verification.conftest import Tamper

# What is done, and what is found: the snapshot (0: none in particular) and the code.
DAMAGE: dict[str, tuple[str, set[tuple[int, str]]]] = {
    "a bit flipped in a body": (
        """
        update history_objectversion set body = set_byte(body, 40, get_byte(body, 40) # 1)
        where object_id = 'u001' and seq = 5
        """,
        {(5, "body-unreadable"), (5, "versions-changed")},
    ),
    "a body cut off": (
        """
        update history_objectversion set body = substr(body, 1, 2) where object_id = 'u001'
        and seq = 5
        """,
        {(5, "body-unreadable"), (5, "versions-changed")},
    ),
    "two bodies swapped": (
        """
        update history_objectversion v set body = o.body from history_objectversion o where
        v.seq = 5 and o.seq = 5 and v.object_id in ('u001', 'u002') and o.object_id in
        ('u001', 'u002') and v.object_id <> o.object_id
        """,
        {(5, "body-moved"), (5, "versions-changed")},
    ),
    "the body of another object copied over one": (
        """
        update history_objectversion v set body = o.body from history_objectversion o where
        v.object_id = 'u001' and v.seq = 5 and o.object_id = 'u007'
        """,
        {(5, "body-moved"), (5, "versions-changed")},
    ),
    "an old version played again": (
        """
        update history_objectversion v set body = o.body, digest = o.digest from
        history_objectversion o where v.object_id = 'u001' and v.seq = 5 and o.object_id =
        'u001' and o.seq = 1
        """,
        {(5, "body-replayed"), (5, "versions-changed")},
    ),
    "a version's state changed": (
        """
        update history_objectversion set state = 'present' where object_id = 'u003' and seq
        = 6
        """,
        {(6, "counts-differ"), (6, "versions-changed")},
    ),
    "an object version removed": (
        "delete from history_objectversion where object_id = 'u001' and seq = 5",
        {(5, "versions-missing")},
    ),
    "a link version removed": (
        "delete from history_linkversion where target_id = 'u002'",
        {(1, "versions-missing")},
    ),
    "a link turned round": (
        "update history_linkversion set present = false where target_id = 'u002'",
        {(1, "versions-changed")},
    ),
    "an object version added": (
        """
        insert into history_objectversion (tenant_id, kind, object_id, seq, state, digest)
        select tenant_id, kind, 'u999x', seq, state, digest
        from history_objectversion where object_id = 'u001' and seq = 5
        """,
        {(5, "counts-differ"), (5, "versions-added")},
    ),
    "a version at a position without a snapshot": (
        """
        insert into history_objectversion (tenant_id, kind, object_id, seq, state, digest)
        select tenant_id, kind, object_id, 9, state, digest
        from history_objectversion where object_id = 'u001' and seq = 5
        """,
        {(9, "versions-stray")},
    ),
    "completeness changed": (
        """
        update history_snapshotcollection set status = 'complete', detail = 'all is well'
        where collection = 'group' and snapshot_id = (select id from history_snapshot where
        seq = 4)
        """,
        {(4, "completeness-changed")},
    ),
    "completeness removed": (
        """
        delete from history_snapshotcollection where collection = 'group' and snapshot_id =
        (select id from history_snapshot where seq = 4)
        """,
        {(4, "completeness-changed")},
    ),
    "a snapshot's record changed": (
        "update history_snapshot set reason = 'nightly' where seq = 4",
        {(4, "snapshot-changed")},
    ),
    "a root forged": (
        "update history_snapshot set root = sha256(root) where seq = 4",
        {(4, "root-forged"), (5, "chain-broken")},
    ),
    "a signature forged": (
        "update history_snapshot set signature = sha512(signature) where seq = 4",
        {(4, "signature-forged")},
    ),
    "a signature that belongs to another snapshot": (
        """
        update history_snapshot s set signature = o.signature from history_snapshot o where
        s.seq = 4 and o.seq = 5
        """,
        {(4, "signature-forged")},
    ),
    "a snapshot removed": (
        "delete from history_snapshot where seq = 5",
        {(5, "versions-stray"), (6, "snapshot-missing")},
    ),
    "the end cut off": (
        """
        with v as (delete from history_objectversion where seq = 6),
        l as (delete from history_linkversion where seq = 6)
        delete from history_snapshot where seq = 6
        """,
        {(5, "end-cut-off")},
    ),
    "a dictionary damaged": (
        """
        update history_compressiondictionary set dictionary = set_byte(dictionary, 50,
        get_byte(dictionary, 50) # 1)
        """,
        {(0, "dictionary-damaged")},
    ),
    "a dictionary removed": (
        "delete from history_compressiondictionary",
        {(0, "dictionary-missing")},
    ),
    "a version changed in a folded interval": (
        """
        update history_objectversion set body = set_byte(body, 40, get_byte(body, 40) # 1)
        where object_id = 'u001' and seq = 4
        """,
        {(4, "body-unreadable"), (4, "folded-changed")},
    ),
    "a version removed from a folded interval": (
        "delete from history_objectversion where object_id = 'u001' and seq = 4",
        {(4, "folded-missing")},
    ),
    "a version put back into a folded interval": (
        """
        insert into history_objectversion (tenant_id, kind, object_id, seq, state, digest)
        select tenant_id, kind, object_id, 2, state, digest
        from history_objectversion where object_id = 'u001' and seq = 4
        """,
        {(4, "folded-added")},
    ),
    "a pruning forged": (
        "update history_pruning set objects_digest = sha256(objects_digest)",
        {
            (2, "pruning-missing"),
            (2, "versions-missing"),
            (3, "pruning-missing"),
            (3, "versions-missing"),
            (4, "pruning-forged"),
        },
    ),
    "a snapshot hidden as if it was pruned": (
        """
        insert into history_prunedsnapshot (snapshot_id, tenant_id, pruning_id) select s.id,
        s.tenant_id, p.id from history_snapshot s, history_pruning p where s.seq = 5
        """,
        {(5, "pruning-missing")},
    ),
    "a pruned snapshot shown as if it was kept": (
        """
        delete from history_prunedsnapshot where snapshot_id = (select id from
        history_snapshot where seq = 2)
        """,
        {(2, "pruned-shown-as-kept")},
    ),
    "a signing key replaced": (
        """
        update history_signingkey set wrapped = set_byte(wrapped, 40, get_byte(wrapped, 40)
        # 1)
        """,
        {(0, "signing-key-unusable")},
    ),
}


def found_in(tenant: Tenant) -> set[tuple[int, str]]:
    return {(damage.seq, str(damage.code)) for damage in verify(tenant).damage}


def test_an_untouched_history_is_intact(tenant: Tenant) -> None:
    found = verify(tenant)

    assert found.is_intact
    assert (found.snapshots, found.pruned, found.newest_seq) == (6, 2, 6)
    assert found.digested == found.versions > 1000
    # Graph gives links to objects that it shows nobody: no damage, but said.
    assert found.dangling == {"group.members": 1}


@pytest.mark.parametrize("done", DAMAGE)
def test_damage_is_named(tenant: Tenant, damaged: Tamper, done: str) -> None:
    sql, expected = DAMAGE[done]

    damaged(sql)

    assert found_in(tenant) == expected


@pytest.fixture
def other_key(tenant: Tenant) -> Iterator[None]:
    """The tenant's data key is replaced by another that is wrapped as it should be."""
    row = TenantKey.objects.get(tenant=tenant)
    wrapped = envelope.wrap(envelope.new_data_key(), keys._tenant_context(tenant.pk))
    TenantKey.objects.filter(pk=row.pk).update(wrapped=wrapped)
    keys.forget_cached()
    yield
    keys.forget_cached()


def test_a_wrong_data_key_is_named_once(tenant: Tenant, damaged: Tamper, other_key: None) -> None:
    (damage,) = verify(tenant).damage

    assert damage.code == "wrong-key"
    assert "None of 1005 bodies opens" in damage.detail


def test_without_the_installations_key_nothing_is_called_damage_that_was_not_looked_at(
    tenant: Tenant, settings: pytest.FixtureRequest
) -> None:
    settings.HOLDFAST_KEYS = [b64encode(os.urandom(32)).decode()]  # type: ignore[attr-defined]
    keys.forget_cached()

    found = verify(tenant)

    keys.forget_cached()
    assert "No body could be opened" in found.unchecked
    assert not found.is_intact
    assert found.bodies == 0


def test_a_root_kept_elsewhere_shows_a_cut_off_end_and_a_replaced_history(tenant: Tenant) -> None:
    sixth = bytes(Snapshot.objects.get(seq=6).root)

    assert verify(tenant, known=[KnownRoot(6, sixth)]).is_intact
    cut_off = verify(tenant, known=[KnownRoot(7, sixth)])
    replaced = verify(tenant, known=[KnownRoot(5, sixth)])
    assert [(one.seq, one.code) for one in cut_off.damage] == [(6, "end-cut-off")]
    assert [(one.seq, one.code) for one in replaced.damage] == [(5, "history-replaced")]
