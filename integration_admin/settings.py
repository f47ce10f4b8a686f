"""Every setting of the site, from the environment, on one page. What is not understood stops the start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from integration_admin import env
from integration_admin.kept_secrets import kept_secret
from integration_admin.navigation import UNFOLD as UNFOLD

BASE_DIR = Path(__file__).resolve().parent.parent
HOME_DATA = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")

# Where data and secrets live
DATA_DIR = env.folder("DATA_DIR", default=HOME_DATA / "integration-admin", outside=BASE_DIR)
DATABASES = {"default": env.database("DATABASE_URL", default=DATA_DIR / "integration_admin.sqlite3")}
REDIS_URL = env.web_address("REDIS_URL", schemes=("redis", "rediss", "unix"))
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Secrets. Several machines need the same values, given by the environment; one machine makes its own.
SECRET_KEY = env.text("SECRET_KEY") or kept_secret(path=DATA_DIR / "secret_key")
CREDENTIAL_KEY = env.text("CREDENTIAL_KEY") or kept_secret(path=DATA_DIR / "credential_key")
# Earlier values, newest first: they still open what was sealed with them, and seal nothing.
CREDENTIAL_KEYS_OLD = env.names("CREDENTIAL_KEYS_OLD")

# Who may reach the site
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", default=("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
HTTPS_ONLY = env.flag("HTTPS_ONLY", default=False)
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", default=0, low=0, high=10)
TRUSTED_NETWORKS = env.networks("TRUSTED_NETWORKS")

# How people are told of syncs, and where they find what they are told of
SITE_ADDRESS = env.web_address("SITE_ADDRESS", schemes=("https", "http"))
globals().update(env.mail("EMAIL_URL", folder=DATA_DIR / "mail"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.sender("EMAIL_FROM", default="integration-admin@localhost")
EMAIL_TIMEOUT = 20

# What every floor gives a new brand, by name: this floor imports none of those above
BRAND_SETUP = ("templates_app.library.builtin.ensure_builtin", "sync_app.storage.brand_setup.start_clock")

# Who else is told that a brand is in another time zone
ZONE_FOLLOWED = ("sync_app.syncs.timing.follow_zone",)

# What the templates of a brand are called, for the keys that are bound to some
TEMPLATE_NAMES = "templates_app.library.names.template_names"

# Which records there are, for suggestions: the floor of templates imports none of those above either
FOUND_RECORDS = "sync_app.storage.found.FoundRecords"

# How much of the disk a brand takes, for its page: name and bytes of each part
DISK_USE = "sync_app.runs.upkeep.disk_use.disk_use_words"

# What the configuration history kept of a sync or a connection, in the words of its form
KEPT_IN_WORDS = "sync_app.admin.syncs.history.kept_in_words"

METRICS_TOKEN = env.text("METRICS_TOKEN")

# Systems of a network that syncs may call. Without an entry only public addresses are.
PRIVATE_ADDRESSES_ALLOWED = env.hosts_with_ports("PRIVATE_ADDRESSES_ALLOWED")
# Below each of them a brand reaches the folder that has its key for a name, and nothing else.
FILE_DROP_ROOTS = env.folders("FILE_DROP_ROOTS")

# Limits and lifetimes
TOKEN_LIFETIME_SECONDS = env.number("TOKEN_LIFETIME_SECONDS", default=28_800, low=60, high=2_592_000)
MAX_BODY_BYTES = env.number("MAX_BODY_BYTES", default=64 * 1024 * 1024, low=1024, high=4 * 1024**3)
MAX_ROWS = env.number("MAX_ROWS", default=1_000_000, low=1, high=100_000_000)
# A run of more rows is handed to the worker. A call waits this long for it before it answers "accepted".
ASYNC_ROWS = env.number("ASYNC_ROWS", default=2_000, low=1, high=100_000_000)
ASYNC_WAIT_SECONDS = env.number("ASYNC_WAIT_SECONDS", default=25, low=0, high=3600)
PAYLOAD_DAYS = env.number("PAYLOAD_DAYS", default=30, low=1, high=36_500)
JOURNAL_DAYS = env.number("JOURNAL_DAYS", default=730, low=1, high=36_500)
ADDRESS_QUOTA_PER_MINUTE = env.number("ADDRESS_QUOTA_PER_MINUTE", default=1_200, low=1, high=10_000_000)
APPKEY_QUOTA_PER_HOUR = env.number("APPKEY_QUOTA_PER_HOUR", default=2_000, low=1, high=10_000_000)
BRAND_QUOTA_PER_HOUR = env.number("BRAND_QUOTA_PER_HOUR", default=10_000, low=1, high=100_000_000)
# Everything larger is spooled to disk by the door that accepts it, which reads the stream itself.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "integration_admin.screens.ScreensConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_ace",
    "drf_spectacular_sidecar",
    "rest_framework",
    "django_q",
    "integration_admin.accounts",
    "templates_app",
    "sync_app",
]
MIDDLEWARE = [
    "integration_admin.log_context.request_ids",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "integration_admin.content_security.content_security_policy",
    "integration_admin.fragments.sign_in_is_a_page",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "integration_admin.languages.SiteLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "integration_admin.signed_out.presses_are_said_undone",
    "integration_admin.error_pages.buttons_only",
    "integration_admin.error_pages.Unavailable",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "integration_admin.accounts.brand_choice.TimesOfTheBrand",
]
ROOT_URLCONF = "integration_admin.urls"
WSGI_APPLICATION = "integration_admin.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "integration_admin" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "integration_admin.navigation.room_looked_at",
            ]
        },
    }
]

# Sign-in to the site
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "integration_admin_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS_ONLY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS_ONLY else 0
# Whether the subdomains of this site's name are for HTTPS only is for their owner to say.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES or TRUSTED_NETWORKS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# What processes share: counters, last-used stamps, worker beats
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "integration_admin.redis_cache.CountingRedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "integration_admin.disk_cache.DiskCache", "LOCATION": str(DATA_DIR / "cache.sqlite3")}
    )
}

# Machines that share nothing but the database count there. With SQLite there is one machine, and its file will do.
COUNT_IN_DATABASE = not REDIS_URL and not DATABASES["default"]["ENGINE"].endswith("sqlite3")

# The queue: a thin executor in the same database, so that a task and what it belongs to commit together. Leases,
# attempts and schedules are rows of our own, hence one try, no catching up, and hours before a task is offered again.
WORKERS = env.number("WORKERS", default=2, low=1, high=64)
TASK_SECONDS = 6 * 3600
Q_CLUSTER: dict[str, Any] = {
    "name": "integration_admin",
    "orm": "default",
    "cache": "default",
    "workers": WORKERS,
    "queue_limit": 2,
    "bulk": 1,
    "timeout": TASK_SECONDS,
    # Counted from when a task is taken into the queue of a worker: what waits there before it may take its whole time.
    "retry": TASK_SECONDS * (4 if WORKERS > 1 else 5),
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": 200,
    "poll": 0.5,
    "recycle": 200,
    "catch_up": False,
    "label": "Queue",
}

# Texts, in the languages of the interface
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("da", "Dansk"),
    ("es", "Español"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("nl", "Nederlands"),
    ("nb", "Norsk"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ru", "Русский"),
    ("sv", "Svenska"),
]
LANGUAGE_COOKIE_AGE = 31_536_000
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS_ONLY
LOCALE_PATHS = [BASE_DIR / "integration_admin" / "locale"]
FORMAT_MODULE_PATH = ["integration_admin.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# Files of the pages: found where they lie, so that a start needs no collecting; collectstatic works all the same
STATIC_URL = "/static/"
STATIC_ROOT = env.folder("STATIC_ROOT", default=DATA_DIR / "static", outside=BASE_DIR)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_TEMP_DIR = str(env.folder("SPOOL_DIR", default=DATA_DIR / "spool", outside=BASE_DIR))
FILE_UPLOAD_PERMISSIONS = 0o600

# The doors for machines prove their callers themselves, per dialect
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
}

LOG_LEVEL = env.choice("LOG_LEVEL", default="INFO", among=("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "integration_admin.log_lines.JsonLines"}},
    "filters": {"ids": {"()": "integration_admin.log_context.Ids"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["ids"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # It writes whole addresses, and some hold what is secret. What goes wrong is told by its callers.
        "urllib3": {"handlers": [], "level": "CRITICAL", "propagate": True},
        "django-q": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
