"""Events as each receiver wants them.

Teams: an adaptive card in a message, which incoming webhooks and workflows both take
(https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using).
Slack: blocks (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from apps.core import clock
from apps.notify.models import Delivery
from apps.notify.pushing.webhook import signature
from apps.notify.routes.targets import Target
from apps.notify.routes.words import Said, say

VERSION = 1
TEST = "Holdfast can send its messages here"


def webhook_body(rows: Sequence[Delivery]) -> bytes:
    """What a webhook gets, as JSON."""
    return orjson.dumps({"version": VERSION, "events": [_event(row) for row in rows]})


def test_body() -> bytes:
    """The same with no event in it."""
    return orjson.dumps({"version": VERSION, "events": [], "test": True})


def teams_test() -> bytes:
    """A card that tells of nothing."""
    return _card([_text(TEST)])


def slack_test() -> bytes:
    """A line that tells of nothing."""
    return orjson.dumps({"text": TEST})


def mail_test() -> str:
    """A mail that tells of nothing."""
    return f"Hello,\n\n{TEST}.\n"


def webhook_headers(target: Target, body: bytes) -> dict[str, str]:
    """Headers that sign the body with every key that is still good.

    X-Holdfast-Signature is "v1=" and the hexadecimal HMAC-SHA-256, under the secret of
    X-Holdfast-Key, of X-Holdfast-Timestamp (seconds since 1970), a full stop and the body. After a
    new key was made, the one before it signs X-Holdfast-Previous-Signature for a while.
    """
    timestamp = str(int(clock.now().timestamp()))
    headers = json_headers() | {"X-Holdfast-Timestamp": timestamp}
    names = ("X-Holdfast-", "X-Holdfast-Previous-")
    for name, key in zip(names, (key for key in target.keys if key.is_valid), strict=False):
        headers[f"{name}Key"] = key.id
        headers[f"{name}Signature"] = signature(bytes.fromhex(key.secret), timestamp, body)
    return headers


def json_headers() -> dict[str, str]:
    return {"Content-Type": "application/json", "User-Agent": "Holdfast"}


def teams_body(said: Sequence[Said]) -> bytes:
    """An adaptive card with a button for each event."""
    text: list[dict[str, Any]] = [_text(heading(said), weight="bolder", size="medium")]
    for one in said:
        text.append(_text(one.line))
        text.append({"type": "ActionSet", "actions": [_button(one)]})
    return _card(text)


def slack_body(said: Sequence[Said]) -> bytes:
    """A line with a link for each event; `text` is what notifications on phones show."""
    lines = [f"{_escaped(one.line)} <{one.link}|Open>" for one in said]
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": line[:3000]}} for line in lines
    ]
    return orjson.dumps({"text": _escaped(heading(said)), "blocks": blocks})


def mail_text(said: Sequence[Said]) -> str:
    """The same as plain text."""
    lines = "\n\n".join(f"{one.line}\n{one.link}" for one in said)
    why = "You get this mail because your MSP named this address in Holdfast's notifications."
    return f"Hello,\n\n{lines}\n\n{why}\n"


def heading(said: Sequence[Said]) -> str:
    """One event in a line, or how many there are."""
    return said[0].line if len(said) == 1 else f"Holdfast: {len(said)} events"


def said_of(rows: Sequence[Delivery]) -> list[Said]:
    return [say(row) for row in rows]


def _event(row: Delivery) -> dict[str, Any]:
    said = say(row)
    return {
        "id": str(row.event_id),
        "delivery": str(row.pk),
        "kind": row.kind,
        "resolved": row.resolved,
        "at": row.created_at.isoformat(timespec="seconds"),
        "tenant": {"id": str(row.tenant_id), "name": said.tenant},
        "subjects": row.subjects,
        "data": row.data,
        "text": said.text,
        "link": said.link,
    }


def _card(parts: list[dict[str, Any]]) -> bytes:
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": parts,
    }
    attached = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    return orjson.dumps({"type": "message", "attachments": [attached]})


def _text(text: str, **more: str) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **more}


def _button(one: Said) -> dict[str, str]:
    return {"type": "Action.OpenUrl", "title": "Open in Holdfast", "url": one.link}


def _escaped(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text#escaping"""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
