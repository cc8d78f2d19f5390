"""What the pages of sign-in ask."""

from __future__ import annotations

from django import template

from apps.access.signin.entra.application import ready_clouds
from apps.entra.clouds import clouds

register = template.Library()


@register.simple_tag
def microsoft_clouds() -> list[tuple[str, str]]:
    """The clouds that people can sign in from, each with its title. One query."""
    known = clouds()
    return [(name, known[name].title) for name in ready_clouds()]
