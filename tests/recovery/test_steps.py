"""What plans contain: two-step changes, members that travel together, references that are gone."""

from apps.diffs.choices import Recoverable
from apps.diffs.models import ReportChange
from apps.recovery.choices import Action, RunState
from apps.recovery.models import JournalEntry, Plan, Step, StepResult
from apps.recovery.selection import Selection
from tests.recovery.mutations import Hand, add_app_role
from tests.recovery.workshop import Workshop, bad_results

REF = "https://graph.microsoft.com/v1.0/directoryObjects/"
REMOVING = Selection(everything=True, remove_created=True)


def new_group(workshop: Workshop, name: str, members: list[str]) -> str:
    body = {
        "displayName": name,
        "mailEnabled": False,
        "mailNickname": name.lower(),
        "securityEnabled": True,
        "members@odata.bind": [f"{REF}{member}" for member in members[:20]],
    }
    return str(workshop.graph("POST", "/groups", body)["id"])


def users(workshop: Workshop) -> list[str]:
    return [one["id"] for one in workshop.graph("GET", "/users?$top=999&$select=id")["value"]]


def actions(plan: Plan) -> list[str]:
    return [step.action for step in Step.objects.filter(plan=plan).order_by("order")]


def test_members_travel_twenty_to_a_request(workshop: Workshop) -> None:
    people = users(workshop)[:20]
    group = new_group(workshop, "Team", people)
    base = workshop.capture()
    for person in people:
        workshop.graph("DELETE", f"/groups/{group}/members/{person}/$ref")

    plan = workshop.plan(workshop.report(base))
    run = workshop.run(plan)

    step = Step.objects.get(plan=plan)
    assert sorted(step.targets) == sorted(people)
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert run.counts["links"] == len(people)
    intents = JournalEntry.objects.filter(result__run=run, event="intent")
    assert intents.count() == len(people)
    writes = [
        line
        for line in workshop.sandbox.request_log.read_text().splitlines()
        if '"PATCH"' in line and f"/groups/{group}" in line and "members@odata.bind" in line
    ]
    assert len(writes) == 1


def test_one_member_that_is_back_already_does_not_stop_the_others(workshop: Workshop) -> None:
    people = users(workshop)[:6]
    group = new_group(workshop, "Team", people)
    base = workshop.capture()
    for person in people:
        workshop.graph("DELETE", f"/groups/{group}/members/{person}/$ref")
    run = workshop.approve(workshop.plan(workshop.report(base)))
    workshop.graph("POST", f"/groups/{group}/members/$ref", {"@odata.id": f"{REF}{people[0]}"})

    workshop.work(run.job_id)

    run.refresh_from_db()
    assert run.state == RunState.COMPLETE, bad_results(run)
    counts = (run.counts["links"], run.counts["nothing"])
    assert counts == (5, 1)


def test_an_app_role_is_switched_off_before_it_goes(workshop: Workshop) -> None:
    base = workshop.capture()
    add_app_role(Hand(workshop, 1))
    plan = workshop.plan(workshop.report(base))
    run = workshop.run(plan)

    # The service principal only mirrors its application's roles, which the plan says.
    assert actions(plan)[:2] == [Action.PREPARE, Action.UPDATE]
    assert Step.objects.get(plan=plan, order=2).depends_on == [1]
    assert run.state == RunState.COMPLETE, bad_results(run)


def test_what_was_created_since_stays_unless_it_is_named(workshop: Workshop) -> None:
    base = workshop.capture()
    group = new_group(workshop, "New", [])
    report = workshop.report(base)

    assert actions(workshop.plan(report)) == [Action.NOTHING]
    assert actions(workshop.plan(report, REMOVING)) == [Action.SOFT_DELETE]
    named = Selection(object_ids=frozenset({group}))
    assert actions(workshop.plan(report, named)) == [Action.SOFT_DELETE]


