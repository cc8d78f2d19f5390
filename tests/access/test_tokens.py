"""API tokens: how they look, who makes them, what is kept, when they are noted and told of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from apps.access import tokens, tokens_format, tokens_selectors, tokens_services
from apps.access.models import ApiToken
from apps.access.roles import TAKE_BACKUPS, VIEW_BACKUPS
from apps.api.reminding import remind_of_expiring_tokens
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.scope import no_scope
from apps.jobs import runner
from apps.jobs.models import Job
from tests.access.trail_of import records
from tests.factories import Cast, actor_of, make_cast

ALPHABET = st.sampled_from(tokens_format.ALPHABET)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def make(cast: Cast, **values: object) -> tuple[ApiToken, str]:
    values = {"name": "nightly", "token_rights": [VIEW_BACKUPS], **values}
    return tokens_services.create_token(actor=actor_of(cast.alice), **values)  # type: ignore[arg-type]


def test_a_token_has_a_prefix_and_a_checksum() -> None:
    secret = tokens_format.new_secret()

    assert secret.startswith("hf_")
    assert len(secret) == 49
    assert tokens_format.is_well_formed(secret)
    assert tokens_format.new_secret() != secret


@given(place=st.integers(min_value=3, max_value=48), letter=ALPHABET)
def test_a_token_with_one_other_letter_is_known_as_none(place: int, letter: str) -> None:
    secret = tokens_format.new_secret()
    changed = secret[:place] + letter + secret[place + 1 :]

    assert tokens_format.is_well_formed(changed) == (changed == secret)


@given(st.text(max_size=80))
def test_no_text_breaks_the_check(text: str) -> None:
    assert not tokens_format.is_well_formed(text)
    assert not tokens_format.is_well_formed("hf_" + text[:10])


def test_the_secret_is_shown_once_and_not_kept(cast: Cast) -> None:
    token, secret = make(cast)

    kept = ApiToken.objects.values().get(pk=token.pk)

    assert secret not in str(kept)
    assert bytes(kept["digest"]) == tokens_format.digest_of(secret)
    assert secret.startswith(token.prefix)
    (record,) = records("token.created")
    assert record.data["rights"] == [VIEW_BACKUPS]
    assert record.msp_id == cast.north.pk
    assert secret not in str(record.data)


def test_its_owner_acts_within_its_limits(cast: Cast) -> None:
    token, secret = make(cast, tenant_ids=[cast.contoso.pk], networks=["192.0.2.0/24"])

    caller = tokens.authenticate(secret, "192.0.2.7", request_id="r")

    assert caller is not None
    assert caller.user == cast.alice
    assert caller.actor.via == f"api-token {token.prefix}…"
    assert caller.actor.limits == caller.limits
    assert caller.limits.tenant_ids == {cast.contoso.pk}


@pytest.mark.parametrize(
    ("network", "address", "opens"),
    [
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("192.0.2.0/24", "::ffff:192.0.2.9", True),
        ("192.0.2.7/32", "192.0.2.7", True),
        ("2001:db8::/32", "2001:db8:1::1", True),
        ("2001:db8::/32", "2001:db9::1", False),
        ("2001:db8::/32", "192.0.2.7", False),
        ("192.0.2.0/24", "", False),
        ("192.0.2.0/24", "nonsense", False),
    ],
)
def test_networks_are_obeyed(cast: Cast, network: str, address: str, opens: bool) -> None:
    _, secret = make(cast, networks=[network])

    assert (tokens.authenticate(secret, address) is not None) == opens


def test_the_last_use_is_noted_once_a_minute(cast: Cast) -> None:
    token, secret = make(cast)

    with clock.frozen(clock.now()) as time:
        tokens.authenticate(secret, "192.0.2.1")
        time.advance(timedelta(seconds=59))
        tokens.authenticate(secret, "192.0.2.2")
        token.refresh_from_db()
        assert token.last_used_address == "192.0.2.1"
        time.advance(timedelta(seconds=1))
        tokens.authenticate(secret, "192.0.2.3")
        token.refresh_from_db()
        assert token.last_used_address == "192.0.2.3"


def test_a_refused_token_is_recorded_once_an_hour(cast: Cast) -> None:
    token, secret = make(cast)
    tokens_services.revoke_token(actor=actor_of(cast.alice), token=token)

    for _ in range(3):
        assert tokens.authenticate(secret, "192.0.2.1") is None

    (record,) = records("access.refused")
    assert record.data["code"] == "token-revoked"


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"name": " "}, Invalid),
        ({"days": 0}, Invalid),
        ({"days": 366}, Invalid),
        ({"token_rights": []}, Invalid),
        ({"token_rights": ["approve_recovery"]}, Invalid),
        ({"token_rights": [VIEW_BACKUPS, "manage_people"]}, Invalid),
        ({"networks": ["192.0.2.7/24"]}, Invalid),
        ({"networks": ["everywhere"]}, Invalid),
        ({"tenant_ids": []}, Invalid),
    ],
)
def test_what_makes_no_sense_makes_no_token(
    cast: Cast, values: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        make(cast, **values)
    assert not ApiToken.objects.exists()


def test_nobody_gives_more_than_he_has(cast: Cast) -> None:
    with pytest.raises(NotFound):
        make(cast, tenant_ids=[cast.tailspin.pk])
    with pytest.raises(NotAllowed):
        tokens_services.create_token(
            actor=actor_of(cast.bob), name="more", token_rights=[TAKE_BACKUPS]
        )


def test_owner_and_managers_of_his_side_revoke_and_nobody_else(cast: Cast) -> None:
    token, secret = tokens_services.create_token(
        actor=actor_of(cast.carol), name="hers", token_rights=[VIEW_BACKUPS]
    )

    for other, error in ((cast.mallory, NotFound), (cast.bob, NotAllowed), (cast.dave, NotFound)):
        with pytest.raises(error):
            tokens_services.revoke_token(actor=actor_of(other), token=token)
    assert tokens.authenticate(secret, "192.0.2.1") is not None
    tokens_services.revoke_token(actor=actor_of(cast.alice), token=token)

    assert tokens.authenticate(secret, "192.0.2.1") is None
    with pytest.raises(Conflict):
        tokens_services.revoke_token(actor=actor_of(cast.carol), token=token)


def test_managers_see_the_tokens_that_reach_what_they_manage(cast: Cast) -> None:
    alices, _ = make(cast, name="all of North")
    fabrikams, _ = make(cast, name="Fabrikam alone", tenant_ids=[cast.fabrikam.pk])
    tokens_services.create_token(
        actor=actor_of(cast.mallory), name="South", token_rights=[VIEW_BACKUPS]
    )

    with no_scope("a test looks"):
        assert list(tokens_selectors.tokens_reaching_tenant(cast.contoso)) == [alices]
        assert set(tokens_selectors.tokens_reaching_msp(cast.north)) == {alices, fabrikams}


def test_an_owner_is_told_once_before_a_token_expires(cast: Cast) -> None:
    make(cast, days=90)
    make(cast, days=7, name="short")

    with clock.frozen(clock.now()) as time:
        assert remind_of_expiring_tokens() == 0
        time.advance(timedelta(days=4))
        assert remind_of_expiring_tokens() == 1
        assert remind_of_expiring_tokens() == 0
        time.advance(timedelta(days=80))
        assert remind_of_expiring_tokens() == 1
        with no_scope("a test runs the delivery"):
            for job in Job.objects.filter(kind="notify-deliver-personal").order_by("created_at"):
                runner.run(str(job.id))
    assert [(sent.to, "nightly" in sent.body) for sent in mail.outbox] == [
        ([cast.alice.email], False),
        ([cast.alice.email], True),
    ]
