"""manage.py declare_key BRAND ENTITY FIELD[,FIELD]"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from sync_app.management.run_commands import RunCommand
from sync_app.management.tables import counted
from sync_app.models import RunStatus
from sync_app.runs.sentences import message
from sync_app.runs.verbs.declaring import declare_key
from templates_app.catalog.problems import Problem


class Command(RunCommand):
    """A key on fields that records may have already."""

    help = "Lets records of an entity type be found by one or more of their fields. Changes nothing unless all fit."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")
        parser.add_argument("entity", metavar="ENTITY", help="entity type, such as Customer")
        parser.add_argument("fields", metavar="FIELD[,FIELD]", help="the fields of the key, such as LastName,Email")
        parser.add_argument("--identity", action="store_true", help="no two records share a value")
        parser.add_argument("--space", default="", help="name of the identities shared with keys of other types")

    def handle(self, *args: Any, **options: Any) -> None:
        run = declare_key(
            actor=self.actor_in(options["brand"]),
            entity_type=options["entity"],
            fields=[name.strip() for name in options["fields"].split(",")],
            unique=options["identity"],
            space=options["space"],
            clock=timezone.now,
        )
        if run.status == RunStatus.FAILED:
            problems = [Problem(p["code"], p["params"]) for p in run.error["problems"]]
            hint = " ".join(f"Record {p.params['record']}: {message(p)}" for p in problems if "record" in p.params)
            self.fail(run.error["code"], message(Problem(run.error["code"], run.error["params"])), hint)
        values = {"run": run.pk, "status": run.status, "key": run.options, **run.statistics}
        records = counted(run.statistics["records"], "record")
        self.answer(values, f"Run {run.pk}: key {options['fields']} declared for {records}.")
