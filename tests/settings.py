"""The site's settings for tests: a data folder of this run's own, fast passwords, and its own cache."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from typing import Any
from urllib.parse import urlsplit

FOLDER = tempfile.mkdtemp(prefix="integration-admin-tests-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

# Set before the site's settings are read, and inherited by the commands that tests start: never the real data.
os.environ["DATA_DIR"] = FOLDER
for name in ("DEBUG", "SECRET_KEY", "CREDENTIAL_KEY", "ALLOWED_HOSTS", "HTTPS_ONLY", "STATIC_ROOT", "SPOOL_DIR"):
    os.environ.pop(name, None)

from integration_admin import settings as site  # noqa: E402

SITE: dict[str, Any] = {name: value for name, value in vars(site).items() if name.isupper()}
globals().update(SITE)

# In memory SQLite locks whole tables between threads; in a file it behaves as the site's does, but for the power cut.
database: dict[str, Any] = SITE["DATABASES"]["default"]
if "sqlite" in database["ENGINE"]:
    database["TEST"] = {"NAME": f"{FOLDER}/test.sqlite3"}
    database["OPTIONS"]["init_command"] = database["OPTIONS"]["init_command"].replace(
        "synchronous=FULL", "synchronous=OFF"
    )

INSTALLED_APPS = [*SITE["INSTALLED_APPS"], "tests.emptying"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# The site's own cache, in this run's folder; in Redis, a database of it for each process that tests side by side.
CACHES: dict[str, dict[str, Any]] = SITE["CACHES"]
if SITE["REDIS_URL"]:
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) + 1
    address = urlsplit(SITE["REDIS_URL"])._replace(path=f"/{number}").geturl()
    CACHES = {"default": SITE["CACHES"]["default"] | {"LOCATION": address}}
MIDDLEWARE = [name for name in SITE["MIDDLEWARE"] if not name.startswith("whitenoise.")]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Counted where CACHES says; what counts in the database is tested by its own tests.
COUNT_IN_DATABASE = False
# The brands of tests begin empty; what a new brand is given is tested by its names in the site's settings.
BRAND_SETUP: tuple[str, ...] = ()
