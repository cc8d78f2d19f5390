"""A person's leave: Microsoft starts a recovery for nobody else than somebody who has signed in and
holds a role for it (https://learn.microsoft.com/graph/api/entrarecoveryservices-snapshot-post-recoveryjobs).
"""

from __future__ import annotations

from django.db import transaction

from apps.audit import services as audit
from apps.connect.signing_in import PersonalToken
from apps.core import clock
from apps.core.actor import Actor
from apps.core.errors import Conflict
from apps.jobs.choices import JobState
from apps.jobs.models import Job
from apps.recovery.choices import RunState
from apps.recovery.models import NativeRun, Run
from apps.recovery.services.runs import resume_run
from apps.recovery.steering import ended, require_may_steer
from apps.tenants.sealed_text import sealed

SCOPE = "EntraBackup.ReadWrite.Recovery"


def require_may_let(actor: Actor, run: Run) -> NativeRun:
    """The part of a run that waits for somebody to sign in. Needs the right to request or to
    approve recoveries. Raises NotFound, NotAllowed; Conflict for any other run."""
    require_may_steer(actor, run)
    run.refresh_from_db()
    if run.is_finished:
        raise ended()
    found = NativeRun.objects.filter(run=run).first()
    if found is None or not (found.waits_for_sign_in or found.may_be_stopped):
        raise Conflict("Nobody has to sign in for this recovery.", code="needs-no-sign-in")
    return found


@transaction.atomic
def let_begin(*, actor: Actor, run: Run, given: PersonalToken) -> Run:
    """Keep the token of whoever signed in until the run has used it, and let the run go on.

    Raises what require_may_let() and resume_run() raise.
    """
    native = require_may_let(actor, run)
    NativeRun.objects.filter(pk=native.pk).update(
        token=sealed(native, "token", given.token),
        token_ends_at=given.ends_at,
        signed_in_by_id=actor.user_id,
    )
    audit.record(
        actor=actor,
        event="recovery.signed_in_for",
        tenant_id=run.tenant_id,
        subject=run.tenant.name,
        data={"run_id": str(run.pk)},
    )
    if run.state == RunState.PAUSED:
        return resume_run(actor=actor, run=run)
    # To stop what goes on: the next look need not be waited for.
    Job.objects.filter(pk__in=[run.job_id], state=JobState.QUEUED).update(run_after=clock.now())
    return run


def forget_token(native: NativeRun) -> None:
    """There is nothing left to do with it."""
    NativeRun.objects.filter(pk=native.pk).update(token=b"", token_ends_at=None)
    native.token_ends_at = None
