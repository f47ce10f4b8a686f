"""The door of the web server."""

from __future__ import annotations

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from integration_admin.checks import require_sound
from integration_admin.unread_bodies import ClosesUnread

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration_admin.settings")

application = ClosesUnread(get_wsgi_application())
require_sound()
# All pages are found before the first is asked for: nobody waits for that.
import_module(settings.ROOT_URLCONF)
