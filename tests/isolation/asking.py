"""Requests that leave no trace: what they write is looked at, and taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.test import Client

from integration_admin.accounts.models import User


@dataclass(frozen=True)
class Answer:
    """What came back, as a browser would show it."""

    status: int
    shown: str
    type: str
    to: str

    @property
    def is_page(self) -> bool:
        return self.status == 200 and self.type.startswith("text/html")


def door(user: User | None) -> Client:
    """Somebody who is signed in, or nobody. What goes wrong comes as an answer of 500, as it does to a browser."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def ask(client: Client, method: str, address: str, sent: Mapping[str, Any] | None = None) -> Answer:
    """Asks, and takes back whatever was written."""
    with taken_back():
        return answer_of(client, method, address, sent)


def answer_of(client: Client, method: str, address: str, sent: Mapping[str, Any] | None = None) -> Answer:
    """Asks, and lets stand what was written."""
    found = client.get(address, sent) if method == "get" and sent else getattr(client, method)(address, sent or None)
    content = found.getvalue() if found.streaming else found.content
    return Answer(
        status=found.status_code,
        shown=content.decode("utf-8", "replace"),
        type=found.headers.get("Content-Type", ""),
        to=found.headers.get("Location", ""),
    )


@contextmanager
def taken_back() -> Iterator[None]:
    """Like the transaction around a test, and inside it: reads in one view of the database see no difference."""
    block = transaction.Atomic(using=None, savepoint=True, durable=False)
    vars(block)["_from_testcase"] = True
    with block:
        yield
        transaction.set_rollback(True)
