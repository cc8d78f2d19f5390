from apps.recovery.choices import RunState
from tests.recovery.workshop import Workshop, bad_results, changes_of


def test_a_changed_department_goes_back(workshop: Workshop) -> None:
    # given
    user = workshop.first("/users?$select=id,department")
    base = workshop.capture()
    workshop.graph("PATCH", f"/users/{user['id']}", {"department": "Nowhere"})

    # when
    report = workshop.report(base)
    run = workshop.run(workshop.plan(report))

    # then
    assert changes_of(report) == [("user", "updated", ("department",))]
    assert run.state == RunState.COMPLETE, (run.failure, bad_results(run))
    now = workshop.graph("GET", f"/users/{user['id']}?$select=department")
    assert now.get("department") == user.get("department")
    assert changes_of(workshop.report(base)) == []
