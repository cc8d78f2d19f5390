"""MSP North with something on every page: snapshots, a report, plans, requests, a run, a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.test import Client

from apps.access import services as access
from apps.access import tokens_services
from apps.access.models import (
    AccessGroup,
    ApiToken,
    Invitation,
    SavedFilter,
    SupportSession,
    User,
)
from apps.access.roles import VIEW_BACKUPS
from apps.access.signin import sessions
from apps.audit.models import AuditRecord
from apps.core import clock
from apps.core.actor import SYSTEM
from apps.core.scope import no_scope, person, tenant_scope
from apps.diffs import services as diffs
from apps.diffs.changes import EVERYTHING
from apps.diffs.models import DifferenceReport
from apps.history import selectors
from apps.history import services as history
from apps.history.models import (
    KeepTemplate,
    LegalHold,
    OffsiteStore,
    Snapshot,
    SnapshotPin,
    TemplateKeepChange,
    TenantKeepChange,
)
from apps.history.offsite.credentials import seal_credentials
from apps.history.retention import changes, holds, pins, templates
from apps.history.retention.rules import DEFAULT_RULES, KeepRules
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.notify.choices import DeliveryState
from apps.notify.models import Delivery, NotificationRoute, PushTarget
from apps.notify.pushing import services as pushing
from apps.notify.routes import services as notification_routes
from apps.recovery import services as recovery
from apps.recovery.drills.choices import DrillOrigin, DrillState
from apps.recovery.drills.models import Drill
from apps.recovery.drills.performing import end
from apps.recovery.drills.scenarios import DEFAULT
from apps.recovery.models import (
    HandOver,
    Plan,
    Playbook,
    RecoveryRequest,
    RulesChange,
    Run,
    Step,
    Sweep,
    Transfer,
)
from apps.recovery.playbooks.filters import Filter
from apps.recovery.playbooks.services import save_playbook
from apps.recovery.selection import Selection
from apps.recovery.sweeps import services as sweeps
from apps.recovery.transfer.choices import TransferState
from apps.tenants.models import Tenant
from tests.factories import Cast, actor_of, make_cast, make_user
from tests.history.sources import MemorySource
from tests.support.approval_rules import demand

POLICY = "conditionalAccessPolicy"
SCRIPT = "<script>alert(1)</script>"
# Why a guest does not go across, as the catalogue says it.
INVITED = "Guests are invited, and accept: nobody can make one on their behalf."


def object_id(number: int) -> str:
    return str(UUID(int=number))


@dataclass
class Kept:
    """What keeps Contoso's snapshots: Peggy asked for whatever is to be decided about it."""

    template: KeepTemplate
    template_change: TemplateKeepChange
    change: TenantKeepChange
    hold: LegalHold
    pin: SnapshotPin


@dataclass
class World:
    """What Contoso went through: two snapshots, carol's report and plans, one of them approved."""

    cast: Cast
    source: MemorySource
    base: Snapshot
    target: Snapshot
    report: DifferenceReport
    free_plan: Plan
    waiting: RecoveryRequest
    run: Run
    job: Job
    token: ApiToken
    group: AccessGroup
    invitation: Invitation
    support: SupportSession
    push_target: PushTarget
    notification_route: NotificationRoute
    kept: Kept
    hand_over: HandOver
    rules_change: RulesChange
    sweep: Sweep
    playbook: Playbook
    saved_filter: SavedFilter
    transfer: Transfer
    delivery: Delivery
    drill: Drill
    store: OffsiteStore

    @property
    def tenant(self) -> Tenant:
        return self.cast.contoso

    @property
    def newest_record(self) -> int:
        """The number of the last record in Contoso's audit trail."""
        with no_scope("a test reads the trail"):
            return AuditRecord.objects.filter(tenant_id=self.tenant.pk).latest("number").number

    @property
    def ids(self) -> dict[str, object]:
        """The parts of addresses, by the names that the URLconf gives them."""
        return {
            "msp_id": self.cast.north.pk,
            "tenant_id": self.tenant.pk,
            "seq": self.target.seq,
            "kind": "user",
            "object_id": object_id(1),
            "report_id": self.report.pk,
            "position": 1,
            "plan_id": self.free_plan.pk,
            "request_id": self.waiting.pk,
            "run_id": self.run.pk,
            "order": 1,
            "registration_id": UUID(int=1),
            "job_id": self.job.pk,
            "number": self.newest_record,
            "target_id": self.push_target.pk,
            "store_id": self.store.pk,
            "route_id": self.notification_route.pk,
            "delivery_id": self.delivery.pk,
            "token_id": self.token.pk,
            "user_id": self.cast.carol.pk,
            "group_id": self.group.pk,
            "invitation_id": self.invitation.pk,
            "session_id": self.support.pk,
            "certificate_id": self.tenant.pk,
            "playbook_id": self.playbook.pk,
            "template_id": self.kept.template.pk,
            "template_change_id": self.kept.template_change.pk,
            "change_id": self.kept.change.pk,
            "rules_change_id": self.rules_change.pk,
            "sweep_id": self.sweep.pk,
            "transfer_id": self.transfer.pk,
            "drill_id": self.drill.pk,
            "hold_id": self.kept.hold.pk,
            "pin_id": self.kept.pin.pk,
            "hand_over_id": self.hand_over.pk,
            "filter_id": self.saved_filter.pk,
            "export_id": self.tenant.pk,
            "import_id": self.tenant.pk,
            "token": "unknown",
            "name": "unknown",
            "colour": "1d4f91",
            "logo_id": self.tenant.pk,
            "pk": 0,
            "uidb36": "0",
            "key": "0-0",
        }


