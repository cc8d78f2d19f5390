"""Django's `i18n` tags, and one of them quick: a text of the page, `{% translate "Tenants" %}`.

Templates load it as `i18n`. A table has some hundred of these, and Django's makes a lazy text of
each that it then reads, escapes and looks up: a dozen steps where one is needed, since neither the
template nor the catalogue changes while a process runs.
"""

from __future__ import annotations

from typing import Any, cast

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags import i18n
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


class TextOfThePage(template.Node):
    """A text that stands in the template; name: under which the rest of the page knows it."""

    child_nodelists = ()

    def __init__(self, text: str, name: str | None) -> None:
        self.text, self.name = text, name
        self._told: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """As Django's: whoever wrote the template or the catalogue answers for its markup."""
        language = get_language()
        told = self._told.get(language)
        if told is None:
            found = gettext(self.text.replace("%", "%%")).replace("%%", "%")
            told = self._told[language] = mark_safe(found)  # noqa: S308 - see above
        if self.name is None:
            return told
        context[self.name] = told
        return SafeString("")


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> template.Node:
    """Django's, which stays for what is no text of the page: variables, filters and contexts."""
    node: Any = i18n.do_translate(parser, token)
    expression = node.filter_expression
    text = getattr(expression.var, "literal", None)
    if node.noop or node.message_context or expression.filters or not isinstance(text, str):
        return cast(template.Node, node)
    return TextOfThePage(text, node.asvar)
