"""Rows that belong to a tenant or to an MSP as a whole, never to both."""

from django.db.models import CheckConstraint, Q


def of_one_side(name: str) -> CheckConstraint:
    """Exactly one of the columns `tenant` and `msp` is set."""
    either = Q(msp__isnull=False, tenant__isnull=True) | Q(msp__isnull=True, tenant__isnull=False)
    return CheckConstraint(condition=either, name=name)