def make_world(*, users: int = 3) -> World:
    """Users whose departments changed, and a policy that lost the exclusion of a group."""
    cast = make_cast()
    source = MemorySource()
    with tenant_scope(cast.contoso.pk):
        base = _before(cast, source, users)
        target = _after(cast, source, users)
        report = make_report(cast, base, target)
        plans = [_plan(cast, report, position) for position in (1, 2, 3)]
        waiting, approved = (_ask(cast, plan) for plan in plans[1:])
        run = recovery.approve(
            actor=actor_of(cast.dave), request=approved, digest=bytes(approved.digest)
        )
        assert run is not None
        job = history.snapshot_now(actor=actor_of(cast.alice), tenant=cast.contoso)
    token, _ = tokens_services.create_token(
        actor=actor_of(cast.alice), name="nightly report", token_rights=[VIEW_BACKUPS]
    )
    people = _people(cast)
    push_target, _ = pushing.add_target(
        actor=actor_of(cast.alice), msp=cast.north, address="https://1.1.1.1/", with_persons=False
    )
    notification_route, _ = notification_routes.add_route(
        actor=actor_of(cast.alice),
        msp=cast.north,
        channel="mail",
        address="noc@north.test",
        wanted=notification_routes.Wanted(name="Night watch", events=("glass.broken",)),
    )
    return World(
        cast,
        source,
        base,
        target,
        report,
        plans[0],
        waiting,
        run,
        job,
        token,
        *people,
        push_target,
        notification_route,
        _kept(cast, base),
        _hand_over(run),
        _looser(cast),
        _swept(cast),
        _playbook(cast),
        access.save_filter(
            actor=actor_of(cast.alice), name="Night watch", need="missed", shared=True
        ),
        _transfer(cast),
        _delivery(cast, notification_route),
        _drill(cast, target),
        _store(cast),
    )


def _store(cast: Cast) -> OffsiteStore:
    """A bucket of North's own, that was never asked anything."""
    store = OffsiteStore(
        msp=cast.north,
        name="North's vault",
        region="eu",
        address="s3://north-vault/holdfast?endpoint=https://192.0.2.1&region=eu-central-1",
        lock_days=90,
        by_msp=True,
        protection="The bucket has Object Lock.",
    )
    seal_credentials(store, {"access_key_id": "a", "secret_access_key": SCRIPT})
    with no_scope("a store of an MSP"):
        store.save(force_insert=True)
    return store


def _drill(cast: Cast, snapshot: Snapshot) -> Drill:
    """A drill of Contoso that was called off, with its evidence."""
    with tenant_scope(cast.contoso.pk):
        drill = Drill.objects.create(
            tenant=cast.contoso,
            snapshot=snapshot,
            scenario=DEFAULT,
            origin=DrillOrigin.PERSON,
            requested_by=cast.carol,
        )
        end(drill, DrillState.CANCELLED, failure=SCRIPT)
    return drill


def _delivery(cast: Cast, route: NotificationRoute) -> Delivery:
    """What North's night watch was told of Contoso."""
    with tenant_scope(cast.contoso.pk):
        return Delivery.objects.create(
            tenant=cast.contoso,
            route=route,
            kind="glass.broken",
            state=DeliveryState.SENT,
            ended_at=clock.now(),
        )


def _transfer(cast: Cast) -> Transfer:
    """A snapshot of Fabrikam that was looked at, to be put into Contoso."""
    with tenant_scope(cast.fabrikam.pk):
        source = MemorySource()
        source.put("user", object_id(4001), displayName="Erin")
        capture(cast.fabrikam, source)
    with tenant_scope(cast.contoso.pk):
        return Transfer.objects.create(
            tenant=cast.contoso,
            source_id=cast.fabrikam.pk,
            source_name=cast.fabrikam.name,
            source_seq=1,
            source_taken_at=clock.now(),
            domains={"fabrikam.example": "contoso.example"},
            kinds=["user"],
            reason="a rehearsal",
            state=TransferState.SURVEYED,
            requested_by=cast.alice,
            findings={
                "totals": {"new": 1, "known": 1, "stays": 1, "named": 0},
                "kinds": {"user": {"new": 1, "known": 1, "stays": 1}},
                "reasons": {"user": {INVITED: 1}},
                "renamed": {"user": 1},
                "links": 1,
            },
        )


def _playbook(cast: Cast) -> Playbook:
    """What Alice saved for all of North's tenants."""
    wanted = Filter(name="", kinds=frozenset({"group"}))
    with person(cast.alice.pk):
        return save_playbook(
            actor=actor_of(cast.alice), msp=cast.north, name="Groups", wanted=wanted
        )


