"""Privileged Identity Management for directory roles: who may activate one.

https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityschedule
https://learn.microsoft.com/graph/api/resources/unifiedroleeligibilityschedulerequest
https://learn.microsoft.com/graph/api/resources/requestschedule
https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyassignment
https://learn.microsoft.com/graph/api/resources/unifiedrolemanagementpolicyrule
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

ROLE_MANAGEMENT_POLICY_ASSIGNMENT = EntityTable(
    name="unifiedRoleManagementPolicyAssignment",
    base="entity",
    path="/policies/roleManagementPolicyAssignments",
    properties="""
    id                  String                             ro
    policyId            String                             ro
    roleDefinitionId    String                             ro f
    rules               unifiedRoleManagementPolicyRule[]  ro select
    scopeId             String                             ro f
    scopeType           String                             ro f
    """,
)
"""Its `rules` are those of its policy that somebody changed."""

_SCHEDULE = """
    accessId            privilegedAccessGroupRelationships  ro f
    createdDateTime     DateTimeOffset                      ro
    createdUsing        String                              ro
    groupId             String                              ro f
    id                  String                              ro
    memberType          privilegedAccessGroupMemberType     ro f
    modifiedDateTime    DateTimeOffset                      ro
    principalId         String                              ro f
    scheduleInfo        requestSchedule                     ro
    status              String                              ro
"""
_ENDS = """
    group        group            computed
    principal    directoryObject  computed
"""
GROUP_ELIGIBILITY = EntityTable(
    name="privilegedAccessGroupEligibilitySchedule",
    base="entity",
    path="/identityGovernance/privilegedAccess/group/eligibilitySchedules",
    properties=_SCHEDULE,
    relations=_ENDS,
)
GROUP_ASSIGNMENT = EntityTable(
    name="privilegedAccessGroupAssignmentSchedule",
    base="entity",
    path="/identityGovernance/privilegedAccess/group/assignmentSchedules",
    properties=_SCHEDULE + "assignmentType  privilegedAccessGroupAssignmentType  ro f",
    relations=_ENDS,
)
GROUP_SCHEDULE_REQUEST = EntityTable(
    name="privilegedAccessGroupEligibilityScheduleRequest",
    base="entity",
    properties="""
    accessId            privilegedAccessGroupRelationships  create req
    action              unifiedRoleScheduleRequestActions   create req
    customData          String                              create
    groupId             String                              create req
    isValidationOnly    Boolean                             create
    justification       String                              create
    principalId         String                              create req
    scheduleInfo        requestSchedule                     create
    ticketInfo          ticketInfo                          create
    """,
)
"""Requests of both sorts look alike."""
GROUP_RESOURCE = EntityTable(
    name="groupResource",
    base="entity",
    path="/identityGovernance/privilegedAccess/group/resources",
    properties="""
    groupId    String  ro select
    id         String  ro
    """,
)
"""A group that Privileged Identity Management looks after."""

NESTED = """
enum privilegedAccessGroupRelationships: owner, member, unknownFutureValue
enum privilegedAccessGroupMemberType: direct, group, unknownFutureValue
enum privilegedAccessGroupAssignmentType: assigned, activated, unknownFutureValue
unifiedRoleManagementPolicyRule: id String, target unifiedRoleManagementPolicyRuleTarget
unifiedRoleManagementPolicyRuleTarget: caller String, enforcedSettings String[],
    inheritableSettings String[], level String, operations String[]
unifiedRoleManagementPolicyExpirationRule < unifiedRoleManagementPolicyRule:
    isExpirationRequired Boolean, maximumDuration Duration
unifiedRoleManagementPolicyEnablementRule < unifiedRoleManagementPolicyRule: enabledRules String[]
unifiedRoleManagementPolicyNotificationRule < unifiedRoleManagementPolicyRule:
    isDefaultRecipientsEnabled Boolean, notificationLevel String, notificationRecipients String[],
    notificationType String, recipientType String
unifiedRoleManagementPolicyApprovalRule < unifiedRoleManagementPolicyRule: setting approvalSettings
unifiedRoleManagementPolicyAuthenticationContextRule < unifiedRoleManagementPolicyRule:
    claimValue String, isEnabled Boolean
approvalSettings: approvalMode String, approvalStages unifiedApprovalStage[],
    isApprovalRequired Boolean, isApprovalRequiredForExtension Boolean,
    isRequestorJustificationRequired Boolean
unifiedApprovalStage: approvalStageTimeOutInDays Int32, escalationApprovers subjectSet[],
    escalationTimeInMinutes Int32, isApproverJustificationRequired Boolean,
    isEscalationEnabled Boolean, primaryApprovers subjectSet[]
subjectSet: description String
singleUser < subjectSet: userId String
groupMembers < subjectSet: groupId String
connectedOrganizationMembers < subjectSet: connectedOrganizationId String
attributeRuleMembers < subjectSet: membershipRule String
requestorManager < subjectSet: managerLevel Int32
internalSponsors < subjectSet: description String
externalSponsors < subjectSet: description String
requestSchedule: expiration expirationPattern, recurrence Untyped, startDateTime DateTimeOffset
expirationPattern: duration Duration, endDateTime DateTimeOffset, type expirationPatternType
ticketInfo: ticketNumber String, ticketSystem String
enum expirationPatternType: notSpecified, noExpiration, afterDateTime, afterDuration
enum unifiedRoleScheduleRequestActions: adminAssign, adminUpdate, adminRemove, selfActivate,
    selfDeactivate, adminExtend, adminRenew, selfExtend, selfRenew, unknownFutureValue
"""
