"""Directed links between objects, in both directions and in order of addition."""

from collections.abc import Collection, Iterator


class LinkTable:
    """All links of one relation, as in "group.members": source -> targets and back."""

    def __init__(self) -> None:
        self._targets: dict[str, dict[str, None]] = {}
        self._sources: dict[str, dict[str, None] | str] = {}

    def add(self, source_id: str, target_id: str) -> bool:
        """True if the link is new."""
        targets = self._targets.get(source_id)
        if targets is None:
            targets = self._targets[source_id] = {}
        elif target_id in targets:
            return False
        targets[target_id] = None
        held = self._sources.get(target_id)
        if held is None:
            self._sources[target_id] = source_id
        elif isinstance(held, dict):
            held[source_id] = None
        else:
            self._sources[target_id] = {held: None, source_id: None}
        return True

    def remove(self, source_id: str, target_id: str) -> bool:
        """True if the link was there."""
        targets = self._targets.get(source_id)
        if targets is None or target_id not in targets:
            return False
        del targets[target_id]
        if not targets:
            del self._targets[source_id]
        held = self._sources[target_id]
        if isinstance(held, dict):
            del held[source_id]
            if held:
                return True
        del self._sources[target_id]
        return True

    def targets(self, source_id: str) -> Collection[str]:
        """Ids the source points at, oldest link first."""
        return self._targets.get(source_id, {}).keys()

    def sources(self, target_id: str) -> Collection[str]:
        """Ids that point at the target, oldest link first."""
        held = self._sources.get(target_id, {})
        return (held,) if isinstance(held, str) else held.keys()

    def has(self, source_id: str, target_id: str) -> bool:
        """Whether the link exists."""
        return target_id in self._targets.get(source_id, {})

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every (source, target)."""
        for source_id, targets in self._targets.items():
            for target_id in targets:
                yield source_id, target_id

    def copy(self) -> "LinkTable":
        """A table with the same links, for going back to it later."""
        twin = LinkTable()
        twin._targets = {key: dict(value) for key, value in self._targets.items()}
        twin._sources = {
            key: value if isinstance(value, str) else dict(value)
            for key, value in self._sources.items()
        }
        return twin
