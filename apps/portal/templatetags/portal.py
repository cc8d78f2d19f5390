"""What pages need to show the domain's values to people."""

from __future__ import annotations

from django import template

register = template.Library()
