from typing import ClassVar

from django.db import models


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
