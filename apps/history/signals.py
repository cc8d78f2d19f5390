"""What history tells the apps above it, and those of its own parts that work after a seal."""

from django.dispatch import Signal

# A snapshot was sealed. Sent after the commit, in the tenant's scope, with `tenant_id` (UUID),
# `snapshot_id` (UUID) and `seq` (int). Receivers enqueue jobs and do nothing slow: a capture waits
# for them. One that fails is logged, and neither the capture nor other receivers fail with it.
sealed = Signal()
