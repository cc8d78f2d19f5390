"""Rules by level of risk, working hours, accepted risks, broken glass and its review, comments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.access.models import User
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotAllowed, NotFound
from apps.core.scope import tenant_scope
from apps.jobs.models import Job
from apps.notify.models import OutboxMessage
from apps.notify.services import contents
from apps.recovery import approvals, glass, services
from apps.recovery.choices import RequestState
from apps.recovery.confirming import high_risks
from apps.recovery.models import Approval, GlassReview, Plan, RecoveryRequest, RequestComment, Run
from apps.recovery.selectors import requests_waiting_for
from apps.tenants.approval_rules import ApprovalRules, LevelRule, same_for_all
from apps.tenants.choices import ApprovalsFrom
from apps.tenants.models import BackupPolicy, Tenant
from tests.factories import actor_of, make_user
from tests.portal.world import World, signed_in

GLASS = replace(ApprovalRules(), break_glass=True)
WHY = "the whole company is locked out"
RISKS = [
    {"code": "mass-change", "level": "high", "steps": [1], "data": {"count": 900}},
    {"code": "mass-change", "level": "medium", "steps": [1], "data": {"count": 2}},
    {"code": "privileged", "level": "high", "steps": [1], "data": {"count": 1}},
]


@pytest.fixture
def inside(world: World) -> Iterator[World]:
    """The world, in Contoso's scope; Carol asked for what waits."""
    with tenant_scope(world.tenant.pk):
        yield world


def agree_on(tenant: Tenant, rules: ApprovalRules) -> None:
    BackupPolicy.objects.filter(tenant=tenant).update(
        approval_rules=rules.plain(), approvals_from=rules.sides
    )


def risky(found: World) -> RecoveryRequest:
    """What Carol asks for: a plan with two high risks."""
    free = found.free_plan
    plan = Plan.objects.create(
        tenant=free.tenant,
        report=free.report,
        base_seq=free.base_seq,
        assumed_seq=free.assumed_seq,
        selection=free.selection,
        counts=free.counts,
        risks=RISKS,
        risk="high",
        digest=b"\7" * 32,
        created_at=clock.now(),
        created_by=found.cast.carol,
    )
    return ask(found.cast.carol, plan)


def ask(user: User, plan: Plan) -> RecoveryRequest:
    return services.request_recovery(actor=actor_of(user), plan=plan, reason="a mistake")


def agree(user: User, asked: RecoveryRequest, *confirmed: str) -> Run | None:
    return services.approve(
        actor=actor_of(user), request=asked, digest=bytes(asked.digest), confirmed=confirmed
    )


def smash(user: User, asked: RecoveryRequest, *confirmed: str, reason: str = WHY) -> Run:
    return services.break_glass(
        actor=actor_of(user),
        request=asked,
        digest=bytes(asked.digest),
        reason=reason,
        confirmed=confirmed,
    )


def counts() -> tuple[int, ...]:
    tables = (Approval, GlassReview, RequestComment, Run, Job, OutboxMessage)
    return tuple(table.objects.count() for table in tables)  # type: ignore[attr-defined]


def assert_denied(act: Callable[[], object], error: type[Exception]) -> None:
    before = counts()
    with pytest.raises(error):
        act()
    assert counts() == before


def mails() -> list[tuple[str, str, str]]:
    found = [contents(message) for message in OutboxMessage.objects.order_by("created_at", "pk")]
    return [(mail.to, mail.subject, mail.text) for mail in found]


def test_each_level_of_risk_has_its_own_approvers(inside: World) -> None:
    agree_on(inside.tenant, replace(ApprovalRules(), high=LevelRule(2, ApprovalsFrom.BOTH, 8)))
    asked, keys = risky(inside), ("mass-change-1", "privileged-3")
    cast = inside.cast
    assert asked.expires_at - asked.requested_at == timedelta(hours=8)

    assert agree(cast.alice, asked, *keys) is None
    assert {asked, inside.waiting} == set(requests_waiting_for(cast.dave))
    assert set(requests_waiting_for(cast.alice)) == {inside.waiting}
    frank = make_user("Frank", cast.north, "recovery-approver")
    assert_denied(lambda: agree(frank, asked, *keys), NotAllowed)

    assert agree(cast.dave, asked, *keys) is not None
    assert agree(cast.alice, inside.waiting) is not None


