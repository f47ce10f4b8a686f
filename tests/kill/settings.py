"""The site's settings, with this folder as one more app, and quotas that no client of these tests meets."""

from __future__ import annotations

from integration_admin import settings as site

globals().update({name: value for name, value in vars(site).items() if name.isupper()})

INSTALLED_APPS = [*site.INSTALLED_APPS, "tests.kill"]
ADDRESS_QUOTA_PER_MINUTE = 10_000_000
APPKEY_QUOTA_PER_HOUR = BRAND_QUOTA_PER_HOUR = 10_000_000
BRAND_SETUP = ("sync_app.storage.brand_setup.start_clock",)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
Q_CLUSTER = {**site.Q_CLUSTER, "poll": 0.1, "guard_cycle": 0.2}
