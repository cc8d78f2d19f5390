"""Who may become, and who is for a time, member or owner of a group: PIM for groups.

Graph lists schedules for one group at a time, so the groups that have any are asked for first
(beta alone names them). As with roles, a schedule comes of a request.
https://learn.microsoft.com/graph/api/resources/privilegedidentitymanagement-for-groups-api-overview
"""

from typing import Final

from apps.entra.catalogue.build import GRAPH_DOCS, create_only, read_only, stamps
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Dependence,
    Kind,
    Lane,
    Lock,
    Owners,
    Property,
    Reference,
    Requested,
    Unrestorable,
    Writability,
)
from apps.entra.catalogue.role_settings import LOOKED_AFTER

_PATH: Final = "/identityGovernance/privilegedAccess/group"
_NAMED_BY: Final = ("groupId", "principalId", "accessId")
_OWNERS: Final = Owners(LOOKED_AFTER, property="groupId", version="beta")
_LISTS: Final = "PrivilegedAccess.Read.AzureADGroup"
_OF_GROUP: Final = Lock(
    "It comes with another group's own one; recover that, or the membership.",
    when=(("memberType", "group"),),
)
_NOT_BY_ITSELF: Final = Unrestorable("id", "One that is made again gets a new id.")
_PROPERTIES: Final = (
    *create_only(*_NAMED_BY, reason="Part of what it is: another value is another one."),
    Property(
        "scheduleInfo",
        clear=Clearing.NEVER,
        write_without=("startDateTime", "recurrence"),
        sensitive="Decides how long somebody may be in the group.",
        caveat=(
            "It begins when it is put back. How long it may last is limited by the group's own "
            "settings in Privileged Identity Management."
        ),
    ),
    *read_only("memberType"),
    *stamps("createdUsing", "createdDateTime", "modifiedDateTime", "status"),
    Property(
        "group",
        write=Writability.READ_ONLY,
        clear=Clearing.NEVER,
        volatile=True,
        expanded=("displayName",),
        reason="The group's name, which is the group's own.",
    ),
)
_COMPANIONS: Final = (
    *(Companion(name, "Graph asks for it.") for name in _NAMED_BY),
    Companion("scheduleInfo", "Graph asks how long it is to last."),
)
_LIVES_WITH: Final = (
    Dependence("groupId", "group"),
    *(Dependence("principalId", owner) for owner in ("user", "group", "servicePrincipal")),
)
_REFERENCES: Final = (
    Reference("groupId", "group"),
    Reference("principalId", "directoryObject"),
)


def _requested(path: str) -> Requested:
    return Requested(
        path,
        create="adminAssign",
        update="adminUpdate",
        delete="adminRemove",
        named_by=_NAMED_BY,
        answers_with="targetScheduleId",
    )


GROUP_ELIGIBILITY = Kind(
    name="groupEligibility",
    graph_type="privilegedAccessGroupEligibilitySchedule",
    lane=Lane.GOVERNANCE,
    title="Group eligibility",
    version="v1.0",
    list_path=f"{_PATH}/eligibilitySchedules?$filter=groupId eq '{{groupId}}'",
    item_path=f"{_PATH}/eligibilitySchedules/{{id}}",
    owners=_OWNERS,
    create_path=f"{_PATH}/eligibilityScheduleRequests",
    requested=_requested(f"{_PATH}/eligibilityScheduleRequests"),
    found_by=_NAMED_BY,
    properties=_PROPERTIES,
    read_permission=(_LISTS, "PrivilegedEligibilitySchedule.Read.AzureADGroup"),
    write_permission=("PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",),
    documentation=f"{GRAPH_DOCS}privilegedaccessgroupeligibilityschedule",
    order=64,
    page_size=None,
    together=True,
    identity=("id", *_NAMED_BY),
    label_properties=("group.displayName", "groupId"),
    references=_REFERENCES,
    lives_with=_LIVES_WITH,
    locks=(_OF_GROUP,),
    companions=_COMPANIONS,
    licence="Entra ID P2 or Entra ID Governance.",
    sensitive="Lets a person into a group, and into whatever that opens.",
    unrestorable=(
        _NOT_BY_ITSELF,
        Unrestorable("its past", "Who activated it when stays in the audit log alone."),
    ),
)

GROUP_ASSIGNMENT = Kind(
    name="groupAssignment",
    graph_type="privilegedAccessGroupAssignmentSchedule",
    lane=Lane.GOVERNANCE,
    title="Group assignment",
    version="v1.0",
    list_path=f"{_PATH}/assignmentSchedules?$filter=groupId eq '{{groupId}}'",
    item_path=f"{_PATH}/assignmentSchedules/{{id}}",
    owners=_OWNERS,
    create_path=f"{_PATH}/assignmentScheduleRequests",
    requested=_requested(f"{_PATH}/assignmentScheduleRequests"),
    found_by=_NAMED_BY,
    properties=(*_PROPERTIES, *read_only("assignmentType")),
    read_permission=(_LISTS, "PrivilegedAssignmentSchedule.Read.AzureADGroup"),
    write_permission=("PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",),
    documentation=f"{GRAPH_DOCS}privilegedaccessgroupassignmentschedule",
    order=65,
    page_size=None,
    together=True,
    identity=("id", *_NAMED_BY),
    label_properties=("group.displayName", "groupId"),
    references=_REFERENCES,
    lives_with=_LIVES_WITH,
    locks=(_OF_GROUP,),
    not_created=(
        Lock(
            "It was an activation, which ends by itself: the person activates it again.",
            when=(("assignmentType", "activated"),),
        ),
    ),
    companions=_COMPANIONS,
    licence="Entra ID P2 or Entra ID Governance.",
    sensitive="Puts a person into a group, and so into whatever that opens.",
    unrestorable=(
        _NOT_BY_ITSELF,
        Unrestorable("activations", "They end by themselves; a person makes them again."),
    ),
)
