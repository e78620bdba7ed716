"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from allegations.links.collector import collect_seldom

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vetting.settings")

application = get_wsgi_application()
collect_seldom()
