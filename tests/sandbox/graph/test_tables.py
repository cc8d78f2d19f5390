"""The type tables hang together."""

import pytest

from apps.sandbox.schema import COMPLEX, ENUMS, TYPES, EntityType
from apps.sandbox.schema.tables import PRIMITIVES


@pytest.mark.parametrize("entity", TYPES.values(), ids=lambda entity: entity.name)
def test_every_property_has_a_known_type(entity: EntityType) -> None:
    for declared in entity.properties.values():
        kind, _, name = declared.type.rpartition(":")
        known = {"": PRIMITIVES, "complex": COMPLEX, "enum": ENUMS}[kind]
        assert name in known, f"{entity.name}.{declared.name}"


def test_every_nested_property_has_a_known_type() -> None:
    for table in COMPLEX.values():
        for declared in table.properties.values():
            kind, _, name = declared.type.rpartition(":")
            assert name in {"": PRIMITIVES, "complex": COMPLEX, "enum": ENUMS}[kind], table.name


def test_subtypes_are_stored_with_their_family() -> None:
    assert TYPES["agentUser"].family == "user"
    assert TYPES["agentIdentity"].family == "servicePrincipal"
    assert TYPES["agentIdentityBlueprint"].family == "application"
    assert TYPES["ipNamedLocation"].family == "namedLocation"
    assert TYPES["user"].family == "user"
    assert TYPES["agentUser"].property("department") is not None


def test_versions_differ_where_graph_does() -> None:
    policy, authorization = TYPES["conditionalAccessPolicy"], TYPES["authorizationPolicy"]

    assert policy.property("templateId", "v1.0")
    assert not policy.property("templateId", "beta")
    assert COMPLEX["conditionalAccessConditionSet"].property("agents", "v1.0") is None
    assert authorization.property("enabledPreviewFeatures", "beta") is not None
    assert TYPES["compliantNetworkNamedLocation"].versions == {"beta"}


def test_write_rights_are_marked() -> None:
    group = TYPES["group"]

    assert group.properties["mail"].read_only
    assert group.properties["isAssignableToRole"].create_only
    assert group.properties["hideFromAddressLists"].delegated_only
    assert group.properties["displayName"].required
    assert COMPLEX["passwordProfile"].properties["password"].write_only
