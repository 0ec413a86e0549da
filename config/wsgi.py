"""The entrance for WSGI servers. What the first reader would otherwise wait for is loaded before anybody asks."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from config import warm  # noqa: E402  only now is there a Django to load into

warm.up()
