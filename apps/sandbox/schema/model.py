"""What a Graph type is to the sandbox: frozen tables of properties and relations.

The sandbox keeps its own tables on purpose. They are written from the published types of
Microsoft Graph (https://learn.microsoft.com/graph/api/overview) and share nothing with the
catalogue of the product under test, so that a mistake in one shows up against the other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

V1 = "v1.0"
BETA = "beta"
BOTH = frozenset({V1, BETA})

#: Directory extensions are not declared: every directory object takes them.
#: https://learn.microsoft.com/graph/extensibility-overview
EXTENSION = re.compile(r"extension_[0-9a-f]{32}_\w+\Z")


@dataclass(frozen=True, slots=True)
class Property:
    """One declared property of an entity or complex type.

    ``type`` is an Edm name ("String", "DateTimeOffset") or "complex:NAME" or "enum:NAME".
    ``default`` tells whether v1.0 returns it without ``$select``; ``default_beta`` the same
    for beta. ``single_read`` properties come only from a GET of one object that selects them.
    """

    name: str
    type: str
    collection: bool = False
    versions: frozenset[str] = BOTH
    default: bool = True
    default_beta: bool = True
    read_only: bool = False
    create_only: bool = False
    write_only: bool = False
    single_read: bool = False
    filterable: bool = False
    sortable: bool = False
    searchable: bool = False
    required: bool = False
    delegated_only: bool = False

    def returned_by_default(self, version: str) -> bool:
        """Whether a GET without ``$select`` shows the property in this API version."""
        if version not in self.versions:
            return False
        return self.default if version == V1 else self.default_beta


@dataclass(frozen=True, slots=True)
class Relation:
    """One navigation property: ``key`` names its links in the state, "" where it is computed."""

    name: str
    target: str
    many: bool = True
    key: str = ""
    contained: bool = False
    expandable: bool = True
    versions: frozenset[str] = BOTH


@dataclass(frozen=True, slots=True)
class ComplexType:
    """A nested type: its own table, so that an unknown nested property can be refused."""

    name: str
    base: str
    properties: Mapping[str, Property]

    def property(self, name: str, version: str = V1) -> Property | None:
        """The declared property of that name in that API version, or None."""
        found = self.properties.get(name)
        return found if found is not None and version in found.versions else None


@dataclass(frozen=True, slots=True)
class EnumType:
    """Members of an enumeration; ``flags`` ones travel as one comma-separated string."""

    name: str
    members: tuple[str, ...]
    flags: bool = False


@dataclass(frozen=True, slots=True)
class EntityType:
    """A type with an id. ``family`` is the outermost type it is stored and listed with;
    ``metadata_name`` its spelling in the metadata ("oAuth2PermissionGrant")."""

    name: str
    metadata_name: str
    base: str
    family: str
    path: str
    properties: Mapping[str, Property]
    relations: Mapping[str, Relation]
    delta: bool = False
    soft_delete: str | None = None
    advanced_query: bool = False
    alternate_keys: tuple[str, ...] = ()
    versions: frozenset[str] = BOTH
    abstract: bool = False
    open: bool = False
    lineage: tuple[str, ...] = field(default=())

    @property
    def odata_type(self) -> str:
        """The value of ``@odata.type``, as in "#microsoft.graph.user"."""
        return f"#microsoft.graph.{self.metadata_name}"

    @property
    def is_directory_object(self) -> bool:
        """Whether the type derives from directoryObject (one id space, ``@odata.id``, bins)."""
        return "directoryObject" in self.lineage

    def is_a(self, name: str) -> bool:
        """Whether this type is ``name`` or derives from it."""
        return name == self.name or name in self.lineage

    def property(self, name: str, version: str = V1) -> Property | None:
        """The declared property of that name in that API version, or None."""
        found = self.properties.get(name)
        if found is not None:
            return found if version in found.versions else None
        if self.open and EXTENSION.match(name):
            return Property(name, "String", filterable=True, default=False, default_beta=False)
        return None

    def relation(self, name: str, version: str = V1) -> Relation | None:
        """The navigation property of that name in that API version, or None."""
        found = self.relations.get(name)
        return found if found is not None and version in found.versions else None
