"""A seed holds nothing that Graph would not have taken."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from apps.sandbox.rules import conditional_access, membership_rule, named_locations
from apps.sandbox.schema import COMPLEX, ENUMS, TYPES, Property
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.records import Record
from apps.sandbox.state.world import World


def faults(properties: Mapping[str, Property], body: Mapping[str, Any], at: str) -> Iterator[str]:
    """Properties that the type does not have, and values that are none of theirs."""
    for name, value in body.items():
        if name == "@odata.type":
            continue
        declared = properties.get(name)
        if declared is None:
            yield f"{at}.{name} is no property"
            continue
        if declared.collection != isinstance(value, list):
            yield f"{at}.{name} is{'' if declared.collection else ' no'} collection"
            continue
        for item in value if isinstance(value, list) else [value]:
            yield from value_faults(declared, item, f"{at}.{name}")


def value_faults(declared: Property, value: Any, at: str) -> Iterator[str]:
    sort, _, name = declared.type.rpartition(":")
    if value is None:
        return
    if sort == "complex":
        concrete = str(value.get("@odata.type", "")).removeprefix("#microsoft.graph.") or name
        yield from faults(COMPLEX[concrete].properties, value, at)
    elif sort == "enum":
        allowed = ENUMS[name]
        if not set(value.split(",")) <= set(allowed.members):
            yield f"{at} = {value!r} is no {name}"
    elif name in {"Boolean", "Int32"}:
        if not isinstance(value, {"Boolean": bool, "Int32": int}[name]):
            yield f"{at} = {value!r} is no {name}"
    elif not isinstance(value, str):
        yield f"{at} = {value!r} is no text"


def _shown(record: Record) -> dict[str, Any]:
    """Some types have no id in Graph; the state keeps one all the same."""
    known = TYPES[record.type].properties
    return {name: value for name, value in record.body.items() if name != "id" or name in known}


def test_every_object_fits_the_tables_of_types(world: World) -> None:
    found = {
        fault
        for directory in world.directories.values()
        for records in directory._shelves.values()
        for record in records
        for fault in faults(TYPES[record.type].properties, _shown(record), record.type)
    }

    assert found == set()


def test_required_properties_are_there(world: World) -> None:
    missing = {
        (record.type, declared.name)
        for directory in world.directories.values()
        for records in directory._shelves.values()
        for record in records
        for declared in TYPES[record.type].properties.values()
        if declared.required
        and declared.name not in record.body
        and declared.name != "passwordProfile"
    }

    assert missing == set()


def test_policies_pass_the_validator(customers: list[Directory]) -> None:
    for directory in customers:
        for policy in directory.of_type("conditionalAccessPolicy"):
            writable = {
                name: value
                for name, value in policy.body.items()
                if name not in conditional_access.READ_ONLY
            }
            conditional_access.check_policy(
                conditional_access.check_incoming(writable, creating=True)
            )


def test_locations_pass_the_validator(customer: Directory) -> None:
    for location in customer.of_type("namedLocation"):
        named_locations.check_location(location.type, location.body)


def test_dynamic_groups_have_the_members_their_rules_give(customers: list[Directory]) -> None:
    for directory in customers:
        for group in directory.of_type("group"):
            rule = group.body.get("membershipRule")
            if rule:
                test = membership_rule.parse(rule)
                wanted = {user.id for user in directory.of_type("user") if test(user.body)}
                assert set(directory.targets("group.members", group.id)) == wanted, rule


@pytest.mark.parametrize("index", [0, 1, 2])
def test_role_assignable_groups_are_private_and_assigned(
    customers: list[Directory], index: int
) -> None:
    for group in customers[index].of_type("group"):
        if group.body.get("isAssignableToRole"):
            assert group.body["visibility"] == "Private"
            assert group.body["securityEnabled"] is True
            assert group.body["groupTypes"] == []
