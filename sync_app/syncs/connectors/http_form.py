"""What an HTTP JSON connection and its syncs ask for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sync_app.syncs.connectors.base import Setting, Sort
from sync_app.syncs.connectors.shared_settings import EVERYTHING
from templates_app.catalog.problems import gettext_noop

NONE, BASIC, BEARER, HEADER = "none", "basic", "bearer", "header"
CLIENT, PASSWORD = "oauth_client", "oauth_password"
PAGE, OFFSET, LINK, CURSOR = "page", "offset", "link", "cursor"
START, ROWS = "start", "rows"
ONE, BATCH, ALL = "one", "batch", "all"
UTC_TIME, LOCAL_TIME, PLAIN_TIME, DAY, DIGITS = "utc", "local", "plain", "day", "digits"
SECONDS, MILLISECONDS, AS_GIVEN = "seconds", "milliseconds", "as_given"
OAUTH: Final = frozenset({CLIENT, PASSWORD})
SIZED: Final = frozenset({PAGE, OFFSET})


def when(name: str, *values: str) -> tuple[str, frozenset[str]]:
    return name, frozenset(values)


PATH: Final = Setting(
    "path",
    gettext_noop("Path"),
    help=gettext_noop("Below the address of the connection, such as customers."),
    begins_anew=True,
)

CONNECTION: Final[Sequence[Setting]] = (
    Setting(
        "address",
        gettext_noop("Address"),
        Sort.ADDRESS,
        required=True,
        help=gettext_noop("What all addresses of the service begin with: https://crm.example/api/v2"),
        begins_anew=True,
    ),
    Setting(
        "headers",
        gettext_noop("Headers"),
        Sort.PAIRS,
        default={},
        help=gettext_noop("Sent with every request. No credentials: they have fields of their own, and are sealed."),
    ),
    Setting(
        "auth",
        gettext_noop("Sign-in"),
        Sort.CHOICE,
        default=NONE,
        choices={
            NONE: gettext_noop("None"),
            BASIC: gettext_noop("User name and password (basic)"),
            BEARER: gettext_noop("A token (bearer)"),
            HEADER: gettext_noop("A key in a header"),
            CLIENT: gettext_noop("OAuth 2, client credentials"),
            PASSWORD: gettext_noop("OAuth 2, user name and password"),
        },
    ),
    Setting("username", gettext_noop("User name"), required=True, when=when("auth", BASIC, PASSWORD)),
    Setting("password", gettext_noop("Password"), Sort.SECRET, required=True, when=when("auth", BASIC, PASSWORD)),
    Setting("token", gettext_noop("Token"), Sort.SECRET, required=True, when=when("auth", BEARER)),
    Setting("key_header", gettext_noop("Header"), required=True, default="X-API-Key", when=when("auth", HEADER)),
    Setting("key", gettext_noop("Key"), Sort.SECRET, required=True, when=when("auth", HEADER)),
    Setting(
        "token_address",
        gettext_noop("Address that gives tokens"),
        Sort.ADDRESS,
        required=True,
        when=when("auth", *OAUTH),
    ),
    Setting("client_id", gettext_noop("Client"), when=when("auth", *OAUTH)),
    Setting("client_secret", gettext_noop("Secret of the client"), Sort.SECRET, when=when("auth", *OAUTH)),
    Setting(
        "client_in_header",
        gettext_noop("Send the client's secret in a header"),
        Sort.SWITCH,
        default=False,
        help=gettext_noop("Most services take it in the body."),
        when=when("auth", *OAUTH),
    ),
    Setting("scope", gettext_noop("Scope"), when=when("auth", *OAUTH)),
    Setting(
        "per_minute",
        gettext_noop("Requests in a minute, at most"),
        Sort.WHOLE,
        default=0,
        most=6000,
        help=gettext_noop("0: as fast as it answers."),
    ),
    Setting(
        "test_path",
        gettext_noop("What a test of the connection reads"),
        help=gettext_noop("A path below the address, such as customers. Empty: the address itself."),
    ),
)

PULL: Final[Sequence[Setting]] = (
    PATH,
    Setting(
        "method",
        gettext_noop("Method"),
        Sort.CHOICE,
        default="GET",
        choices={"GET": "GET", "POST": "POST"},
        help=gettext_noop("POST is for services whose searches have a body. It must change nothing there."),
    ),
    Setting(
        "query",
        gettext_noop("Parameters"),
        Sort.PAIRS,
        default={},
        help=gettext_noop("With GET they stand in the address, with POST in the body."),
        begins_anew=True,
    ),
    Setting(
        "rows_path",
        gettext_noop("Where the rows are"),
        help=gettext_noop("Names with “/” between them, such as data/items. Empty: the answer is the list."),
        begins_anew=True,
    ),
    Setting(
        "paging",
        gettext_noop("Pages"),
        Sort.CHOICE,
        default=NONE,
        choices={
            NONE: gettext_noop("All in one answer"),
            PAGE: gettext_noop("Number of the page"),
            OFFSET: gettext_noop("Number of the first row"),
            LINK: gettext_noop("Each page names the address of the next"),
            CURSOR: gettext_noop("Each page names the mark of the next"),
        },
    ),
    Setting("page_name", gettext_noop("Parameter of the page"), default="page", when=when("paging", PAGE)),
    Setting("first_page", gettext_noop("Number of the first page"), Sort.WHOLE, default=1, when=when("paging", PAGE)),
    Setting("offset_name", gettext_noop("Parameter of the first row"), default="offset", when=when("paging", OFFSET)),
    Setting(
        "size_name",
        gettext_noop("Parameter of the size"),
        help=gettext_noop("Empty: the service has a size of its own."),
        when=when("paging", PAGE, OFFSET, CURSOR, LINK),
    ),
    Setting(
        "size",
        gettext_noop("Rows of a page"),
        Sort.WHOLE,
        default=100,
        least=1,
        most=100_000,
        when=when("paging", PAGE, OFFSET, CURSOR, LINK),
    ),
    Setting("cursor_name", gettext_noop("Parameter of the mark"), default="cursor", when=when("paging", CURSOR)),
    Setting(
        "next_path",
        gettext_noop("Where the next page is named"),
        help=gettext_noop("Such as paging/next. Empty: in the header Link of the answer."),
        when=when("paging", LINK, CURSOR),
    ),
    Setting(
        "most_pages",
        gettext_noop("Pages, at most"),
        Sort.WHOLE,
        default=10_000,
        least=1,
        when=when("paging", *SIZED, LINK, CURSOR),
    ),
    Setting(
        "total_path",
        gettext_noop("Where the number of all rows is told"),
        help=gettext_noop("Such as total. Only where it agrees is the list known to be complete."),
    ),
    Setting(
        "since_name",
        gettext_noop("Parameter for changes"),
        help=gettext_noop("Such as modifiedSince. Empty: everything is fetched each time."),
    ),
    Setting(
        "since_format",
        gettext_noop("How the time is written"),
        Sort.CHOICE,
        default=UTC_TIME,
        choices={
            UTC_TIME: "2026-01-31T12:00:00Z",
            LOCAL_TIME: "2026-01-31T13:00:00+01:00",
            PLAIN_TIME: "2026-01-31T13:00:00",
            DAY: "2026-01-31",
            DIGITS: "20260131120000",
            SECONDS: gettext_noop("Seconds since 1970"),
            MILLISECONDS: gettext_noop("Thousandths of seconds since 1970"),
            AS_GIVEN: gettext_noop("As the last row has it"),
        },
        help=gettext_noop("Those without zone are in the brand's time, but 20260131120000, which is UTC."),
    ),
    Setting(
        "since_text",
        gettext_noop("Text around the time"),
        help=gettext_noop("Such as changed ge {since}. Empty: the time alone."),
    ),
    Setting(
        "mark",
        gettext_noop("Where the next time begins"),
        Sort.CHOICE,
        default=START,
        choices={
            START: gettext_noop("When this fetch began, by the service's clock"),
            ROWS: gettext_noop("At the latest value of a field"),
        },
        begins_anew=True,
    ),
    Setting(
        "overlap",
        gettext_noop("Seconds that are fetched twice"),
        Sort.WHOLE,
        default=60,
        most=86_400,
        help=gettext_noop("What was being written when the fetch began is not missed."),
        when=when("mark", START),
    ),
    Setting("mark_field", gettext_noop("Field"), required=True, when=when("mark", ROWS), begins_anew=True),
)

PUSH: Final[Sequence[Setting]] = (
    PATH,
    Setting(
        "method",
        gettext_noop("Method"),
        Sort.CHOICE,
        default="POST",
        choices={"POST": "POST", "PUT": "PUT", "PATCH": "PATCH"},
    ),
    Setting(
        "sending",
        gettext_noop("Send"),
        Sort.CHOICE,
        default=BATCH,
        choices={
            ONE: gettext_noop("One by one"),
            BATCH: gettext_noop("In batches"),
            ALL: gettext_noop("All at once"),
        },
        help=gettext_noop("One by one the service can refuse a single item. A batch it takes whole or not at all."),
    ),
    Setting(
        "batch",
        gettext_noop("Items of a batch"),
        Sort.WHOLE,
        default=100,
        least=1,
        most=10_000,
        when=when("sending", BATCH),
    ),
    Setting(
        "list_name",
        gettext_noop("Name of the list"),
        help=gettext_noop("The member of the body that holds the items. Empty: the body is the list."),
        when=when("sending", BATCH, ALL),
    ),
    Setting(
        "id_field",
        gettext_noop("Field that ends the path"),
        help=gettext_noop("With id, an item goes to customers/17. Empty: all go to the path itself."),
        when=when("sending", ONE),
    ),
    Setting(
        "idempotent",
        gettext_noop("The service knows Idempotency-Key"),
        Sort.SWITCH,
        default=True,
        help=gettext_noop("What it did not confirm is sent again under the same key. Without, it may arrive twice."),
    ),
    replace(
        EVERYTHING,
        help=gettext_noop("For services that take a list for the whole. Otherwise only what changed is sent."),
    ),
)
