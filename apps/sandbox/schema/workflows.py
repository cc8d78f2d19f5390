"""Lifecycle workflows.

https://learn.microsoft.com/graph/api/resources/identitygovernance-workflow
https://learn.microsoft.com/graph/api/resources/identitygovernance-task
https://learn.microsoft.com/graph/api/resources/identitygovernance-customtaskextension
https://learn.microsoft.com/graph/api/resources/identitygovernance-lifecyclemanagementsettings
"""

from .tables import EntityTable

WORKFLOW = EntityTable(
    name="workflow",
    base="entity",
    metadata_name="identityGovernance.workflow",
    path="/identityGovernance/lifecycleWorkflows/workflows",
    properties="""
    category                   lifecycleWorkflowCategory    create req
    createdDateTime            DateTimeOffset               ro
    deletedDateTime            DateTimeOffset               ro
    description                String
    displayName                String                       req
    executionConditions        workflowExecutionConditions  create req
    id                         String                       ro
    isEnabled                  Boolean
    isSchedulingEnabled        Boolean
    lastModifiedDateTime       DateTimeOffset               ro
    nextScheduleRunDateTime    DateTimeOffset               ro
    tasks                      workflowTask[]               create req
    version                    Int32                        ro
    """,
)
TASK_EXTENSION = EntityTable(
    name="customTaskExtension",
    base="entity",
    metadata_name="identityGovernance.customTaskExtension",
    path="/identityGovernance/lifecycleWorkflows/customTaskExtensions",
    properties="""
    authenticationConfiguration    customExtensionAuthenticationConfiguration
    callbackConfiguration          customExtensionCallbackConfiguration
    clientConfiguration            customExtensionClientConfiguration
    createdDateTime                DateTimeOffset  ro
    description                    String
    displayName                    String          req
    endpointConfiguration          customExtensionEndpointConfiguration
    id                             String          ro
    lastModifiedDateTime           DateTimeOffset  ro
    """,
)
SETTINGS = EntityTable(
    name="lifecycleManagementSettings",
    base="entity",
    metadata_name="identityGovernance.lifecycleManagementSettings",
    path="/identityGovernance/lifecycleWorkflows/settings",
    properties="""
    emailSettings                      emailSettings  req
    id                                 String         ro
    workflowScheduleIntervalInHours    Int32          req
    """,
)
TABLES = (WORKFLOW, TASK_EXTENSION, SETTINGS)

NESTED = """
enum lifecycleWorkflowCategory: joiner, leaver, unknownFutureValue, mover
workflowTask: arguments workflowArgument[], category String, continueOnError Boolean,
    description String, displayName String req, executionSequence Int32, id String,
    isEnabled Boolean, taskDefinitionId String req
workflowArgument: name String, value String
workflowExecutionConditions:
identityGovernance.onDemandExecutionOnly < workflowExecutionConditions:
identityGovernance.triggerAndScopeBasedConditions < workflowExecutionConditions:
    scope workflowScope, trigger workflowTrigger
workflowScope:
identityGovernance.ruleBasedSubjectSet < workflowScope: rule String
identityGovernance.groupBasedSubjectSet < workflowScope: groups entityReference[]
workflowTrigger:
identityGovernance.timeBasedAttributeTrigger < workflowTrigger: offsetInDays Int32,
    timeBasedAttribute String
identityGovernance.attributeChangeTrigger < workflowTrigger: triggerAttributes Untyped[]
identityGovernance.membershipChangeTrigger < workflowTrigger: changeType String
customExtensionCallbackConfiguration:
identityGovernance.customTaskExtensionCallbackConfiguration < customExtensionCallbackConfiguration:
    authorizedApps Untyped[], timeoutDuration String
emailSettings: senderDomain String, useCompanyBranding Boolean
"""
