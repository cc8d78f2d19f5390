"""Conditional Access and its bin, tenant-wide policies, organization, licences, templates."""

from dataclasses import replace
from typing import Any

from apps.sandbox.graph.collection import Collection, count_collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import missing, not_found
from apps.sandbox.graph.metadata import context_url
from apps.sandbox.graph.options import options_of
from apps.sandbox.graph.projection import projection
from apps.sandbox.graph.rendering import check_select, render
from apps.sandbox.graph.resolve import resolve
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record

from .objects import Handler, show


def lists_policies(type_name: str, context: str, *, expands: bool = False) -> Handler:
    """GET of a policy collection, which knows $skip and, most of them, no $expand; a type that
    this version does not have is left out."""

    def handler(call: Call) -> Answer:
        records = [r for r in call.view.of_type(type_name) if _in_version(call, r)]
        collection = replace(_policies(type_name, context, records), expands=expands)
        return list_collection(call, collection)

    return handler


def counts_policies(type_name: str, context: str) -> Handler:
    """GET of a policy collection's /$count."""

    def handler(call: Call) -> Answer:
        records = [r for r in call.view.of_type(type_name) if _in_version(call, r)]
        return count_collection(call, _policies(type_name, context, records))

    return handler


def lists_bin(type_name: str, context: str) -> Handler:
    """GET of a bin of Conditional Access.

    https://learn.microsoft.com/graph/api/conditionalaccessroot-list-deleteditems
    """

    def handler(call: Call) -> Answer:
        records = [r for r in call.directory.deleted(type_name) if _in_version(call, r)]
        return list_collection(call, _policies(type_name, context, records))

    return handler


def gets_from_bin(type_name: str, context: str) -> Handler:
    """GET of one object in a bin of Conditional Access."""

    def handler(call: Call) -> Answer:
        found = call.directory.get_deleted(call.variables["id"])
        if found is None or not TYPES[found.type].is_a(type_name):
            raise missing(type_name, call.variables["id"])
        return show(call, found, type_name, context)

    return handler


def gets_single(type_name: str, context: str) -> Handler:
    """GET of a policy of which a tenant has one."""

    def handler(call: Call) -> Answer:
        found = next(call.view.of_type(type_name), None)
        if found is None:
            raise not_found(type_name)
        return show(call, found, type_name, context)

    return handler


def lists_ignoring_options(type_name: str, context: str) -> Handler:
    """GET of a collection whose service ignores $filter, $top and $search, as subscribedSkus and
    domains do (https://developer.microsoft.com/graph/known-issues)."""

    def handler(call: Call) -> Answer:
        return list_collection(
            call, Collection(type_name=type_name, context=context, ignores_options=True)
        )

    return handler


def role_templates(call: Call) -> Answer:
    """GET /directoryRoleTemplates: the built-in role definitions by another name."""
    options = options_of(call)
    check_select(TYPES["directoryRoleTemplate"], options.select, call.version)
    shown = projection("directoryRoleTemplate", call.version, options.select)
    value = [shown(record) for record in _built_in_roles(call)]
    context = context_url(call, "directoryRoleTemplates", options.select)
    return Answer(200, {"@odata.context": context, "value": value})


def role_template(call: Call) -> Answer:
    """GET /directoryRoleTemplates/{id}."""
    wanted = call.variables["id"].lower()
    found = next((r for r in _built_in_roles(call) if r.id == wanted), None)
    if found is None:
        raise not_found(call.variables["id"])
    options = options_of(call)
    body: dict[str, Any] = {
        "@odata.context": context_url(call, "directoryRoleTemplates", options.select, single=True)
    }
    return Answer(
        200, body | projection("directoryRoleTemplate", call.version, options.select)(found)
    )


def _built_in_roles(call: Call) -> list[Record]:
    return [r for r in call.view.of_type("unifiedRoleDefinition") if r.body.get("isBuiltIn")]


def strength_usage(call: Call) -> Answer:
    """GET .../authenticationStrengthPolicies/{id}/usage: the policies that ask for the strength,
    apart for those that ask for multifactor authentication by it.

    https://learn.microsoft.com/graph/api/authenticationstrengthpolicy-usage
    """
    strength = resolve(call, "authenticationStrengthPolicy")
    using = [r for r in call.view.of_type(_POLICY) if _strength_of(r) == strength.id]
    shown = [render(call, record) for record in using]
    is_mfa = strength.body.get("requirementsSatisfied", "mfa") == "mfa"
    context = f"{call.root}/$metadata#microsoft.graph.authenticationStrengthUsage"
    usage = {"mfa": shown if is_mfa else [], "none": [] if is_mfa else shown}
    return Answer(200, {"@odata.context": context, **usage})


_POLICY = "conditionalAccessPolicy"


def _strength_of(policy: Record) -> str | None:
    controls = policy.body.get("grantControls") or {}
    return (controls.get("authenticationStrength") or {}).get("id")


def _policies(type_name: str, context: str, records: list[Record]) -> Collection:
    return Collection(
        type_name=type_name, context=context, records=records, skips=True, expands=False
    )


def _in_version(call: Call, record: Record) -> bool:
    return call.version in TYPES[record.type].versions
