from django.db import models


class OffboardingState(models.TextChoices):
    HELD = "held", "On hold, waiting for a second person"
    AGREED = "agreed", "Agreed, will be erased"
    ERASED = "erased", "Erased"
    CANCELLED = "cancelled", "Cancelled, looked after again"


class HandoverState(models.TextChoices):
    OFFERED = "offered", "Offered"
    ACCEPTED = "accepted", "Accepted"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = (OffboardingState.HELD, OffboardingState.AGREED)
