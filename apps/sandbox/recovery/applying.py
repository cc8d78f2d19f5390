"""Carrying one change out: nothing of it is told to delta queries or subscriptions.

https://learn.microsoft.com/graph/api/resources/entrarecoveryservices-backup-recovery-overview
"""

from __future__ import annotations

from apps.sandbox.graph.context import Call
from apps.sandbox.recovery import covered
from apps.sandbox.recovery.differences import RESTORE, SOFT_DELETE, Change
from apps.sandbox.schema import family
from apps.sandbox.state.directory import Directory
from apps.sandbox.writes import audit
from apps.sandbox.writes.activities import OBJECTS

_ACTIVITIES = {RESTORE: "restore", SOFT_DELETE: "delete"}
TAKEN = "Another object with the same value for property userPrincipalName already exists."
GONE = "Update failed: a related object no longer exists."


def apply(call: Call, change: Change) -> tuple[int, int]:
    """Do it; how many objects and links were modified. Sets the change's ``failure``.

    call: the one that started the job, as whose the audit log names it.
    """
    directory = call.directory
    with directory.unlogged():
        if family(change.subject.type) in covered.ANCHORED:
            done = _apply_anchored(directory, change)
        else:
            done = _apply_object(directory, change)
    if done != (0, 0):
        _record(call, change)
    return done


def _apply_object(directory: Directory, change: Change) -> tuple[int, int]:
    object_id = change.subject.id
    if _name_is_taken(directory, change):
        change.failure = TAKEN
        return 0, 0
    if change.action == SOFT_DELETE:
        if directory.get(object_id) is None:
            return 0, 0
        directory.soft_delete(object_id)
        return 1, 0
    if change.action == RESTORE and directory.get_deleted(object_id) is not None:
        directory.restore(object_id)
    if directory.get(object_id) is None:
        change.failure = GONE
        return 0, 0
    directory.change(object_id, change.values)
    return 1, _apply_links(directory, change)


def _apply_links(directory: Directory, change: Change) -> int:
    group, done = change.subject.id, 0
    for member, wanted in change.links.items():
        if not wanted:
            done += directory.unlink(covered.MEMBERS, group, member)
        elif directory.get(member) is None:
            change.failure = GONE
        else:
            done += directory.link(covered.MEMBERS, group, member)
    return done


def _apply_anchored(directory: Directory, change: Change) -> tuple[int, int]:
    object_id = change.subject.id
    if change.action == SOFT_DELETE:
        if directory.get(object_id) is not None:
            directory.purge(object_id)
    elif change.then is not None and directory.get(object_id) is None:
        names = ("principalId", "resourceId", "clientId")
        ends = [change.then.body[name] for name in names if change.then.body.get(name)]
        if any(directory.get(str(end)) is None for end in ends):
            change.failure = GONE
            return 0, 0
        directory.add(change.then.type, change.then.body, object_id=object_id)
    else:
        directory.change(object_id, change.values)
    return 1, 0


def _name_is_taken(directory: Directory, change: Change) -> bool:
    name = (change.then.body if change.then else {}).get("userPrincipalName")
    if change.type_name != "user" or not name:
        return False
    holder = directory.find("user", "userPrincipalName", name)
    return holder is not None and holder.id != change.subject.id


def _record(call: Call, change: Change) -> None:
    activities = OBJECTS.get(family(change.subject.type))
    if activities is not None:
        name = _ACTIVITIES.get(change.action, "update")
        before = change.now.body if change.now else {}
        modified = [
            audit.Modified(one, before.get(one), value) for one, value in change.values.items()
        ]
        audit.record(call, activities[name], [audit.target(change.subject, modified)])
