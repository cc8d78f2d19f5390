"""A clean-up script runs against the wrong list: users, groups and applications are deleted.

A part of it is emptied from the recycle bin at once.
"""

from apps.sandbox.incidents.script import IncidentError, Script
from apps.sandbox.state.records import Record

SHARE = 0.05
USERS, GROUPS = (3, 500), (2, 100)
PURGED_OF = 4
APPLICATIONS = ("Legacy Reporting", "Customer Portal API", "Warehouse Handheld")


def delete_many(script: Script) -> None:
    """Soft-delete a twentieth of users and groups and three applications; purge every fourth."""
    script.act_as_user("Global Administrator", "Entra Backup Administrator")
    users = _first(script.staff()[::-1], USERS)
    if not users:
        raise IncidentError("There is no cloud-mastered user here to delete.")
    for kind, path, records in (
        ("user", "/users", users),
        ("group", "/groups", _first(_groups(script), GROUPS)),
        ("application", "/applications", _applications(script)),
    ):
        for record in records:
            script.delete(kind, path, record.id)
        for record in records[::PURGED_OF]:
            script.purge(kind, record.id)


def _first(records: list[Record], bounds: tuple[int, int]) -> list[Record]:
    least, most = bounds
    return records[: min(most, max(least, int(len(records) * SHARE)))]


def _groups(script: Script) -> list[Record]:
    """Groups made in the cloud that nothing protects: the youngest first."""
    groups = [
        group
        for group in script.directory.of_type("group")
        if not group.body.get("onPremisesSyncEnabled")
        and not group.body.get("isAssignableToRole")
        and not group.body.get("assignedLicenses")
        and ("Unified" in group.body["groupTypes"] or not group.body["mailEnabled"])
    ]
    return groups[::-1]


def _applications(script: Script) -> list[Record]:
    return [script.one("application", name) for name in APPLICATIONS]
