"""A tenant that comes in over the control door, line by line, and never lies on a disk.

Strict: what the sandbox cannot hold is left out and named, with the reason. Object ids stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from apps.sandbox.load import bodies
from apps.sandbox.load.completion import complete, tenant_facts
from apps.sandbox.load.kinds import concrete_type
from apps.sandbox.schema import TYPES, family
from apps.sandbox.state.directory import Directory
from apps.sandbox.state.world import World

Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was left out. property: of the object that is held without it; "" for all of it."""

    type: str
    id: str
    reason: str
    property: str = ""


@dataclass(slots=True)
class Filling:
    """What has come in of one tenant so far. Nobody sees it before `settle`."""

    tenant_id: str
    objects: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    links: dict[tuple[str, str, str], None] = field(default_factory=dict)
    binned: list[str] = field(default_factory=list)

    def take(self, lines: bytes) -> list[Refusal]:
        """Take lines of JSON in; what was refused of them.

        A line is {"type", "body"} with "deleted" for what is in the bin and "parent" ({"type",
        "id"}) for what lives in another object, or {"type", "relation", "source", "target"}.
        Raises ValueError for what is no such line.
        """
        return [refusal for line in lines.splitlines() for refusal in self._line(_read(line))]

    def settle(self, world: World) -> tuple[dict[str, Any], list[Refusal]]:
        """Make the tenant; its counts, and what was refused.

        Nobody can sign in to it before an application is consented to: its users have no
        passwords, and the lab application is not in it. Raises ValueError when it is there already.
        """
        if self.tenant_id in world.directories:
            raise ValueError(f"there is a tenant '{self.tenant_id}' already")
        facts = tenant_facts(self.objects, self.tenant_id, given=True)
        directory = world.add_directory(facts.directory())
        with directory.filling():
            refused = [*self._put(directory), *self._bin(directory)]
        added = complete(world, directory, strangers=False)
        counts = {"objects": len(self.objects), "links": len(self.links)}
        return {**counts, "added": added}, refused

    def _line(self, line: Line) -> Iterator[Refusal]:
        type_name = str(line.get("type", ""))
        if "relation" in line:
            yield from self._link(type_name, line)
            return
        body = line.get("body")
        if not isinstance(body, dict):
            raise ValueError("a line holds neither a body nor a relation")
        object_id = str(body.get("id") or "")
        known = TYPES.get(concrete_type(body) or type_name)
        if known is None or not known.is_a(type_name) or known.abstract:
            named = body.get("@odata.type", type_name)
            yield Refusal(type_name, object_id, f"The sandbox serves no {named}.")
        elif not object_id or object_id in self.objects:
            reason = "Another object has the same id." if object_id else "The object has no id."
            yield Refusal(type_name, object_id, reason)
        else:
            yield from self._object(known.name, object_id, line)

    def _object(self, type_name: str, object_id: str, line: Line) -> Iterator[Refusal]:
        kept, unknown = bodies.clean(type_name, line["body"])
        if line.get("deleted"):
            if TYPES[type_name].soft_delete is None:
                yield Refusal(type_name, object_id, "The sandbox has no bin for it.")
                return
            self.binned.append(object_id)
        self.objects[object_id] = (type_name, kept)
        # Every line names its object by an id, also where Graph has none for it.
        for name in (one for one in unknown if one != "id"):
            yield Refusal(type_name, object_id, "The sandbox does not know the property.", name)
        yield from self._parts(type_name, object_id, line["body"])
        parent = line.get("parent")
        if isinstance(parent, dict):
            self._belongs(type_name, object_id, parent)

    def _parts(self, type_name: str, object_id: str, body: Line) -> Iterator[Refusal]:
        """What the object brings along inside: objects of their own, or ends of links."""
        for name, items in bodies.related(type_name, body).items():
            relation = TYPES[type_name].relations[name]
            target = TYPES.get(relation.target)
            for item in items:
                # A part that has no id of its own is known by whose it is.
                part = {"id": f"{object_id}/{name}", **item} if relation.contained else item
                if relation.contained and target is not None:
                    yield from self._line({"type": relation.target, "body": part})
                if relation.key and part.get("id"):
                    self.links[relation.key, object_id, str(part["id"])] = None

    def _belongs(self, type_name: str, object_id: str, parent: Line) -> None:
        owner = TYPES.get(str(parent.get("type", "")))
        for relation in owner.relations.values() if owner else ():
            if relation.target == type_name and relation.contained and relation.key:
                self.links[relation.key, str(parent.get("id", "")), object_id] = None

    def _link(self, type_name: str, line: Line) -> Iterator[Refusal]:
        source, name = str(line.get("source", "")), str(line["relation"])
        owner = TYPES.get(type_name)
        relation = owner.relations.get(name) if owner else None
        if relation is None or not relation.key:
            yield Refusal(type_name, source, "The sandbox does not know the relation.", name)
        else:
            self.links[relation.key, source, str(line.get("target", ""))] = None

    def _put(self, directory: Directory) -> Iterator[Refusal]:
        for object_id, (type_name, body) in self.objects.items():
            directory.add(type_name, body, object_id=object_id)
        for relation, source, target in self.links:
            if directory.get(source) is None or directory.get(target) is None:
                owner, _, name = relation.partition(".")
                yield Refusal(owner, source, "An end of the link is not there.", name)
            else:
                directory.link(relation, source, target)

    def _bin(self, directory: Directory) -> Iterator[Refusal]:
        for object_id in self.binned:
            # What lives with another object may have gone into the bin with it.
            if directory.get(object_id) is not None:
                directory.soft_delete(object_id)
            else:
                type_name = self.objects[object_id][0]
                yield Refusal(family(type_name), object_id, "It is in the bin with another object.")


def as_json(refused: list[Refusal]) -> list[dict[str, str]]:
    """Refusals as the control door answers them."""
    return [asdict(one) for one in refused]


def _read(line: bytes) -> Line:
    read = orjson.loads(line)
    if not isinstance(read, dict):
        raise ValueError("a line holds no JSON object")
    return read
