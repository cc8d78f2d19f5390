"""What every operation has in common, written into the schema: problems, headers, `fields`.

Views say none of it; apps.api.base sees to it that all of them keep it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from apps.api.idempotency import HEADER, KEPT_FOR, LONGEST_KEY, REPLAYED
from apps.api.problems import MEDIA_TYPE
from apps.api.sparse import PARAMETER

Described = dict[str, Any]

PROBLEMS: Final = {
    "400": "The request is wrong; `errors` names the fields.",
    "401": "No token, or one that is not valid.",
    "403": "The token, or the role of its owner, does not allow this.",
    "404": "There is no such thing, or it is not yours to see.",
    "409": "Something else is in the way: decided before, used before, not connected.",
    "429": "Too many requests; `Retry-After` says when to go on.",
    "503": "Something that we need does not answer at the moment.",
}
_OF_CHANGES: Final = {
    "412": "The thing is not as If-Match says: somebody else changed it.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "The Idempotency-Key was sent before, with another request.",
}
_PARAMETERS: Final = {
    "IdempotencyKey": {
        "name": HEADER,
        "in": "header",
        "description": "A name for this one wish, as a random UUID. Sent again with it within "
        f"{KEPT_FOR.total_seconds() / 3600:.0f} hours, the same request is answered as before and "
        "not done again.",
        "schema": {
            "type": "string",
            "pattern": "^[!#-~]+$",
            "minLength": 1,
            "maxLength": LONGEST_KEY,
        },
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "description": "The ETag of the thing as it was read: it is changed only while it is so.",
        "schema": {"type": "string", "pattern": '^(\\*|"[0-9a-f]{32}")$'},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "An ETag that is known: 304 while the answer would be the same.",
        "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
    },
}
_TEXT: Final = {"type": "string"}
_HEADERS: Final = {
    "ETag": {"description": "Names this state of the thing.", "schema": _TEXT},
    "Location": {"description": "Where to ask how it goes.", "schema": _TEXT},
    REPLAYED: {
        "description": "`true` on an answer that was given before.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "RateLimit": {
        "description": 'How many requests are left, and for how many seconds: `"token";r=299;t=42`',
        "schema": _TEXT,
    },
    "RateLimit-Policy": {
        "description": 'How many requests are answered in so many seconds: `"token";q=300;w=60`',
        "schema": _TEXT,
    },
    "Retry-After": {
        "description": "Seconds until it makes sense to ask again.",
        "schema": {"type": "integer"},
    },
}


def add_manners(result: Described, **_: Any) -> Described:
    """A hook of drf-spectacular: the last one, so that nothing it adds is renamed."""
    components = result["components"]
    _allow_anything_once(components["schemas"])
    components["schemas"]["Problem"] = _PROBLEM
    components["parameters"] = _PARAMETERS
    components["headers"] = _HEADERS
    components["responses"] = {
        f"Problem{status}": _problem(status, words)
        for status, words in (PROBLEMS | _OF_CHANGES).items()
    }
    for path, method, operation in _operations(result):
        if method == "get":
            _describe_reading(operation, components["schemas"])
        else:
            _describe_changing(method, operation, result["paths"][path])
        statuses = PROBLEMS if method == "get" else PROBLEMS | _OF_CHANGES
        operation["responses"] |= {
            status: {"$ref": f"#/components/responses/Problem{status}"} for status in statuses
        }
    return result


def _allow_anything_once(described: Any) -> None:
    """What may be anything may be null: said twice under oneOf, null would be refused."""
    if isinstance(described, list):
        for part in described:
            _allow_anything_once(part)
    elif isinstance(described, dict):
        if described.get("oneOf") == [{}, {"type": "null"}]:
            del described["oneOf"]
        for part in described.values():
            _allow_anything_once(part)


def _operations(result: Described) -> Iterator[tuple[str, str, Described]]:
    for path, methods in result["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _describe_reading(operation: Described, schemas: Described) -> None:
    found = operation["responses"].get("200", {})
    content = found.get("content", {}).get("application/json", {})
    if "$ref" not in content.get("schema", {}):
        return  # a file
    parameters = operation.setdefault("parameters", [])
    parameters += [_member_parameter(content["schema"], schemas), _parameter("IfNoneMatch")]
    found["headers"] = _headers("ETag", "RateLimit", "RateLimit-Policy")
    words = {"description": "It is as it was when it had the ETag that was sent."}
    operation["responses"]["304"] = words | {"headers": _headers("ETag")}


def _describe_changing(method: str, operation: Described, beside: Described) -> None:
    parameters = operation.setdefault("parameters", [])
    parameters.append(_parameter("IdempotencyKey"))
    if method != "post" or "304" in beside.get("get", {}).get("responses", {}):
        parameters.append(_parameter("IfMatch"))
    for status, answer in operation["responses"].items():
        location = ("Location",) if status == "202" else ()
        answer["headers"] = _headers(*location, REPLAYED, "RateLimit", "RateLimit-Policy")


def _member_parameter(answer: Described, schemas: Described) -> Described:
    """`fields` for what answers like this; the answer may be a part of itself from then on."""
    shape = _of(answer, schemas)
    results = shape["properties"].get("results", {})
    if results.get("type") == "array":
        items = results["items"]
        # A page is shared by the lists that have the same things in it.
        whole = items["anyOf"][0] if "anyOf" in items else items
        names = list(_of(whole, schemas)["properties"])
        results["items"] = {"anyOf": [whole, _part(names)]}
    else:
        names = list(shape["properties"])
        answer |= {"anyOf": [{"$ref": answer.pop("$ref")}, _part(names)]}
    return {
        "name": PARAMETER,
        "in": "query",
        "description": "The members that are wanted, with commas in between; all without it.",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": names}},
    }


def _part(names: list[str]) -> Described:
    return {
        "type": "object",
        "description": "Those members that `fields` names.",
        "propertyNames": {"enum": names},
    }


def _of(reference: Described, schemas: Described) -> Described:
    found: Described = schemas[reference["$ref"].rsplit("/", 1)[1]]
    return found


def _parameter(name: str) -> Described:
    return {"$ref": f"#/components/parameters/{name}"}


def _headers(*names: str) -> Described:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _problem(status: str, words: str) -> Described:
    named = ("Retry-After",) if status in ("409", "429", "503") else ()
    return {
        "description": words,
        "headers": _headers(*named, "RateLimit", "RateLimit-Policy"),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


_PROBLEM: Final[Described] = {
    "type": "object",
    "description": "An error (RFC 9457). `code` is stable; the words may change.",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "What happened."},
        "safe": {"type": "string", "description": "What is untouched."},
        "todo": {"type": "string", "description": "What you can do."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
        "request_id": {
            "type": "string",
            "description": "Names this request in the audit trail and the log.",
        },
    },
}
