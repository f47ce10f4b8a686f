"""The site's settings for tests: a data folder of this run's own, fast passwords, counters in memory."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any

FOLDER = tempfile.mkdtemp(prefix="integration-admin-tests-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

# Set before the site's settings are read, and inherited by the commands that tests start: never the real data.
os.environ["DATA_DIR"] = FOLDER
for name in ("DEBUG", "SECRET_KEY", "CREDENTIAL_KEY", "ALLOWED_HOSTS", "HTTPS_ONLY", "STATIC_ROOT", "SPOOL_DIR"):
    os.environ.pop(name, None)

from integration_admin import settings as site  # noqa: E402

SITE: dict[str, Any] = {name: value for name, value in vars(site).items() if name.isupper()}
globals().update(SITE)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MIDDLEWARE = [name for name in SITE["MIDDLEWARE"] if not name.startswith("whitenoise.")]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# The brands of tests begin empty; what a new brand is given is tested by its names in the site's settings.
BRAND_SETUP: tuple[str, ...] = ()