def test_high_risks_are_accepted_one_by_one_and_kept_with_the_approval(inside: World) -> None:
    asked = risky(inside)
    assert [one.key for one in high_risks(asked.plan)] == ["mass-change-1", "privileged-3"]

    for ticked in ((), ("mass-change-1",), ("mass-change-1", "mass-change-2")):
        assert_denied(lambda ticked=ticked: agree(inside.cast.dave, asked, *ticked), Conflict)
    agree(inside.cast.dave, asked, "mass-change-1", "privileged-3")

    kept = Approval.objects.get(request=asked).confirmed
    assert [(one["key"], one["code"]) for one in kept] == [
        ("mass-change-1", "mass-change"),
        ("privileged-3", "privileged"),
    ]


def test_outside_of_working_hours_nobody_approves_and_is_told_when(inside: World) -> None:
    agree_on(inside.tenant, replace(ApprovalRules(), low=LevelRule(in_hours=True)))
    RecoveryRequest.objects.filter(pk=inside.waiting.pk).update(
        expires_at=datetime(2099, 1, 1, tzinfo=UTC)
    )
    saturday = datetime(2031, 2, 1, 12, tzinfo=UTC)

    with clock.frozen(saturday):
        assert_denied(lambda: agree(inside.cast.dave, inside.waiting), Conflict)
        words = approvals.standing(inside.waiting).closed_words(saturday)
    assert "Monday to Friday, 08:00 to 18:00 (UTC)" in words
    assert "from Monday 3 February, 08:00 (UTC) on" in words
    with clock.frozen(saturday + timedelta(days=2)):
        assert agree(inside.cast.dave, inside.waiting) is not None


def test_glass_is_not_broken_where_the_rules_do_not_allow_it(inside: World) -> None:
    assert_denied(lambda: smash(inside.cast.dave, inside.waiting), Conflict)


def test_who_may_not_approve_breaks_no_glass(inside: World) -> None:
    agree_on(inside.tenant, GLASS)
    cast = inside.cast

    for user, error in ((cast.carol, NotAllowed), (cast.bob, NotAllowed), (cast.mallory, NotFound)):
        assert_denied(lambda user=user: smash(user, inside.waiting), error)
    assert_denied(lambda: smash(cast.dave, inside.waiting, reason="urgent"), Invalid)


def test_broken_glass_starts_the_run_at_any_hour_tells_everybody_and_is_owed_a_review(
    inside: World,
) -> None:
    strict = LevelRule(3, ApprovalsFrom.BOTH, in_hours=True)
    agree_on(inside.tenant, ApprovalRules(strict, strict, strict, break_glass=True))
    cast = inside.cast
    heidi = make_user("Heidi", cast.contoso, "tenant-manager")
    own = ask(cast.alice, inside.free_plan)
    assert_denied(lambda: agree(cast.alice, own), NotAllowed)
    OutboxMessage.objects.all().delete()

    run = smash(cast.alice, own)

    own.refresh_from_db()
    assert (own.state, own.decided_by, own.broke_glass) == ("approved", cast.alice, True)
    assert Job.objects.get(pk=run.job_id).kind == "recovery"
    told = mails()
    peggy = "peggy@msp-north.example"
    assert {to for to, *_ in told} == {cast.alice.email, cast.dave.email, heidi.email, peggy}
    assert all("Alice" not in text and WHY not in text for _, _, text in told)
    assert all(f"/requests/{own.pk}/" in text for _, _, text in told)
    assert glass.unreviewed_for(cast.dave) == [inside.tenant]


def test_high_risks_are_accepted_by_who_breaks_the_glass_too(inside: World) -> None:
    agree_on(inside.tenant, GLASS)
    asked = risky(inside)

    assert_denied(lambda: smash(inside.cast.dave, asked), Conflict)
    assert smash(inside.cast.dave, asked, "mass-change-1", "privileged-3")


def test_one_of_two_who_agreed_may_break_the_glass_when_the_other_does_not_come(
    inside: World,
) -> None:
    agree_on(inside.tenant, replace(GLASS, low=LevelRule(2)))
    assert agree(inside.cast.dave, inside.waiting) is None

    assert smash(inside.cast.dave, inside.waiting)

    assert [one.breaks_glass for one in approvals.approvals_of(inside.waiting)] == [False, True]


@pytest.fixture
def broken(inside: World) -> GlassReview:
    """Dave broke the glass for what Carol had asked for."""
    agree_on(inside.tenant, GLASS)
    smash(inside.cast.dave, inside.waiting)
    return glass.access_review(inside.tenant, inside.waiting.pk)


def review(user: User, of: GlassReview, verdict: str = "accepted") -> GlassReview:
    return services.review_glass(
        actor=actor_of(user), review=of, verdict=verdict, words="looked at the sign-in log"
    )


