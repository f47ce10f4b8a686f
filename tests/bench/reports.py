"""Pages of the report of a large simulation: the processor's time for each, beside the framework's empty view."""

from __future__ import annotations

import time
from collections.abc import Mapping
from statistics import median
from typing import Any, Final

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from integration_admin.accounts.models import User
from tests.bench.payload import KEY, body, rows
from tests.bench.product import new_product

BRAND: Final = "reports"
EMPTY: Final = "/empty/"
WARM: Final = 2
TIMES: Final = 9


def run(*, rows: int) -> dict[str, Any]:
    """The median milliseconds of each page and of the empty view, and how often the one goes into the other."""
    product = new_product(BRAND)
    product.import_body(body(count=rows // 2))
    simulated = product.import_body(_half_changed(rows), simulate=True)
    address = reverse("admin:sync_app_run_change", args=[simulated.pk])
    client = Client()
    client.force_login(User.objects.create_superuser("bench@house.example", "correct horse bench"))
    with override_settings(ROOT_URLCONF="tests.bench.list_urls", ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "testserver"]):
        empty = _milliseconds(client, EMPTY)
        measured = {name: _milliseconds(client, address + query) for name, query in _queries(rows).items()}
    pages = {name: {"ms": ms, "empty": empty, "times": ms / empty} for name, ms in measured.items()}
    return {"rows": rows, "pages": pages}


def _half_changed(count: int) -> bytes:
    return body(count=count, changed_every=2)


def _queries(count: int) -> Mapping[str, str]:
    """What is asked of the report; the last text occurs once."""
    last = rows(count=count)[-1][KEY]
    return {
        "opened": "",
        "its inserts": "?outcome=Insert",
        "by a field": "?field=Mobile",
        "by type and outcome": "?type=Customer&outcome=Update",
        "a page in its middle": f"?after={count // 2}",
        "the page before it": f"?before={count // 2}",
        "by a text of many": "?text=Rennes",
        "by a text of one": f"?text={last}",
    }


def _milliseconds(client: Client, address: str) -> float:
    """The median, on the processor's clock: what else the machine does is left out."""
    taken = []
    for turn in range(WARM + TIMES):
        begun = time.process_time()
        answer = client.get(address)
        seconds = time.process_time() - begun
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answered {answer.status_code}")
        if turn >= WARM:
            taken.append(1000 * seconds)
    return median(taken)
