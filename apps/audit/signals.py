"""What the trail tells the apps above it, which it must not import."""

from django.dispatch import Signal

# The verification found what no earlier one had. Sent in the transaction that keeps how it ended,
# with `found` (a list of apps.audit.problems.Problem) and `number` (how many problems in all).
found_broken = Signal()
