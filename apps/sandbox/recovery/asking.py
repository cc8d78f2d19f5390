"""What a request asks for: the scope of a job, a page of a collection, and whether it may."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from apps.sandbox.graph.context import Answer, Call, GraphError
from apps.sandbox.graph.errors import bad_request
from apps.sandbox.graph.metadata import context_url, next_link
from apps.sandbox.graph.options import options_of, refuse
from apps.sandbox.recovery import covered
from apps.sandbox.recovery.differences import Scope
from apps.sandbox.writes.standing import roles_of

ADMINISTRATOR = "b6a27b2b-f905-4b2e-81b5-0d90e0ef1fdb"
READER = "f42252d9-5400-4d7b-b9ef-cc582dbb8577"
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
PAGE, LARGEST_PAGE = 100, 999
NAMES_FILTER = f"#{covered.NAMESPACE}.recoveryJobEntityNamesFilter"
IDS_FILTER = f"#{covered.NAMESPACE}.recoveryJobEntityNameAndIdsFilter"
MOST_IDS = 100
_COMPARISON = re.compile(r"\s*(\w+)\s+(eq|ne)\s+(?:'([^']*)'|(\S+?))\s*")


def check(call: Call, *roles: str) -> None:
    """Refuse without the licence, and a person without one of the roles.

    https://learn.microsoft.com/entra/backup/troubleshooting
    """
    if not call.directory.licences & {"AAD_PREMIUM", "AAD_PREMIUM_P2"}:
        raise GraphError(
            403,
            "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
            "Neither tenant is B2C or tenant doesn't have premium license",
        )
    person = call.caller.user_id
    if person and not roles_of(call.directory, person) & {*roles, GLOBAL_ADMINISTRATOR}:
        message = "Authorization has been denied for this request. Check your credentials."
        raise GraphError(403, "Authorization_RequestDenied", message)


def criteria_of(call: Call) -> tuple[dict[str, Any] | None, Scope]:
    """The filter of a new job as it was sent, and what it means. No filter is everything."""
    body = call.body if isinstance(call.body, Mapping) else {}
    criteria = body.get("filteringCriteria")
    if criteria is None:
        return None, Scope()
    if not isinstance(criteria, Mapping):
        raise bad_request("Invalid value for filteringCriteria.")
    kind = criteria.get("@odata.type")
    if kind == NAMES_FILTER:
        names = [str(one) for one in criteria.get("entityTypes") or ()]
        _check_types(names)
        return dict(criteria), Scope(types=frozenset(names))
    if kind == IDS_FILTER:
        return dict(criteria), Scope(ids=_ids(criteria.get("filterValues") or ()))
    raise bad_request(f"Invalid type '{kind}' specified for filteringCriteria.")


def _ids(values: Iterable[Any]) -> dict[str, frozenset[str]]:
    pairs = [(str(one.get("entityType")), list(one.get("entityIds") or ())) for one in values]
    _check_types([name for name, _ in pairs])
    if sum(len(ids) for _, ids in pairs) > MOST_IDS:
        raise bad_request(f"At most {MOST_IDS} object ids can be given.")
    return {name: frozenset(ids) for name, ids in pairs}


def _check_types(names: Sequence[str]) -> None:
    for name in names:
        if name not in covered.TYPE_NAMES:
            raise bad_request(f"Invalid value '{name}' specified for entityType.")
    if not names or len(names) != len(set(names)):
        raise bad_request("Duplicate or missing entity types in filteringCriteria.")


def page(
    call: Call,
    fragment: str,
    rows: Sequence[Any],
    body: Callable[[Any], dict[str, Any]],
    *,
    filters: bool = False,
) -> Answer:
    """One page: $top up to 999, 100 without it; $skip and the next link's $skiptoken."""
    options = options_of(call)
    refuse(options, "search", "expand", *(() if filters else ("filter",)))
    top = PAGE if options.top is None else options.top
    if not 1 <= top <= LARGEST_PAGE:
        raise bad_request(f"Invalid page size specified: '{top}'.")
    bodies = [body(row) for row in rows] if filters or options.orderby else None
    if bodies is not None:
        bodies = [one for one in bodies if _passes(one, options.filter)]
        bodies = _ordered(bodies, options.orderby)
    total = len(rows) if bodies is None else len(bodies)
    start = int(options.skiptoken or options.skip or 0)
    shown = (
        [body(row) for row in rows[start : start + top]]
        if bodies is None
        else bodies[start : start + top]
    )
    answer: dict[str, Any] = {
        "@odata.context": context_url(call, fragment),
        "value": [selected(one, options.select) for one in shown],
    }
    if start + top < total:
        answer["@odata.nextLink"] = next_link(call, "$skiptoken", str(start + top))
    return Answer(200, answer)


def selected(body: dict[str, Any], names: Sequence[str] | None) -> dict[str, Any]:
    """Only these properties; what a type is stays told."""
    if names is None:
        return body
    return {name: value for name, value in body.items() if name in names or name.startswith("@")}


def _passes(body: Mapping[str, Any], text: str | None) -> bool:
    """Comparisons with eq and ne of id, status and targetStateDateTime, joined by `and`."""
    for part in (text or "").split(" and ") if text else ():
        match = _COMPARISON.fullmatch(part)
        if match is None or match[1] not in ("id", "status", "targetStateDateTime"):
            raise bad_request(f"Invalid filter clause: {part}")
        is_it = str(body.get(match[1])) == (match[3] if match[3] is not None else match[4])
        if is_it != (match[2] == "eq"):
            return False
    return True


def _ordered(bodies: list[dict[str, Any]], text: str | None) -> list[dict[str, Any]]:
    for part in reversed((text or "").split(",")) if text else ():
        name, _, way = part.strip().partition(" ")
        bodies = sorted(bodies, key=lambda one: str(one.get(name)), reverse=way.strip() == "desc")
    return bodies
