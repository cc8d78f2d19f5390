"""The sets of routes that families of types have in common: rows of the table of reads."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from apps.sandbox.schema import BETA, BOTH, TYPES

from . import permissions as need
from .collection import Collection
from .context import Permissions, Route
from .delta.handlers import delta
from .reads import directory_objects, navigation, policies
from .reads.objects import counts, gets, lists


def collection(
    type_name: str,
    need_list: Permissions,
    need_one: Permissions | None = None,
    *,
    path: str = "",
    units: float = 1,
    paged: bool = True,
) -> Iterator[Route]:
    """List, single object, $count, casts and delta of a family."""
    entity = TYPES[type_name]
    path = path or entity.path
    context = path.rpartition("/")[2] if entity.is_directory_object else path.strip("/")
    whole = Collection(type_name=type_name, context=context, paged=paged)
    yield Route("GET", path, lists(whole), need_list, resource_units=units)
    yield Route("GET", f"{path}/$count", counts(whole), need_list, resource_units=units)
    yield Route("GET", f"{path}/{{id}}", gets(type_name, context), need_one or need_list)
    yield Route("GET", f"{path}/{{cast}}", lists(whole), need_list, resource_units=units)
    yield Route("GET", f"{path}/{{cast}}/$count", counts(whole), need_list, resource_units=units)
    yield Route("GET", f"{path}/{{id}}/{{cast}}", gets(type_name, context), need_one or need_list)
    if entity.delta:
        yield Route("GET", f"{path}/delta", delta(type_name), need_one or need_list)


def related(
    type_name: str, name: str, needed: Permissions, *, units: float = 1, paged: bool = True
) -> Iterator[Route]:
    """A navigation property with many targets: list, $count, $ref, casts."""
    path = f"{TYPES[type_name].path}/{{id}}/{name}"
    listed = navigation.lists_related(type_name, name, paged=paged)
    counted = navigation.counts_related(type_name, name)
    yield Route("GET", path, listed, needed, resource_units=units)
    yield Route("GET", f"{path}/$count", counted, needed, resource_units=units)
    yield Route("GET", f"{path}/$ref", navigation.lists_references(type_name, name), needed)
    yield Route("GET", f"{path}/{{cast}}", listed, needed, resource_units=units)
    yield Route("GET", f"{path}/{{cast}}/$count", counted, needed, resource_units=units)


def children(
    type_name: str, name: str, needed: Permissions, *, units: float = 1
) -> Iterator[Route]:
    """A navigation property whose targets have paths of their own below the source."""
    path = f"{TYPES[type_name].path}/{{id}}/{name}"
    handler = navigation.lists_related(type_name, name)
    yield Route("GET", path, handler, needed, resource_units=units)
    yield Route("GET", f"{path}/$count", navigation.counts_related(type_name, name), needed)
    yield Route("GET", f"{path}/{{child_id}}", navigation.gets_child(type_name, name), needed)


def checks(type_name: str, needed: Permissions) -> Iterator[Route]:
    """checkMemberGroups and its kin: POSTs that only read."""
    for action, check, groups_only, units in (
        ("checkMemberGroups", True, True, 4),
        ("checkMemberObjects", True, False, 4),
        ("getMemberGroups", False, True, 2),
        ("getMemberObjects", False, False, 2),
    ):
        yield Route(
            "POST",
            f"{TYPES[type_name].path}/{{id}}/{action}",
            directory_objects.member_groups(type_name, check=check, groups_only=groups_only),
            needed,
            resource_units=units,
            writes=False,
        )


def policy(
    path: str,
    type_name: str,
    needed: Permissions,
    *,
    single: bool = False,
    lane: str = "directory",
    versions: frozenset[str] = BOTH,
    expands: bool = False,
) -> Iterator[Route]:
    """A policy, or a collection of them."""
    context = path.strip("/")
    if single:
        handler = policies.gets_single(type_name, context)
        yield Route("GET", path, handler, needed, versions=versions, lane=lane)
        return
    listed = policies.lists_policies(type_name, context, expands=expands)
    counted = policies.counts_policies(type_name, context)
    got = gets(type_name, context)
    yield Route("GET", path, listed, needed, versions=versions, lane=lane)
    if lane == "conditional-access":
        yield Route("GET", f"{path}/$count", counted, needed, versions=versions, lane=lane)
    yield Route("GET", f"{path}/{{id}}", got, needed, versions=versions, lane=lane)


CONDITIONAL_ACCESS_BIN = "/identity/conditionalAccess/deletedItems"


def bin_of(where: str, name: str, type_name: str) -> Iterator[Route]:
    """A bin beside the directory's: that of Conditional Access, or that of roles in beta."""
    path = f"{where}/{name}"
    context = path.strip("/")
    listed = policies.lists_bin(type_name, context)
    one = policies.gets_from_bin(type_name, context)
    if where == CONDITIONAL_ACCESS_BIN:
        lane, needed, versions = "conditional-access", need.CONDITIONAL_ACCESS, BOTH
    else:
        lane, needed, versions = "directory", need.ROLE, frozenset({BETA})
    yield Route("GET", path, listed, needed, lane=lane, versions=versions)
    yield Route("GET", f"{path}/{{id}}", one, needed, lane=lane, versions=versions)


STRENGTHS = "/policies/authenticationStrengthPolicies"
STRENGTHS_AGAIN = "/identity/conditionalAccess/authenticationStrength/policies"
"""The same policies by the path below Conditional Access."""


def alias(
    path: str,
    other: str,
    table: Iterable[Route],
    *,
    versions: frozenset[str] | None = None,
    lane: str | None = None,
) -> Iterator[Route]:
    """The same routes under another path, which may be that of one version or lane alone."""
    for route in table:
        pattern = route.pattern.replace(path, other, 1)
        yield replace(
            route,
            pattern=pattern,
            versions=route.versions if versions is None else versions,
            lane=lane or route.lane,
        )
