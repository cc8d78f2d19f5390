"""A customer leaves: hold, export, two people's word, days of grace; then nobody can read it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.access.models import Membership, TenantPermission, User
from apps.audit.models import AuditRecord
from apps.audit.verification import verify
from apps.core import canonical, clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope, person, tenant_scope
from apps.core.signing import Signer
from apps.history import selectors as history
from apps.history import services as captures
from apps.history.bodies import DamagedBody
from apps.history.models import ObjectVersion
from apps.offboarding import certificates, selectors, services
from apps.offboarding.choices import OffboardingState
from apps.offboarding.models import ErasureCertificate, Offboarding
from apps.tenants import keys
from apps.tenants.choices import TenantState
from apps.tenants.models import Tenant, TenantKey
from tests.factories import Cast, actor_of, make_cast, make_user
from tests.history.sources import MemorySource
from tests.support.approval_rules import demand

REASON = "the contract ended in June"


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast; Contoso has two snapshots, and a second manager at its MSP: Erin."""
    cast = make_cast()
    make_user("Erin", cast.north, "tenant-manager", "backup-administrator")
    source = MemorySource()
    source.put("user", "u-1", displayName="Megan Bowen")
    capture(cast, source)
    source.put("user", "u-1", displayName="Megan Smith")
    source.put("group", "g-1", displayName="Sales")
    source.link("group.members", "g-1", "u-1")
    capture(cast, source)
    return cast


def capture(cast: Cast, source: MemorySource) -> None:
    with tenant_scope(cast.contoso.pk):
        captures.capture(
            actor=actor_of(cast.alice), tenant=cast.contoso, mode="full", source=source
        )


def erin() -> User:
    return User.objects.get(name="Erin")


def state_of(tenant: Tenant) -> str:
    with no_scope("a test looks"):
        return Tenant.objects.get(pk=tenant.pk).state


def begin(cast: Cast) -> Offboarding:
    return services.begin_offboarding(
        actor=actor_of(cast.alice), tenant=cast.contoso, reason=REASON
    )


def agree(cast: Cast, who: User) -> Offboarding:
    return services.agree_to_erasure(
        actor=actor_of(who), tenant=cast.contoso, typed_name=cast.contoso.name
    )


@contextmanager
def later(days: float) -> Iterator[None]:
    with clock.frozen(clock.now() + timedelta(days=days)):
        yield


def test_a_customer_on_hold_is_not_captured_and_can_still_be_read(cast: Cast) -> None:
    begin(cast)

    assert state_of(cast.contoso) == TenantState.SUSPENDED
    with no_scope("a test looks again"):
        cast.contoso.refresh_from_db()
    with pytest.raises(Conflict):
        capture(cast, MemorySource())
    with tenant_scope(cast.contoso.pk):
        body = history.body_at(cast.contoso, "user", "u-1", 2)
    assert body
    assert body["displayName"] == "Megan Smith"


def test_nothing_is_erased_before_a_second_person_agreed_and_the_days_have_passed(
    cast: Cast,
) -> None:
    begin(cast)
    with later(400):
        assert services.erase_due() == []

    with pytest.raises(NotAllowed):
        agree(cast, cast.alice)
    agree(cast, erin())
    with later(6.9):
        assert services.erase_due() == []

    with no_scope("a test looks"):
        assert TenantKey.objects.filter(tenant=cast.contoso).exists()


def test_what_was_erased_cannot_be_read_again(cast: Cast) -> None:
    begin(cast)
    agree(cast, erin())
    with later(7.1):
        [certificate] = services.erase_due()
        assert services.erase_due() == []

    keys.forget_cached()
    with tenant_scope(cast.contoso.pk):
        assert ObjectVersion.objects.count() == 3
        with pytest.raises(NotFound):
            history.body_at(cast.contoso, "user", "u-1", 2)
        # A new key in the old one's place opens nothing.
        keys.make_tenant_key(cast.contoso)
        with pytest.raises(DamagedBody):
            history.body_at(cast.contoso, "user", "u-1", 2)
    assert certificate.erased_tenant_id == cast.contoso.pk
    with no_scope("a test looks"):
        erased = Tenant.objects.get(pk=cast.contoso.pk)
    assert (erased.state, erased.name, erased.domain) == ("removed", "Erased customer", "")
    assert verify().intact


def test_the_customers_people_are_forgotten_and_those_of_others_stay(cast: Cast) -> None:
    begin(cast)
    agree(cast, erin())
    with later(8):
        services.erase_due()

    with no_scope("a test looks"):
        assert not TenantPermission.objects.filter(content_object=cast.contoso).exists()
        assert not Membership.objects.filter(tenant=cast.contoso).exists()
    cast.dave.refresh_from_db()
    assert (cast.dave.is_active, cast.dave.name) == (False, "Erased person")
    assert "dave" not in cast.dave.email
    cast.carol.refresh_from_db()
    assert cast.carol.is_active


def test_the_certificate_says_what_was_erased_and_shows_any_change(cast: Cast) -> None:
    begin(cast)
    agree(cast, erin())
    with later(8):
        [certificate] = services.erase_due()
    file = json.loads(json.dumps(certificates.as_file(certificate)))

    said = certificates.verify(file)

    assert said["name"] == cast.contoso.name
    assert (said["snapshots"], said["versions"]) == (2, 3)
    assert said["agreed_by"] == str(erin().pk) != said["requested_by"]
    file["certificate"]["versions"] = 2
    with pytest.raises(Invalid, match="changed"):
        certificates.verify(file)


