"""Entitlement management: catalogs, access packages, policies, connected organizations.

https://learn.microsoft.com/graph/api/resources/entitlementmanagement-overview
"""

from .tables import EntityTable

_BASE = "/identityGovernance/entitlementManagement"

CATALOG = EntityTable(
    name="accessPackageCatalog",
    base="entity",
    path=f"{_BASE}/catalogs",
    properties="""
    catalogType            accessPackageCatalogType   ro
    createdDateTime        DateTimeOffset             ro
    description            String
    displayName            String                     req f
    id                     String                     ro f
    isExternallyVisible    Boolean
    modifiedDateTime       DateTimeOffset             ro
    resources              accessPackageResource[]    ro select
    state                  accessPackageCatalogState
    """,
)
PACKAGE = EntityTable(
    name="accessPackage",
    base="entity",
    path=f"{_BASE}/accessPackages",
    properties="""
    catalog               entityReference                   create req select
    createdDateTime       DateTimeOffset                    ro
    description           String
    displayName           String                            req f
    id                    String                            ro f
    isHidden              Boolean
    modifiedDateTime      DateTimeOffset                    ro
    resourceRoleScopes    accessPackageResourceRoleScope[]  ro select
    """,
    relations="""
    incompatibleAccessPackages  accessPackage[]
    incompatibleGroups          group[]
    """,
)
POLICY = EntityTable(
    name="accessPackageAssignmentPolicy",
    base="entity",
    path=f"{_BASE}/assignmentPolicies",
    properties="""
    accessPackage               entityReference                           req select
    allowedTargetScope          allowedTargetScope
    automaticRequestSettings    accessPackageAutomaticRequestSettings
    createdDateTime             DateTimeOffset                            ro
    description                 String
    displayName                 String                                    req f
    expiration                  expirationPattern
    id                          String                                    f
    modifiedDateTime            DateTimeOffset                            ro
    notificationSettings        accessPackageNotificationSettings
    questions                   accessPackageQuestion[]                   select
    requestApprovalSettings     accessPackageAssignmentApprovalSettings
    requestorSettings           accessPackageAssignmentRequestorSettings
    reviewSettings              accessPackageAssignmentReviewSettings
    specificAllowedTargets      subjectSet[]
    """,
)
ORGANIZATION = EntityTable(
    name="connectedOrganization",
    base="entity",
    path=f"{_BASE}/connectedOrganizations",
    properties="""
    createdDateTime     DateTimeOffset              ro
    description         String
    displayName         String                      req f
    id                  String                      ro f
    identitySources     identitySource[]            create req
    modifiedDateTime    DateTimeOffset              ro
    state               connectedOrganizationState
    """,
    relations="""
    internalSponsors  directoryObject[]
    externalSponsors  directoryObject[]
    """,
)
SETTINGS = EntityTable(
    name="entitlementManagementSettings",
    base="entity",
    path=f"{_BASE}/settings",
    properties="""
    durationUntilExternalUserDeletedAfterBlocked    Duration
    externalUserLifecycleAction                     accessPackageExternalUserLifecycleAction
    id                                              String  ro
    """,
)
RESOURCE_REQUEST = EntityTable(
    name="accessPackageResourceRequest",
    base="entity",
    path=f"{_BASE}/resourceRequests",
    properties="""
    catalog            entityReference           create req
    createdDateTime    DateTimeOffset            ro
    id                 String                    ro
    requestType        accessPackageRequestType  create req
    resource           accessPackageResource     create req
    """,
)
ACCESS_REVIEW = EntityTable(
    name="accessReviewScheduleDefinition",
    base="entity",
    path="/identityGovernance/accessReviews/definitions",
    properties="""
    additionalNotificationRecipients    accessReviewNotificationRecipientItem[]
    createdBy                           userIdentity                 ro
    createdDateTime                     DateTimeOffset               ro
    descriptionForAdmins                String
    descriptionForReviewers             String
    displayName                         String                       req f
    fallbackReviewers                   accessReviewReviewerScope[]
    id                                  String                       ro f
    instanceEnumerationScope            accessReviewScope
    lastModifiedDateTime                DateTimeOffset               ro
    reviewers                           accessReviewReviewerScope[]
    scope                               accessReviewScope            req
    settings                            accessReviewScheduleSettings  req
    stageSettings                       accessReviewStageSettings[]
    status                              String                       ro f
    """,
)
TABLES = (CATALOG, PACKAGE, POLICY, ORGANIZATION, SETTINGS, RESOURCE_REQUEST, ACCESS_REVIEW)

