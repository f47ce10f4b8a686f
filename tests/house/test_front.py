"""The house front: addresses, health, headers, log lines, checks."""

from __future__ import annotations

import json
import logging
import runpy
import time
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from integration_admin import checks, health
from integration_admin.accounts.models import User
from integration_admin.accounts.names import RESERVED_BRANDS, brand_key
from integration_admin.log_lines import JsonLines
from tests.conftest import Login


def test_the_first_page_leads_to_the_admin(client: Client, db: None) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_it_is_alive_without_a_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


def test_it_is_ready_when_database_and_cache_answer(client: Client, db: None) -> None:
    never = {"worker": {"state": "never seen", "seconds": None}, "housekeeping": {"seconds": None}}
    assert client.get("/readyz").json() == {"status": "ready"} | never


def test_it_is_not_ready_without_a_database(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("integration_admin.health.connection", type("Gone", (), {"cursor": staticmethod(refuse)}))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["missing"]) == (503, ["database"])
    assert answer.headers["Retry-After"] == "5"


def test_it_is_not_ready_without_a_cache(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(key: str, *_value: object) -> None:
        raise ConnectionError(key)

    monkeypatch.setattr(cache, "set", refuse)
    assert client.get("/readyz").json()["missing"] == ["cache"]


def test_it_is_not_ready_before_it_was_migrated(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health._Known, "migrated", False)
    [newest] = MigrationLoader(connection).graph.leaf_nodes("sync_app")
    MigrationRecorder(connection).record_unapplied(*newest)
    assert client.get("/readyz").json()["missing"] == ["migrations"]
    MigrationRecorder(connection).record_applied(*newest)
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("silent", "state", "status"),
    [(5, "working", 200), (179, "working", 200), (200, "silent", 503), (None, "never seen", 503)],
)
def test_a_worker_is_missed_by_who_asks_for_it(
    client: Client, db: None, silent: int | None, state: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)
    if silent is not None:
        cache.set(health.WORKER_ALIVE, moment - silent)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (200, {"state": state, "seconds": silent})
    asked = client.get("/readyz?with=worker")
    assert asked.status_code == status
    assert asked.json().get("missing", []) == ([] if status == 200 else ["worker"])


@pytest.mark.parametrize(("ago", "missing"), [(5, []), (200, ["housekeeping"]), (-3600, ["housekeeping"])])
def test_housekeeping_is_missed_though_the_workers_answer(
    client: Client, db: None, ago: int, missing: list[str]
) -> None:
    """What lies ahead was noted before the clock was set back."""
    health.say_alive()
    cache.set(health.HOUSEKEEPING, time.time() - ago)
    assert client.get("/readyz").json()["housekeeping"]["seconds"] == pytest.approx(abs(ago), abs=30)
    assert client.get("/readyz?with=worker").json().get("missing", []) == missing


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_health_is_only_read(method: str, client: Client) -> None:
    assert getattr(client, method)("/healthz").status_code == 405


@pytest.mark.parametrize("address", ["/healthz", "/admin/login/", "/nowhere"])
def test_every_answer_says_what_a_page_may_load(address: str, client: Client, db: None) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert "frame-ancestors 'none'" in policy
    assert (headers["X-Content-Type-Options"], headers["X-Frame-Options"]) == ("nosniff", "DENY")


def first_words() -> set[str]:
    """The fixed first words of all addresses."""
    patterns: list[URLPattern | URLResolver] = list(get_resolver().url_patterns)
    routes = [str(pattern.pattern).lstrip("^").split("/")[0] for pattern in patterns]
    return {route for route in routes if route and "<" not in route and "(" not in route}


def test_no_brand_can_take_an_address_of_the_site() -> None:
    assert {"admin", "healthz", "readyz"} <= first_words()
    assert first_words() <= RESERVED_BRANDS
    assert all(brand_key(word) is None for word in first_words())


def test_the_sidebar_shows_only_what_one_may_open(owner: Login, teammate: Login, root: User, client: Client) -> None:
    def page(user: User) -> str:
        client.force_login(user)
        return client.get("/admin/").content.decode()

    assert "/admin/accounts/user/" in page(root)
    assert "/admin/accounts/appkey/" in page(owner.user)
    assert "/admin/accounts/user/" not in page(owner.user)
    assert "/admin/accounts/appkey/" not in page(teammate.user)


