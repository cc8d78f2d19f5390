"""Forms as a browser sends those without a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.test import Client

FORM = "application/x-www-form-urlencoded"


def post_form(client: Client, address: str, form: Mapping[str, Any], **extra: Any) -> HttpResponse:
    """Post a form. The test client itself sends every field as a part of its own, which takes
    longer to read than most of our answers take to make."""
    return client.post(address, urlencode(form, doseq=True), content_type=FORM, **extra)
