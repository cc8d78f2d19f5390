"""Custom security attributes: what people and applications can be marked with.

https://learn.microsoft.com/graph/api/resources/customsecurityattributedefinition
"""

from apps.entra.catalogue.build import GRAPH_DOCS, create_only, flags, writable
from apps.entra.catalogue.model import Clearing, Companion, Kind, Property, Reference, Unrestorable

_READ = ("CustomSecAttributeDefinition.Read.All",)
_WRITE = ("CustomSecAttributeDefinition.ReadWrite.All",)
_FIXED = "Fixed when the attribute is made."
_KEPT = Unrestorable("itself", "Graph deletes none: whatever was made stays, and is switched off.")

ATTRIBUTE_SET = Kind(
    name="attributeSet",
    graph_type="attributeSet",
    title="Attribute set",
    version="v1.0",
    list_path="/directory/attributeSets",
    item_path="/directory/attributeSets/{id}",
    create_path="/directory/attributeSets",
    found_by=("id",),
    deletable=False,
    properties=(
        *writable("description"),
        Property("maxAttributesPerSet", clear=Clearing.NEVER),
        *create_only("id", reason="Its name, chosen when it is made."),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}attributeset",
    order=7,
    supports_select=False,
    page_size=None,
    together=True,
    label_properties=("id",),
    companions=(Companion("id", "Graph asks for it."),),
    unrestorable=(_KEPT,),
)

SECURITY_ATTRIBUTE = Kind(
    name="customSecurityAttributeDefinition",
    graph_type="customSecurityAttributeDefinition",
    title="Custom security attribute",
    version="v1.0",
    list_path="/directory/customSecurityAttributeDefinitions",
    item_path="/directory/customSecurityAttributeDefinitions/{id}",
    create_path="/directory/customSecurityAttributeDefinitions",
    found_by=("attributeSet", "name"),
    deletable=False,
    properties=(
        *writable("description"),
        *flags("status"),
        Property(
            "usePreDefinedValuesOnly",
            clear=Clearing.NEVER,
            caveat="Can be given up, and never be asked for again.",
        ),
        *create_only("attributeSet", "isCollection", "isSearchable", "name", "type", reason=_FIXED),
    ),
    read_permission=_READ,
    write_permission=_WRITE,
    documentation=f"{GRAPH_DOCS}customsecurityattributedefinition",
    order=8,
    supports_select=False,
    page_size=None,
    together=True,
    label_properties=("id",),
    references=(Reference("attributeSet", "attributeSet"),),
    companions=tuple(
        Companion(name, "Graph asks for it.")
        for name in (
            "attributeSet",
            "isCollection",
            "isSearchable",
            "name",
            "status",
            "type",
            "usePreDefinedValuesOnly",
        )
    ),
    unrestorable=(
        _KEPT,
        Unrestorable("allowedValues", "A collection beside the attribute that is not read yet."),
    ),
)
