"""Federations of domains, and identity providers of guests.

https://learn.microsoft.com/graph/api/domain-post-federationconfiguration
https://learn.microsoft.com/graph/api/internaldomainfederation-update
https://learn.microsoft.com/graph/api/identitycontainer-post-identityproviders
"""

from __future__ import annotations

from typing import Any

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.graph.errors import missing
from apps.sandbox.graph.reads.federation import RELATION, TYPE, found
from apps.sandbox.rules.bodies import POLICY, check_body
from apps.sandbox.rules.refusals import bad_request, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, rendering
from apps.sandbox.writes.activities import Activity

PROVIDER = "identityProviderBase"
SOCIAL = "socialIdentityProvider"
HIDDEN = "****"
"""What a provider's secret is shown as."""
_NAMED = ("issuerUri", "passiveSignInUri", "preferredAuthenticationProtocol", "signingCertificate")
_DOMAIN = Activity("Set domain authentication", "DirectoryManagement", "Update")
_UPDATE = Activity("Set federation settings on domain", "DirectoryManagement", "Update")


def federate(call: Call) -> Answer:
    """POST /domains/{domain}/federationConfiguration: 201; the domain is federated then."""
    domain = _domain(call)
    values = _values(call, TYPE, creating=True)
    for name in _NAMED:
        if not values.get(name):
            raise required(name, TYPE)
    if domain.body.get("isInitial"):
        raise bad_request("The initial domain cannot be federated.")
    if call.directory.targets(RELATION, domain.id):
        raise GraphError(
            409, "Request_MultipleObjectsWithSameKeyValue", "The domain is federated already."
        )
    made = call.directory.add(TYPE, values)
    call.directory.link(RELATION, domain.id, made)
    _authenticates(call, domain, "Federated")
    record = base.require(call, made)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH /domains/{domain}/federationConfiguration/{id}: 204."""
    domain = _domain(call)
    record = _federation(call, domain)
    values = _values(call, TYPE, creating=False)
    for name in _NAMED:
        if not values.get(name, True):
            raise required(name, TYPE)
    before = {name: record.body.get(name) for name in values}
    base.change(call, record, values)
    audit.record(call, _UPDATE, [audit.target(domain, audit.changes(before, values))])
    return base.no_content()


def delete(call: Call) -> Answer:
    """DELETE /domains/{domain}/federationConfiguration/{id}: 204; the domain is managed then."""
    domain = _domain(call)
    record = _federation(call, domain)
    call.directory.unlink(RELATION, domain.id, record.id)
    call.directory.purge(record.id)
    _authenticates(call, domain, "Managed")
    return base.no_content()


def add_provider(call: Call) -> Answer:
    """POST /identity/identityProviders: 201, of a social one alone."""
    values = _of_provider(call, creating=True)
    for name in ("clientId", "clientSecret", "identityProviderType"):
        if not values.get(name):
            raise required(name, SOCIAL)
    object_id = f"{values['identityProviderType']}-OAUTH"
    if call.directory.get(object_id) is not None:
        raise GraphError(409, "Conflict", "There is an identity provider of this type already.")
    call.directory.add(SOCIAL, {**values, "clientSecret": HIDDEN}, object_id=object_id)
    record = base.require(call, object_id)
    _record(call, "Create", record, {}, {"displayName": values.get("displayName")})
    return base.created(call, record, rendering.entity(call, record))


def change_provider(call: Call) -> Answer:
    """PATCH /identity/identityProviders/{id}: 204; only a social one is changed."""
    record = _provider(call)
    values = _of_provider(call, creating=False)
    if values.get("clientSecret"):
        values["clientSecret"] = HIDDEN
    before = {name: record.body.get(name) for name in values}
    base.change(call, record, values)
    _record(call, "Update", record, before, values)
    return base.no_content()


def delete_provider(call: Call) -> Answer:
    """DELETE /identity/identityProviders/{id}: 204, for good."""
    record = _provider(call)
    _record(call, "Delete", record, {}, {})
    call.directory.purge(record.id)
    return base.no_content()


def _domain(call: Call) -> Record:
    return base.live(call, "domain", call.variables["domain"])


def _federation(call: Call, domain: Record) -> Record:
    """The federation that the path names, as it really is. Raises 404 as well when it is gone and
    the caller's replica still shows it."""
    shown = found(call, domain)
    record = call.directory.get(shown.id)
    if record is None:
        raise missing(TYPE, shown.id)
    return record


def _provider(call: Call) -> Record:
    record = base.live(call, PROVIDER, call.variables["id"])
    if record.type != SOCIAL:
        raise bad_request("A built-in identity provider cannot be changed or deleted.")
    return record


def _of_provider(call: Call, *, creating: bool) -> dict[str, Any]:
    if base.concrete(PROVIDER, base.body_of(call), call.version).name != SOCIAL:
        raise bad_request("Only social identity providers are added and changed.")
    return _values(call, SOCIAL, creating=creating)


def _values(call: Call, type_name: str, *, creating: bool) -> dict[str, Any]:
    rights = base.rights(call, creating=creating)
    return check_body(TYPES[type_name], base.body_of(call), rights, POLICY)


def _authenticates(call: Call, domain: Record, how: str) -> None:
    before = {"authenticationType": domain.body.get("authenticationType")}
    after = {"authenticationType": how}
    base.change(call, domain, after)
    audit.record(call, _DOMAIN, [audit.target(domain, audit.changes(before, after))])


def _record(
    call: Call, verb: str, provider: Record, before: dict[str, Any], after: dict[str, Any]
) -> None:
    kept = {name: value for name, value in after.items() if name != "clientSecret"}
    activity = Activity(f"{verb} identity provider", "Policy", verb)
    audit.record(call, activity, [audit.target(provider, audit.changes(before, kept))])
