"""Privileged Identity Management for directory roles: who may activate one.

https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityschedule
https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityschedulerequest
https://learn.microsoft.com/graph/api/resources/requestschedule
"""

from .tables import EntityTable

ROLE_ELIGIBILITY_SCHEDULE = EntityTable(
    name="unifiedRoleEligibilitySchedule",
    base="entity",
    path="/roleManagement/directory/roleEligibilitySchedules",
    properties="""
    appScopeId          String           ro f
    createdDateTime     DateTimeOffset   ro
    createdUsing        String           ro
    directoryScopeId    String           ro f
    id                  String           ro f
    memberType          String           ro f
    modifiedDateTime    DateTimeOffset   ro
    principalId         String           ro f
    roleDefinitionId    String           ro f
    scheduleInfo        requestSchedule  ro
    status              String           ro f
    """,
    relations="""
    principal         directoryObject        computed
    roleDefinition    unifiedRoleDefinition  computed
    directoryScope    directoryObject        computed
    """,
)

ROLE_ELIGIBILITY_SCHEDULE_REQUEST = EntityTable(
    name="unifiedRoleEligibilityScheduleRequest",
    base="entity",
    path="/roleManagement/directory/roleEligibilityScheduleRequests",
    properties="""
    action               unifiedRoleScheduleRequestActions  create req f
    appScopeId           String                             create f
    approvalId           String                             ro
    completedDateTime    DateTimeOffset                     ro
    createdDateTime      DateTimeOffset                     ro
    customData           String                             create
    directoryScopeId     String                             create f
    id                   String                             ro f
    isValidationOnly     Boolean                            create
    justification        String                             create
    principalId          String                             create f
    roleDefinitionId     String                             create f
    scheduleInfo         requestSchedule                    create
    status               String                             ro f
    targetScheduleId     String                             ro f
    ticketInfo           ticketInfo                         create
    """,
)

NESTED = """
requestSchedule: expiration expirationPattern, recurrence Untyped, startDateTime DateTimeOffset
expirationPattern: duration Duration, endDateTime DateTimeOffset, type expirationPatternType
ticketInfo: ticketNumber String, ticketSystem String
enum expirationPatternType: notSpecified, noExpiration, afterDateTime, afterDuration
enum unifiedRoleScheduleRequestActions: adminAssign, adminUpdate, adminRemove, selfActivate,
    selfDeactivate, adminExtend, adminRenew, selfExtend, selfRenew, unknownFutureValue
"""
