"""What changes recoveries: plans are made, put forward, decided and run."""

from apps.recovery.services.decisions import approve, expire_requests, refuse, withdraw
from apps.recovery.services.handing_over import KEPT_FOR, forget_old, read_once
from apps.recovery.services.plans import make_plan, plan_or_enqueue
from apps.recovery.services.requesting import request_recovery
from apps.recovery.services.runs import cancel_run

__all__ = [
    "KEPT_FOR",
    "approve",
    "cancel_run",
    "expire_requests",
    "forget_old",
    "make_plan",
    "plan_or_enqueue",
    "read_once",
    "refuse",
    "request_recovery",
    "withdraw",
]
