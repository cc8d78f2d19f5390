"""Letting the workers rest until a person says that they may begin again."""

from django.db import transaction

from apps.audit import services as audit
from apps.core.actor import Actor
from apps.core.scope import no_scope
from apps.jobs.choices import JobState
from apps.jobs.models import Job, Pause


def pause() -> Pause | None:
    """Why no job is begun at the moment, None when the workers work."""
    return Pause.objects.first()


def paused() -> bool:
    """Whether workers begin nothing. What a person runs at the console is not held back."""
    return Pause.objects.exists()


@transaction.atomic
def pause_work(*, actor: Actor, reason: str) -> Pause:
    """Let no worker begin a job from now on; those under way end. Paused twice, it stays as it was.

    reason: a sentence for people, without personal data.
    """
    row, made = Pause.objects.get_or_create(pk=1, defaults={"reason": reason[:300]})
    if made:
        audit.record(actor=actor, event="jobs.paused", reason=reason)
    return row


@transaction.atomic
def resume_work(*, actor: Actor) -> bool:
    """Let the workers begin what waits; False when they were not paused."""
    resumed, _ = Pause.objects.all().delete()
    if resumed:
        # What a worker turned away is handed over again at the next tick, not in a quarter hour.
        with no_scope("jobs of every tenant wait"):
            Job.objects.filter(state=JobState.QUEUED).update(dispatched_at=None)
        audit.record(actor=actor, event="jobs.resumed")
    return bool(resumed)
