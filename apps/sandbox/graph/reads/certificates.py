"""Certificate authorities of sign-in.

https://learn.microsoft.com/graph/api/certificatebasedauthconfiguration-list
https://learn.microsoft.com/graph/api/certificatebasedauthconfiguration-get
"""

from apps.sandbox.graph.collection import Collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import missing

from .branding import check_organization
from .objects import show

TYPE = "certificateBasedAuthConfiguration"
ONLY = "29728ade-6ae4-4ee9-9103-412912537da5"
"""The id that the one configuration of a tenant has in every tenant."""


def list_all(call: Call) -> Answer:
    """GET /organization/{id}/certificateBasedAuthConfiguration: one at most."""
    check_organization(call)
    return list_collection(call, Collection(type_name=TYPE, context=_context(call)))


def get_one(call: Call) -> Answer:
    """GET /organization/{id}/certificateBasedAuthConfiguration/{id}."""
    check_organization(call)
    record = call.view.get(call.variables["id"])
    if record is None or record.type != TYPE:
        raise missing(TYPE, call.variables["id"])
    return show(call, record, TYPE, _context(call))


def _context(call: Call) -> str:
    return f"organization('{call.directory.tenant_id}')/{TYPE}"
