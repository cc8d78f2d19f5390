"""Which of a report's changes a plan is about, and how they go back.

Everything beyond the scope has a default that means: back to what the snapshot says, and nothing
that anybody made since is removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.core.errors import Invalid
from apps.diffs.models import ReportChange
from apps.diffs.selectors import Filters
from apps.recovery.choices import AttributeMode, CreatedSince, LinkMode, PoliciesAs
from apps.recovery.playbooks.filters import Filter

LinkKey = tuple[str, str, str]
CREATED = ("created", "restored")
# Stands for every kind, attribute or link that is not named by itself.
ANY = "*"
_AS_IT_WAS = AttributeMode.OVERWRITE
_ALL_BACK = LinkMode.ROLL_BACK


@dataclass(frozen=True, slots=True)
class Touched:
    """The changes that somebody had a hand in. actor_id: of a user, or of an application's service
    principal (or its appId), as the directory audit log names him."""

    actor_id: str
    since: datetime
    until: datetime

    def as_json(self) -> dict[str, str]:
        return {
            "actor_id": self.actor_id,
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Touched:
        since, until = (_moment(value.get(name)) for name in ("since", "until"))
        if until < since:
            raise Invalid("The time that is looked at ends before it begins.")
        return cls(str(value.get("actor_id", "")).strip(), since, until)


@dataclass(frozen=True, slots=True)
class Selection:
    """The scope is the union of what its fields name; `everything` names all.

    kinds: of the object, for a link of its source. changes: positions in the report.
    attributes: {object id: names}, and of those objects nothing else unless named otherwise.
    links: (link, source id, target id). touched: what somebody did. playbook: a saved filter, as
    it was when it was used. matching: the changes that meet filters of a report, as
    apps.diffs.selectors.Filters gives them; empty for none.

    remove_created: also undo the creation (and the restoring from the bin) of objects that were
    not named one by one; without it such objects stay. ask_created: each of them has to be
    answered for in created_answers ({object id: CreatedSince}) before the plan may run.

    attributes_as: {"*", kind or "kind.attribute": AttributeMode}; links_as: {"*", kind of the
    source or link: LinkMode}. What says more counts.

    policies_as: whether a Conditional Access policy that is not in force now comes back in force.

    new_secrets: applications whose client secrets cannot come back get a new one. people_blocked:
    accounts that are made anew are switched off until their first password was handed over.

    native: the id of a snapshot of Microsoft's own, to which its engine takes the tenant back in
    place of ours (apps.recovery.native); "" where we do.

    mapped: {id: id} of what is gone for good, and what is written in its place everywhere.
    left_out: ids of what is gone for good and is left out where it was referred to.
    """

    everything: bool = False
    kinds: frozenset[str] = frozenset()
    object_ids: frozenset[str] = frozenset()
    changes: frozenset[int] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    links: frozenset[LinkKey] = frozenset()
    touched: tuple[Touched, ...] = ()
    playbook: Filter | None = None
    matching: Mapping[str, list[str]] = field(default_factory=dict)
    remove_created: bool = False
    ask_created: bool = False
    created_answers: Mapping[str, str] = field(default_factory=dict)
    attributes_as: Mapping[str, str] = field(default_factory=dict)
    links_as: Mapping[str, str] = field(default_factory=dict)
    policies_as: PoliciesAs = PoliciesAs.REPORT_ONLY
    new_secrets: bool = False
    people_blocked: bool = False
    native: str = ""
    mapped: Mapping[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        parts = (self.kinds, self.object_ids, self.changes, self.attributes, self.links)
        filters = (self.everything, self.touched, self.playbook, self.matching)
        return not any((*filters, *parts))

    @property
    def needs_history(self) -> bool:
        """Whether only the tenant's history can tell which changes it names."""
        return bool(self.touched or (self.playbook and self.playbook.follows))

    def created_since(self, change: ReportChange) -> CreatedSince:
        """What becomes of an object that was created or restored since; ASK: nobody has said."""
        if answer := self.created_answers.get(change.object_id):
            return CreatedSince(answer)
        if change.object_id in self.object_ids or change.position in self.changes:
            return CreatedSince.REMOVE
        if self.ask_created:
            return CreatedSince.ASK
        return CreatedSince.REMOVE if self.remove_created else CreatedSince.KEEP

    def attribute_mode(self, kind: str, name: str) -> AttributeMode:
        """How an attribute of this kind goes back."""
        return AttributeMode(_closest(self.attributes_as, f"{kind}.{name}", kind) or _AS_IT_WAS)

    def link_mode(self, link: str, kind: str) -> LinkMode:
        """How this link goes back; kind: of its source."""
        return LinkMode(_closest(self.links_as, link, kind) or _ALL_BACK)

    def as_json(self) -> dict[str, Any]:
        """What says nothing is left out, but for what was always there."""
        later: dict[str, Any] = {
            "touched": [one.as_json() for one in self.touched],
            "playbook": self.playbook.as_json() if self.playbook else None,
            "matching": {name: sorted(held) for name, held in sorted(self.matching.items())},
            "ask_created": self.ask_created,
            "created_answers": dict(sorted(self.created_answers.items())),
            "attributes_as": dict(sorted(self.attributes_as.items())),
            "links_as": dict(sorted(self.links_as.items())),
            "new_secrets": self.new_secrets,
            "people_blocked": self.people_blocked,
            "native": self.native,
            "mapped": dict(sorted(self.mapped.items())),
            "left_out": sorted(self.left_out),
        }
        return {
            "everything": self.everything,
            "kinds": sorted(self.kinds),
            "object_ids": sorted(self.object_ids),
            "changes": sorted(self.changes),
            "attributes": {key: sorted(names) for key, names in sorted(self.attributes.items())},
            "links": sorted(list(link) for link in self.links),
            "remove_created": self.remove_created,
            "policies_as": str(self.policies_as),
            **{name: value for name, value in later.items() if value},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Selection:
        """Raises Invalid for what as_json() does not give."""
        playbook = value.get("playbook")
        return cls(
            everything=bool(value.get("everything")),
            kinds=frozenset(value.get("kinds", ())),
            object_ids=frozenset(value.get("object_ids", ())),
            changes=frozenset(value.get("changes", ())),
            attributes={k: frozenset(v) for k, v in value.get("attributes", {}).items()},
            links=frozenset(_link_key(parts) for parts in value.get("links", ())),
            touched=tuple(Touched.from_json(one) for one in value.get("touched", ())),
            playbook=Filter.from_json(playbook) if playbook else None,
            matching=Filters.from_json(value.get("matching", {})).as_json(),
            remove_created=bool(value.get("remove_created")),
            ask_created=bool(value.get("ask_created")),
            created_answers=_chosen(value, "created_answers", CreatedSince.answers()),
            attributes_as=_chosen(value, "attributes_as", AttributeMode.values),
            links_as=_chosen(value, "links_as", LinkMode.values),
            policies_as=_policies_as(value),
            new_secrets=bool(value.get("new_secrets")),
            people_blocked=bool(value.get("people_blocked")),
            native=str(value.get("native") or ""),
            mapped=dict(value.get("mapped", {})),
            left_out=frozenset(value.get("left_out", ())),
        )


ALL = Selection(everything=True)


def _closest(table: Mapping[str, str], *names: str) -> str:
    return next((table[name] for name in (*names, ANY) if name in table), "")


def _chosen(value: Mapping[str, Any], name: str, allowed: Iterable[str]) -> dict[str, str]:
    found = dict(value.get(name, {}))
    if unknown := set(found.values()) - set(allowed):
        raise Invalid(
            f"{', '.join(sorted(map(str, unknown)))} is no choice of {name}.",
            todo=f"Choose among {', '.join(allowed)}.",
        )
    return found


def _policies_as(value: Mapping[str, Any]) -> PoliciesAs:
    chosen = value.get("policies_as", PoliciesAs.REPORT_ONLY)
    if chosen not in PoliciesAs.values:
        raise Invalid(
            f"{chosen} is no choice of policies_as.",
            todo=f"Choose among {', '.join(PoliciesAs.values)}.",
        )
    return PoliciesAs(chosen)


def _link_key(parts: Iterable[str]) -> LinkKey:
    values = tuple(parts)
    if len(values) != 3:
        raise Invalid("A selected link needs its name, its source and its target.")
    return (values[0], values[1], values[2])


def _moment(value: Any) -> datetime:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid("A time window needs a beginning and an end.") from error
    if found.tzinfo is None:
        raise Invalid("A moment needs its time zone.")
    return found
