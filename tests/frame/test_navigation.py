"""The sidebar knows where its screens are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_script_prefix, reverse, set_script_prefix

from integration_admin import navigation
from tests.admin.conftest import signed_in
from tests.conftest import Login


@pytest.fixture
def below() -> Iterator[str]:
    """The site lies below another one."""
    before = get_script_prefix()
    set_script_prefix("/below/")
    yield "/below/"
    set_script_prefix(before)


@pytest.fixture
def ann_at_work(owner: Login) -> Client:
    return signed_in(owner.user)


def test_a_second_page_looks_up_no_address_again(ann_at_work: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ann_at_work.get(reverse("admin:sync_app_run_changelist")).content
    monkeypatch.setattr(navigation, "reverse", lambda name, **_given: pytest.fail(f"looked up {name}"))
    second = ann_at_work.get(reverse("admin:sync_app_record_changelist")).content
    for page in (first, second):
        assert reverse("admin:templates_app_template_changelist").encode() in page


def test_below_another_address_the_screens_are_there_too(below: str) -> None:
    assert navigation._address("admin:sync_app_run_changelist") == f"{below}admin/sync_app/run/"
    assert navigation._address("admin:no_such_screen") == ""
