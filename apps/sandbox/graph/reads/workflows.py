"""Lifecycle workflows: a list tells neither conditions nor tasks.

https://learn.microsoft.com/graph/api/identitygovernance-lifecycleworkflowscontainer-list-workflows
https://learn.microsoft.com/graph/api/identitygovernance-workflow-get
https://learn.microsoft.com/graph/api/identitygovernance-customtaskextension-get
https://learn.microsoft.com/graph/api/identitygovernance-lifecyclemanagementsettings-get
"""

from apps.sandbox.graph.collection import Collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import bad_request
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.projection import projection
from apps.sandbox.graph.resolve import resolve

from .objects import show
from .policies import gets_single
from .privileged import check_p2

TYPE = "workflow"
EXTENSION = "customTaskExtension"
SETTINGS = "lifecycleManagementSettings"
_EXTENSIONS = "identityGovernance/lifecycleWorkflows/customTaskExtensions"
_CONTEXT = "identityGovernance/lifecycleWorkflows/workflows"
_SHOWN_ALONE = ("executionConditions", "tasks")


def list_workflows(call: Call) -> Answer:
    """GET /identityGovernance/lifecycleWorkflows/workflows."""
    check_p2(call)
    if call.option("$expand") is not None or call.option("$top") is not None:
        raise bad_request("The query specified in the URI is not valid.")
    project = projection(TYPE, call.version, None)
    shown = [project(one) for one in call.view.of_type(TYPE)]
    for one in shown:
        for name in _SHOWN_ALONE:
            one.pop(name, None)
    return Answer(200, {"@odata.context": context_url(call, _CONTEXT), "value": shown})


def get_workflow(call: Call) -> Answer:
    """GET /identityGovernance/lifecycleWorkflows/workflows/{id}, its tasks with it."""
    check_p2(call)
    return show(call, resolve(call, TYPE), TYPE, _CONTEXT)


def list_extensions(call: Call) -> Answer:
    """GET /identityGovernance/lifecycleWorkflows/customTaskExtensions."""
    check_p2(call)
    return list_collection(call, Collection(type_name=EXTENSION, context=_EXTENSIONS))


def get_extension(call: Call) -> Answer:
    """GET /identityGovernance/lifecycleWorkflows/customTaskExtensions/{id}."""
    check_p2(call)
    return show(call, resolve(call, EXTENSION), EXTENSION, _EXTENSIONS)


def get_settings(call: Call) -> Answer:
    """GET /identityGovernance/lifecycleWorkflows/settings."""
    check_p2(call)
    return gets_single(SETTINGS, "identityGovernance/lifecycleWorkflows/settings")(call)
