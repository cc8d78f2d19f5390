"""What a process does before its first request, so that no request has to."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver

from apps.core import collecting
from apps.core.languages.remembering import remember_texts


def begin_serving() -> None:
    """Load every view and template, remember texts, and see that no collection of garbage looks at
    what is loaded again."""
    get_resolver().reverse_dict  # noqa: B018 - asking for it loads all addresses
    for directory in settings.TEMPLATES[0]["DIRS"]:
        for path in sorted(Path(directory).rglob("*.html")):
            get_template(str(path.relative_to(directory)))
    remember_texts()
    collecting.begin_serving()
