"""Reading the filters that people saved."""

from django.db.models import Q

from apps.access.models import SavedFilter, User


def filters_for(user: User) -> list[SavedFilter]:
    """The person's own filters, and those that the staff of his MSPs share, by name. One query."""
    own = Q(membership__user=user)
    of_staff = Q(shared=True, membership__msp__memberships__user=user)
    rows = SavedFilter.objects.filter(own | of_staff).select_related("membership__user")
    return list(rows.order_by("name", "id").distinct())
