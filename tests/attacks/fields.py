"""What an attacker writes into each field of a form, each part of an address and of a body.

Where a field could name something, he names the victim's. A field that is not known here fails a
test: whoever adds one says what could be put into it.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.portal.world import World, object_id
from tests.support.databases import ROOT

TEMPLATES = ROOT / "templates"
VIEWS = (ROOT / "apps" / "portal", ROOT / "apps" / "access" / "signin")

_IN_TEMPLATES = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"(\w+)\"")
_IN_VIEWS = re.compile(r"\b(?:POST|GET|data|query|form)\.(?:get|getlist)\(\s*\"(\w+)\"")
_ASKED_FOR = re.compile(r"\"(\w+)\" in (?:request\.)?(?:POST|data)\b")


def fields_of_the_portal() -> set[str]:
    """Every name that a form of ours has or a view of ours reads."""
    found: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        found |= set(_IN_TEMPLATES.findall(path.read_text()))
    for path in _python(VIEWS):
        text = path.read_text()
        found |= set(_IN_VIEWS.findall(text)) | set(_ASKED_FOR.findall(text))
    return found


def _python(folders: tuple[Path, ...]) -> list[Path]:
    return [path for folder in folders for path in folder.rglob("*.py")]


def values(world: World) -> dict[str, object]:
    """A value for every field: the victim's ids and positions, and what makes a form valid."""
    cast, ids = world.cast, world.ids
    return {
        # The victim's own.
        "tenant": [str(ids["tenant_id"])],
        "msp": str(ids["msp_id"]),
        "user": str(cast.dave.pk),
        "member": str(cast.carol.pk),
        "base": world.base.seq,
        "target": world.target.seq,
        "snapshot": world.base.seq,
        "template": str(ids["template_id"]),
        "tenants": [str(ids["tenant_id"])],
        "delivery": str(ids["route_id"]),
        "change": ["1"],
        "object": object_id(1),
        "objects": object_id(1),
        "native": "MjAyNC0wOC0yNlQwMjozMDowMFo=",
        "digest": world.waiting.plan.digest_hex,
        "session": "1",
        "credential": "{}",
        "email": cast.dave.email,
        "language": "de",
        "login": cast.dave.email,
        "username": cast.dave.email,
        "state": "0" * 43,
        "token": "0" * 43,
        "id": object_id(1),
        "q": object_id(1),
        "about": object_id(1),
        "actor": object_id(1),
        "actor_id": object_id(1),
        "for": object_id(1),
        "object_id": object_id(1),
        "client_id": object_id(1),
        "playbook": str(ids["playbook_id"]),
        "person": str(cast.dave.pk),
        "request": str(ids["request_id"]),
        "entra_id": str(cast.contoso.entra_id),
        "source": str(ids["tenant_id"]),
        "identity": str(cast.dave.pk),
        "what": "remove",
        "whose": cast.dave.email,
        # What makes the rest of a form valid, so that nothing else than the rights refuses it.
        "access_key_id": "evil",
        "account_key": "evil",
        "address": "https://evil.example/",
        "after": "0",
        "as_cloud": "yes",
        "break_glass": "on",
        "by": "id",
        "colour": "#ff0000",
        "confirm": ["lock-out-1"],
        "forbids_glass": "on",
        **{f"{level}_number": "1" for level in ("low", "medium", "high")},
        **{f"{level}_from": "any" for level in ("low", "medium", "high")},
        **{f"{level}_expiry": "168" for level in ("low", "medium", "high")},
        **{f"{level}_in_hours": "" for level in ("low", "medium", "high")},
        "at": "1",
        "attention": "on",
        "attribute": ["department"],
        "back": f"/tenants/{ids['tenant_id']}/",
        "before": "9",
        "begin": "01:00",
        "category": "",
        "channel": "mail",
        "cloud": "sandbox",
        "code": "000000",
        "collection": "user",
        "covers": "all",
        "created": "remove",
        "created_rest": "remove",
        "days": "30",
        "delta_minutes": "5",
        "description": "evil",
        "enabled": "on",
        "end": "02:00",
        "entra": "on",
        "entra_role": "e6d1a23a-da11-4be4-9570-befc86d067a7",
        "event": "",
        "events": ["glass.broken"],
        "file": "evil",
        "for_new": "1",
        "form": "roles",
        "from_the_start": "on",
        "from": str(ids["tenant_id"]),
        "full_hour": "3",
        "go": "nowhere",
        "group_minutes": "5",
        "here": "",
        "interval": "monthly",
        "least_risk": "low",
        "quiet_from": "22:00",
        "quiet_until": "06:00",
        "full_weekday": ["1"],
        "kind": ["user"],
        "links": "1",
        "lock": "compliance",
        "lock_days": "30",
        "links_to": "1",
        "local": "on",
        "mail_to": "mallory@evil.example",
        "minutes": "30",
        "mode": "full",
        "name": "Mallory's",
        "need": "",
        "networks": "",
        "new_secrets": "on",
        "new_tags": "evil",
        "next": f"/tenants/{ids['tenant_id']}/",
        "objective_minutes": "60",
        "oldpassword": "correct horse battery staple",
        "others": "1",
        "page": "1",
        "password": "correct horse battery staple",
        "password1": "another horse battery staple",
        "password2": "another horse battery staple",
        "people_blocked": "on",
        "portal_name": "Evil",
        "policies_as": "as-they-were",
        "policies_in_force": "on",
        "purpose": "backup",
        "reach": "some",
        "reply_to": "mallory@evil.example",
        "reason": "because I can",
        "referred_by": ["user"],
        "refers_to": ["user"],
        "region": "eu",
        "remove": "on",
        "remove_created": "on",
        "right": ["view_backups", "take_backups"],
        "role": ["tenant-manager", "recovery-approver"],
        "sas_token": "evil",
        "scenario": "people-deleted",
        "scope": "everything",
        "secret_access_key": "evil",
        "sender_name": "Evil",
        "seq": world.base.seq,
        "shared": "yes",
        "shown": "1,2",
        "sign_in": "local",
        "sign_in_name": "evil",
        "since": "",
        "steps": "1",
        "support_email": "mallory@evil.example",
        "support_phone": "1234567",
        "support_url": "https://evil.example/",
        "stated_at": "2026-01-01T00:00",
        "switch": "on",
        "undo_hours": "168",
        "with_undo": "1",
        "tag": ["evil"],
        "tags": "evil",
        "take": "on",
        "text": "evil",
        "theme": "dark",
        "time_zone": "UTC",
        "until": "",
        "verdict": "yes",
        "version": ["1", "2"],
        "way": "to",
        "weekday": ["1"],
        "who": "evil",
        "whole": ["user"],
        "with_persons": "on",
    }
