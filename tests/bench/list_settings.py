"""The site's settings, with one more address: a view that does nothing."""

from __future__ import annotations

from integration_admin import settings as site

globals().update({name: value for name, value in vars(site).items() if name.isupper()})

ROOT_URLCONF = "tests.bench.list_urls"
