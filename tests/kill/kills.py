"""The task `kills`: a site is served, and a campaign runs against it."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.kill.campaign import Campaign, orders_of
from tests.kill.mutants import NAME
from tests.kill.points import AFTER, BEFORE, COMMIT, Point
from tests.kill.private import Postgres
from tests.kill.served import served

#: Mistake -> the work, the point and the calls at which a kill shows it.
TRIALS: Final[Mapping[str, tuple[str, Point, tuple[int, ...]]]] = {
    "journal-outside": ("import", (COMMIT, AFTER), (3, 4)),
    "acknowledge-first": ("pull", ("sync_app.syncs.turns.pulling:begin_import", BEFORE), (1,)),
    "watermark-first": ("pull", ("sync_app.syncs.turns.pulling:_Pull.keep", BEFORE), (1,)),
}


def run(*, folder: Path, server: Postgres | None, options: argparse.Namespace) -> dict[str, Any]:
    """What came of it: see `Tally.to_json`."""
    orders = orders_of(folder)
    with served(folder, **({NAME: options.mutant} if options.mutant else {})) as site:
        campaign = Campaign(
            site=site, orders=orders, server=server, lanes=1 if options.mutant else options.lanes, seed=options.seed
        )
        if options.mutant:
            work, point, calls = TRIALS[options.mutant]
            campaign.trial(work=work, point=point, calls=calls)
        else:
            campaign.run(kills=options.kills, seconds=options.seconds)
    return {"database": "PostgreSQL" if server is not None else "SQLite"} | campaign.tally.to_json()
