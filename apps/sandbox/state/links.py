"""Directed links between objects, in both directions and in order of addition."""

from collections.abc import Collection, Iterator

#: Id -> the ids at the other end. Most have one, kept bare: a tenant has a manager per user.
_Side = dict[str, dict[str, None] | str]


class LinkTable:
    """All links of one relation, as in "group.members": source -> targets and back."""

    def __init__(self) -> None:
        self._targets: _Side = {}
        self._sources: _Side = {}

    def add(self, source_id: str, target_id: str) -> bool:
        """True if the link is new."""
        if not _enter(self._targets, source_id, target_id):
            return False
        _enter(self._sources, target_id, source_id)
        return True

    def remove(self, source_id: str, target_id: str) -> bool:
        """True if the link was there."""
        if not self.has(source_id, target_id):
            return False
        _drop(self._targets, source_id, target_id)
        _drop(self._sources, target_id, source_id)
        return True

    def targets(self, source_id: str) -> Collection[str]:
        """Ids the source points at, oldest link first."""
        return _ends(self._targets, source_id)

    def sources(self, target_id: str) -> Collection[str]:
        """Ids that point at the target, oldest link first."""
        return _ends(self._sources, target_id)

    def has(self, source_id: str, target_id: str) -> bool:
        """Whether the link exists."""
        held = self._targets.get(source_id)
        return held == target_id if isinstance(held, str) else target_id in (held or ())

    def linked(self) -> Iterator[str]:
        """Every source that has a target."""
        return iter(self._targets)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every (source, target)."""
        for source_id in self._targets:
            for target_id in _ends(self._targets, source_id):
                yield source_id, target_id

    def copy(self) -> "LinkTable":
        """A table with the same links, for going back to it later."""
        twin = LinkTable()
        twin._targets = _copied(self._targets)
        twin._sources = _copied(self._sources)
        return twin


def _enter(side: _Side, key: str, value: str) -> bool:
    held = side.get(key)
    if held is None:
        side[key] = value
    elif isinstance(held, dict):
        if value in held:
            return False
        held[value] = None
    elif held == value:
        return False
    else:
        side[key] = {held: None, value: None}
    return True


def _drop(side: _Side, key: str, value: str) -> None:
    held = side[key]
    if isinstance(held, dict):
        del held[value]
        if held:
            return
    del side[key]


def _ends(side: _Side, key: str) -> Collection[str]:
    held = side.get(key, ())
    if isinstance(held, str):
        return (held,)
    return held.keys() if isinstance(held, dict) else held


def _copied(side: _Side) -> _Side:
    twin = side.copy()
    for key, held in side.items():
        if isinstance(held, dict):
            twin[key] = held.copy()
    return twin