def test_only_the_selected_attribute_goes_back(workshop: Workshop) -> None:
    user = users(workshop)[0]
    workshop.graph("PATCH", f"/users/{user}", {"city": "Ulm", "department": "Sales"})
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user}", {"city": "Nowhere", "department": "Nobody"})

    report = workshop.report(base)
    run = workshop.run(workshop.plan(report, Selection(attributes={user: frozenset({"city"})})))

    assert run.state == RunState.COMPLETE
    now = workshop.graph("GET", f"/users/{user}?$select=city,department")
    assert (now["city"], now["department"]) == ("Ulm", "Nobody")


def test_a_deleted_member_comes_back_with_the_membership_alone(workshop: Workshop) -> None:
    person = users(workshop)[0]
    group = new_group(workshop, "Team", [person])
    base = workshop.capture()
    workshop.graph("DELETE", f"/users/{person}")
    report = workshop.report(base)
    links = frozenset({("group.members", group, person)})

    plan = workshop.plan(report, Selection(links=links))
    run = workshop.run(plan)

    first = Step.objects.filter(plan=plan).order_by("order")[0]
    assert (first.action, first.object_id, first.because_of) == (Action.UNDELETE, person, group)
    assert run.state == RunState.COMPLETE, bad_results(run)
    members = workshop.graph("GET", f"/groups/{group}/members?$select=id")["value"]
    assert [member["id"] for member in members] == [person]


def test_a_policy_that_would_name_a_purged_group_blocks_the_plan(workshop: Workshop) -> None:
    group = new_group(workshop, "Excluded", [])
    policies = "/identity/conditionalAccess/policies"
    users_ = {"includeUsers": ["All"], "excludeGroups": [group]}
    body = {
        "displayName": "Block all but some",
        "state": "disabled",
        "conditions": {
            "clientAppTypes": ["all"],
            "applications": {"includeApplications": ["All"]},
            "users": users_,
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    policy = workshop.graph("POST", policies, body)["id"]
    base = workshop.capture()
    conditions = {**body["conditions"], "users": {"includeUsers": ["None"]}}  # type: ignore[dict-item]
    workshop.graph("PATCH", f"{policies}/{policy}", {"conditions": conditions})
    workshop.graph("DELETE", f"/groups/{group}")
    workshop.graph("DELETE", f"/directory/deletedItems/{group}")

    plan = workshop.plan(workshop.report(base), Selection(object_ids=frozenset({policy})))

    assert plan.is_blocked
    assert group in plan.blockers[0]["text"]


def test_a_purged_guest_is_named_and_not_dropped(workshop: Workshop) -> None:
    base = workshop.capture()
    person = workshop.first("/users?$filter=userType eq 'Guest'")["id"]
    workshop.graph("DELETE", f"/users/{person}")
    workshop.graph("DELETE", f"/directory/deletedItems/{person}")

    report = workshop.report(base)
    plan = workshop.plan(report)

    change = ReportChange.objects.get(report=report, object_id=person, subject="object")
    assert change.recoverable == Recoverable.NO
    step = Step.objects.get(plan=plan, object_id=person, link="")
    assert (step.action, step.wave, step.reason) == (Action.NOT_RECOVERABLE, 0, change.reason)
    assert "invited" in change.reason


def test_results_name_each_link(workshop: Workshop) -> None:
    people = users(workshop)[:3]
    group = new_group(workshop, "Team", people)
    base = workshop.capture()
    for person in people:
        workshop.graph("DELETE", f"/groups/{group}/members/{person}/$ref")

    run = workshop.recover(base)

    rows = StepResult.objects.filter(run=run).values_list("target_id", "state")
    assert sorted(rows) == sorted((person, "done") for person in people)


def test_the_first_owner_of_a_group_is_known_to_stay(workshop: Workshop) -> None:
    group = new_group(workshop, "Ownerless", [])
    base = workshop.capture()
    for person in users(workshop)[:2]:
        workshop.graph("POST", f"/groups/{group}/owners/$ref", {"@odata.id": f"{REF}{person}"})

    report = workshop.report(base)
    run = workshop.run(workshop.plan(report))

    rows = ReportChange.objects.filter(report=report).values_list("recoverable", flat=True)
    assert sorted(rows) == [Recoverable.NO, Recoverable.YES]
    assert run.state == RunState.COMPLETE, bad_results(run)
    assert len(workshop.graph("GET", f"/groups/{group}/owners?$select=id")["value"]) == 1
