"""Looking through snapshots: objects, their versions and their ties."""

from apps.portal.views.exploring.objects import (
    explore,
    object_json,
    object_links,
    object_page,
    where_used,
)
from apps.portal.views.exploring.versions import object_versions

__all__ = [
    "explore",
    "object_json",
    "object_links",
    "object_page",
    "object_versions",
    "where_used",
]
