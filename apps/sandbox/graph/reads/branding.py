"""How the sign-in page looks, by language.

https://learn.microsoft.com/graph/api/organizationalbranding-get
https://learn.microsoft.com/graph/api/organizationalbranding-list-localizations
"""

from apps.sandbox.graph.collection import Collection, list_collection
from apps.sandbox.graph.context import Answer, Call
from apps.sandbox.graph.errors import missing, not_found
from apps.sandbox.state.records import Record

from .objects import show

TYPE = "organizationalBrandingLocalization"
DEFAULT = "0"
_CONTEXT = "branding"


def get_default(call: Call) -> Answer:
    """GET /organization/{id}/branding, of the language that Accept-Language names."""
    check_organization(call)
    language = call.headers.get("accept-language", DEFAULT)
    return show(call, localization(call, language), TYPE, _CONTEXT)


def list_localizations(call: Call) -> Answer:
    """GET /organization/{id}/branding/localizations, the default branding among them."""
    check_organization(call)
    if call.view.get(DEFAULT) is None:
        # A tenant without branding has nothing that could have languages.
        raise missing(TYPE, DEFAULT)
    context = f"organization('{call.directory.tenant_id}')/branding/localizations"
    return list_collection(call, Collection(type_name=TYPE, context=context))


def get_localization(call: Call) -> Answer:
    """GET /organization/{id}/branding/localizations/{id}."""
    check_organization(call)
    return show(call, localization(call, call.variables["id"]), TYPE, _CONTEXT)


def localization(call: Call, language: str) -> Record:
    """The branding of a language; "default" is the default. Raises the 404 of the service."""
    record = call.view.get(DEFAULT if language == "default" else language)
    if record is None or record.type != TYPE:
        raise missing(TYPE, language)
    return record


def check_organization(call: Call) -> None:
    """Raise the 404 for another organization than the caller's."""
    if call.variables["organization"] != call.directory.tenant_id:
        raise not_found(call.variables["organization"])
