"""What the pages that make plans send, as the recovery takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.core.errors import Invalid
from apps.diffs.models import DifferenceReport
from apps.portal.narrowing import matching_from
from apps.recovery.choices import CreatedSince, PoliciesAs
from apps.recovery.planning.blocking import BRING_BACK, LEAVE_OUT, MAP
from apps.recovery.playbooks.filters import Filter
from apps.recovery.playbooks.selectors import filter_of
from apps.recovery.selection import Selection, Touched
from apps.recovery.services import Answers
from apps.tenants.models import Tenant

ATTRIBUTES, LINKS = "attributes_as:", "links_as:"
_ANY = "*"
_MINUTE = "%Y-%m-%dT%H:%M"
CREATED, GONE, MAPPED = "created:", "gone:", "mapped:"


def selection_from(data: QueryDict, tenant: Tenant) -> Selection:
    """What was chosen, and how it goes back. Raises Invalid, NotFound for an unknown playbook."""
    created = data.get("created", "")
    return Selection.from_json(
        {
            **_scope(data, tenant),
            "remove_created": "remove_created" in data or created == CreatedSince.REMOVE,
            "ask_created": created == CreatedSince.ASK,
            "attributes_as": dict(_table(data, ATTRIBUTES)),
            "links_as": dict(_table(data, LINKS)),
            "policies_as": _policies_as(data),
            "native": data.get("native", ""),
            "new_secrets": "new_secrets" in data,
            "people_blocked": "people_blocked" in data,
        }
    )


def chosen_in(data: QueryDict, report: DifferenceReport) -> dict[str, object]:
    """What the form of a plan shows as chosen: what was sent, else what it begins with."""
    until = report.target.sealed_at if report.target else report.base.taken_at
    begins = {
        "scope": "everything",
        "created": CreatedSince.values[0],
        "policies_as": PoliciesAs.values[0],
        "since": timezone.localtime(report.base.taken_at).strftime(_MINUTE),
        # The field knows whole minutes; what was done in the last one is meant, too.
        "until": timezone.localtime(until + timedelta(minutes=1)).strftime(_MINUTE),
    }
    return {
        **begins,
        **{name: str(value) for name, value in data.items()},
        "ticked": frozenset(data.getlist("kind")),
        "attributes_any": data.get(ATTRIBUTES + _ANY, ""),
        "links_any": data.get(LINKS + _ANY, ""),
    }


def modes_of(data: QueryDict, prefix: str, names: Iterable[str]) -> list[tuple[str, str]]:
    """Each of these kinds or links, with the way back that was chosen for it alone."""
    return [(name, data.get(prefix + name, "")) for name in names]


def answers_from(data: QueryDict) -> Answers:
    """What was decided about the blockers of a plan. What was left open is no answer."""
    decided = dict(_table(data, GONE))
    mapped = {
        value: instead
        for value, instead in _table(data, MAPPED)
        if decided.get(value, MAP) == MAP and instead
    }
    return Answers(
        bring_back=frozenset(
            data.get(f"id:{value}", value) for value, how in decided.items() if how == BRING_BACK
        ),
        mapped=mapped,
        left_out=frozenset(value for value, how in decided.items() if how == LEAVE_OUT),
        created=_answers(dict(_table(data, CREATED))),
        created_rest=_answers({"": data.get("created_rest", "")}).get("", ""),
    )


def filter_from(data: QueryDict) -> Filter:
    """A playbook as its form describes it. Raises Invalid."""
    about = data.get("about", "")
    return Filter(
        name=data.get("name", ""),
        kinds=frozenset() if about else frozenset(data.getlist("kind")),
        asks_for=about,
        refers_to=frozenset(data.getlist("refers_to")),
        referred_by=frozenset(data.getlist("referred_by")),
        links="links" in data,
        links_to="links_to" in data,
        steps=_number(data.get("steps", "1")),
    )


def _scope(data: QueryDict, tenant: Tenant) -> dict[str, object]:
    wanted = data.get("scope", "changes")
    if wanted == "everything":
        return {"everything": True}
    if wanted == "kinds":
        return {"kinds": data.getlist("kind")}
    if wanted == "objects":
        return {"object_ids": data.get("objects", "").replace(",", " ").split()}
    if wanted == "matching":
        return {"matching": matching_from(data)}
    if wanted == "attributes":
        return {"attributes": {data.get("object", ""): data.getlist("attribute")}}
    if wanted == "touched":
        return {"touched": [_touched(data)]}
    if wanted == "playbook":
        about = data.get("about", "").split()
        found = filter_of(tenant.msp_id, data.get("playbook", ""), about)
        return {"playbook": found.as_json()}
    return {"changes": [int(value) for value in data.getlist("change") if value.isdigit()]}


def _touched(data: QueryDict) -> dict[str, object]:
    actor_id = data.get("actor_id", "").strip() or data.get("actor", "")
    if not actor_id:
        raise Invalid("Say whose changes are meant.", todo="Choose somebody, or give an id.")
    since, until = (_moment(data.get(name, "")) for name in ("since", "until"))
    return {**Touched(actor_id, since, until).as_json()}


def _moment(text: str) -> datetime:
    """What a field for date and time sends, in the time zone in which pages show times."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise Invalid("Give the beginning and the end of the time that is meant.")
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _policies_as(data: QueryDict) -> str:
    # Microsoft's engine knows no other way.
    in_force = "policies_in_force" in data or bool(data.get("native"))
    default = PoliciesAs.AS_THEY_WERE if in_force else PoliciesAs.REPORT_ONLY
    return data.get("policies_as") or default


def _table(data: QueryDict, prefix: str) -> Iterator[tuple[str, str]]:
    """The fields that are named for what they are about, without those left alone."""
    for name, value in data.items():
        if name.startswith(prefix) and value:
            yield name.removeprefix(prefix), str(value)


def _answers(given: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if value in CreatedSince.answers()}


def _number(text: str) -> int:
    if not text.isdigit():
        raise Invalid("How often references are followed is a number.")
    return int(text)
