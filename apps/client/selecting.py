"""What a plan brings back, from the options of `plan`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apps.client.errors import usage
from apps.client.parsing import moment, positions

ATTRIBUTE_MODES = ("overwrite", "only-if-empty")
LINK_MODES = ("roll-back", "merge", "skip")


def add_options(made: ArgumentParser) -> None:
    """What and how; the union of what is named is taken."""
    what = made.add_argument_group("what to bring back (all that is named, together)")
    what.add_argument("--all", action="store_true", help="every change of the report")
    what.add_argument("--kind", action="append", default=[], metavar="KIND", help="may repeat")
    what.add_argument("--object", action="append", default=[], metavar="ID", help="may repeat")
    what.add_argument(
        "--changes", type=positions, default=[], metavar="1,3,5-9", help="by number, as diff shows"
    )
    what.add_argument(
        "--touched-by", action="append", default=[], metavar="ID", help="a user or application"
    )
    what.add_argument("--since", type=moment, help="with --touched-by: 2026-11-23T02:00, 2h, 3d")
    what.add_argument("--until", type=moment, help="with --touched-by (now)")
    what.add_argument("--playbook", metavar="KEY", help="as `holdfast playbooks` shows")
    what.add_argument("--about", action="append", default=[], metavar="ID", help="its object")
    what.add_argument(
        "--selection", metavar="FILE", help="JSON as the API takes it; options are added to it"
    )
    _add_modes(made)


def _add_modes(made: ArgumentParser) -> None:
    how = made.add_argument_group("how it goes back")
    how.add_argument(
        "--attributes-as",
        action="append",
        default=[],
        metavar="[WHERE=]MODE",
        help=f"{' or '.join(ATTRIBUTE_MODES)}; WHERE: a kind or kind.attribute",
    )
    how.add_argument(
        "--links-as",
        action="append",
        default=[],
        metavar="[WHERE=]MODE",
        help=f"{', '.join(LINK_MODES)}; WHERE: a kind or a link (group.members)",
    )
    created = how.add_mutually_exclusive_group()
    created.add_argument("--remove-created", action="store_true", help="what came since goes again")
    created.add_argument("--ask-created", action="store_true", help="each is asked for in the plan")
    how.add_argument("--policies-as", choices=("report-only", "as-they-were"))
    how.add_argument("--new-secrets", action="store_true", help="where old ones cannot return")
    how.add_argument("--people-blocked", action="store_true", help="new accounts until hand-over")


def selection_of(args: Namespace) -> dict[str, Any]:
    """The selection as the API takes it. Raises Failure when nothing is named."""
    chosen = _read(args.selection) if args.selection else {}
    wanted = _what(args)
    if not chosen and not wanted:
        raise usage(
            "Nothing is named that should come back.",
            todo="Name it by --changes, --kind, --object, --touched-by or --playbook, or --all.",
        )
    return chosen | wanted | _how(args)


def _what(args: Namespace) -> dict[str, Any]:
    if args.touched_by and not args.since:
        raise usage("--touched-by needs --since.")
    if (args.since or args.until) and not args.touched_by:
        raise usage("--since and --until need --touched-by.")
    if args.about and not args.playbook:
        raise usage("--about needs --playbook.")
    until = args.until or datetime.now(UTC).isoformat()
    found = {
        "everything": args.all,
        "kinds": args.kind,
        "object_ids": args.object,
        "changes": args.changes,
        "touched": [
            {"actor_id": actor, "since": args.since, "until": until} for actor in args.touched_by
        ],
        "playbook": args.playbook and {"key": args.playbook, "object_ids": args.about},
    }
    return {name: value for name, value in found.items() if value}


def _how(args: Namespace) -> dict[str, Any]:
    found = {
        "attributes_as": _modes(args.attributes_as, ATTRIBUTE_MODES),
        "links_as": _modes(args.links_as, LINK_MODES),
        "remove_created": args.remove_created,
        "ask_created": args.ask_created,
        "policies_as": args.policies_as,
        "new_secrets": args.new_secrets,
        "people_blocked": args.people_blocked,
    }
    return {name: value for name, value in found.items() if value}


def _modes(given: list[str], known: tuple[str, ...]) -> dict[str, str]:
    modes = {}
    for text in given:
        where, equals, mode = text.rpartition("=")
        if mode not in known or (equals and not where):
            raise usage(f"{text} is no way of bringing back.", todo=f"One of: {', '.join(known)}.")
        modes[where or "*"] = mode
    return modes


def _read(name: str) -> dict[str, Any]:
    try:
        found = json.loads(Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise usage(f"{name} cannot be read as JSON.") from error
    if not isinstance(found, dict):
        raise usage(f"{name} has no selection: it has to be a JSON object.")
    return found
