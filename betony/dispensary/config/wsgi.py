"""The dispensary as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from betony.kit import server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "betony.dispensary.config.settings")
server.forget_owner("DISPENSARY")

application = get_wsgi_application()
