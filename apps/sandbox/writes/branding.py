"""How the sign-in page looks, by language.

https://learn.microsoft.com/graph/api/organizationalbranding-update
https://learn.microsoft.com/graph/api/organizationalbranding-post-localizations
https://learn.microsoft.com/graph/api/organizationalbrandinglocalization-delete
"""

from __future__ import annotations

from typing import Any

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.graph.errors import missing
from apps.sandbox.graph.reads.branding import DEFAULT, TYPE, check_organization, localization
from apps.sandbox.rules.bodies import DIRECTORY, check_body
from apps.sandbox.rules.refusals import bad_request, invalid_value, required
from apps.sandbox.schema import TYPES
from apps.sandbox.state.records import Record
from apps.sandbox.writes import audit, base, licensing, rendering
from apps.sandbox.writes.activities import Activity

_UPDATED = Activity("Update branding", "DirectoryManagement", "Update")
_PICTURES = "All images must be removed before the branding is deleted."
_LONGEST = {"signInPageText": 1024, "usernameHintText": 64}


def update_default(call: Call) -> Answer:
    """PATCH /organization/{id}/branding: 204. The first change of it makes it."""
    check_organization(call)
    language = call.headers.get("accept-language")
    if not language:
        raise bad_request("The header 'Accept-Language' is required.")
    if language == DEFAULT and call.directory.get(DEFAULT) is None:
        _make(call, DEFAULT, _values(call, creating=False))
        return base.no_content()
    return _change(call, _live(call, language))


def create(call: Call) -> Answer:
    """POST /organization/{id}/branding/localizations: 201, and the default one if there is none."""
    check_organization(call)
    values = _values(call, creating=True)
    language = values.pop("id", None)
    if not language:
        raise required("id", TYPE)
    if language in (DEFAULT, "default"):
        raise invalid_value("id", TYPE)
    if call.directory.get(language) is not None:
        raise GraphError(409, "Conflict", "There is a branding of this language already.")
    if call.directory.get(DEFAULT) is None:
        _make(call, DEFAULT, {})
    record = _make(call, language, values)
    return base.created(call, record, rendering.entity(call, record))


def update(call: Call) -> Answer:
    """PATCH /organization/{id}/branding/localizations/{id}: 204."""
    check_organization(call)
    return _change(call, _live(call, call.variables["id"]))


def delete(call: Call) -> Answer:
    """DELETE of a language's branding, or of the default one: 204."""
    check_organization(call)
    licensing.check_p1(call)
    record = _live(call, call.variables.get("id", DEFAULT))
    if any(value for name, value in record.body.items() if name.endswith("RelativeUrl")):
        raise bad_request(_PICTURES)
    if record.id == DEFAULT and call.directory.count(TYPE) > 1:
        raise bad_request("Localized branding must be deleted before the default branding.")
    audit.record(call, _UPDATED, [audit.target(record)])
    call.directory.purge(record.id)
    return base.no_content()


def _live(call: Call, language: str) -> Record:
    """The branding of a language as it really is. Raises 404 as well when it is gone and the
    caller's replica still shows it."""
    shown = localization(call, language)
    record = call.directory.get(shown.id)
    if record is None:
        raise missing(TYPE, language)
    return record


def _change(call: Call, record: Record) -> Answer:
    values = _values(call, creating=False)
    before = {name: record.body.get(name) for name in values}
    base.change(call, record, values)
    audit.record(call, _UPDATED, [audit.target(record, audit.changes(before, values))])
    return base.no_content()


def _make(call: Call, language: str, values: dict[str, Any]) -> Record:
    call.directory.add(TYPE, {"cdnList": [], **values}, object_id=language)
    record = base.require(call, language)
    audit.record(call, _UPDATED, [audit.target(record)])
    return record


def _values(call: Call, *, creating: bool) -> dict[str, Any]:
    licensing.check_p1(call)
    rights = base.rights(call, creating=creating)
    values = check_body(TYPES[TYPE], base.body_of(call), rights, DIRECTORY)
    for name, longest in _LONGEST.items():
        if len(values.get(name) or "") > longest:
            raise invalid_value(name, TYPE)
    return values
