"""Pages of a long list, asked of a served site, beside the framework's empty view asked of the same site in turn."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import quote

from django.utils import timezone

from integration_admin.accounts.brands import find_brand
from integration_admin.accounts.logins import create_api_user, create_appkey
from integration_admin.accounts.tokens import issue
from tests.bench.payload import body
from tests.bench.product import BY, new_product
from tests.free_ports import free_port

ROOT: Final = Path(__file__).resolve().parents[2]
BRAND: Final = "lists"
EMPTY: Final = "/empty/"
PAGE: Final = 20
#: What a page is sorted by -> sortInfo. The first four have an index, the others are read record by record.
INDEXED: Final = {"key": "key-", "label": "label+", "modified": "modified-", "a match field": "email+"}
SCANNED: Final = {"a text field": "city+", "a number field": "fields.TYPE-", "two fields": "city-label+"}
WARM: Final = 3
TIMES_INDEXED: Final = 40
TIMES_SCANNED: Final = 7
SECONDS: Final = 60
QUOTAS: Final = ("ADDRESS_QUOTA_PER_MINUTE", "APPKEY_QUOTA_PER_HOUR", "BRAND_QUOTA_PER_HOUR")


def run(*, rows: int) -> dict[str, Any]:
    """The median milliseconds of each page, of the empty view, and how often the one goes into the other."""
    product = new_product(BRAND)
    product.import_body(body(count=rows))
    headers = _credentials()
    with _served() as port:
        measured = {name: _page(port, headers, order, rows, TIMES_INDEXED) for name, order in INDEXED.items()}
        measured |= {name: _page(port, headers, order, rows, TIMES_SCANNED) for name, order in SCANNED.items()}
    return {"rows": rows, "pages": measured, "indexed": list(INDEXED)}


def _credentials() -> dict[str, str]:
    now, brand = timezone.now(), find_brand(key=BRAND)
    key, clear = create_appkey(brand=brand, label=BY, at=now, by=BY)
    member, _password = create_api_user(brand=brand, username="bench", at=now, by=BY)
    token = issue(membership=member, appkey=key, now=now).access_token
    return {"X-APPKEY": clear, "Authorization": f"Bearer {token}"}


def _page(port: int, headers: Mapping[str, str], order: str, rows: int, times: int) -> dict[str, float]:
    """One page in the middle of the first tenth, and the empty view, asked by turns over one connection."""
    index = min(rows // PAGE // 20, 100)
    address = f"/{BRAND}/api/customer?pageIndex={index}&pageSize={PAGE}&sortInfo={quote(order)}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    taken: list[tuple[float, float]] = []
    for turn in range(WARM + times):
        empty, _ = _asked(connection, EMPTY, {})
        page, answer = _asked(connection, address, headers)
        if len(answer["items"]) != min(PAGE, rows):
            raise RuntimeError(f"{address} gave {len(answer['items'])} items")
        if turn >= WARM:
            taken.append((page, empty))
    connection.close()
    return {
        "ms": 1000 * median(page for page, _ in taken),
        "empty": 1000 * median(empty for _, empty in taken),
        "times": median(page for page, _ in taken) / median(empty for _, empty in taken),
    }


def _asked(connection: http.client.HTTPConnection, address: str, headers: Mapping[str, str]) -> tuple[float, Any]:
    """Seconds, and the JSON of the answer."""
    begun = time.perf_counter()
    connection.request("GET", address, headers=dict(headers))
    answer = connection.getresponse()
    content = answer.read()
    seconds = time.perf_counter() - begun
    if answer.status != http.client.OK:
        raise RuntimeError(f"{address} answered {answer.status}: {content[:300]!r}")
    return seconds, json.loads(content)


@contextmanager
def _served() -> Iterator[int]:
    """The site on a free port, by the server of the README, until the end."""
    port = free_port()
    environment = (
        os.environ | {"DJANGO_SETTINGS_MODULE": "tests.bench.list_settings"} | dict.fromkeys(QUOTAS, "9999999")
    )
    command = ["gunicorn", "--no-control-socket", "--worker-class=gthread", "--threads=8", f"--bind=127.0.0.1:{port}"]
    argv = [sys.executable, "-m", *command, "--log-level=error", "integration_admin.wsgi:application"]
    with subprocess.Popen(argv, cwd=ROOT, env=environment) as process:
        try:
            _wait_for(port)
            yield port
        finally:
            process.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
