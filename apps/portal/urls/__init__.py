"""The portal's addresses. A tenant's pages carry its id; the doors turn it into access."""

from __future__ import annotations

from apps.portal.urls import history, people, recovery, running

app_name = "portal"

urlpatterns = [
    *history.urlpatterns,
    *recovery.urlpatterns,
    *people.urlpatterns,
    *running.urlpatterns,
]
