"""Annotations that Graph adds to its answers: context, links to the next page, tips."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote

from apps.sandbox.schema import EntityType

from .context import Call

if TYPE_CHECKING:
    from .expand import Expansion


def context_url(
    call: Call,
    fragment: str,
    select: Sequence[str] | None = None,
    expansion: "Expansion | None" = None,
    *,
    single: bool = False,
) -> str:
    """The @odata.context of an answer, as in ".../$metadata#users(id,displayName)/$entity"."""
    names = list(select or ())
    if expansion is not None:
        names.append(f"{expansion.name}({','.join(expansion.select or ())})")
    chosen = f"({','.join(names)})" if names else ""
    return f"{call.root}/$metadata#{fragment}{chosen}{'/$entity' if single else ''}"


def next_link(call: Call, token_name: str, token: str, path: str | None = None) -> str:
    """The URL of this call with a page or delta token in place of an older one."""
    kept = [
        (name, value)
        for name, value in call.query
        if name.lower() not in ("$skiptoken", "$deltatoken", "$skip", "skiptoken", "deltatoken")
    ]
    pairs = [f"{quote(name, safe='$')}={quote(value, safe=_PLAIN)}" for name, value in kept]
    return f"{call.root}{path or url_path(call)}?{'&'.join([*pairs, f'{token_name}={token}'])}"


#: Characters that Graph leaves as they are in the query of a link.
_PLAIN = "$,()'*:/@!"


def url_path(call: Call) -> str:
    """The path of the call as it can stand in a URL."""
    parts: list[str] = []
    for segment in call.segments:
        if segment.startswith("(") and parts:
            parts[-1] += quote(segment, safe="()='")
        else:
            parts.append(quote(segment, safe="$='(),@!"))
    return "/" + "/".join(parts)


def tips(call: Call, entity: EntityType) -> str:
    """What Graph advises when a call selects nothing."""
    names = [p.name for p in entity.properties.values() if call.version in p.versions][:2]
    where = call.path.strip("/")
    return (
        "Use $select to choose only the properties your app needs, as this can lead to "
        f"performance improvements. For example: {call.method} {where}?$select="
        f"{','.join(names)}"
    )
