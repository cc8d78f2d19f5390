"""The catalogue as plain values, for programs and for people."""

from collections.abc import Mapping
from typing import Any

from apps.entra.catalogue import KINDS
from apps.entra.catalogue.model import Kind, Link, Property, Reference, Subtype, Writability


def entries() -> list[dict[str, Any]]:
    """Every kind with every cell, in the order of creation."""
    return [entry(kind) for kind in KINDS]


def entry(kind: Kind) -> dict[str, Any]:
    """One kind with every cell."""
    return {
        "kind": kind.name,
        "title": kind.title,
        "graph_type": kind.graph_type,
        "version": kind.version,
        "documentation": kind.documentation,
        "list_path": kind.list_path,
        "item_path": kind.item_path,
        "items": kind.items,
        "singleton": kind.singleton,
        "page_size": kind.page_size,
        "delta_path": kind.delta_path,
        "parent": kind.parent,
        "owners": kind.owners.list_path if kind.owners else "",
        "beside": kind.beside.list_path if kind.beside else "",
        "expanded_from": _expanded_from(kind),
        "request_headers": dict(kind.headers),
        "select": list(kind.select),
        "supports_select": kind.supports_select,
        **_properties(kind),
        "identity": list(kind.identity),
        "links": [_link(link) for link in kind.links],
        "references": [_reference(item) for item in kind.references],
        "lives_with": [
            {"property": one.property, "kind": one.owner, "list_path": one.list_path}
            for one in kind.lives_with
        ],
        "subtypes": [_subtype(sub) for sub in kind.subtypes],
        "companions": {item.property: item.reason for item in kind.companions},
        "soft_delete": str(kind.soft_delete),
        "bin_path": kind.bin_path,
        "undelete_path": kind.undelete_path,
        "held_after_undelete": {kind.held.property: kind.held.value} if kind.held else {},
        "deletable": kind.deletable,
        "evidence": kind.evidence,
        "before_delete": dict(kind.before_delete),
        "update_method": kind.update_method if kind.updatable else "",
        "lane": str(kind.lane),
        "order": kind.order,
        "read_permission": list(kind.read_permission),
        "write_permission": list(kind.write_permission),
        "delete_permission": list(kind.write_permission) if kind.deletable else [],
        "restore_permission": list(kind.restore_permission),
        "conditional_permissions": dict(kind.conditional_permissions),
        "licence": kind.licence,
        "native": kind.native,
        "native_note": kind.native_note,
        "native_properties": {item.name: item.native for item in _all(kind) if item.native},
        "sensitive": kind.sensitive,
        "sensitive_properties": {
            item.name: item.sensitive for item in _all(kind) if item.sensitive
        },
        "locks": [lock.reason for lock in kind.locks],
        "unrestorable": unrestorable(kind),
    }


def unrestorable(kind: Kind) -> list[dict[str, str]]:
    """What no recovery of an existing object brings back: properties first, then other things."""
    properties = [
        {"property": item.name, "reason": item.reason}
        for item in _all(kind)
        if not item.recoverable and item.reason
    ]
    return properties + [
        {"property": item.property, "reason": item.reason} for item in kind.unrestorable
    ]


def _properties(kind: Kind) -> dict[str, Any]:
    return {
        "writable": _recoverable(kind, Writability.WRITABLE),
        "own_request": _recoverable(kind, Writability.OWN_REQUEST),
        "create_only": list(kind.names(Writability.CREATE_ONLY)),
        "read_only": ["id", *kind.names(Writability.READ_ONLY)],
        "delegated_only": list(kind.names(Writability.DELEGATED_ONLY)),
        "write_only": list(kind.names(Writability.WRITE_ONLY)),
        "withheld": list(kind.names(Writability.WITHHELD)),
        "not_captured": [item.name for item in _all(kind) if not item.captured],
        "cleared_by": {item.name: str(item.clear) for item in _all(kind) if item.recoverable},
        "volatile": sorted(kind.volatile),
        "unordered": [item.name for item in _all(kind) if item.unordered],
        "single_read": {name: item.read_path for name, item in kind.read_apart.items()},
        "beta_only": [item.name for item in _all(kind) if item.version == "beta"],
        "extra_permissions": _extra_permissions(kind),
        "guarded": [item.name for item in _all(kind) if item.guarded],
        "caveats": {item.name: item.caveat for item in _all(kind) if item.caveat},
    }


def _recoverable(kind: Kind, way: Writability) -> list[str]:
    return [item.name for item in _all(kind) if item.recoverable and item.write is way]


def _extra_permissions(kind: Kind) -> dict[str, dict[str, str]]:
    return {
        item.name: {"read": item.read_permission, "write": item.write_permission}
        for item in _all(kind)
        if item.read_permission or item.write_permission
    }


def _all(kind: Kind) -> tuple[Property, ...]:
    return tuple(kind.by_name.values())


def _expanded_from(kind: Kind) -> str:
    if not kind.parent or kind.owners:
        return ""
    parent = next(item for item in KINDS if item.name == kind.parent)
    return f"{parent.list_path}?$select=id&$expand={kind.parent_property}"


def _link(link: Link) -> dict[str, Any]:
    return {
        "name": link.name,
        "read_path": link.read_path,
        "read_version": link.read_version or link.version,
        "version": link.version,
        "write_path": link.write_path,
        "write_method": link.add_method,
        "remove_path": link.remove_path,
        "bind_path": link.bind_path,
        "target_kinds": list(link.target_kinds),
        "delta": link.on_delta,
        "limit": link.limit,
        "read_permission": link.read_permission,
        "write_permission": link.write_permission,
        "add_permission": [name for name in (link.write_permission, link.add_permission) if name],
        "native": link.native,
        "sensitive": link.sensitive,
        "caveat": link.caveat,
        "locks": [lock.reason for lock in link.locks],
    }


def _reference(item: Reference) -> dict[str, Any]:
    return {
        "path": item.path,
        "kind": item.kind,
        "by": item.by,
        "keywords": sorted(item.keywords),
        "inside_text": item.pattern,
    }


def _subtype(sub: Subtype) -> Mapping[str, Any]:
    return {
        "odata_type": sub.odata_type,
        "properties": [item.name for item in sub.properties],
        "cast_path": sub.cast_path,
        "read_permission": sub.read_permission,
        "write_permission": sub.write_permission,
        "restore_permission": sub.restore_permission,
        "note": sub.note,
    }
