"""The document says what there is: every route, every template, nothing that the reader could not use."""

from __future__ import annotations

from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from integration_admin.accounts.models import Brand
from sync_app.api.dialects.planningpme.urls import urlpatterns
from sync_app.api.openapi.document import OPERATIONS
from tests.api.conftest import Caller, read

pytestmark = pytest.mark.django_db


def test_every_route_and_method_is_in_the_table_and_nothing_else() -> None:
    served = set()
    for pattern in urlpatterns:
        door = vars(pattern.callback)["view_class"]
        methods = {name.upper() for name in door.http_method_names if hasattr(door, name)} - {"HEAD", "OPTIONS"}
        served |= {(pattern.name, method) for method in methods if pattern.name != "nothing"}
    assert set(OPERATIONS) == served


def doc(caller: Caller) -> Any:
    answer = caller.get("doc/openapi.json")
    assert answer.status_code == 200, answer.content
    return read(answer)


@pytest.mark.parametrize("version", ["4.1", "4.7"])
def test_a_linter_finds_no_error(version: str, acme: Brand, we: Caller) -> None:
    Brand.objects.update(api_version=version)
    spec = doc(we)
    assert [
        f"{list(error.absolute_path)}: {error.message[:200]}" for error in OpenAPIV31SpecValidator(spec).iter_errors()
    ] == []
