"""Nobody sees or changes what is not theirs, at any address and by any form of the pages."""

from __future__ import annotations

from typing import Final

import pytest

from integration_admin.accounts.models import User
from tests.isolation.addresses import NONE, Place
from tests.isolation.asking import Answer, answer_of, ask, door
from tests.isolation.forms import Form
from tests.isolation.house import House, everything, value_of

pytestmark = pytest.mark.django_db
METHODS: Final = ("get", "post")


def test_what_is_anothers_is_answered_like_what_is_not_there(doors: list[Place], ours: House, theirs: House) -> None:
    client = door(theirs.owner.user)
    before = everything()
    for place in doors:
        for method in METHODS:
            answer = answer_of(client, method, place.address)
            assert answer.status < 500, f"{method} {place.address}"
            assert ours.word not in answer.shown.lower(), f"{method} {place.address}"
            if method == "get" and place.missing != place.address:
                missing = answer_of(client, method, place.missing)
                assert _alike(place, answer, missing), f"{place.address}: {answer.status}, missing {missing.status}"
    assert everything() == before


def test_nobody_is_let_in_anywhere(doors: list[Place], forms: list[Form], ours: House) -> None:
    client = door(None)
    before = everything()
    for method, address, sent in [
        *((method, place.address, {}) for place in doors for method in METHODS),
        *((form.method, form.action, form.sent()) for form in forms),
    ]:
        answer = answer_of(client, method, address, sent)
        # What only moves on a page has the whole page loaded, which then asks for the sign-in.
        assert answer.status in {302, 405} or answer.shown == "", f"{answer.status} {method} {address}"
        assert ours.word not in answer.shown.lower()
    assert everything() == before


@pytest.mark.parametrize("who", ["stranger", "reader"])
def test_the_forms_of_the_owner_write_nothing_when_others_send_them(
    who: str, forms: list[Form], ours: House, theirs: House
) -> None:
    user: User = theirs.owner.user if who == "stranger" else ours.reader.user
    client = door(user)
    before = everything()
    for form in forms:
        for button in form.buttons or [None]:
            answer = answer_of(client, form.method, form.action, form.sent(button))
            assert answer.status < 500, f"{form.method} {form.action}"
            assert who == "reader" or ours.word not in answer.shown.lower(), f"{form.method} {form.action}"
    after = everything()
    assert [name for name in before if before[name] != after[name]] == []


def test_who_may_read_no_type_sees_no_value_of_any(doors: list[Place], ours: House, theirs: House) -> None:
    client, value, pages = door(ours.clerk.user), value_of(ours.word), 0
    for place in doors:
        answer = ask(client, "get", place.address)
        assert answer.status < 500, place.address
        assert value not in answer.shown.lower(), place.address
        pages += answer.is_page
    assert pages > 50


def _alike(place: Place, answer: Answer, missing: Answer) -> bool:
    """Whether both are refused alike, or lead to the same place but for the keys in it."""
    to, nowhere = answer.to, missing.to.replace(NONE, "")
    for part in filter(str.isdigit, place.address.split("/")):
        to = to.replace(f"/{part}/", "//")
    return (answer.status, to) == (missing.status, nowhere)
