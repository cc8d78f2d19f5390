"""Whom to believe on the other side."""

import ssl

from django.conf import settings


def tls_context() -> ssl.SSLContext:
    """The system's certificate authorities, or those of settings.HOLDFAST_PUSH_CA (a PEM file)."""
    context = ssl.create_default_context(cafile=settings.HOLDFAST_PUSH_CA or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
