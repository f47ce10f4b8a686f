"""What doors that make a run share: it happens once under one key, is carried out, and answered with its report."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from django.http.response import HttpResponseBase
from django.urls import reverse

from sync_app.api.carrying_out import carry_out
from sync_app.api.dialects.planningpme.requests import idempotency_key, prefers_async
from sync_app.api.dialects.planningpme.responses import json_answer, report_answer, run_line
from sync_app.api.dialects.planningpme.views.door import PlanningpmeDoor
from sync_app.api.once import ACCEPTED, Asked, start_once
from sync_app.models import Run
from sync_app.runs.verbs.starting import Note
from templates_app.sources.rows import Source

REPLAYED: Final = "Idempotency-Replayed"


class RunningDoor(PlanningpmeDoor):
    """A door whose POST makes a run. `opened` is its source, once `start` has parsed it: it is not parsed again."""

    opened: Source | None = None

    def asked(self, view: memoryview) -> Asked:
        """What is asked, under which Idempotency-Key. Raises DoorRefused for a key that is none."""
        path = self.http.path.rstrip("/").split("/", maxsplit=2)[2].lstrip("/")
        return Asked(
            actor=self.actor,
            method=str(self.http.method),
            path=path,
            key=idempotency_key(self.http.META),
            digest=hashlib.sha256(view).hexdigest(),
        )

    def answer(self, *, asked: Asked, start: Callable[[Note], Run]) -> HttpResponseBase:
        """Starts the run unless the key has done so before, and answers 200 with its report or 202 with its address."""
        asynchronous = prefers_async(self.http.META)
        run, earlier = start_once(asked=asked, start=start, asynchronous=asynchronous, clock=self.clock)
        if not earlier:
            run = carry_out(run=run, asynchronous=asynchronous, clock=self.clock, opened=self.opened)
        answer = self._accepted(run) if run.is_open else self._done(run)
        if asynchronous:
            answer.headers["Preference-Applied"] = "respond-async"
        if earlier:
            answer.headers[REPLAYED] = "true"
        return answer

    def _accepted(self, run: Run) -> HttpResponseBase:
        answer = json_answer(run_line(run), status=ACCEPTED)
        answer.headers["Location"] = self._address(run)
        return answer

    def _done(self, run: Run) -> HttpResponseBase:
        answer = report_answer(actor=self.actor, run=run, language=self.language)
        answer.headers["Content-Location"] = self._address(run)
        return answer

    def _address(self, run: Run) -> str:
        return reverse("planningpme:run", kwargs={"brand": self.kwargs["brand"], "run": run.pk})
