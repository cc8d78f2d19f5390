"""Form fields and lists that stay quick with as many entries as an MSP has tenants.

Templates take several steps for each value that they write, and Django's `format_html` three calls;
here it is one `escape` for a name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.choices import BaseChoiceIterator
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from apps.access.selectors import Named
from apps.portal.long_lists import addresses_of_tenants


class TenantChoices(BaseChoiceIterator):
    """Tenants as the choices of a field. A list of pairs would be copied with the form, and taken
    apart and put together again, pair by pair, each time that it is gone through."""

    def __init__(self, tenants: Iterable[Named]) -> None:
        self._pairs = [(str(one.id), one.name) for one in tenants]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __deepcopy__(self, memo: Any) -> TenantChoices:
        """Nothing changes them, so that a form's copy is the same."""
        return self


class LongSelect(forms.Select):
    """A select without groups, written without a template: Django's takes two for each choice,
    which is half a second for the tenants of a large MSP."""

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        chosen = set(self.format_value(value))
        shown = self.build_attrs({**self.attrs, "name": name}, dict(attrs or {}))
        told = (("" if key is None else str(key), str(label)) for key, label in self.choices)
        return format_html("<select{}>{}</select>", flatatt(shown), _options(told, chosen))


def options(tenants: Iterable[Named], chosen: Collection[str]) -> SafeString:
    """The options of a select, one for each tenant."""
    return _options(((str(one.id), one.name) for one in tenants), chosen)


def boxes(tenants: Iterable[Named], chosen: Collection[str] | None) -> SafeString:
    """A box named "tenant" to tick for each tenant. chosen: None for all."""
    return mark_safe(  # noqa: S308 - a name is escaped, an id has no letter to escape
        "".join(
            '<label class="choice"><input type="checkbox" name="tenant" '
            f'value="{one.id}"{_CHECKED if chosen is None or str(one.id) in chosen else ""}> '
            f"{escape(one.name)}</label>"
            for one in tenants
        )
    )


def links(tenants: Iterable[Named], route: str) -> SafeString:
    """An entry of a list for each tenant, leading to a page of it."""
    address = addresses_of_tenants(route)
    return mark_safe(  # noqa: S308 - a name is escaped, an address is one of ours
        "".join(f'<li><a href="{address(one.id)}">{escape(one.name)}</a></li>' for one in tenants)
    )


def _options(told: Iterable[tuple[str, str]], chosen: Collection[str]) -> SafeString:
    return mark_safe(  # noqa: S308 - both are escaped
        "".join(
            f'<option value="{escape(key)}"{_SELECTED if key in chosen else ""}>'
            f"{escape(label)}</option>"
            for key, label in told
        )
    )


_SELECTED, _CHECKED = " selected", " checked"
