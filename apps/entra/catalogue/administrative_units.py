"""Administrative units: parts of the directory that have administrators of their own.

Who administers a unit is a role assignment whose scope is the unit
(https://learn.microsoft.com/graph/api/administrativeunit-list-scopedrolemembers shows the same
ones), so it is read and written there.
https://learn.microsoft.com/graph/api/resources/administrativeunit
"""

from apps.entra.catalogue.build import GRAPH_DOCS, create_only, flags, writable
from apps.entra.catalogue.model import (
    Companion,
    Kind,
    Link,
    Lock,
    Property,
    SoftDelete,
    Unrestorable,
)

_UNITS = "/directory/administrativeUnits"
_READ = "AdministrativeUnit.Read.All"
_WRITE = "AdministrativeUnit.ReadWrite.All"

MEMBERS = Link(
    name="administrativeUnit.members",
    source_kind="administrativeUnit",
    target_kinds=("user", "group", "device"),
    property="members",
    read_path=f"{_UNITS}/{{id}}/members",
    write_path=f"{_UNITS}/{{id}}/members/$ref",
    add_method="POST",
    remove_path=f"{_UNITS}/{{id}}/members/{{target}}/$ref",
    read_permission=_READ,
    write_permission=_WRITE,
    on_delta="inline",
    locks=(
        Lock(
            "Its membership rule says who is a member; recover the rule.",
            when=(("membershipType", "Dynamic"),),
        ),
    ),
    sensitive="Decides whose administrators somebody has.",
    caveat=(
        "One at a time. Members of a restricted unit can be changed only by its own "
        "administrators: the recovery application needs a role over the unit."
    ),
)

ADMINISTRATIVE_UNIT = Kind(
    name="administrativeUnit",
    graph_type="administrativeUnit",
    title="Administrative unit",
    version="v1.0",
    list_path=_UNITS,
    item_path=f"{_UNITS}/{{id}}",
    delta_path=f"{_UNITS}/delta",
    create_path=_UNITS,
    properties=(
        *flags("displayName"),
        *writable("description"),
        *(
            Property(
                name,
                sensitive="Decides who is a member, and so whose administrators they have.",
                caveat="Needs Entra ID P1.",
            )
            for name in ("membershipRule", "membershipRuleProcessingState", "membershipType")
        ),
        *create_only(
            "isMemberManagementRestricted", "visibility", reason="Fixed when the unit is made."
        ),
    ),
    read_permission=(_READ,),
    write_permission=(_WRITE,),
    restore_permission=(_WRITE,),
    documentation=f"{GRAPH_DOCS}administrativeunit",
    order=25,
    links=(MEMBERS,),
    companions=(Companion("displayName", "Graph asks for it."),),
    soft_delete=SoftDelete.DIRECTORY,
    bin_path="/directory/deletedItems/microsoft.graph.administrativeUnit",
    undelete_path="/directory/deletedItems/{id}/restore",
    licence="Entra ID P1 for each administrator of a unit.",
    sensitive="Decides who administers whom.",
    unrestorable=(
        Unrestorable(
            "isMemberManagementRestricted",
            "Whether only the unit's own administrators may change its members is fixed when it "
            "is made; undeleted or made anew, it is as it was.",
        ),
    ),
)
