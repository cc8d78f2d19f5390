"""manage.py rewrap_keys: wrap every key under the current (first) key of HOLDFAST_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.audit.chain import rewrap_head
from apps.history.signing import rewrap_signing_keys
from apps.tenants import keys


class Command(BaseCommand):
    """Run it after a new key was put first in HOLDFAST_KEYS; then the old one can be taken out."""

    help = __doc__ or ""

    def handle(self, *args: Any, **options: Any) -> None:
        changed = keys.rewrap_all() + rewrap_head() + rewrap_signing_keys()
        self.stdout.write(f"{changed} keys were wrapped under the current installation key.")
