"""What a plan is about, in words, for whoever puts it forward and whoever approves it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.languages.choosing import shown
from apps.diffs import choices
from apps.diffs.selectors import NOBODY
from apps.portal.naming import Names
from apps.portal.narrowing import LABELS, PARAMETERS
from apps.portal.presenting import words
from apps.recovery.choices import PoliciesAs
from apps.recovery.models import Plan
from apps.recovery.playbooks.filters import Filter
from apps.recovery.selection import Selection, Touched

# So many names stand in a line; the rest is counted.
NAMED: Final = 5
_LABEL_OF: Final = {field: LABELS[key] for key, field in PARAMETERS.items()}
_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "changes": dict(choices.ChangeType.choices),
    "risk": dict(choices.Risk.choices),
    "recoverable": dict(choices.Recoverable.choices),
    "subjects": dict(choices.Subject.choices),
}


def scope_of(plan: Plan, names: Names) -> list[str]:
    """What a plan was made about, a sentence for each part. names: of ids_in_scope()."""
    chosen = Selection.from_json(plan.selection)
    return [*_what(chosen, names), *_how(chosen)]


def ids_in_scope(plan: Plan) -> set[str]:
    """The ids that scope_of() shows names for."""
    return _named(Selection.from_json(plan.selection))


def _what(chosen: Selection, names: Names) -> Iterator[str]:
    if chosen.everything:
        yield _("Everything that the report found.")
    if chosen.matching:
        yield _("All changes that match: %(filters)s.") % {
            "filters": "; ".join(_filters(chosen.matching, names))
        }
    if chosen.kinds:
        yield _("All that is of these kinds: %(kinds)s.") % {"kinds": _kinds(chosen.kinds)}
    if chosen.playbook:
        yield _playbook(chosen.playbook, names)
    for one in chosen.touched:
        yield _touched(one, names)
    if chosen.object_ids:
        yield _("These objects: %(names)s.") % {"names": _in_short(chosen.object_ids, names)}
    for object_id, attributes in sorted(chosen.attributes.items()):
        yield _("Of %(name)s only: %(attributes)s.") % {
            "name": names.get(object_id, object_id),
            "attributes": ", ".join(sorted(attributes)),
        }
    if number := len(chosen.changes) + len(chosen.links):
        yield ngettext(
            "%(number)s change, chosen by itself.",
            "%(number)s changes, chosen one by one.",
            number,
        ) % {"number": number}


def _how(chosen: Selection) -> Iterator[str]:
    """Only what is not as usual."""
    if chosen.remove_created:
        yield _("What was created since the snapshot is removed again.")
    if chosen.policies_as == PoliciesAs.AS_THEY_WERE:
        yield _("Conditional Access policies are in force at once.")
    if chosen.new_secrets:
        yield _("Applications get new secrets where the old ones cannot come back.")
    if chosen.people_blocked:
        yield _("Accounts that are made anew stay blocked until their password was handed over.")


def _filters(matching: Mapping[str, Iterable[str]], names: Names) -> Iterator[str]:
    for field, values in matching.items():
        said = " / ".join(_value(field, one, names) for one in values)
        label = _LABEL_OF.get(field)
        yield f"{shown(label)}: {said}" if label else said


def _value(field: str, value: str, names: Names) -> str:
    if field == "kinds":
        return words(value)
    if value == NOBODY:
        return _("not in the copied audit log")
    return shown(_VALUES[field][value]) if field in _VALUES else names.get(value, value)


def _playbook(playbook: Filter, names: Names) -> str:
    said = {"name": playbook.name, "about": _in_short(playbook.object_ids, names)}
    if playbook.object_ids:
        return _("What the playbook “%(name)s” takes, for %(about)s.") % said
    return _("What the playbook “%(name)s” takes.") % said


def _touched(touched: Touched, names: Names) -> str:
    return _("What %(name)s did from %(since)s to %(until)s.") % {
        "name": names.get(touched.actor_id, touched.actor_id),
        "since": _moment(touched.since),
        "until": _moment(touched.until),
    }


def _moment(at: datetime) -> str:
    return format_date(timezone.localtime(at), _("j M Y H:i"))


def _kinds(kinds: Iterable[str]) -> str:
    return ", ".join(sorted(map(words, kinds)))


def _in_short(ids: Collection[str], names: Names) -> str:
    shown = sorted(names.get(one, one) for one in ids)[:NAMED]
    more = len(ids) - len(shown)
    if more:
        return _("%(names)s and %(more)s more") % {"names": ", ".join(shown), "more": more}
    return ", ".join(shown)


def _named(chosen: Selection) -> set[str]:
    """The ids that are shown, of which names are wanted."""
    actors = {one for one in chosen.matching.get("actors", ()) if one != NOBODY}
    about = set(chosen.playbook.object_ids if chosen.playbook else ())
    touched = {one.actor_id for one in chosen.touched}
    objects = {*sorted(chosen.object_ids)[:NAMED], *chosen.attributes}
    return actors | about | touched | objects | set(chosen.matching.get("object_ids", ()))
