"""The federation of a domain.

https://learn.microsoft.com/graph/api/domain-list-federationconfiguration
"""

from apps.sandbox.graph.collection import Collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import missing
from apps.sandbox.graph.resolve import resolve
from apps.sandbox.state.records import Record

from .objects import show

TYPE = "internalDomainFederation"
RELATION = "domain.federationConfiguration"


def list_of_domain(call: Call) -> Answer:
    """GET /domains/{domain}/federationConfiguration: one at most."""
    domain = resolve(call, "domain", "domain")
    held = [call.view.get(one) for one in call.view.targets(RELATION, domain.id)]
    records = [one for one in held if one is not None]
    context = f"domains('{domain.id}')/federationConfiguration"
    return list_collection(call, Collection(type_name=TYPE, context=context, records=records))


def get_one(call: Call) -> Answer:
    """GET /domains/{domain}/federationConfiguration/{id}."""
    domain = resolve(call, "domain", "domain")
    context = f"domains('{domain.id}')/federationConfiguration"
    return show(call, found(call, domain), TYPE, context)


def found(call: Call, domain: Record) -> Record:
    """The federation that the path names. Raises the 404 of the service."""
    wanted = call.variables["id"]
    record = call.view.get(wanted)
    if record is None or wanted not in set(call.view.targets(RELATION, domain.id)):
        raise missing(TYPE, wanted)
    return record
