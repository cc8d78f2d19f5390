"""What happens by itself to people who come, move and leave: lifecycle workflows.

Name, description and the two switches are patched; whatever else is changed makes a new version of
the whole workflow. A list tells neither conditions nor tasks, so each is asked for by itself.
https://learn.microsoft.com/graph/api/resources/identitygovernance-workflow
https://learn.microsoft.com/graph/api/identitygovernance-workflow-createnewversion
https://learn.microsoft.com/graph/api/resources/identitygovernance-customtaskextension
https://learn.microsoft.com/graph/api/resources/identitygovernance-lifecyclemanagementsettings
"""

from typing import Final

from apps.entra.catalogue.build import GRAPH_DOCS, create_only, flags, read_only, stamps, writable
from apps.entra.catalogue.model import (
    Clearing,
    Companion,
    Kind,
    Lane,
    Owners,
    Property,
    Reference,
    Unrestorable,
    Writability,
)

WORKFLOWS: Final = "/identityGovernance/lifecycleWorkflows/workflows"
_ASKED: Final = "Graph asks for it."
_VERSION: Final = "Put back as a new version of the workflow; the versions before it stay."

LIFECYCLE_WORKFLOW = Kind(
    name="lifecycleWorkflow",
    graph_type="workflow",
    lane=Lane.GOVERNANCE,
    title="Lifecycle workflow",
    version="v1.0",
    list_path=f"{WORKFLOWS}/{{id}}",
    item_path=f"{WORKFLOWS}/{{id}}",
    items="",
    owners=Owners(WORKFLOWS, property="id", version="v1.0"),
    create_path=WORKFLOWS,
    properties=(
        *flags("displayName"),
        Property("isEnabled", clear=Clearing.NEVER, sensitive="Decides whether it runs at all."),
        Property(
            "isSchedulingEnabled",
            clear=Clearing.NEVER,
            sensitive="Decides whether it runs by itself.",
        ),
        *writable("description"),
        *create_only("category", reason="Fixed when the workflow is made."),
        Property(
            "executionConditions",
            write=Writability.OWN_REQUEST,
            clear=Clearing.NEVER,
            sensitive="Decides to whom it happens, and when.",
            caveat=_VERSION,
        ),
        Property(
            "tasks",
            write=Writability.OWN_REQUEST,
            clear=Clearing.NEVER,
            write_without=("[].id", "[].category", "[].executionSequence"),
            sensitive="Decides what is done to people, such as taking their access.",
            caveat=_VERSION,
        ),
        *stamps(
            "createdDateTime",
            "lastModifiedDateTime",
            "nextScheduleRunDateTime",
            "quarantineDetails",
            "version",
        ),
        *read_only(
            "settings",
            "targetSubjectType",
            reason="Not among what Graph documents as changeable.",
        ),
    ),
    read_permission=("LifecycleWorkflows-Workflow.Read.All",),
    write_permission=("LifecycleWorkflows-Workflow.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}identitygovernance-workflow",
    order=73,
    supports_select=False,
    page_size=None,
    together=True,
    references=(
        Reference("executionConditions.scope.groups[].id", "group"),
        # An argument is a text that may hold ids: of groups, of packages, of people to tell.
        Reference("tasks[].arguments[].value", "directoryObject", pattern=True),
    ),
    companions=tuple(
        Companion(name, _ASKED)
        for name in ("category", "displayName", "executionConditions", "tasks")
    ),
    licence="Entra ID Governance.",
    sensitive="Does things to people by itself.",
    unrestorable=(
        Unrestorable(
            "id", "One that is made again gets a new id, and begins with its first version."
        ),
        Unrestorable("runs", "What it did, and to whom, stays with Entra alone."),
        Unrestorable(
            "Entra's own bin", "It keeps deleted workflows for 30 days and is not looked into."
        ),
    ),
)

_EXTENSIONS: Final = "/identityGovernance/lifecycleWorkflows/customTaskExtensions"
_CALLED: Final = "Decides which Logic App is told of people, and acts on them."

CUSTOM_TASK_EXTENSION = Kind(
    name="customTaskExtension",
    graph_type="customTaskExtension",
    lane=Lane.GOVERNANCE,
    title="Custom task extension",
    version="v1.0",
    list_path=_EXTENSIONS,
    item_path=f"{_EXTENSIONS}/{{id}}",
    create_path=_EXTENSIONS,
    properties=(
        *flags("displayName"),
        *writable("description", "callbackConfiguration", "clientConfiguration"),
        Property("endpointConfiguration", clear=Clearing.NEVER, sensitive=_CALLED),
        Property("authenticationConfiguration", clear=Clearing.NEVER, sensitive=_CALLED),
        *read_only("replyMode", reason="Not among what Graph documents as changeable."),
        *stamps("createdDateTime", "lastModifiedDateTime"),
    ),
    read_permission=("LifecycleWorkflows-CustomExt.Read.All",),
    write_permission=("LifecycleWorkflows-CustomExt.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}identitygovernance-customtaskextension",
    order=72,
    supports_select=False,
    page_size=None,
    together=True,
    companions=(Companion("displayName", _ASKED),),
    licence="Entra ID Governance.",
    sensitive=_CALLED,
    unrestorable=(
        Unrestorable(
            "id",
            "One that is made again gets a new id: tasks that call it are changed by hand.",
            anew=(),
        ),
        Unrestorable(
            "the Logic App",
            "It lies in Azure, which asks whoever writes the extension for a role on it as well.",
        ),
    ),
)

_SETTINGS: Final = "/identityGovernance/lifecycleWorkflows/settings"

LIFECYCLE_SETTINGS = Kind(
    name="lifecycleManagementSettings",
    graph_type="lifecycleManagementSettings",
    lane=Lane.GOVERNANCE,
    title="Lifecycle workflow settings",
    version="v1.0",
    list_path=_SETTINGS,
    item_path=_SETTINGS,
    items="",
    singleton=True,
    deletable=False,
    properties=(
        *(
            Property(
                name,
                write=Writability.OWN_REQUEST,
                clear=Clearing.NEVER,
                sensitive=sensitive,
                caveat="Graph asks for both settings in one request: the other stays as it is.",
            )
            for name, sensitive in (
                ("emailSettings", "Decides in whose name people get mail."),
                ("workflowScheduleIntervalInHours", ""),
            )
        ),
        *read_only(
            "quarantineConfiguration",
            reason="Not among what Graph documents as changeable.",
        ),
    ),
    read_permission=("LifecycleWorkflows.Read.All",),
    write_permission=("LifecycleWorkflows.ReadWrite.All",),
    documentation=f"{GRAPH_DOCS}identitygovernance-lifecyclemanagementsettings",
    order=74,
    supports_select=False,
    page_size=None,
    together=True,
    label_properties=("id",),
    licence="Entra ID Governance.",
)