def _swept(cast: Cast) -> Sweep:
    """What somebody did in all of North's tenants, Contoso among them."""
    with person(cast.alice.pk), no_scope("the scene is set"):
        now = clock.now()
        return sweeps.start_sweep(
            actor=actor_of(cast.alice),
            msp=cast.north,
            tenants=[cast.contoso],
            who=object_id(1),
            since=now - timedelta(hours=1),
            until=now,
            reason="a consultant",
        )


def _looser(cast: Cast) -> RulesChange:
    """What Peggy asks for: requests that wait for two days."""
    with no_scope("the scene is set"):
        peggy = User.objects.get(name="Peggy", memberships__msp=cast.north)
    return demand(peggy, cast.contoso, "any", expiry_hours=48)


def _hand_over(run: Run) -> HandOver:
    """A first password, as if the run had made an account anew."""
    with tenant_scope(run.tenant_id):
        step = Step.objects.filter(plan=run.request.plan).latest("order")
        found = HandOver(tenant_id=run.tenant_id, run=run, step=step)
        found.seal("Correct-Horse-9!")
        found.save(force_insert=True)
    return found


def _kept(cast: Cast, base: Snapshot) -> Kept:
    peggy = actor_of(make_user("Peggy", cast.north, "tenant-manager"))
    tenant, shorter = cast.contoso, KeepRules(all_days=1)
    with no_scope("the scene is set"):
        template = templates.create_template(
            actor=peggy, msp=cast.north, name="Gold", rules=DEFAULT_RULES
        )
        template_change = templates.change_template(
            actor=peggy, template=template, rules=shorter, reason="storage is dear"
        )
    with tenant_scope(tenant.pk):
        pin = pins.pin_snapshot(actor=peggy, tenant=tenant, snapshot=base, reason="the incident")
        pins.ask_for_release(actor=peggy, pin=pin, reason="it is closed")
        hold = holds.begin_hold(actor=peggy, tenant=tenant, reason="case 4711")
        holds.ask_for_end(actor=peggy, hold=hold, reason="it was settled")
        change = changes.change_retention(
            actor=peggy, tenant=tenant, rules=shorter, reason="storage is dear"
        )
    return Kept(template, template_change, change, hold, pin)


def _people(cast: Cast) -> tuple[AccessGroup, Invitation, SupportSession]:
    """A group of North's that covers nothing yet, an invitation, and Olivia's look at Contoso."""
    alice = actor_of(cast.alice)
    return (
        access.create_group(
            actor=alice, msp=cast.north, name="Night shift", roles=["backup-reader"], tags=["gold"]
        ),
        access.invite(
            actor=alice, email="new@north.example", roles=["backup-reader"], on=cast.north
        ),
        access.start_support_session(
            actor=actor_of(cast.olivia), on=cast.contoso, reason="The customer asked for help."
        ),
    )


def capture(tenant: Tenant, source: MemorySource, mode: str = "full") -> Snapshot:
    history.capture(actor=SYSTEM, tenant=tenant, mode=mode, reason="test", source=source)
    newest = selectors.latest_snapshot(tenant)
    assert newest is not None
    return newest


def make_report(cast: Cast, base: Snapshot, target: Snapshot) -> DifferenceReport:
    report = diffs.request_report(
        actor=actor_of(cast.carol),
        tenant=cast.contoso,
        base=base,
        target=target,
        scope=EVERYTHING,
    )
    jobs.run_here(Job.objects.get(pk=report.job_id))
    report.refresh_from_db()
    return report


def signed_in(user: User, *, confirmed: bool = True) -> Client:
    """A browser of the person's, who has just proved who he is unless told otherwise."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    sessions.begin(session, through="local", confirmed=confirmed, has_factor=True)
    session.save()
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=session.session_key)
    return client


def _before(cast: Cast, source: MemorySource, users: int) -> Snapshot:
    source.put("group", object_id(1000), displayName="CA Exclude <Emergency>")
    for number in range(users):
        source.put("user", object_id(number + 1), displayName=SCRIPT, department="Sales")
    source.put(POLICY, object_id(2000), displayName="Require MFA", conditions=_conditions([1000]))
    return capture(cast.contoso, source)


def _after(cast: Cast, source: MemorySource, users: int) -> Snapshot:
    for number in range(users):
        source.put("user", object_id(number + 1), department=SCRIPT)
    source.put(POLICY, object_id(2000), conditions=_conditions([]))
    return capture(cast.contoso, source)


def _conditions(excluded: list[int]) -> dict[str, object]:
    groups = [object_id(number) for number in excluded]
    return {"users": {"includeUsers": ["All"], "excludeGroups": groups}}


def _plan(cast: Cast, report: DifferenceReport, position: int) -> Plan:
    selection = Selection(changes=frozenset({position}))
    return recovery.make_plan(actor=actor_of(cast.carol), report=report, selection=selection)


def _ask(cast: Cast, plan: Plan) -> RecoveryRequest:
    return recovery.request_recovery(actor=actor_of(cast.carol), plan=plan, reason="a mistake")
