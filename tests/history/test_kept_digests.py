"""The digests that versions keep, and those that older versions have."""

import hashlib

from apps.core.scope import tenant_scope
from apps.entra.catalogue import digest, kind
from apps.history import selectors
from apps.history.kept_digests import SIZE, KeptDigests
from tests.factories import make_msp, make_tenant
from tests.history.sources import MemorySource
from tests.history.test_damage import take, tamper

USER = kind("user")
_OLDER = "update history_objectversion set digest = %s where object_id = %s"
BODY = {"id": "u1", "displayName": "Ada"}


def test_a_digest_tells_nothing_to_whom_has_no_key() -> None:
    here, elsewhere = KeptDigests(b"a" * 32, USER), KeptDigests(b"b" * 32, USER)

    assert len(here.of(BODY)) == SIZE
    assert here.of(BODY) == here.of({**BODY})
    assert here.of(BODY) != here.of({**BODY, "displayName": "Eva"})
    assert here.of(BODY) != elsewhere.of(BODY)
    assert here.of(BODY) != KeptDigests(b"a" * 32, kind("group")).of(BODY)


def test_a_digest_without_a_key_stays_until_the_body_changes() -> None:
    digests, older = KeptDigests(b"a" * 32, USER), digest(USER, BODY)

    assert digests.of(BODY, older) == older
    assert len(digests.of({**BODY, "displayName": "Eva"}, older)) == SIZE
    assert digests.of(BODY, hashlib.sha256(b"another").digest()) == digests.of(BODY)


def test_a_history_with_older_digests_goes_on_without_a_version_for_each_object(
    live_database: object, source: MemorySource
) -> None:
    tenant = make_tenant(make_msp())
    for number in range(4):
        source.put("user", f"u{number}", displayName=f"User {number}")
    with tenant_scope(tenant.pk):
        take(tenant, source)
        for object_id, body in source.objects["user"].items():
            tamper("history_objectversion", _OLDER, digest(USER, body), object_id)
        source.put("user", "u1", displayName="Ada")
        source.soft_delete("user", "u2")
        take(tenant, source)

        states = {item.object_id: item for item in selectors.state_at(tenant, 2, kinds=["user"])}
        changed = [*selectors.changed_between(tenant, 1, 2, kinds=["user"])]

    assert {item.object_id for item in changed} == {"u1", "u2"}
    assert {one: (item.seq, len(item.digest)) for one, item in states.items()} == {
        "u0": (1, 32),
        "u1": (2, SIZE),
        "u2": (2, 32),
        "u3": (1, 32),
    }
