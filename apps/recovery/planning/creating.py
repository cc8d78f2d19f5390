"""The steps that make an object anew that was deleted for good.

The plan knows it by the id it had. Which id it gets is known only when it is there, so every other
step that names it waits for that, and says that its request is to be filled in (`requests.filled`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from apps.entra import writing
from apps.entra.catalogue import Kind, kind
from apps.history.identities import Identities
from apps.recovery import reasons, states
from apps.recovery.choices import Action
from apps.recovery.planning.drafts import Draft, Key, create_key, not_recoverable
from apps.recovery.planning.objects import ObjectChange, blank
from apps.recovery.planning.preparing import attributes_of
from apps.recovery.requests import content_of

# Beyond the parts of any update that the plan has of the same object.
_RENAMING = 100
_SWITCH = "accountEnabled"
_ID = re.compile(rb"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass
class Newcomers:
    """What a plan makes anew: for each id that will be another one, the step that makes it so."""

    keys: dict[str, Key] = field(default_factory=dict)
    # Ids that are no GUIDs (of grants, of assignments) are looked for one by one; short ones that
    # somebody chose (c1) are whole values.
    unlike: dict[str, bytes] = field(default_factory=dict)

    def __contains__(self, value: object) -> bool:
        return value in self.keys

    def add(self, of: Kind, object_id: str, body: Mapping[str, Any]) -> None:
        """An object whose creation will be planned. An application gets a new appId as well."""
        key = create_key(of.name, object_id)
        self.keys[object_id] = key
        self.keys |= dict.fromkeys(_known(of, body).values(), key)
        if not _ID.fullmatch(object_id.encode()):
            quoted = f'"{object_id}"' if of.is_id_chosen else object_id
            self.unlike[object_id] = quoted.encode()

    def named_in(self, value: Any) -> set[str]:
        """The ids in a value, wherever they stand, that will be other ones."""
        if not self.keys:
            return set()
        text = orjson.dumps(value)
        found = {match.decode() for match in _ID.findall(text)}
        found |= {one.lower() for one in found}
        return found & self.keys.keys() | {
            one for one, spelled in self.unlike.items() if spelled in text
        }

    def spelled(self, value: Any) -> Any:
        """A body with these ids spelled as Graph does, where people wrote them in capitals."""
        return Identities(now={one: one for one in self.keys}).as_now(value)

    def bind(self, draft: Draft) -> None:
        """Let a draft wait for what its requests name, and have it filled in."""
        if not self.keys or not draft.writes or draft.content is None:
            return
        fills = self.named_in(draft.content)
        own = {one for one in fills if self.keys[one] == draft.key}
        if fills - own:
            draft.content = {**draft.content, "fills": sorted(fills - own)}
            draft.needs |= {self.keys[one] for one in fills - own}


def creation_drafts(
    change: ObjectChange, newcomers: Newcomers, *, blocked: bool = False
) -> Iterator[Draft]:
    """The creation, the updates that complete it, and what of it nobody can bring back.

    blocked: an account that gets a first password is made switched off, until somebody has handed
    that over.
    """
    of, body = change.kind, change.before
    blocked = blocked and body.get(_SWITCH) is True and writing.gets_password(of)
    if blocked:
        body = {**body, _SWITCH: False}
    creation = writing.creation_of(of, body, later=set(_later(of, change, newcomers)))
    draft = change.blank(reasons.MADE_BLOCKED if blocked else reasons.GONE_FOR_GOOD)
    draft.action = Action.CREATE
    draft.lane = of.lane
    draft.content = content_of(creation.request)
    if known := _known(of, body):
        draft.content["known"] = known
    draft.attributes = attributes_of(creation.request)
    draft.assumes = states.of_object(states.ABSENT)
    draft.wants = states.of_object(states.PRESENT)
    draft.parent_id = str(body.get("@parent") or "")
    yield draft
    requests = writing.completing_requests(of, change.row.object_id, body, creation)
    for part, request in enumerate(requests, 1):
        rest = change.blank(reasons.COMPLETES)
        rest.action = Action.UPDATE
        rest.part = part
        rest.lane = request.lane
        rest.content = content_of(request)
        rest.attributes = attributes_of(request)
        rest.parent_id = draft.parent_id
        rest.wants = states.of_attributes(of, body, rest.attributes)
        rest.needs = {draft.key}
        yield rest
    for name, reason in creation.lost.items():
        lost = change.blank()
        lost.attributes = (name,)
        yield not_recoverable(lost, reason)


def renaming_drafts(
    of: Kind, object_id: str, body: Mapping[str, Any], newcomers: Newcomers, planned: set[str]
) -> Iterator[Draft]:
    """What tells an object the new ids of what it refers to, though nobody changed it.

    body: its live state. planned: attributes of it that the plan writes anyway. The value that is
    written is the one it has, filled in; so its state before and after differs in those ids alone.
    """
    renamed = {
        name: value
        for name, value in renamed_in(of, body, newcomers).items()
        if name not in planned
    }
    requests = writing.update_requests(
        of, object_id, current={**body, **renamed}, wanted=body, attributes=renamed
    )
    last = {name: part for part, request in enumerate(requests) for name in request.properties}
    before: dict[str, Key] = {}
    for part, request in enumerate(requests):
        draft = blank(of, object_id, body, reasons.NAMES_ANOTHER)
        draft.action = Action.UPDATE
        draft.part = _RENAMING + part
        draft.lane = request.lane
        draft.content = content_of(request)
        draft.attributes = attributes_of(request)
        draft.needs = {before[name] for name in request.properties if name in before}
        # How it is between two requests for one property nobody knows before.
        if not draft.needs:
            draft.assumes = states.of_attributes(of, body, draft.attributes)
        if all(last[name] == part for name in request.properties):
            draft.wants = states.of_attributes(of, newcomers.spelled(body), draft.attributes)
        before |= dict.fromkeys(request.properties, draft.key)
        yield draft


def renamed_in(of: Kind, body: Mapping[str, Any], newcomers: Newcomers) -> dict[str, Any]:
    """The attributes that name a newcomer and can be written, with another id in its place: what
    a body differs in is what is written."""
    if not newcomers.keys or writing.locked(of, body):
        return {}
    named = {
        name: value
        for name, value in body.items()
        if name in of.by_name and not writing.not_writable(of, name) and newcomers.named_in(value)
    }
    table = Identities()
    for number, known in enumerate(sorted(newcomers.named_in(named))):
        table.add(known, f"00000000-0000-0000-0000-{number:012d}")
    renamed: dict[str, Any] = table.as_now(named)
    return renamed


def _later(of: Kind, change: ObjectChange, newcomers: Newcomers) -> Iterator[str]:
    """Properties that name something that is not made yet when this is: itself, or its like.

    So two that name each other are both made first, and told of each other then.
    """
    for name, value in change.before.items():
        known = of.by_name.get(name)
        if known is None or not known.recoverable:
            continue
        named = newcomers.named_in(writing.at_creation(known, value))
        makers = (newcomers.keys[one] for one in named)
        if any(kind(maker).order >= of.order for _, maker, *_ in makers):
            yield name


def _known(of: Kind, body: Mapping[str, Any]) -> dict[str, str]:
    """What others know the object by, besides its id, and that will be another one."""
    names = (name for name in of.renamed if name != "id")
    return {name: str(body[name]) for name in names if body.get(name)}
