"""The clinic as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from betony.clinic.safety.rules import reading
from betony.kit import server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "betony.clinic.config.settings")
server.forget_owner("CLINIC")

application = get_wsgi_application()
# The table of interactions is read once, before the first page: it takes a second, and a wrong one stops the start.
reading.knowledge()
