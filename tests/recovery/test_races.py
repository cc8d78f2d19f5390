"""Two people decide at the same moment: exactly one outcome stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
from django.db import connections
from django.test import override_settings

from apps.access.models import User
from apps.core.errors import Conflict, HoldfastError
from apps.core.scope import tenant_scope
from apps.jobs.models import Job
from apps.recovery import services
from apps.recovery.choices import RequestState
from apps.recovery.models import Approval, GlassReview, RecoveryRequest, Run
from apps.tenants.approval_rules import ApprovalRules, LevelRule, same_for_all
from apps.tenants.models import BackupPolicy
from config import embedded
from tests.factories import actor_of
from tests.portal.world import World, make_world

Act = Callable[[RecoveryRequest], object]


@dataclass(frozen=True)
class Scene:
    """A world whose one waiting request was made by Carol; Alice (MSP) and Dave may decide."""

    world: World

    def together(self, *acts: Act) -> list[HoldfastError]:
        """Do all of it at once, each in a thread with connections of its own; the refusals."""
        start = Barrier(len(acts))
        with ThreadPoolExecutor(len(acts)) as pool:
            return [error for error in pool.map(lambda act: self._alone(act, start), acts) if error]

    def _alone(self, act: Act, start: Barrier) -> HoldfastError | None:
        try:
            with tenant_scope(self.world.cast.contoso.pk):
                request = RecoveryRequest.objects.select_related("tenant", "plan").get(
                    pk=self.world.waiting.pk
                )
                start.wait(timeout=30)
                act(request)
        except HoldfastError as error:
            return error
        finally:
            connections.close_all()
        return None

    def state(self) -> str:
        return RecoveryRequest.objects.get(pk=self.world.waiting.pk).state

    def runs(self) -> int:
        """Of the waiting request; each has exactly one job."""
        runs = Run.objects.filter(request=self.world.waiting)
        jobs = Job.objects.filter(pk__in=runs.values("job_id"))
        assert jobs.count() == runs.count()
        return runs.count()

    def demand(self, approvals_from: str) -> None:
        BackupPolicy.objects.update_or_create(
            tenant=self.world.cast.contoso, defaults={"approvals_from": approvals_from}
        )

    def agree_on(self, rules: ApprovalRules) -> None:
        BackupPolicy.objects.filter(tenant=self.world.cast.contoso).update(
            approval_rules=rules.plain()
        )


@pytest.fixture
def scene(live_database: embedded.Urls) -> Iterator[Scene]:
    with override_settings(HOLDFAST_SANDBOX_URL="http://127.0.0.1:9"):
        world = make_world()
        with tenant_scope(world.cast.contoso.pk):
            yield Scene(world)


def agrees(user: User) -> Act:
    return lambda request: services.approve(
        actor=actor_of(user), request=request, digest=bytes(request.digest)
    )


def breaks_glass(user: User) -> Act:
    return lambda request: services.break_glass(
        actor=actor_of(user), request=request, digest=bytes(request.digest), reason="nobody is up"
    )


def refuses(user: User) -> Act:
    return lambda request: services.refuse(actor=actor_of(user), request=request, reason="no")


def test_both_sides_agreeing_at_once_start_one_run(scene: Scene) -> None:
    scene.demand("both")

    refused = scene.together(agrees(scene.world.cast.alice), agrees(scene.world.cast.dave))

    assert refused == []
    assert (scene.state(), scene.runs()) == (RequestState.APPROVED, 1)
    assert Approval.objects.filter(request=scene.world.waiting).count() == 2


def test_of_two_approvals_where_one_is_enough_the_second_finds_it_settled(scene: Scene) -> None:
    refused = scene.together(agrees(scene.world.cast.alice), agrees(scene.world.cast.dave))

    assert [type(error) for error in refused] == [Conflict]
    assert (scene.state(), scene.runs()) == (RequestState.APPROVED, 1)
    assert Approval.objects.filter(request=scene.world.waiting).count() == 1


def test_of_a_yes_and_a_no_at_once_one_stands(scene: Scene) -> None:
    refused = scene.together(agrees(scene.world.cast.alice), refuses(scene.world.cast.dave))

    assert [type(error) for error in refused] == [Conflict]
    expected = {(RequestState.APPROVED, 1), (RequestState.REFUSED, 0)}
    assert (scene.state(), scene.runs()) in expected


def test_withdrawing_while_somebody_agrees_leaves_one_of_both(scene: Scene) -> None:
    refused = scene.together(
        agrees(scene.world.cast.dave),
        lambda request: services.withdraw(actor=actor_of(scene.world.cast.carol), request=request),
    )

    assert [type(error) for error in refused] == [Conflict]
    expected = {(RequestState.APPROVED, 1), (RequestState.WITHDRAWN, 0)}
    assert (scene.state(), scene.runs()) in expected


def test_of_three_who_are_asked_for_two_at_once_start_nothing(scene: Scene) -> None:
    scene.agree_on(same_for_all(LevelRule(3)))
    cast = scene.world.cast

    assert scene.together(agrees(cast.alice), agrees(cast.dave)) == []

    assert (scene.state(), scene.runs()) == (RequestState.WAITING, 0)
    assert Approval.objects.filter(request=scene.world.waiting).count() == 2


def test_of_two_who_break_the_glass_at_once_one_does(scene: Scene) -> None:
    scene.agree_on(same_for_all(LevelRule(2), break_glass=True))
    cast = scene.world.cast

    refused = scene.together(breaks_glass(cast.alice), breaks_glass(cast.dave))

    assert [type(error) for error in refused] == [Conflict]
    assert (scene.state(), scene.runs()) == (RequestState.APPROVED, 1)
    assert GlassReview.objects.count() == 1
