"""Which of a report's changes a plan is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from apps.core.errors import Invalid
from apps.diffs.models import ReportChange

LinkKey = tuple[str, str, str]
CREATED = ("created", "restored")


@dataclass(frozen=True, slots=True)
class Selection:
    """The union of what its fields name; `everything` names all.

    kinds: of the object, for a link of its source. changes: positions in the report.
    attributes: {object id: names}, and of those objects nothing else unless named otherwise.
    links: (link, source id, target id). remove_created: also undo the creation (and the restoring
    from the bin) of objects that were only named by `everything` or `kinds`; without it such
    objects stay, unless they are named one by one.
    """

    everything: bool = False
    kinds: frozenset[str] = frozenset()
    object_ids: frozenset[str] = frozenset()
    changes: frozenset[int] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    links: frozenset[LinkKey] = frozenset()
    remove_created: bool = False

    @property
    def is_empty(self) -> bool:
        parts = (self.kinds, self.object_ids, self.changes, self.attributes, self.links)
        return not self.everything and not any(parts)

    def condition(self) -> Q:
        """The rows of a report that are selected."""
        if self.everything:
            return Q()
        condition = Q(kind__in=self.kinds) | Q(object_id__in=self.object_ids)
        condition |= Q(position__in=self.changes)
        condition |= Q(subject="object", object_id__in=self.attributes.keys())
        condition |= Q(subject="link", object_id__in={source for _, source, _ in self.links})
        return condition

    def takes(self, change: ReportChange) -> bool:
        """Whether a row that meets `condition` is selected; settles single links."""
        if change.subject != "link" or self._takes_whole(change):
            return True
        return (change.link, change.object_id, change.target_id) in self.links

    def attributes_of(self, change: ReportChange) -> tuple[str, ...]:
        """The attributes of an object's change that are selected."""
        if self._takes_whole(change):
            return tuple(change.attributes)
        wanted = self.attributes.get(change.object_id, frozenset())
        return tuple(name for name in change.attributes if name in wanted)

    def removes(self, change: ReportChange) -> bool:
        """Whether an object that was created or restored since is to go."""
        named = change.object_id in self.object_ids or change.position in self.changes
        return named or self.remove_created

    def _takes_whole(self, change: ReportChange) -> bool:
        return (
            self.everything
            or change.kind in self.kinds
            or change.object_id in self.object_ids
            or change.position in self.changes
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "everything": self.everything,
            "kinds": sorted(self.kinds),
            "object_ids": sorted(self.object_ids),
            "changes": sorted(self.changes),
            "attributes": {key: sorted(names) for key, names in sorted(self.attributes.items())},
            "links": sorted(list(link) for link in self.links),
            "remove_created": self.remove_created,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Selection:
        return cls(
            everything=bool(value.get("everything")),
            kinds=frozenset(value.get("kinds", ())),
            object_ids=frozenset(value.get("object_ids", ())),
            changes=frozenset(value.get("changes", ())),
            attributes={k: frozenset(v) for k, v in value.get("attributes", {}).items()},
            links=frozenset(_link_key(parts) for parts in value.get("links", ())),
            remove_created=bool(value.get("remove_created")),
        )


ALL = Selection(everything=True)


def _link_key(parts: Iterable[str]) -> LinkKey:
    values = tuple(parts)
    if len(values) != 3:
        raise Invalid("A selected link needs its name, its source and its target.")
    return (values[0], values[1], values[2])
