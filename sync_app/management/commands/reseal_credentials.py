"""reseal_credentials: after CREDENTIAL_KEY was changed, make the earlier one dispensable."""

from __future__ import annotations

import sys
from typing import Any

from sync_app.management import tables
from sync_app.management.run_commands import SOME_ROWS_FAILED, RunCommand
from sync_app.syncs.keeping.resealing import reseal_credentials


class Command(RunCommand):
    help = (
        "Seal the credentials of all connections with today's CREDENTIAL_KEY, so that CREDENTIAL_KEYS_OLD can go. "
        "Exit code 0: all are; 1: some cannot be opened, and have to be entered again; 2: it could not run."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = reseal_credentials()
        lost = [{"brand": brand, "connection": name} for brand, name in done.lost]
        told = f"Sealed anew: {done.renewed}. Needed nothing: {done.present}."
        if done.lost:
            listed = tables.table("Enter the credentials of these again", ["Brand", "Connection"], list(done.lost))
            told = f"{told}\n{tables.render([listed])}"
        self.answer({"renewed": done.renewed, "present": done.present, "lost": lost}, told)
        if done.lost:
            sys.exit(SOME_ROWS_FAILED)
