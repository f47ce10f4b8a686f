"""Being signed in with another system: once for a turn, and once more whenever it says that it no longer is so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sync_app.syncs.connectors.base import Link, TransferFailed, Trouble
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.client import Remote
from sync_app.syncs.http.headers import VALUE

ENDED: Final = 401
BEARER_AHEAD: Final = re.compile(r"\Abearer\s+", re.IGNORECASE | re.ASCII)
TOKEN_BYTES: Final = 64 * 1024


class Session:
    """`sign_in` gives the headers that show who calls; it raises TransferFailed when it is refused."""

    def __init__(self, remote: Remote, sign_in: Callable[[Remote], Mapping[str, str]], *, renews: bool = True) -> None:
        self.remote = remote
        self._sign_in = sign_in
        self._signed_in = False
        self._may_renew = self._renews = renews

    @property
    def host(self) -> str:
        return self.remote.base.host

    def sign_in(self) -> None:
        """Signs in, unless that was done."""
        if not self._signed_in:
            self.remote.carry(self._sign_in(self.remote))
            self._signed_in = True

    def get(self, *segments: str, accept: Iterable[int] = (), **words: Any) -> Answer:
        """See `Remote.get`."""
        return self.ask("GET", *segments, accept=accept, **words)

    def post(self, *segments: str, accept: Iterable[int] = (), **words: Any) -> Answer:
        """See `Remote.post`."""
        return self.ask("POST", *segments, accept=accept, **words)

    def ask(self, method: str, *segments: str, accept: Iterable[int] = (), **words: Any) -> Answer:
        """See `Remote.ask`. A token that has ended is replaced; one that is refused at once, `credentials_refused`."""
        return self.renewing(
            lambda allowed: self.remote.ask(method, *segments, accept=allowed, **words), accept=frozenset(accept)
        )

    def renewing(self, call: Callable[[frozenset[int]], Answer], *, accept: frozenset[int] = frozenset()) -> Answer:
        """What `call` brings, called once more when the token has ended. It is handed the statuses it may bring."""
        self.sign_in()
        answer = call(accept | {ENDED})
        if answer.status == ENDED and self._may_renew:
            self._may_renew = self._signed_in = False
            self.sign_in()
            answer = call(accept | {ENDED})
        if answer.status == ENDED and ENDED not in accept:
            raise refused(answer)
        # A new token that was taken may end as well: tokens of a few minutes are usual, and a turn takes longer.
        self._may_renew = self._renews
        return answer


def pasted(link: Link, name: str) -> str:
    """A key or a token as a person copied it: without the blanks around it, and without the word before it that the
    header has of its own.
    """
    return BEARER_AHEAD.sub("", link.secrets.get(name, "").strip())


def asked_for_token(remote: Remote, *segments: str, refusing: Iterable[int], **words: Any) -> Answer:
    """What a service gives to who signs in. `refusing`: statuses that say no.

    Raises TransferFailed `credentials_refused`, and `token_missing` for what is too large to be a token.
    """
    try:
        answer = remote.post(*segments, accept=refusing, repeatable=True, most=TOKEN_BYTES, **words)
    except TransferFailed as failed:
        if failed.code != "answer_too_large":
            raise
        raise TransferFailed("token_missing", Trouble.ANSWER, host=remote.base.host) from None
    if not answer.ok:
        raise refused(answer)
    return answer


def refused(answer: Answer) -> TransferFailed:
    """What is raised when another system does not accept who calls."""
    told: dict[str, Any] = {"host": answer.address.host, "status": answer.status, "excerpt": answer.excerpt}
    return TransferFailed("credentials_refused", Trouble.CREDENTIALS, **told)


def text_in(answer: Answer, name: str) -> str:
    """A token that an answer gives. Raises TransferFailed, without a word of it, when there is none to be sent."""
    try:
        content = answer.json()
    except TransferFailed as failed:
        raise TransferFailed("token_missing", failed.trouble, host=answer.address.host) from None
    found = content.get(name) if isinstance(content, dict) else None
    if not isinstance(found, str) or not VALUE.fullmatch(found):
        raise TransferFailed("token_missing", Trouble.ANSWER, host=answer.address.host)
    return found
