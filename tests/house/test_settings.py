"""Settings: loud when wrong, safe when absent, and secrets outside the repository."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from integration_admin import env
from integration_admin.kept_secrets import kept_secret

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import json
from integration_admin import settings as s
print(json.dumps({n: getattr(s, n) for n in ("DEBUG", "ALLOWED_HOSTS", "SECRET_KEY", "CREDENTIAL_KEY", "DATABASES",
"TOKEN_LIFETIME_SECONDS", "MAX_BODY_BYTES", "SESSION_COOKIE_SECURE", "CACHES", "Q_CLUSTER")}, default=str))
"""


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """A fresh process with these variables and nothing else of ours."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    clean |= {"DATA_DIR": str(tmp_path / "data")} | variables
    asked = [sys.executable, "-c", SHOW]
    return subprocess.run(asked, capture_output=True, text=True, check=False, cwd=ROOT, env=clean)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("DEBUG", "2"),
        ("HTTPS_ONLY", "y e s"),
        ("DATABASE_URL", "mysql://root@localhost/site"),
        ("DATABASE_URL", "sqlite:///relative.db"),
        ("DATABASE_URL", "sqlite:///folder/../relative.db"),
        ("DATABASE_URL", "postgres"),
        ("DATABASE_URL", "postgres://localhost"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://127.0.0.1:notaport/0"),
        ("TOKEN_LIFETIME_SECONDS", "8h"),
        ("TOKEN_LIFETIME_SECONDS", "0"),
        ("TOKEN_LIFETIME_SECONDS", "-1"),
        ("TOKEN_LIFETIME_SECONDS", "٣٦٠٠"),
        ("MAX_BODY_BYTES", "64MB"),
        ("MAX_ROWS", "1e6"),
        ("TRUSTED_PROXIES", "yes"),
        ("TRUSTED_NETWORKS", "10.0.0.0/8,proxy"),
        ("TRUSTED_NETWORKS", "10.0.0.1/8"),
        ("WORKERS", "0"),
        ("LOG_LEVEL", "loud"),
        ("DATA_DIR", "relative/folder"),
        ("EMAIL_URL", "mail.example:587"),
        ("EMAIL_URL", "https://mail.example"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_FROM", "nonsense"),
        ("SITE_ADDRESS", "site.example"),
        ("SITE_ADDRESS", "https://"),
        ("FILE_DROP_ROOTS", "drop"),
        ("FILE_DROP_ROOTS", "/drop,/drop/../etc"),
        ("DATA_DIR", str(ROOT / "data")),
        ("SPOOL_DIR", str(ROOT / "static")),
        ("SECRET_KEY_FILE", "/nowhere/secret"),
        ("DATABASE_URL_FILE", "/nowhere/url"),
    ],
)
def test_a_value_that_is_not_understood_stops_the_start_and_names_its_variable(
    name: str, value: str, tmp_path: Path
) -> None:
    started = start(tmp_path, **{name: value})
    assert started.returncode != 0
    last = started.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert name in last


def test_without_any_variable_it_starts_safely(tmp_path: Path) -> None:
    settings = json.loads(start(tmp_path).stdout)
    assert settings["DEBUG"] is False
    assert set(settings["ALLOWED_HOSTS"]) == {"localhost", "127.0.0.1", "[::1]"}
    assert settings["TOKEN_LIFETIME_SECONDS"] == 28_800
    assert settings["MAX_BODY_BYTES"] == 64 * 1024 * 1024
    database = settings["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "data" / "integration_admin.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in database["OPTIONS"]["init_command"]
    assert settings["Q_CLUSTER"]["orm"] == "default"


def test_secrets_are_made_once_kept_outside_the_repository_and_readable_by_their_owner_only(tmp_path: Path) -> None:
    first, second = (json.loads(start(tmp_path).stdout) for _ in range(2))
    other = json.loads(start(tmp_path / "elsewhere").stdout)
    for name, file in (("SECRET_KEY", "secret_key"), ("CREDENTIAL_KEY", "credential_key")):
        assert first[name] == second[name] != other[name]
        assert stat.S_IMODE((tmp_path / "data" / file).stat().st_mode) == 0o600
    assert first["SECRET_KEY"] != first["CREDENTIAL_KEY"]
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_secrets_may_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a secret of fifty characters given by the container\n")
    settings = json.loads(start(tmp_path, SECRET_KEY_FILE=str(tmp_path / "key")).stdout)
    assert settings["SECRET_KEY"] == "a secret of fifty characters given by the container"


def test_postgresql_is_taken_from_its_address(tmp_path: Path) -> None:
    url = "postgres://ann:p%40ss@db.example:5433/site"
    database = json.loads(start(tmp_path, DATABASE_URL=url).stdout)["DATABASES"]["default"]
    assert database["ENGINE"] == "django.db.backends.postgresql"
    assert (database["NAME"], database["PASSWORD"], database["PORT"]) == ("site", "p@ss", 5433)
    assert "lock_timeout" in database["OPTIONS"]["options"]


def test_redis_is_the_shared_cache_and_never_the_queue(tmp_path: Path) -> None:
    settings = json.loads(start(tmp_path, REDIS_URL="redis://localhost:6379/1").stdout)
    assert settings["CACHES"]["default"]["LOCATION"] == "redis://localhost:6379/1"
    assert "redis" not in settings["Q_CLUSTER"]


@pytest.mark.parametrize("word", ["1", "true", "YES", "On", " true "])
def test_cookies_are_for_https_only_when_told(word: str, tmp_path: Path) -> None:
    assert json.loads(start(tmp_path, HTTPS_ONLY=word).stdout)["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize("number", ["5", "11", "", "  7 "])
def test_a_number_keeps_within_its_bounds(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NUMBER", number)
    if number.strip() == "11":
        with pytest.raises(ImproperlyConfigured, match="A_NUMBER must be a whole number from 1 to 10"):
            env.number("A_NUMBER", default=3, low=1, high=10)
        return
    assert env.number("A_NUMBER", default=3, low=1, high=10) == int(number.strip() or 3)


def test_a_damaged_secret_is_not_taken_for_a_secret(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("short")
    with pytest.raises(ImproperlyConfigured, match="too short"):
        kept_secret(path=tmp_path / "secret")


def test_the_repository_holds_no_generated_secret() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run([git, "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT)
    names = {Path(line).name for line in listed.stdout.splitlines()}
    assert not names & {"secret_key", "credential_key", "integration_admin.sqlite3", "cache.sqlite3", ".env"}
