"""A brand whose stored time zone is none answers with a refusal that says so, and with no time in another zone."""

from __future__ import annotations

import pytest

from integration_admin.accounts.models import Brand
from sync_app.models import Run
from tests.api.conftest import Caller, read

pytestmark = pytest.mark.django_db


def test_records_and_rows_are_refused_until_the_zone_is_known(we: Caller, acme: Brand) -> None:
    key = read(we.post("api/customer", {"lastName": "Roy"}))["key"]
    runs = Run.objects.count()
    Brand.objects.filter(pk=acme.pk).update(time_zone="Mars/Olympus")
    for answer in (
        we.get(f"api/customer/{key}"),
        we.get("api/customer"),
        we.post("api/customer", {"lastName": "Petit"}),
        we.call("PATCH", f"api/customer/{key}", {"lastName": "Petit"}),
        we.post("api/integration/clients", {"model": [{"Nom": "Petit"}]}),
        we.get("api/integration/clients-out"),
    ):
        assert (answer.status_code, read(answer)["code"]) == (422, "zone_unknown")
    assert Run.objects.count() == runs
    assert we.get("api/integration/runs").status_code == 200
