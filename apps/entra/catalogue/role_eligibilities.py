"""Who may activate a directory role: Privileged Identity Management.

An eligibility is a schedule that nobody writes; it comes of a request, and a request changes or
ends it. The requests themselves vanish after some weeks, so the schedules are what is kept.
https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityschedule
"""

from apps.entra.catalogue.build import GRAPH_DOCS, create_only, read_only, stamps
from apps.entra.catalogue.model import (
    Audited,
    Clearing,
    Companion,
    Dependence,
    Kind,
    Lane,
    Lock,
    Property,
    Reference,
    Requested,
    Unrestorable,
    Writability,
)

_SCHEDULES = "/roleManagement/directory/roleEligibilitySchedules"
_REQUESTS = "/roleManagement/directory/roleEligibilityScheduleRequests"
_NAMED_BY = ("principalId", "roleDefinitionId", "directoryScopeId", "appScopeId")

ROLE_ELIGIBILITY = Kind(
    name="roleEligibility",
    graph_type="unifiedRoleEligibilitySchedule",
    lane=Lane.GOVERNANCE,
    title="Role eligibility",
    version="v1.0",
    list_path=_SCHEDULES,
    item_path=f"{_SCHEDULES}/{{id}}",
    create_path=_REQUESTS,
    requested=Requested(
        _REQUESTS,
        create="adminAssign",
        update="adminUpdate",
        delete="adminRemove",
        named_by=_NAMED_BY,
        answers_with="targetScheduleId",
    ),
    found_by=_NAMED_BY,
    properties=(
        *create_only(*_NAMED_BY, reason="Part of what it is: another value is another one."),
        Property(
            "scheduleInfo",
            clear=Clearing.NEVER,
            write_without=("startDateTime", "recurrence"),
            sensitive="Decides how long the role may be activated.",
            caveat=(
                "It begins when it is put back. How long it may last is limited by the role's own "
                "settings: without an end only where they allow it."
            ),
        ),
        *read_only("createdUsing", "memberType", "status"),
        *stamps("createdDateTime", "modifiedDateTime"),
        Property(
            "roleDefinition",
            write=Writability.READ_ONLY,
            clear=Clearing.NEVER,
            volatile=True,
            expanded=("displayName",),
            reason="The role's name, which is the role's own.",
        ),
    ),
    # Those for schedules alone would be narrower, but these are asked for anyway.
    read_permission=("RoleManagement.Read.Directory",),
    write_permission=("RoleManagement.ReadWrite.Directory",),
    documentation=f"{GRAPH_DOCS}unifiedroleeligibilityschedule",
    order=63,
    page_size=None,
    together=True,
    identity=("id", *_NAMED_BY),
    label_properties=("roleDefinition.displayName", "roleDefinitionId"),
    references=(
        Reference("principalId", "directoryObject"),
        Reference("roleDefinitionId", "roleDefinition"),
        Reference("directoryScopeId", "administrativeUnit", prefix="/administrativeUnits/"),
    ),
    lives_with=tuple(Dependence("principalId", owner) for owner in ("user", "group")),
    locks=(
        Lock(
            "It comes with a group's own eligibility; recover that, or the membership.",
            when=(("memberType", "Group"),),
        ),
    ),
    audited=Audited(
        activities=("eligible member to role", "eligible member from role"),
        ends=("principalId",),
        facts=(("Role.TemplateId", "roleDefinitionId"),),
    ),
    companions=(
        Companion("principalId", "Graph asks for it."),
        Companion("roleDefinitionId", "Graph asks for it."),
        Companion("directoryScopeId", "The whole tenant, a unit or a single object."),
        Companion("scheduleInfo", "Graph asks how long it is to last."),
    ),
    licence="Entra ID P2 or Entra ID Governance.",
    sensitive="Lets a person make himself an administrator.",
    unrestorable=(
        Unrestorable("id", "An eligibility that is made again gets a new id."),
        Unrestorable("its past", "Who activated the role when stays in the audit log alone."),
    ),
)
