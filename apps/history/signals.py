"""What history tells the apps above it, and those of its own parts that work after a seal."""

from django.dispatch import Signal

# A snapshot was sealed. Sent after the commit, in the tenant's scope, with `tenant_id` (UUID),
# `snapshot_id` (UUID) and `seq` (int). Receivers enqueue jobs and do nothing slow: a capture waits
# for them. One that fails is logged, and neither the capture nor other receivers fail with it.
sealed = Signal()

# Snapshots were pruned: they can no longer be looked at. Sent after the commit, in the tenant's
# scope, with `tenant_id` (UUID) and `seqs` (their positions); the versions go afterwards.
pruned = Signal()

# A minute has passed. Sent by the tick that makes due captures, in no scope, for what else comes by
# the clock. One receiver that fails is logged, and no other fails with it.
ticked = Signal()

# A tenant was brought back from its off-site copies. Sent in its scope, with `tenant` (Tenant).
# Jobs do not come back: receivers end what waited for one, so that nothing looks as if it went on.
restored = Signal()
RESTORED = (
    "The installation was brought back from its off-site copies while this was under way. It was"
    " not gone on with."
)