@pytest.mark.parametrize("hostile", ["a\r\nforged line", "\x1b[31mred", "a\u2028b", '"}{"level": "INFO"', "\ud800"])
def test_a_log_line_stays_one_plain_line(hostile: str) -> None:
    record = logging.makeLogRecord({"msg": "refused %s", "args": (hostile,), "brand": hostile, "levelname": "WARNING"})
    line = JsonLines().format(record)
    assert line.isascii()
    assert line.isprintable()
    read = json.loads(line)
    assert (read["message"], read["brand"], read["level"]) == (f"refused {hostile}", hostile, "WARNING")


def test_a_log_line_carries_the_exception() -> None:
    try:
        raise ValueError("what\nhappened")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "x", "exc_info": (type(error), error, error.__traceback__)})
    assert "ValueError" in json.loads(JsonLines().format(record))["exception"]


def ids(found: Sequence[object]) -> list[str]:
    return [str(getattr(message, "id", "")) for message in found]


def test_the_settings_as_shipped_pass_every_check(db: None) -> None:
    call_command("check", fail_level="WARNING", stdout=StringIO(), stderr=StringIO())


def test_a_queue_that_would_run_a_task_twice_is_refused(settings) -> None:
    settings.Q_CLUSTER = settings.Q_CLUSTER | {"timeout": 100, "retry": 101, "queue_limit": 9, "workers": 2}
    assert ids(checks.queue_offers_no_task_twice(None)) == ["house.E001"]


@pytest.mark.parametrize("workers", [1, 2, 3, 64])
def test_a_queue_of_any_number_of_workers_runs_no_task_twice(
    workers: int, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKERS", str(workers))
    shipped = runpy.run_path(str(settings.BASE_DIR / "integration_admin" / "settings.py"))
    settings.Q_CLUSTER = shipped["Q_CLUSTER"]
    assert settings.Q_CLUSTER["workers"] == workers
    assert ids(checks.queue_offers_no_task_twice(None)) == []


@pytest.mark.parametrize(
    ("debug", "hosts", "refused"),
    [
        (True, ["localhost"], False),
        (True, ["site.example"], True),
        (True, ["*"], True),
        (False, ["site.example"], False),
    ],
)
def test_debug_is_refused_where_others_can_reach_it(debug: bool, hosts: list[str], refused: bool, settings) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, hosts
    assert bool(checks.debug_stays_at_home(None)) is refused


@pytest.mark.parametrize("secret", ["short", "a" * 60, "changeme", "0123456789abcdef" * 3 + "0"])
def test_a_secret_that_can_be_guessed_is_refused(secret: str, settings) -> None:
    settings.SECRET_KEY = settings.CREDENTIAL_KEY = secret
    assert ids(checks.secrets_are_strong(None)) == ["house.E003", "house.E004"]


def test_no_site_is_served_with_settings_that_are_not_sound(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.core.wsgi.get_wsgi_application", lambda: None)
    runpy.run_module("integration_admin.wsgi")
    settings.SECRET_KEY, settings.CSRF_TRUSTED_ORIGINS = "short", ["site.example"]
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY can be guessed") as refused:
        runpy.run_module("integration_admin.wsgi")
    assert "CSRF_TRUSTED_ORIGINS" in str(refused.value)


def test_a_folder_for_files_that_is_not_there_is_said(settings, tmp_path: Path) -> None:
    settings.FILE_DROP_ROOTS = [tmp_path, tmp_path / "x"]
    assert [found.msg for found in checks.folders_are_there(None)] == [
        f"FILE_DROP_ROOTS names no folder: {tmp_path / 'x'}"
    ]


@pytest.mark.parametrize(("mode", "warned"), [(0o700, False), (0o750, True), (0o755, True)])
def test_a_data_folder_open_to_others_is_said(mode: int, warned: bool, settings, tmp_path: Path) -> None:
    tmp_path.chmod(mode)
    settings.DATA_DIR = tmp_path
    assert bool(checks.data_is_the_owners(None)) is warned


@pytest.mark.parametrize(
    ("engine", "redis", "warned"), [("sqlite3", "", False), ("postgresql", "", True), ("postgresql", "x", False)]
)
def test_several_machines_need_a_shared_cache(
    engine: str, redis: str, warned: bool, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = redis
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", f"django.db.backends.{engine}")
    assert bool(checks.machines_count_together(None)) is warned
