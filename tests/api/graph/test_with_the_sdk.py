"""A script that was written for Microsoft's recovery API, with its SDK, against Holdfast."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from msgraph.generated.models.entra_recovery_services.entity_type_and_ids import EntityTypeAndIds
from msgraph.generated.models.entra_recovery_services.recovery_action import RecoveryAction
from msgraph.generated.models.entra_recovery_services.recovery_job import RecoveryJob
from msgraph.generated.models.entra_recovery_services.recovery_job_entity_name_and_ids_filter import (  # noqa: E501 - its name
    RecoveryJobEntityNameAndIdsFilter,
)
from msgraph.generated.models.entra_recovery_services.recovery_job_entity_names_filter import (
    RecoveryJobEntityNamesFilter,
)
from msgraph.generated.models.entra_recovery_services.recovery_preview_job import (
    RecoveryPreviewJob,
)
from msgraph.generated.models.entra_recovery_services.recovery_status import RecoveryStatus
from msgraph.generated.models.entra_recovery_services.resource_type_name import ResourceTypeName

from apps.core.scope import tenant_scope
from apps.diffs.models import DifferenceReport
from apps.jobs.models import Job
from apps.recovery import services as recovery
from apps.recovery.confirming import high_risks
from apps.recovery.models import RecoveryRequest, Run, Step
from tests.api.graph.conftest import Scripts
from tests.api.graph.sdk import ODataError, Script
from tests.factories import actor_of
from tests.recovery.test_steps import new_group
from tests.recovery.workshop import Workshop

# The SDK's own.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:kiota_abstractions|msgraph")


@pytest.fixture
def alice(workshop: Workshop, script_of: Scripts) -> Script:
    return script_of(workshop.alice)


def person(workshop: Workshop, name: str) -> dict[str, Any]:
    domain = workshop.first("/domains")["id"]
    body = {
        "accountEnabled": True,
        "displayName": name,
        "mailNickname": name,
        "userPrincipalName": f"{name}@{domain}",
        "passwordProfile": {"password": "Correct-Horse-9!"},
        "department": "Sales",
        "jobTitle": "Clerk",
    }
    return workshop.graph("POST", "/users", body)


def spoil(workshop: Workshop) -> dict[str, Any]:
    """Two people changed, one of them away from a group, and a third in the bin."""
    first, second, third = (person(workshop, name) for name in ("ada", "ben", "cleo"))
    group = new_group(workshop, "Nights", [first["id"]])
    workshop.capture()
    workshop.graph("PATCH", f"/users/{first['id']}", {"department": "Nowhere"})
    workshop.graph("PATCH", f"/users/{second['id']}", {"jobTitle": "Nobody"})
    workshop.graph("DELETE", f"/groups/{group}/members/{first['id']}/$ref")
    workshop.graph("DELETE", f"/users/{third['id']}")
    return {"first": first, "second": second, "third": third, "group": {"id": group}}


def of_users() -> RecoveryJob:
    """A job about people alone, which reads less of the tenant."""
    names = RecoveryJobEntityNamesFilter(
        odata_type="#microsoft.graph.entraRecoveryServices.recoveryJobEntityNamesFilter",
        entity_types=[ResourceTypeName.User],
    )
    return RecoveryJob(filtering_criteria=names)


def approve(workshop: Workshop, job: str) -> Run:
    """What Dave does in the portal."""
    request = RecoveryRequest.objects.select_related("plan", "tenant", "requested_by").get(pk=job)
    run = recovery.approve(
        actor=actor_of(workshop.dave),
        request=request,
        digest=bytes(request.digest),
        confirmed=[one.key for one in high_risks(request.plan)],
    )
    assert run is not None
    return run


def test_a_script_goes_from_snapshots_over_a_preview_to_a_recovery(
    workshop: Workshop, alice: Script
) -> None:
    spoilt = spoil(workshop)

    (snapshot, *_) = alice.snapshots(orderby=["createdDateTime desc"], top=1)
    assert snapshot.created_date_time is not None
    assert base64.b64decode(str(snapshot.id)).decode().endswith("Z")

    preview = alice.preview(snapshot)
    assert alice.preview_job(snapshot, preview).status == RecoveryStatus.Initialized
    with pytest.raises(ODataError) as early:
        alice.changes(snapshot, preview)
    workshop.work(DifferenceReport.objects.get(pk=preview).job_id)
    done = alice.preview_job(snapshot, preview)
    changes = {str(one.id): one for one in alice.changes(snapshot, preview, top=2)}

    assert early.value.error is not None
    assert early.value.error.code == "BadRequest"
    assert "must have completed successfully" in str(early.value.error.message)
    assert isinstance(done, RecoveryPreviewJob)
    assert done.status == RecoveryStatus.Successful
    assert done.total_changed_objects_calculated == 3
    first, group = (changes[spoilt[name]["id"]] for name in ("first", "group"))
    assert first.recovery_action == RecoveryAction.Update
    assert first.entity_type_name == ResourceTypeName.User
    delta, current = (first.additional_data[n] for n in ("deltaFromCurrent", "currentState"))
    assert delta["department"] == "Sales"
    assert current["department"] == "Nowhere"
    assert changes[spoilt["third"]["id"]].recovery_action == RecoveryAction.Restore
    members = group.additional_data["deltaFromCurrent"]["members@delta"]
    assert [str(one["id"]) for one in members] == [spoilt["first"]["id"]]

    job = alice.recover(snapshot)
    assert alice.recovery_job(snapshot, job).status == RecoveryStatus.Initialized
    workshop.work(Job.objects.get(pk=job).pk)
    waiting = alice.recovery_job(snapshot, job)
    assert waiting.status == RecoveryStatus.Initialized
    assert waiting.additional_data["@holdfast.state"] == "request-waiting"
    assert not Run.objects.exists()

    run = approve(workshop, job)
    workshop.work(run.job_id)
    ended = alice.recovery_job(snapshot, job)

    assert isinstance(ended, RecoveryJob)
    assert (ended.status, ended.total_failed_changes) == (RecoveryStatus.Successful, 0)
    assert ended.total_objects_modified == 3
    assert ended.job_completion_date_time is not None
    assert alice.failed_changes(snapshot, job) == []
    found = workshop.graph("GET", f"/users/{spoilt['first']['id']}?$select=department")
    assert found["department"] == "Sales"
    listed = alice.jobs()
    assert [one.id for one in listed] == [job, preview]
    assert [type(one) for one in listed] == [RecoveryJob, RecoveryPreviewJob]


def test_only_what_was_named_is_compared_and_put_forward(workshop: Workshop, alice: Script) -> None:
    spoilt = spoil(workshop)
    (snapshot,) = alice.snapshots()
    named = RecoveryJobEntityNameAndIdsFilter(
        odata_type=("#microsoft.graph.entraRecoveryServices.recoveryJobEntityNameAndIdsFilter"),
        filter_values=[
            EntityTypeAndIds(entity_type=ResourceTypeName.User, entity_ids=[spoilt["first"]["id"]])
        ],
    )

    job = alice.recover(snapshot, RecoveryJob(filtering_criteria=named))
    workshop.work(Job.objects.get(pk=job).pk)
    told = alice.recovery_job(snapshot, job)

    assert told.total_changed_objects_calculated == 1
    assert isinstance(told.filtering_criteria, RecoveryJobEntityNameAndIdsFilter)
    assert told.filtering_criteria.filter_values is not None
    assert told.filtering_criteria.filter_values[0].entity_ids == [spoilt["first"]["id"]]


def test_what_did_not_go_back_is_told_with_its_reason(workshop: Workshop, alice: Script) -> None:
    spoilt = spoil(workshop)
    (snapshot,) = alice.snapshots()
    job = alice.recover(snapshot, of_users())
    workshop.work(Job.objects.get(pk=job).pk)
    run = approve(workshop, job)
    with pytest.raises(ODataError):
        alice.failed_changes(snapshot, job)
    step = Step.objects.get(plan=run.request.plan, object_id=spoilt["second"]["id"])
    recovery.skip_step(
        actor=actor_of(workshop.alice), run=run, order=step.order, reason="leave her"
    )
    workshop.work(run.job_id)

    ended = alice.recovery_job(snapshot, job)
    failed = alice.failed_changes(snapshot, job)

    assert ended.total_failed_changes == 1
    assert [one.id for one in failed] == [spoilt["second"]["id"]]
    assert failed[0].recovery_action == RecoveryAction.Update
    assert failed[0].failure_message
    assert failed[0].additional_data["deltaFromCurrent"]["jobTitle"] == "Clerk"
    assert ended.status == RecoveryStatus.Successful
    assert ended.additional_data["@holdfast.state"] == "complete-with-warnings"


def test_what_was_made_since_goes_only_where_it_can_come_back_from(
    workshop: Workshop, alice: Script
) -> None:
    workshop.capture()
    (snapshot,) = alice.snapshots()
    new = person(workshop, "dora")["id"]
    strength = {"displayName": "Ours", "allowedCombinations": ["fido2"]}
    kept = workshop.graph("POST", "/policies/authenticationStrengthPolicies", strength)["id"]
    both = RecoveryJobEntityNamesFilter(
        odata_type="#microsoft.graph.entraRecoveryServices.recoveryJobEntityNamesFilter",
        entity_types=[ResourceTypeName.User, ResourceTypeName.AuthenticationStrengthPolicy],
    )

    preview = alice.preview(snapshot, RecoveryPreviewJob(filtering_criteria=both))
    report = DifferenceReport.objects.get(pk=preview)
    workshop.work(report.job_id)
    changes = alice.changes(snapshot, preview)
    job = alice.recover(snapshot, RecoveryJob(filtering_criteria=both))
    workshop.work(Job.objects.get(pk=job).pk)

    assert kept in report.changes.values_list("object_id", flat=True)
    assert [(one.id, one.recovery_action) for one in changes] == [(new, RecoveryAction.SoftDelete)]
    assert changes[0].additional_data["deltaFromCurrent"]["@removed"] == {"reason": "changed"}
    steps = Step.objects.filter(plan__request=job).exclude(action="nothing")
    assert [(step.object_id, step.action) for step in steps] == [(new, "soft-delete")]


def test_a_job_is_cancelled_wherever_it_is(workshop: Workshop, alice: Script) -> None:
    spoil(workshop)
    (snapshot,) = alice.snapshots()
    preview, planned, waiting, queued = (
        alice.preview(snapshot),
        *(alice.recover(snapshot, of_users()) for _ in range(3)),
    )
    for job in (waiting, queued):
        workshop.work(Job.objects.get(pk=job).pk)
    approve(workshop, queued)

    for job in (preview, planned, waiting, queued):
        alice.cancel(job)
        assert alice.last.status_code == 202
        assert alice.last.headers["Location"].endswith(f"/directory/recovery/jobs/{job}")

    told = {one.id: one.status for one in alice.jobs()}
    assert told == dict.fromkeys((preview, planned, waiting, queued), RecoveryStatus.Abandoned)
    assert [one.id for one in alice.jobs(filter="status eq 'running'")] == []
    assert len(alice.jobs(filter="status eq 'abandoned'", top=2)) == 4
    with pytest.raises(ODataError) as again:
        alice.cancel(preview)
    assert again.value.response_status_code == 409


def test_a_recovery_without_differences_ends_without_a_request(
    workshop: Workshop, alice: Script
) -> None:
    workshop.capture()
    (snapshot,) = alice.snapshots()

    job = alice.recover(snapshot)
    workshop.work(Job.objects.get(pk=job).pk)

    told = alice.recovery_job(snapshot, job)
    assert (told.status, told.total_failed_changes) == (RecoveryStatus.Successful, 0)
    assert not RecoveryRequest.objects.exists()


def test_who_may_not_is_refused_in_graphs_words(workshop: Workshop, script_of: Scripts) -> None:
    workshop.capture()
    dave = script_of(workshop.dave)
    (snapshot,) = dave.snapshots()

    with pytest.raises(ODataError) as refused:
        dave.recover(snapshot)

    assert refused.value.response_status_code == 403
    assert refused.value.error is not None
    assert refused.value.error.code == "Authorization_RequestDenied"
    with tenant_scope(workshop.tenant.pk):
        assert not DifferenceReport.objects.exists()
