"""Approvals that broke the glass and were not reviewed yet: who is told, and how often."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core.cache import caches
from django.db import transaction
from django.db.models import QuerySet

from apps.access.models import User
from apps.access.selectors import tenants_of
from apps.core import clock
from apps.core.errors import NotFound
from apps.core.scope import no_scope, tenant_scope
from apps.core.scope import person as asked_by
from apps.recovery import telling
from apps.recovery.models import GlassReview
from apps.tenants.models import Tenant

TOLD_EVERY: Final = timedelta(days=1)
_CACHE_KEY: Final = "glass_unreviewed"
# Another process sees a review, or broken glass, after so many seconds at the latest.
_NOTICED_AFTER: Final = 15


def unreviewed() -> QuerySet[GlassReview]:
    """What nobody has reviewed yet, over all tenants of the scope; the most overdue first."""
    rows = GlassReview.objects.filter(reviewed_at=None)
    related = rows.select_related("tenant", "broken_by", "approval__request__plan")
    return related.order_by("due_at")


def access_review(tenant: Tenant, request_id: UUID) -> GlassReview:
    """The review that a request's approval is owed. Raises NotFound."""
    rows = GlassReview.objects.filter(tenant=tenant, approval__request_id=request_id)
    found = rows.select_related("tenant__msp", "broken_by", "approval__request__plan").first()
    if found is None:
        raise NotFound("No glass was broken for this request.", code="no-such-review")
    return found


def reviews(tenant: Tenant) -> QuerySet[GlassReview]:
    """All of a tenant's, newest first."""
    rows = GlassReview.objects.filter(tenant=tenant).order_by("-broken_at")
    return rows.select_related("broken_by", "reviewed_by", "approval__request__plan")


def unreviewed_for(user: User) -> list[Tenant]:
    """The person's tenants where the glass was broken and nobody has reviewed it; no query without
    any. Also asked while somebody signs in, on nobody's behalf yet."""
    ids = _tenants()
    if not ids:
        return []
    with asked_by(user.pk):
        return list(tenants_of(user).filter(pk__in=ids))


def look_anew() -> None:
    """Have this process see at once what was broken or reviewed, when that is committed."""
    transaction.on_commit(forget_seen)


def forget_seen() -> None:
    """Forget where the glass is broken, as far as this process remembers."""
    caches["process"].delete(_CACHE_KEY)


def remind_of_reviews() -> int:
    """Tell people of reviews that are overdue, once a day each; how many. One query for none."""
    now = clock.now()
    with no_scope("overdue reviews of every tenant are looked for"):
        due = unreviewed().filter(due_at__lte=now, told_at__lte=now - TOLD_EVERY)
        found = list(due)
    return sum(map(_remind, found))


def _remind(review: GlassReview) -> bool:
    now = clock.now()
    with tenant_scope(review.tenant_id), transaction.atomic():
        still = GlassReview.objects.filter(pk=review.pk, reviewed_at=None, told_at=review.told_at)
        if still.update(told_at=now) != 1:
            return False
        telling.remind_of_review(review)
    return True


def _tenants() -> Iterable[UUID]:
    found: list[UUID] | None = caches["process"].get(_CACHE_KEY)
    if found is None:
        with no_scope("where the glass is broken"):
            rows = GlassReview.objects.filter(reviewed_at=None).order_by("tenant_id")
            found = list(rows.values_list("tenant_id", flat=True).distinct())
        caches["process"].set(_CACHE_KEY, found, _NOTICED_AFTER)
    return found
