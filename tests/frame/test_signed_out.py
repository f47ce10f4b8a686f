"""Buttons that are pressed when nobody is signed in any more, and addresses that only buttons can call."""

from __future__ import annotations

from typing import Final

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Login

RUN: Final = reverse("admin:sync_app_run_change", args=[7])
UNDO: Final = reverse("admin:sync_app_run_undo", args=[7])
IMPORT: Final = reverse("admin:sync_app_import")
UNDONE: Final = "You were no longer signed in, so this was not done."


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        (f"http://testserver{RUN}?outcome=Error", f"{RUN}?outcome=Error"),
        ("https://evil.example/steal", reverse("admin:index")),
        ("", reverse("admin:index")),
    ],
)
def test_the_page_with_the_button_comes_back_after_the_sign_in(
    came_from: str, back: str, client: Client, db: None
) -> None:
    answer = client.post(UNDO, headers={"Referer": came_from}, follow=True)
    assert answer.redirect_chain == [(answer.redirect_chain[0][0], 302)]
    assert answer.context["next"] == back


def test_it_says_once_that_nothing_was_done(owner: Login, client: Client) -> None:
    client.post(UNDO, headers={"Referer": f"http://testserver{IMPORT}"})
    signed_in = {"username": owner.user.email, "password": owner.password, "next": IMPORT}
    answer = client.post(reverse("admin:login"), signed_in, follow=True)
    assert answer.redirect_chain == [(IMPORT, 302)]
    assert UNDONE in answer.content.decode()
    assert UNDONE not in client.get(IMPORT).content.decode()


def test_a_script_that_asks_for_json_is_told_in_json(client: Client, db: None) -> None:
    answer = client.post(IMPORT, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["message"].startswith(UNDONE)


@pytest.mark.parametrize("press", ["admin:logout", "admin:login"])
def test_signing_in_and_out_is_no_press_that_was_lost(press: str, owner: Login, client: Client) -> None:
    client.force_login(owner.user)
    answer = client.post(reverse(press), {"username": "nobody", "password": "wrong"}, follow=True)
    assert UNDONE not in answer.content.decode()


@pytest.mark.parametrize("name", ["undo", "retry", "cancel"])
def test_an_address_of_a_button_is_a_page_that_says_so(name: str, owner: Login, client: Client) -> None:
    client.force_login(owner.user)
    address = reverse(f"admin:sync_app_run_{name}", args=[7])
    answer = client.get(address, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "press it there" in answer.content.decode()
    assert client.get(address).content == b""
