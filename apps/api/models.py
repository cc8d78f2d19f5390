from typing import ClassVar

from django.db import models

from apps.core import clock
from apps.core.identifiers import new_id


class RequestCount(models.Model):
    """How many requests came by one token or from one address in one window of time.

    key: "token:<id>" or "address:<network>". window: when the window began.
    """

    key = models.CharField(max_length=80, primary_key=True)
    window = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["window"], name="request_count_window")]

    def __str__(self) -> str:
        return f"{self.count} by {self.key}"


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, for as long as it may be repeated.

    key_digest: of the key and the address, request_digest: of all that was sent; both, and sealed
    (body and headers), under what is derived from the token itself (apps.api.idempotency).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token_id = models.UUIDField()
    key_digest = models.BinaryField(max_length=32)
    request_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["made_at"], name="kept_answer_age")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token_id", "key_digest"], name="kept_answer_once")
        ]

    def __str__(self) -> str:
        return f"answer {self.id}"
