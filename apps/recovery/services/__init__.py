"""What changes recoveries: plans are made, put forward, decided and run."""

from apps.recovery.services.commenting import add_comment
from apps.recovery.services.decisions import approve, expire_requests, refuse, withdraw
from apps.recovery.services.glass import break_glass, review_glass
from apps.recovery.services.handing_over import KEPT_FOR, forget_old, read_once
from apps.recovery.services.plans import make_plan, plan_or_enqueue
from apps.recovery.services.requesting import request_recovery
from apps.recovery.services.retrying import may_be_retried, retry_run
from apps.recovery.services.runs import cancel_run, pause_run, resume_run
from apps.recovery.services.settling import Answers, settle_plan
from apps.recovery.services.skipping import skip_step

__all__ = [
    "KEPT_FOR",
    "Answers",
    "add_comment",
    "approve",
    "break_glass",
    "cancel_run",
    "expire_requests",
    "forget_old",
    "make_plan",
    "may_be_retried",
    "pause_run",
    "plan_or_enqueue",
    "read_once",
    "refuse",
    "request_recovery",
    "resume_run",
    "retry_run",
    "review_glass",
    "settle_plan",
    "skip_step",
    "withdraw",
]
