"""What a second list tells of a kind's objects."""

from collections.abc import Mapping
from typing import Any

from apps.entra.catalogue.model import Beside, Kind
from apps.entra.client import GraphClient
from apps.entra.errors import Denied, NotLicensed, NotOffered


class Told:
    """Asked for once, and only when there is an object that it may tell of."""

    def __init__(self, client: GraphClient, kind: Kind) -> None:
        self._client = client
        self._kind = kind
        self._found: dict[str, dict[str, Any]] | None = None

    def add_to(self, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object together with what is told of it."""
        beside = self._kind.beside
        if beside is None:
            return raw
        if self._found is None:
            self._found = self._list(beside)
        return {**raw, **self._found.get(str(raw["id"]), {})}

    def _list(self, beside: Beside) -> dict[str, dict[str, Any]]:
        prefix = self._kind.key_prefix
        try:
            return {
                f"{prefix}{one[beside.by]}": {
                    name: one[name] for name in beside.properties if name in one
                }
                for page in self._client.pages(beside.list_path, version=self._kind.version)
                for one in page.get("value") or ()
                if one.get(beside.by)
            }
        except (Denied, NotLicensed, NotOffered):
            return {}
