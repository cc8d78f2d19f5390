"""Groups: create, update, delete, upsert by unique name.

https://learn.microsoft.com/graph/api/resources/group
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.rules import groups
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import (
    SYNCED_OBJECT,
    bad_request,
    denied,
    invalid_value,
    read_only,
    refused,
)
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import (
    audit,
    base,
    deletion,
    dynamic,
    licensing,
    privileged_groups,
    references,
    rendering,
    uniqueness,
)
from apps.sandbox.writes.activities import OBJECTS

ACTIVITIES = OBJECTS["group"]
NOT_CLEARABLE = ("displayName", "mailEnabled", "mailNickname", "securityEnabled", "visibility")
SYNCED_WRITABLE = frozenset({"writebackConfiguration"})


def create(call: Call) -> Answer:
    """POST /groups."""
    body = base.body_of(call)
    values = check_body(TYPES["group"], body, base.rights(call, creating=True), DIRECTORY)
    return _create(call, body, values)


def _create(call: Call, body: Mapping[str, Any], values: dict[str, Any]) -> Answer:
    _check_owned_elsewhere(values)
    groups.check_new(values)
    _check_rights(call, values)
    uniqueness.check(call, "group", values)
    if groups.is_unified(values):
        uniqueness.check_nickname(call, values["mailNickname"])
    owners = references.bound(call, "group.owners", body)
    members = references.bound(call, "group.members", body)
    if members:
        groups.check_not_dynamic(values)
    record = _store(call, values)
    _link_new(call, record, owners, members)
    dynamic.fill(call, record)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH /groups/{id}; by unique name also an upsert where the caller prefers so."""
    group_id = call.variables["id"]
    key = base.alternate_key("group", group_id)
    body = base.body_of(call)
    if key and base.creates_missing(call) and base.known(call, "group", group_id) is None:
        values = check_body(TYPES["group"], body, base.rights(call, creating=True), DIRECTORY)
        return _create(call, body, {**values, key[0]: key[1]})
    record = base.live(call, "group", group_id)
    values = check_body(TYPES["group"], body, base.rights(call, creating=False), DIRECTORY)
    _update(call, record, body, values)
    return base.updated(call, record)


def delete(call: Call) -> Answer:
    """DELETE /groups/{id}: into the bin, a distribution group for good."""
    record = base.live(call, "group", call.variables["id"])
    references.check_group_permission(call, record)
    if record.body.get("onPremisesSyncEnabled"):
        raise refused(SYNCED_OBJECT)
    if record.body.get("assignedLicenses"):
        raise bad_request(
            "This group is being used by one or more licenses. Please remove all license "
            "assignments before deleting the group."
        )
    if groups.soft_deletes(record.body):
        deletion.soft(call, record, ACTIVITIES["delete"])
    else:
        deletion.hard(call, record, ACTIVITIES["delete"])
    return base.no_content()


def _check_rights(call: Call, values: Mapping[str, Any]) -> None:
    if groups.is_role_assignable(values):
        if references.ROLE_MANAGEMENT not in call.caller.permissions:
            raise denied()
        licensing.check_p1(call)
        count = len(call.directory.find_all("group", "isAssignableToRole", True))
        if count >= groups.ROLE_ASSIGNABLE_LIMIT:
            raise bad_request("The limit of role-assignable groups of the tenant is reached.")
    if groups.is_dynamic(values):
        licensing.check_p1(call)


def _check_owned_elsewhere(values: Mapping[str, Any]) -> None:
    """What Exchange keeps cannot be set while the group is created."""
    found = groups.OWN_REQUEST & set(values)
    if found:
        raise invalid_value(min(found), "Group")


def _store(call: Call, values: Mapping[str, Any]) -> Record:
    at = base.now(call)
    group_id = base.new_id()
    role_assignable = groups.is_role_assignable(values)
    unified = groups.is_unified(values)
    body: dict[str, Any] = {
        "groupTypes": [],
        "resourceBehaviorOptions": [],
        "resourceProvisioningOptions": [],
        **values,
        "createdDateTime": at,
        "renewedDateTime": at,
        "proxyAddresses": [],
        "securityIdentifier": base.security_identifier(group_id),
        "visibility": values.get("visibility")
        or ("Private" if role_assignable else "Public" if unified else None),
    }
    if call.caller.app_id:
        body["createdByAppId"] = call.caller.app_id
    if unified:
        address = f"{values['mailNickname']}@{base.default_domain(call)}"
        body |= {"mail": address, "proxyAddresses": [f"SMTP:{address}"]}
    call.directory.add("group", body, object_id=group_id)
    record = base.require(call, group_id)
    audit.record(call, ACTIVITIES["add"], [audit.target(record, audit.changes({}, dict(values)))])
    return record


def _link_new(call: Call, record: Record, owners: list[Record], members: list[Record]) -> None:
    """Owners and members named in the request; a signed-in creator becomes an owner."""
    creator = call.directory.get(call.caller.user_id) if call.caller.user_id else None
    if creator is not None and creator.id not in {owner.id for owner in owners}:
        owners = [creator, *owners]
    if owners:
        references.add(call, "group.owners", record, owners)
    if members:
        references.add(call, "group.members", record, members)


def _update(call: Call, record: Record, body: Mapping[str, Any], values: dict[str, Any]) -> None:
    references.check_group_permission(call, record)
    _check_update(call, record, values)
    for relation in ("group.members", "group.owners"):
        targets = references.bound(call, relation, body)
        if targets:
            references.add(call, relation, record, targets)
            for target in targets:
                privileged_groups.follow_link(call, relation, record, target.id, added=True)
    if not values:
        return
    after = base.change(call, record, values)
    before = {name: record.body.get(name) for name in values}
    audit.record(
        call,
        ACTIVITIES["update"],
        [audit.target(after, audit.changes(before, {n: after.body.get(n) for n in values}))],
    )
    dynamic.fill(call, after)


def _check_update(call: Call, record: Record, values: Mapping[str, Any]) -> None:
    if record.body.get("onPremisesSyncEnabled") and set(values) - SYNCED_WRITABLE:
        raise refused(SYNCED_OBJECT)
    if values:
        groups.check_members_writable(record.body)
    alone = groups.OWN_REQUEST & set(values)
    if alone and (len(values) > 1 or not groups.is_unified(record.body)):
        raise invalid_value(min(alone), "Group")
    for name in NOT_CLEARABLE:
        if name in values and values[name] in (None, ""):
            raise invalid_value(name, "Group")
    after = {**record.body, **values}
    _check_kind(record, after)
    groups.check_dynamic(after)
    if groups.is_dynamic(after) and not groups.is_dynamic(record.body):
        licensing.check_p1(call)
    if groups.is_unified(after) and "mailNickname" in values:
        uniqueness.check_nickname(call, values["mailNickname"], own_id=record.id)


def _check_kind(record: Record, after: Mapping[str, Any]) -> None:
    """What a group is, it stays: Microsoft 365 or not, mail or not, hidden members or not."""
    if groups.is_unified(after) != groups.is_unified(record.body):
        raise read_only("groupTypes")
    if after.get("mailEnabled") != record.body.get("mailEnabled"):
        raise read_only("mailEnabled")
    hidden = "HiddenMembership"
    if (after.get("visibility") == hidden) != (record.body.get("visibility") == hidden):
        raise invalid_value("visibility", "Group")
    if groups.is_role_assignable(after) and (
        groups.is_dynamic(after) or after.get("visibility") != "Private"
    ):
        raise bad_request("A group that is assignable to a role must stay assigned and private.")