NESTED = """
userIdentity: displayName String, id String, ipAddress String, userPrincipalName String
accessReviewNotificationRecipientItem: notificationTemplateType String,
    notificationRecipientScope Untyped
accessReviewScope: description String
accessReviewQueryScope < accessReviewScope: query String, queryRoot String, queryType String
principalResourceMembershipsScope < accessReviewScope: principalScopes accessReviewScope[],
    resourceScopes accessReviewScope[]
accessReviewScheduleSettings: applyActions Untyped[], autoApplyDecisionsEnabled Boolean,
    decisionHistoriesForReviewersEnabled Boolean, defaultDecision String,
    defaultDecisionEnabled Boolean, instanceDurationInDays Int32,
    justificationRequiredOnApproval Boolean, mailNotificationsEnabled Boolean,
    recommendationInsightSettings Untyped[], recommendationLookBackDuration Duration,
    recommendationsEnabled Boolean, recurrence Untyped, reminderNotificationsEnabled Boolean
accessReviewStageSettings: decisionsThatWillMoveToNextStage String[], dependsOn String[],
    durationInDays Int32, fallbackReviewers accessReviewReviewerScope[],
    recommendationsEnabled Boolean, reviewers accessReviewReviewerScope[], stageId String
entityReference: id String
enum accessPackageCatalogType: userManaged, serviceDefault, serviceManaged, unknownFutureValue
enum accessPackageCatalogState: unpublished, published, unknownFutureValue
enum connectedOrganizationState: configured, proposed, unknownFutureValue
enum accessPackageExternalUserLifecycleAction: none, blockSignIn, blockSignInAndDelete,
    unknownFutureValue
enum accessPackageRequestType: notSpecified, userAdd, userUpdate, userRemove, adminAdd, adminUpdate,
    adminRemove, systemAdd, systemUpdate, systemRemove, onBehalfAdd, unknownFutureValue
enum allowedTargetScope: notSpecified, specificDirectoryUsers, specificConnectedOrganizationUsers,
    specificDirectoryServicePrincipals, allMemberUsers, allDirectoryUsers,
    allDirectoryServicePrincipals, allConfiguredConnectedOrganizationUsers, allExternalUsers,
    unknownFutureValue
accessPackageResource: id String, attributes Untyped[], createdDateTime DateTimeOffset,
    description String, displayName String, modifiedDateTime DateTimeOffset, originId String,
    originSystem String
accessPackageResourceRole: id String, description String, displayName String, originId String,
    originSystem String, resource accessPackageResource
accessPackageResourceScope: id String, description String, displayName String,
    isRootScope Boolean, originId String, originSystem String, resource accessPackageResource
accessPackageResourceRoleScope: id String, createdDateTime DateTimeOffset,
    role accessPackageResourceRole, scope accessPackageResourceScope
identitySource: displayName String
azureActiveDirectoryTenant < identitySource: tenantId String
domainIdentitySource < identitySource: domainName String
externalDomainFederation < identitySource: domainName String, issuerUri String
accessPackageAutomaticRequestSettings: gracePeriodBeforeAccessRemoval Duration,
    removeAccessWhenTargetLeavesAllowedTargets Boolean, requestAccessForAllowedTargets Boolean
accessPackageNotificationSettings: isAssignmentNotificationDisabled Boolean
accessPackageQuestion: id String, isAnswerEditable Boolean, isRequired Boolean,
    localizations Untyped[], sequence Int32, text String
accessPackageTextInputQuestion < accessPackageQuestion: isSingleLineQuestion Boolean,
    regexPattern String
accessPackageMultipleChoiceQuestion < accessPackageQuestion: choices Untyped[],
    isMultipleSelectionAllowed Boolean
accessPackageAssignmentApprovalSettings: isApprovalRequiredForAdd Boolean,
    isApprovalRequiredForUpdate Boolean, isRequestorJustificationRequired Boolean,
    stages accessPackageApprovalStage[]
accessPackageApprovalStage: durationBeforeAutomaticDenial Duration,
    durationBeforeEscalation Duration, escalationApprovers subjectSet[],
    fallbackEscalationApprovers subjectSet[], fallbackPrimaryApprovers subjectSet[],
    isApproverJustificationRequired Boolean, isEscalationEnabled Boolean,
    primaryApprovers subjectSet[]
accessPackageAssignmentRequestorSettings: allowCustomAssignmentSchedule Boolean,
    enableOnBehalfRequestorsToAddAccess Boolean, enableOnBehalfRequestorsToRemoveAccess Boolean,
    enableOnBehalfRequestorsToUpdateAccess Boolean, enableTargetsToSelfAddAccess Boolean,
    enableTargetsToSelfRemoveAccess Boolean, enableTargetsToSelfUpdateAccess Boolean,
    onBehalfRequestors subjectSet[]
accessPackageAssignmentReviewSettings: expirationBehavior String, fallbackReviewers subjectSet[],
    isEnabled Boolean, isRecommendationEnabled Boolean, isReviewerJustificationRequired Boolean,
    isSelfReview Boolean, primaryReviewers subjectSet[], schedule Untyped
"""
