"""The site's settings, with this folder as one more app: the tables of the peers need one."""

from __future__ import annotations

from integration_admin import settings as site

globals().update({name: value for name, value in vars(site).items() if name.isupper()})

INSTALLED_APPS = [*site.INSTALLED_APPS, "tests.bench"]
