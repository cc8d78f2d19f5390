"""The HR feed slips by one row: people get their neighbour's post and everybody one manager."""

from apps.sandbox.incidents.script import IncidentError, Script

SHARE = 0.4
LEAST, MOST = 3, 3000
CONNECTOR = "HR Provisioning Connector"
DEPARTMENT = "0000 - Default"


def corrupt(script: Script) -> None:
    """Overwrite department, job title and manager of two fifths of the staff, 3,000 at most.

    Only users whom the cloud masters are touched: Graph refuses the others. The first of the staff
    is spared, and the second becomes everybody's manager.
    """
    staff = script.staff()
    if len(staff) < LEAST:
        raise IncidentError("There are too few cloud-mastered users here for a feed to corrupt.")
    count = min(max(LEAST, int(len(staff) * SHARE)), MOST)
    manager, *rows = staff[1 : count + 2]
    script.act_as_application(CONNECTOR, "User.ReadWrite.All", "Directory.Read.All")
    for row, neighbour in zip(rows, [*rows[1:], manager], strict=True):
        changes = {"department": DEPARTMENT, "jobTitle": neighbour.body["jobTitle"]}
        script.update("user", "/users", row.id, changes)
        script.set_manager(row.id, manager.id)
