"""Owners of applications and service principals: who becomes one, and who must be one.

https://learn.microsoft.com/graph/permissions-reference#applicationreadwriteownedby
"""

from __future__ import annotations

from collections.abc import Iterable

from apps.sandbox.graph.context import Call
from apps.sandbox.rules.refusals import denied
from apps.sandbox.state.records import Record
from apps.sandbox.writes import base, references

OWNED_BY = "Application.ReadWrite.OwnedBy"
BROAD = frozenset(
    {
        "Application.ReadWrite.All",
        "Directory.ReadWrite.All",
        "Directory.AccessAsUser.All",
        "AgentIdentityBlueprint.ReadWrite.All",
        "AgentIdentityBlueprintPrincipal.ReadWrite.All",
        "AgentIdentity.ReadWrite.All",
    }
)


def owned_only(call: Call) -> bool:
    """Whether the caller may write nothing but what it owns."""
    return not call.caller.permissions & BROAD and OWNED_BY in call.caller.permissions


def relation_of(record: Record) -> str:
    """`application.owners` or `servicePrincipal.owners`."""
    return f"{base.family_of(record)}.owners"


def check(call: Call, record: Record) -> None:
    """Refuse a caller with Application.ReadWrite.OwnedBy alone that owns another's object."""
    if owned_only(call) and not call.directory.has_link(
        relation_of(record), record.id, call.caller.service_principal_id
    ):
        raise denied()


def claim(call: Call, record: Record, owners: Iterable[Record]) -> None:
    """Make the creator an owner (a user, or an application that may write only its own) besides
    those named in the request."""
    found = list(owners)
    creator_id = call.caller.user_id
    if creator_id is None and owned_only(call):
        creator_id = call.caller.service_principal_id
    creator = call.directory.get(creator_id) if creator_id else None
    if creator is not None and creator.id not in {owner.id for owner in found}:
        found.insert(0, creator)
    if found:
        references.add(call, relation_of(record), record, found)
