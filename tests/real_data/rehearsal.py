"""What every import must survive: shown, done as shown, done again, and taken back."""

from __future__ import annotations

from sync_app.models import Run
from tests.real_data.desk import Desk


def rehearsed(desk: Desk, template: str, body: bytes, *, file_name: str) -> tuple[Run, Run]:
    """Simulates, applies, imports again and undoes it all; gives the simulation and the second import.

    Held on the way: simulating writes no record, applying does exactly what was shown, importing again inserts nothing
    and changes only what rows with one key disagree about, undo leaves the records as before, and everything agrees.
    """
    before = desk.digest()
    shown = desk.bring(template, body, file_name=file_name, simulate=True)
    assert desk.digest() == before
    done = desk.apply(shown)
    assert (done.counts, done.by_type) == (shown.counts, shown.by_type)
    after = desk.digest()
    again = desk.bring(template, body, file_name=file_name)
    assert desk.digest() == after
    assert again.counts["inserted"] == 0
    assert again.counts["updated"] == 0 or again.statistics["codes"]["key_repeated"] > 0
    if again.counts["updated"]:
        assert desk.undo(again).counts["rowsFailed"] == 0
    assert desk.undo(done).counts["rowsFailed"] == 0
    assert desk.digest() == before
    assert desk.discrepancies() == []
    return shown, again