def test_a_certificate_of_another_installation_is_told_apart(cast: Cast) -> None:
    signer = Signer(bytes(range(32)))
    content = {"name": "Contoso"}
    file = {
        "certificate": content,
        "signature": base64.b64encode(
            signer.sign(certificates.PURPOSE, canonical.dumps(content))
        ).decode(),
        "public_key": base64.b64encode(signer.public_key).decode(),
    }
    with pytest.raises(Invalid, match="another installation"):
        certificates.verify(file)
    with pytest.raises(Invalid, match="no certificate"):
        certificates.verify({"certificate": 1})


def test_certificates_are_the_msps_alone_and_written_once(cast: Cast) -> None:
    begin(cast)
    agree(cast, erin())
    with later(8):
        [certificate] = services.erase_due()

    assert selectors.access_certificate(cast.alice, certificate.pk) == certificate
    for stranger in (cast.mallory, cast.bob, cast.carol):
        with pytest.raises(NotFound):
            selectors.access_certificate(stranger, certificate.pk)
    with no_scope("a test tries"), pytest.raises(IntegrityError), transaction.atomic():
        ErasureCertificate.objects.filter(pk=certificate.pk).update(signature=b"")


def test_it_can_be_cancelled_until_it_is_done(cast: Cast) -> None:
    begin(cast)
    agree(cast, erin())

    services.cancel_offboarding(
        actor=actor_of(erin()), tenant=cast.contoso, reason="they came back to us"
    )

    assert state_of(cast.contoso) == TenantState.ACTIVE
    with later(30):
        assert services.erase_due() == []
    with pytest.raises(Conflict):
        services.cancel_offboarding(
            actor=actor_of(cast.alice), tenant=cast.contoso, reason="and once again"
        )
    assert begin(cast).state == OffboardingState.HELD


def test_where_the_customer_demands_a_say_its_own_people_agree(cast: Cast) -> None:
    frank = make_user("Frank", cast.contoso, "tenant-manager", "recovery-approver")
    demand(frank, cast.contoso, "customer")
    begin(cast)

    with pytest.raises(NotAllowed, match="customer"):
        agree(cast, erin())
    assert agree(cast, frank).state == OffboardingState.AGREED


@pytest.mark.parametrize("who", ["bob", "carol", "dave"])
def test_whoever_does_not_manage_the_tenant_changes_nothing(cast: Cast, who: str) -> None:
    stranger = getattr(cast, who)
    with pytest.raises(NotAllowed):
        services.begin_offboarding(actor=actor_of(stranger), tenant=cast.contoso, reason=REASON)
    begin(cast)
    with pytest.raises(NotAllowed):
        agree(cast, stranger)
    with pytest.raises(NotAllowed):
        services.cancel_offboarding(actor=actor_of(stranger), tenant=cast.contoso, reason=REASON)
    with no_scope("a test looks"):
        assert Offboarding.objects.get().state == OffboardingState.HELD


def test_for_another_msp_the_tenant_does_not_exist(cast: Cast) -> None:
    with pytest.raises(NotFound):
        services.begin_offboarding(actor=actor_of(cast.mallory), tenant=cast.contoso, reason=REASON)
    with no_scope("a test looks"):
        assert not Offboarding.objects.exists()
    assert state_of(cast.contoso) == TenantState.ACTIVE


def test_the_name_is_typed_and_a_reason_is_given(cast: Cast) -> None:
    with pytest.raises(Invalid):
        services.begin_offboarding(actor=actor_of(cast.alice), tenant=cast.contoso, reason=" x ")
    begin(cast)
    with pytest.raises(Invalid):
        services.agree_to_erasure(actor=actor_of(erin()), tenant=cast.contoso, typed_name="Contos")


def test_the_export_has_the_whole_history_and_proves_itself_whole(cast: Cast) -> None:
    actor = actor_of(cast.alice)
    with pytest.raises(Conflict):
        services.export_everything(actor=actor, tenant=cast.contoso)
    begin(cast)

    with person(cast.alice.pk):
        parts = services.export_everything(actor=actor, tenant=cast.contoso)
        archive = zipfile.ZipFile(io.BytesIO(b"".join(parts)))

    assert archive.testzip() is None
    lines = [json.loads(line) for line in archive.read("objects.jsonl").splitlines()]
    names = [(line["seq"], line["body"]["displayName"]) for line in lines if line["id"] == "u-1"]
    assert names == [(1, "Megan Bowen"), (2, "Megan Smith")]
    links = [json.loads(line) for line in archive.read("links.jsonl").splitlines()]
    assert [(one["source"], one["target"], one["present"]) for one in links] == [
        ("g-1", "u-1", True)
    ]
    manifest = json.loads(archive.read("manifest.json"))
    for name, said in manifest["files"].items():
        content = archive.read(name)
        assert said["sha256"] == hashlib.sha256(content).hexdigest()
        assert said["lines"] == content.count(b"\n")


def test_every_step_is_in_the_trail(cast: Cast) -> None:
    begin(cast)
    list(services.export_everything(actor=actor_of(cast.alice), tenant=cast.contoso))
    agree(cast, erin())
    with later(8):
        services.erase_due()

    with no_scope("a test reads the trail"):
        events = set(
            AuditRecord.objects.filter(tenant_id=cast.contoso.pk).values_list("event", flat=True)
        )
    assert {
        "offboarding.began",
        "offboarding.exported",
        "offboarding.agreed",
        "tenant.erased",
    } <= events
