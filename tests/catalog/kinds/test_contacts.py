from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.kinds.contacts import Email, Hyperlink, Phone
from tests.catalog.settings import PARIS, clean, refusal

WEB, MAIL, PHONE = Hyperlink(), Email(), Phone()


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org",
        "https://www.example.org/a/b?c=d&e=é#f",
        "HTTPS://EXAMPLE.ORG",
        "https://exämple.org:8080/",
        "http://[::1]/x",
        "http://user@example.org/",
    ],
)
def test_web_addresses_are_kept_as_written(address: str):
    assert clean(WEB, f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "ftp://example.org",
        "file:///etc/passwd",
        "//example.org",
        "www.example.org",
        "https://",
        "https:///path",
        "http:example.org",
        "https://exa mple.org",
        "https://example.org/\u00a0x",
        "https://example.org/a\nb",
        "http://[::1",
        "http://example.org:port/",
        "http://example.org:99999/",
        "https://:80",
    ],
)
def test_what_a_browser_should_not_open_is_refused(address: str):
    assert refusal(WEB, address).code == "link_invalid"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("lea@example.org", "lea@example.org"),
        (" Lea.Roy+news@Example.org ", "Lea.Roy+news@Example.org"),
        ("lea@example.org ; max@example.org", "lea@example.org;max@example.org"),
        ("lea@example.org;", "lea@example.org"),
        ("o'neil_x@sub.example-site.co.uk", "o'neil_x@sub.example-site.co.uk"),
        ("élodie@exämple.org", "élodie@exämple.org"),
        ("a@b.fr", "a@b.fr"),
        (";", None),
        ("", None),
    ],
)
def test_mail_addresses_are_read_one_or_several(written: str, kept: str | None):
    assert clean(MAIL, written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "lea",
        "lea@",
        "@example.org",
        "lea@example",
        "lea@@example.org",
        "lea@exam ple.org",
        "le a@example.org",
        ".lea@example.org",
        "lea.@example.org",
        "le..a@example.org",
        "lea@-example.org",
        "lea@example-.org",
        "lea@.example.org",
        "lea@example..org",
        "Lea Roy <lea@example.org>",
        "mailto:lea@example.org",
        "lea@example.org,max@example.org",
        "lea@example.org;nobody",
        "lea@exa_mple.org",
        "x" * 65 + "@example.org",
        "lea@" + "x" * 64 + ".org",
        "lea@example.org\nbcc: x@example.org",
    ],
)
def test_what_is_no_mail_address_is_refused(written: str):
    assert refusal(MAIL, written).code == "email_invalid"


def test_only_the_wrong_one_of_several_addresses_is_shown():
    assert refusal(MAIL, "lea@example.org; nobody").value == "nobody"


@pytest.mark.parametrize(
    "number",
    [
        "+33 1 46 77 22 11",
        "0146772211",
        "01.46.77.22.11",
        "(030) 123-45/67",
        "+44 (0)20 7946 0000",
        "112",
        "5",
        "01\u00a046",
        "01\u202f46",
        "030 – 12",
        "[1] 2",
    ],
)
def test_telephone_numbers_are_kept_as_written(number: str):
    assert clean(PHONE, f" {number} ") == number
    assert PHONE.text(number) == number


@pytest.mark.parametrize(
    "number", ["none", "01 46 ext 3", "+", "( )", "-", "٠١٤٦", "01;02", "01,02", "01\n02", "=1+1", "@1"]
)
def test_what_is_no_telephone_number_is_refused(number: str):
    assert refusal(PHONE, number).code == "phone_invalid"


def test_a_telephone_number_may_come_as_a_number():
    assert clean(PHONE, 33146772211) == "33146772211"


@pytest.mark.parametrize("kind", [WEB, MAIL, PHONE])
def test_lists_flags_and_damaged_text_are_refused(kind: Hyperlink | Email | Phone):
    assert refusal(kind, ["a"]).code == "value_shape"
    assert refusal(kind, True).code == "value_shape"
    assert refusal(kind, "1\x002").code == "control_character"
    assert refusal(kind, "1\ud8002").code == "half_character"
    assert refusal(kind, "1" * 5000).code == "text_too_long"


@pytest.mark.parametrize("kind", [WEB, MAIL, PHONE])
def test_an_odd_text_is_refused_without_trying_every_way_to_read_it(kind: Hyperlink | Email | Phone):
    # A pattern with two ways to read a letter would double its work with each of these, and never come to an end.
    for text in ("a" * 200, "a." * 100, "a@" + "a-" * 100, "a@" + "a." * 100, "1-" * 2000, "https://" + "[" * 1900):
        refusal(kind, text)


@given(st.emails())
def test_ordinary_addresses_clean_to_themselves(address: str):
    try:
        once = MAIL.clean(address, PARIS)
    except ValueError:
        return
    assert once == address
    assert MAIL.clean(once, PARIS) == once


@given(st.text(alphabet="0123456789+()-. /", max_size=40))
def test_numbers_clean_to_themselves(number: str):
    try:
        once = PHONE.clean(number, PARIS)
    except ValueError:
        assert not any(letter.isdigit() for letter in number)
        return
    assert once == (number.strip() or None)
