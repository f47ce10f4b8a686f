"""The tests of pages wait for what their site still answers."""

from __future__ import annotations

import threading

from django.core.signals import request_finished, request_started

from tests.browser.underway import answered


def test_what_is_being_answered_is_waited_for() -> None:
    begun, go, ended = threading.Event(), threading.Event(), []

    def answer() -> None:
        request_started.send(sender=None)
        begun.set()
        go.wait()
        ended.append("answered")
        request_finished.send(sender=None)

    thread = threading.Thread(target=answer)
    with answered():
        # What a test asks by itself is over when it has the answer, though it may never have read all of it.
        request_started.send(sender=None)
        thread.start()
        begun.wait()
        go.set()
    assert ended == ["answered"]
    thread.join()


def test_who_has_gone_without_a_word_is_not_waited_for() -> None:
    with answered():
        thread = threading.Thread(target=lambda: request_started.send(sender=None))
        thread.start()
        thread.join()
