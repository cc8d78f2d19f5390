"""What people say about a request."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.core.identifiers import new_id
from apps.core.scope import ScopedManager
from apps.tenants.sealed_text import SealedTextField


class RequestComment(models.Model):
    """A remark about a recovery request, for whoever sees the request. Written once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey(
        "recovery.RecoveryRequest", on_delete=models.PROTECT, related_name="comments"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    text = SealedTextField()

    objects: ClassVar[ScopedManager[RequestComment]] = ScopedManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["request", "written_at"], name="comment_of")]

    def __str__(self) -> str:
        return f"comment on {self.request_id}"
