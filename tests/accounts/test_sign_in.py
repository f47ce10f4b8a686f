"""Signing in to the site."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from integration_admin.accounts import guessing
from integration_admin.accounts.models import User

SIGN_IN = "/admin/login/"


def sign_in(client: Client, username: str, password: str, address: str = "192.0.2.1") -> bool:
    client.post(SIGN_IN, {"username": username, "password": password}, REMOTE_ADDR=address)
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("email", ["root@house.example", "Root@House.Example", "ROOT@HOUSE.EXAMPLE"])
def test_an_address_in_any_case_signs_in(email: str, root: User) -> None:
    assert sign_in(Client(), email, "correct horse root")


@pytest.mark.parametrize("password", ["", "wrong", "x" * 2000, "a\0b"])
def test_a_wrong_password_does_not(password: str, root: User) -> None:
    assert not sign_in(Client(), root.email, password)


def test_two_addresses_that_differ_in_case_are_one_person(root: User) -> None:
    with pytest.raises(Exception, match="already exists"):
        User.objects.create_user("ROOT@house.example", "correct horse other")


def test_guessing_is_slowed_even_for_the_right_password(root: User) -> None:
    client = Client()
    for part in range(8):
        assert not sign_in(client, root.email, "wrong", f"192.0.2.{part}")
    page = client.post(SIGN_IN, {"username": root.email, "password": "correct horse root"})
    assert "Too many attempts" in page.content.decode()


def test_signing_in_changes_the_session(root: User) -> None:
    client = Client()
    client.get(SIGN_IN)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    assert sign_in(client, root.email, "correct horse root")
    assert client.session.session_key != session.session_key
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_signing_in_leads_to_the_first_page(root: User) -> None:
    answer = Client().post(SIGN_IN, {"username": root.email, "password": "correct horse root"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_signing_out_ends_the_session_on_the_server(root: User) -> None:
    client = Client()
    assert sign_in(client, root.email, "correct horse root")
    old = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post("/admin/logout/")
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = old
    assert again.get("/admin/").status_code == 302


def test_a_clock_that_was_set_back_lengthens_no_wait() -> None:
    axis, now = guessing.Axis(name="guess:back", free=0, cap=60), timezone.now()
    assert guessing.admit(axis, now=now) == 0
    assert guessing.admit(axis, now=now) > 0
    assert guessing.admit(axis, now=now - timedelta(hours=1)) == 0
