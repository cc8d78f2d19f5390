"""Which folders and files of which tool hold what: facts about other tools, as data.

EntraExporter: one folder for each collection, in it a folder for each object, named by its id, with
the object in a file of the same name and its children in folders of their own
(https://github.com/microsoft/EntraExporter, src/Get-EEDefaultSchema.ps1).
IntuneManagement: one folder for each type, in it a file for each object, named by its displayName
and perhaps its id (https://github.com/Micke-K/IntuneManagement).
"""

import re
from collections.abc import Mapping
from typing import Final

from apps.entra.catalogue import KINDS, Kind, kind

# Names of folders and of list files, in lower case.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("users",),
    "group": ("groups",),
    "application": ("applications", "appregistrations"),
    "federatedIdentityCredential": ("federatedidentitycredentials",),
    "servicePrincipal": ("serviceprincipals", "enterpriseapplications"),
    "oauth2PermissionGrant": ("oauth2permissiongrants",),
    "appRoleAssignment": ("approleassignments", "approleassignedto"),
    "conditionalAccessPolicy": (
        "accesspolicies",
        "conditionalaccess",
        "conditionalaccesspolicies",
    ),
    "namedLocation": ("namedlocations",),
    "authenticationStrengthPolicy": ("authenticationstrengths", "authenticationstrengthpolicies"),
    "authenticationMethodsPolicy": ("authenticationmethodspolicy",),
    "authenticationMethodConfiguration": ("authenticationmethodconfigurations",),
    "authorizationPolicy": ("authorizationpolicy",),
    "organization": ("organization",),
}
BY_NAME: Final[Mapping[str, Kind]] = {
    **{entry.name.casefold(): entry for entry in KINDS},
    **{name: kind(of) for of, names in _NAMES.items() for name in names},
}
BY_TYPE: Final[Mapping[str, Kind]] = {
    **{f"#microsoft.graph.{entry.graph_type}".casefold(): entry for entry in KINDS},
    **{sub.odata_type.casefold(): entry for entry in KINDS for sub in entry.subtypes},
}
BY_PATH: Final[Mapping[str, Kind]] = {
    entry.list_path.strip("/").casefold(): entry
    for entry in KINDS
    if not entry.parent and entry.items in ("value", "")
}

# What EntraExporter keeps in folders of these names hangs on things that are no kinds of ours, even
# where a folder below has the name of one ("PIM/Groups", "AdministrativeUnits/<id>/Members").
FOREIGN: Final = frozenset(
    {
        "accesspolicies.resources",
        "admin",
        "administrativeunits",
        "b2cuserflows",
        "b2xuserflows",
        "connectorgroups",
        "devices",
        "directory",
        "directoryroles",
        "domains",
        "groupsettings",
        "iam",
        "identitygovernance",
        "identityproviders",
        "onpremisespublishingprofiles",
        "pim",
        "reports",
        "rolemanagement",
        "subscribedskus",
    }
)

# Files that belong to an export itself.
_BESIDE: Final[Mapping[str, str]] = {
    "migrationtable.json": "IntuneManagement's table of names; it holds no objects.",
    "settings.json": "Settings of another service; Holdfast keeps the directory.",
}
_PAGE = re.compile(r"[-_. (]*(page|part)?[-_. (]*\d*\)?$", re.IGNORECASE)


def kind_of_folder(name: str) -> Kind | None:
    """The kind whose objects a folder of this name holds."""
    return BY_NAME.get(name.casefold())


def kind_of_list(stem: str) -> Kind | None:
    """The kind that a list's file is named for: "users", "Users-page2", "groups (3)"."""
    return BY_NAME.get(stem.casefold()) or BY_NAME.get(_PAGE.sub("", stem).casefold())


def belongs_to_export(path: str) -> str:
    """Why a file holds no objects although it is JSON; "" for any other."""
    return _BESIDE.get(path.rpartition("/")[2].casefold(), "")
