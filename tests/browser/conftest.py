"""A site with something on every screen, and a real browser before it that notes whatever goes wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    Response,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from integration_admin.accounts.access import Actor, site_actor
from integration_admin.accounts.logins import create_account_token
from integration_admin.accounts.models import Brand, User
from integration_admin.accounts.tokens import issue
from sync_app.models import Health, Run, Sync, SyncTurn, TurnStatus
from sync_app.runs.options import ImportOptions
from sync_app.runs.uploads.keeping import keep_upload
from sync_app.runs.verbs.importing import start_import
from sync_app.runs.work.perform import perform
from sync_app.syncs.keeping.connections import save_connection
from sync_app.syncs.keeping.saving import SyncForm, save_sync
from sync_app.syncs.notices.wishes import NoticeForm, save_notices
from templates_app.library import add_entity_type
from templates_app.library.builtin import ensure_builtin
from templates_app.library.installing import install
from tests.admin.conftest import CLIENTS, HOSTILE, LEA, MAX, NAMELESS, PROJECTS
from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.browser.underway import answered
from tests.conftest import BY, Key, Login
from tests.written_once import written_once

Window = tuple[int, Literal["light", "dark"]]
PASSWORD: Final = "correct horse root"
TOO_WIDE: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: A machine that does much else at the same time is no failure: so long what is expected may take.
PATIENCE: Final = 30_000
MOVING_MILLISECONDS = 10_000
LOOK_MILLISECONDS: Final = 100
#: A part of the page that waits for an answer, or whose answer is there and not listened to yet.
ASKING: Final = ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added"
COMPLAINTS: Final = frozenset({"error", "warning"})
SUCCEEDED: Final[dict[str, Any]] = {"status": TurnStatus.SUCCEEDED, "counts": {"inserted": 2}}
HOSTILE_ROW: Final = {"Nom": HOSTILE, "Email": "x@example.org", "ID_DOSSIER": HOSTILE}


@dataclass
class Visitor:
    """Somebody at the site. `complaints` is all that a page should not do: errors, violations, ways out, dialogs."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._complain(f"error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("dialog", self._dialog)

    def open(self, path: str) -> None:
        """The page, when everything on it is there and its scripts have run."""
        self.page.goto(f"{self.origin}{path}", wait_until="load")
        self.look()

    def resize(self, width: int, scheme: Literal["light", "dark"]) -> None:
        """The same page in another window."""
        self.page.set_viewport_size(size_of(width))
        self.page.emulate_media(color_scheme=scheme)
        if urlsplit(self.page.url).netloc:
            self.look()

    def look(self) -> None:
        """Complains when the page is wider than the window, and stays so when all has moved to its place."""
        for _wait in range(MOVING_MILLISECONDS // LOOK_MILLISECONDS):
            # Not `wait_for_function`: it needs a page that lets texts be run as code.
            if self.page.evaluate(TOO_WIDE) <= 0:
                return
            self.page.wait_for_timeout(LOOK_MILLISECONDS)
        self._complain(f"{self.page.evaluate(TOO_WIDE)} pixels too wide")

    def settle(self) -> None:
        """Waits until every part of the page that was asked for is there, and answers to whoever uses it."""
        expect(self.page.locator(ASKING)).to_have_count(0)

    def hear(self, told: str) -> None:
        """Waits until something with these words was complained about. AssertionError when nothing is."""
        for _wait in range(PATIENCE // LOOK_MILLISECONDS):
            if any(told in complaint for complaint in self.complaints):
                return
            self.page.wait_for_timeout(LOOK_MILLISECONDS)
        raise AssertionError(f"nobody complained of {told!r}, but of {self.complaints}")

    def sign_in(self, user: str, password: str = PASSWORD) -> None:
        """Comes with the cookie of somebody who signed in before, and has no page open yet."""
        client = Client()
        assert client.login(username=user, password=password), f"{user} may not sign in"
        name = settings.SESSION_COOKIE_NAME
        self.page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": self.origin}])

    def sign_in_by_form(self, user: str, password: str = PASSWORD) -> None:
        """As a person does; the page that comes then is open."""
        self.open("/admin/login/")
        self.page.fill("input[name=username]", user)
        self.page.fill("input[name=password]", password)
        self.press("button[type=submit]")

    def press(self, selector: str) -> None:
        """Presses a button that leads to another page."""
        with self.page.expect_navigation(wait_until="load"):
            self.page.click(selector)
        self.look()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in COMPLAINTS:
            self._complain(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        scheme = urlsplit(request.url).scheme
        if scheme not in {"data", "blob"} and not request.url.startswith(f"{self.origin}/"):
            self._complain(f"asked {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._complain(f"{response.status} for {response.url}")

    def _dialog(self, dialog: Dialog) -> None:
        self._complain(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _complain(self, text: str) -> None:
        self.complaints.append(f"{urlsplit(self.page.url).path}: {text}")


def size_of(width: int) -> ViewportSize:
    """A window this wide, as high as windows are: of a desk or of a telephone."""
    return ViewportSize(width=width, height=800 if width > 500 else 844)


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: LiveServer) -> LiveServer:
    """Stops when its last thread has: each keeps a database session for as long as the browser its connection."""
    live_server.thread.httpd.daemon_threads = False
    return live_server


@pytest.fixture(scope="session")
def browser(live_server: LiveServer) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        # The browser's driver keeps an event loop in this thread; the database is still used by one test at a time.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield found
        found.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> dict[Window, BrowserContext]:
    """One a window, and kept: the files of the pages are fetched once, not once a test."""
    return {}


@pytest.fixture
def context(
    browser: Browser, contexts: dict[Window, BrowserContext], request: pytest.FixtureRequest
) -> Iterator[BrowserContext]:
    """Nobody's: no page, no cookie. A test may ask for (width, "light" or "dark") by indirect parametrization."""
    window: Window = getattr(request, "param", (1280, "light"))
    if window not in contexts:
        width, scheme = window
        contexts[window] = browser.new_context(viewport=size_of(width), color_scheme=scheme)
    with answered():
        yield contexts[window]
        for page in contexts[window].pages:
            page.close()
    contexts[window].clear_cookies()


@pytest.fixture
def visitor(context: BrowserContext, live_server: LiveServer) -> Visitor:
    page = context.new_page()
    forget = {"origin": live_server.url, "storageTypes": "local_storage,indexeddb"}
    context.new_cdp_session(page).send("Storage.clearDataForOrigin", forget)
    return Visitor(page, live_server.url)


@pytest.fixture
def runs(
    browser: Browser, live_server: LiveServer, owner: Login, acme: Brand, appkey: Key, root: User, now: datetime
) -> list[Run]:
    """Acme with a row on every screen: a plan, an import with a failed row and hostile values, and what refers."""
    return filled(owner=owner, acme=acme, appkey=appkey, root=root, now=now)


@written_once
def filled(*, owner: Login, acme: Brand, appkey: Key, root: User, now: datetime) -> list[Run]:
    """A row on every screen, and the runs among them."""
    actor = site_actor(user=owner.user, brand=acme)
    ensure_builtin(brand=acme, at=now)
    install(actor=actor, name="clients", xml=CLIENTS, at=now, create_fields=True, description=HOSTILE)
    install(actor=actor, name="projects", xml=PROJECTS, at=now)
    add_entity_type(actor=actor, name="Contract", title=HOSTILE, at=now)
    upload = json.dumps([LEA, HOSTILE_ROW]).encode()
    keep_upload(actor=site_actor(user=root, brand=acme), chunks=[upload], file_name=f"{HOSTILE}.json", at=now)
    wired(actor, now)
    create_account_token(membership=owner.membership, at=now, by=BY, label=HOSTILE)
    issue(membership=owner.membership, appkey=appkey.row, now=now)
    return [
        imported(actor, now, "clients", LEA, MAX, NAMELESS, HOSTILE_ROW, {**NAMELESS, "Email": HOSTILE}),
        imported(actor, now, "clients", {**LEA, "Nom": f"{HOSTILE} and long {'x' * 200}"}),
        imported(actor, now, "projects", {"Titre": HOSTILE, "Client": "D-1"}, {"Titre": "Hall", "Client": HOSTILE}),
        imported(actor, now, "clients", {**LEA, "Nom": "Roy"}, {**MAX, "ID_DOSSIER": "D-9"}, simulate=True),
    ]


def wired(actor: Actor, now: datetime) -> Sync:
    """A connection and a sync over it with a past; its last turn is held."""
    values = {"address": "https://crm.example/api", "auth": "bearer", "token": "opensesame", "per_minute": "0"}
    connection = save_connection(
        actor=actor, connector="http_json", name=f"The CRM {HOSTILE}", values=values, clock=lambda: now
    )
    form = SyncForm(
        name=f"Customers {HOSTILE}",
        direction="pull",
        connection=connection.pk,
        template="clients",
        rule={"every": 1, "unit": "days", "at": "02:00"},
        guards={"inserts": {"most": 1}},
    )
    sync = save_sync(actor=actor, form=form, clock=lambda: now)
    save_notices(actor=actor, form=NoticeForm(emails=["ops@example.org"]), clock=lambda: now)
    plan = imported(actor, now, "clients", LEA, MAX, simulate=True)
    held = [{"code": "guard_inserts", "params": {"count": 2, "most": 1}, "operation": "Insert", "rows": [1, 2]}]
    for day, more in enumerate((SUCCEEDED, SUCCEEDED, {"status": TurnStatus.HELD, "run": plan, "held": held})):
        at = now - timedelta(days=3 - day)
        ended = None if "run" in more else at + timedelta(seconds=3)
        SyncTurn.objects.create(sync=sync, due_at=at, started_at=at, finished_at=ended, rows=2, **more)
    Sync.objects.filter(pk=sync.pk).update(health=Health.HELD, health_since=now, rows=2)
    return sync


def imported(actor: Actor, now: datetime, template: str, *rows: object, simulate: bool = False) -> Run:
    run = start_import(
        actor=actor,
        template=template,
        body=json.dumps(rows).encode(),
        file_name=f"{HOSTILE}.json",
        options=ImportOptions(simulate=simulate),
        clock=lambda: now,
    )
    return perform(run=run.pk, holder="tests", clock=lambda: now)