def test_neither_who_broke_it_nor_who_asked_reviews(inside: World, broken: GlassReview) -> None:
    cast = inside.cast
    for user, error in (
        (cast.dave, NotAllowed),
        (cast.carol, NotAllowed),
        (cast.bob, NotAllowed),
        (cast.mallory, NotFound),
    ):
        assert_denied(lambda user=user: review(user, broken), error)
    with pytest.raises(IntegrityError), transaction.atomic():
        GlassReview.objects.filter(pk=broken.pk).update(
            verdict="accepted", reviewed_by=cast.dave, reviewed_at=clock.now()
        )
    broken.refresh_from_db()
    assert broken.reviewed_at is None


def test_somebody_else_reviews_once(inside: World, broken: GlassReview) -> None:
    assert_denied(lambda: review(inside.cast.alice, broken, "maybe"), Invalid)

    review(inside.cast.alice, broken, "objected")

    assert (broken.verdict, broken.reviewed_by) == ("objected", inside.cast.alice)
    assert_denied(lambda: review(inside.cast.alice, broken), Conflict)
    assert not glass.unreviewed().exists()


def test_it_stands_on_every_page_of_those_who_know_the_tenant(world: World) -> None:
    with tenant_scope(world.tenant.pk):
        agree_on(world.tenant, GLASS)
        smash(world.cast.dave, world.waiting)
    glass.forget_seen()

    for user, sees in ((world.cast.bob, True), (world.cast.mallory, False)):
        page = signed_in(user).get("/account/").content.decode()
        assert ("The glass was broken at Contoso" in page) is sees
    # The page that answers a sign-in is made on nobody's behalf.
    assert glass.unreviewed_for(world.cast.dave) == [world.tenant]
    glass.forget_seen()


def test_who_does_not_review_in_time_is_told_every_day(inside: World, broken: GlassReview) -> None:
    OutboxMessage.objects.all().delete()
    with clock.frozen(broken.broken_at) as time:
        time.advance(timedelta(hours=23))
        assert glass.remind_of_reviews() == 0
        time.advance(timedelta(hours=1))
        assert (glass.remind_of_reviews(), glass.remind_of_reviews()) == (1, 0)
        time.advance(timedelta(days=1))
        assert glass.remind_of_reviews() == 1
        review(inside.cast.alice, broken)
        time.advance(timedelta(days=1))
        assert glass.remind_of_reviews() == 0
    assert any(subject.startswith("Not reviewed:") for _, subject, _ in mails())


def test_the_database_lets_a_requester_approve_only_by_breaking_the_glass(inside: World) -> None:
    carol, asked = inside.cast.carol, inside.waiting
    with pytest.raises(IntegrityError), transaction.atomic():
        RecoveryRequest.objects.filter(pk=asked.pk).update(
            state=RequestState.APPROVED, decided_by=carol
        )
    values = {"tenant": inside.tenant, "request": asked, "side": "msp", "digest": b"\1" * 32}
    people = {"approved_by": carol, "requested_by": carol, "approved_at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(**values, **people)


def test_a_comment_is_kept_sealed_and_its_mail_says_nothing_of_it(inside: World) -> None:
    OutboxMessage.objects.all().delete()

    services.add_comment(
        actor=actor_of(inside.cast.dave), request=inside.waiting, text=" Is Jo still with us? "
    )

    kept = RequestComment.objects.get()
    assert kept.text == "Is Jo still with us?"
    with connection.cursor() as cursor:
        cursor.execute("select text from recovery_requestcomment")
        assert b"Jo" not in bytes(cursor.fetchone()[0])
    [(to, _, text)] = mails()
    assert to == inside.cast.carol.email
    assert "Jo" not in text
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestComment.objects.filter(pk=kept.pk).delete()


def test_who_only_reads_does_not_comment(inside: World) -> None:
    for user, error in ((inside.cast.bob, NotAllowed), (inside.cast.mallory, NotFound)):
        assert_denied(
            lambda user=user: services.add_comment(
                actor=actor_of(user), request=inside.waiting, text="hello"
            ),
            error,
        )
    assert_denied(
        lambda: services.add_comment(
            actor=actor_of(inside.cast.dave), request=inside.waiting, text=" "
        ),
        Invalid,
    )


def test_those_whose_yes_would_count_are_asked_by_mail(inside: World) -> None:
    agree_on(inside.tenant, same_for_all(LevelRule(1, ApprovalsFrom.CUSTOMER)))
    OutboxMessage.objects.all().delete()

    asked = ask(inside.cast.carol, inside.free_plan)

    [(to, subject, text)] = mails()
    assert (to, subject) == (inside.cast.dave.email, "Your approval is asked for: Contoso")
    assert f"/tenants/{inside.tenant.pk}/requests/{asked.pk}/" in text
    assert "mistake" not in text
    assert "Carol" not in text
