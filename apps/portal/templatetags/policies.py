"""Sentences about policies as markup: keywords stressed, ids as links with their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.languages.choosing import shown
from apps.entra.conditional_access.words import Item
from apps.portal import presenting
from apps.portal.policies import Named, Names

register = template.Library()
_UNNAMED = Named("")


@register.simple_tag
def policy_text(pieces: Iterable[str | Item], names: Names, tenant_id: Any, at: int) -> SafeString:
    """Text and items in turn. at: the snapshot in which links open what they lead to."""
    parts = (
        format_html("{}", shown(piece))
        if isinstance(piece, str)
        else _item(piece, names.get(piece.raw.lower(), _UNNAMED), tenant_id, at)
        for piece in pieces
    )
    return format_html_join("", "{}", ((part,) for part in parts))


@register.simple_tag
def policy_item(item: Item, names: Names, tenant_id: Any, at: int) -> SafeString:
    """One item by itself."""
    return policy_text([item], names, tenant_id, at)


@register.filter
def as_json(value: Any) -> str:
    """Something that the grammar does not know, as it stands in the policy."""
    return presenting.plain(value) or shown("(empty)")


def _item(item: Item, named: Named, tenant_id: Any, at: int) -> SafeString:
    if item.is_code:
        return format_html("<code>{}</code>", item.text)
    if not item.is_id:
        unknown = "" if item.is_known else _note(_("a value that is new to Holdfast"))
        return format_html("<b>{}</b>{}", shown(item.text), unknown)
    return format_html("{}{}", _name(item, named, tenant_id, at), _note(named.note))


def _name(item: Item, named: Named, tenant_id: Any, at: int) -> SafeString:
    if named.found is not None:
        url = reverse("portal:object", args=[tenant_id, named.found.kind, named.found.object_id])
        return format_html(
            '<a href="{}?at={}" title="{}"><b>{}</b></a>', url, at, item.raw, named.name
        )
    if named.name:
        return format_html('<b title="{}">{}</b>', item.raw, named.name)
    return format_html('<span class="id">{}</span>', item.raw)


def _note(text: str) -> SafeString:
    if not text:
        return SafeString("")
    return format_html(' <span class="state is-warn">{}</span>', shown(text))
