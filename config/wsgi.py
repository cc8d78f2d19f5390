"""The WSGI entry that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
application = get_wsgi_application()

from config.serving import begin_serving  # noqa: E402 - Django is set up only now

begin_serving()
