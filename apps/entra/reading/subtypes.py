"""What a derived type has beyond its kind: Graph gives it only where the type is named."""

from collections.abc import Mapping
from typing import Any

from apps.entra.catalogue.model import Kind, Subtype
from apps.entra.catalogue.normalising import TYPE
from apps.entra.client import GraphClient


class Extras:
    """The additional properties of derived types, listed once and only when one turns up.

    Like a property that asks for a permission of its own, they are left out where it is missing.
    """

    def __init__(self, client: GraphClient, kind: Kind) -> None:
        self._client = client
        self._kind = kind
        self._by_type = {
            sub.odata_type: sub for sub in kind.subtypes if sub.cast_path and sub.properties
        }
        self._found: dict[str, dict[str, dict[str, Any]]] = {}

    def add_to(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object together with what its own type adds."""
        odata_type = str(raw.get(TYPE, ""))
        sub = self._by_type.get(odata_type)
        if sub is None:
            return raw
        if odata_type not in self._found:
            self._found[odata_type] = self._list(sub)
        return {**raw, **self._found[odata_type].get(str(raw["id"]), {})}

    def _list(self, sub: Subtype) -> dict[str, dict[str, Any]]:
        if sub.read_permission and sub.read_permission not in self._client.roles():
            return {}
        names = [item.name for item in sub.properties if item.selected]
        params: dict[str, str | int] = {"$select": ",".join(("id", *names)), "$top": 999}
        return {
            str(raw["id"]): {name: raw[name] for name in names if name in raw}
            for page in self._client.pages(sub.cast_path, params, version=self._kind.version)
            for raw in page.get("value") or ()
        }
