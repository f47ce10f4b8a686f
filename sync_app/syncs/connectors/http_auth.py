"""How an HTTP JSON connection shows who calls."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from sync_app.syncs.connectors.base import Link
from sync_app.syncs.connectors.http_form import BASIC, BEARER, CLIENT, HEADER, OAUTH
from sync_app.syncs.connectors.sessions import Session, asked_for_token, pasted, text_in
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.client import Bounds, Remote
from sync_app.syncs.http.headers import check_headers

MINUTE: Final = 60.0
#: How token services refuse: some as the standard says with 400, others with 401.
REFUSED: Final = frozenset({400, 401, 403})


class Caller(Session):
    """The service of a connection, spoken to with what it was given. Without `sign_in` that is all there is to show."""

    def __init__(self, remote: Remote, sign_in: Callable[[Remote], Mapping[str, str]] | None) -> None:
        super().__init__(remote, sign_in or _nothing_more, renews=sign_in is not None)

    def follow(self, link: str, *, at: Answer) -> Answer:
        """See `Remote.follow`. A token that ends between two pages is replaced once."""
        return self.renewing(lambda accept: self.remote.follow(link, at=at, accept=accept))


@contextmanager
def calling(link: Link, *, bounds: Bounds | None = None) -> Iterator[Caller]:
    """The service of a connection. A key or password that is refused is not shown to it a second time; a token is
    replaced. Raises TransferFailed.
    """
    said = link.settings.get
    spacing = MINUTE / per_minute if (per_minute := int(said("per_minute") or 0)) else 0.0
    headers = {str(name): str(value) for name, value in dict(said("headers") or {}).items()}
    bounds = replace(bounds or Bounds(), spacing=spacing)
    base, standing = str(said("address", "")), _standing(link)
    with Remote(base=base, link=link, headers=headers, credentials=standing, bounds=bounds) as remote:
        yield Caller(remote, (lambda _: _token(link)) if said("auth") in OAUTH else None)


def _nothing_more(remote: Remote) -> Mapping[str, str]:
    return {}


def _standing(link: Link) -> dict[str, str]:
    auth = link.settings.get("auth")
    if auth == BASIC:
        return {"Authorization": _basic(str(link.settings.get("username", "")), link.secrets.get("password", ""))}
    if auth == BEARER:
        return {"Authorization": f"Bearer {pasted(link, 'token')}"}
    if auth == HEADER:
        standing = {str(link.settings.get("key_header", "")): link.secrets.get("key", "").strip()}
        check_headers(standing, credentials=True)
        return standing
    return {}


def _basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


def _token(link: Link) -> Mapping[str, str]:
    said = link.settings.get
    client, secret = str(said("client_id") or ""), link.secrets.get("client_secret", "")
    form = [("grant_type", "client_credentials")]
    if said("auth") != CLIENT:
        form = [("grant_type", "password"), ("username", str(said("username", "")))]
        form.append(("password", link.secrets.get("password", "")))
    form += [("scope", str(scope))] if (scope := said("scope")) else []
    in_header = bool(said("client_in_header")) and bool(client)
    if client and not in_header:
        form += [("client_id", client), ("client_secret", secret)]
    credentials = {"Authorization": _basic(client, secret)} if in_header else {}
    with Remote(base=str(said("token_address", "")), link=link, credentials=credentials) as remote:
        answer = asked_for_token(remote, form=form, refusing=REFUSED)
        return {"Authorization": f"Bearer {text_in(answer, 'access_token')}"}
