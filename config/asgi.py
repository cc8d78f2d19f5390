"""The ASGI entry. Streams of events are what it is for; it serves all else as wsgi does."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
_all_else = get_asgi_application()

from apps.api.streaming.serving import Streams  # noqa: E402 - apps are there only now

application = Streams(_all_else)
