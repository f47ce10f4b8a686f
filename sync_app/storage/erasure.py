"""Taking a record out of the database: itself at once, its values in the journal by a mark, the digests kept true.

An erased entry keeps what it says of the run (operation, type, names of fields, versions) and no value: `before`,
`after`, key and problems are gone, and its code is `erased`. A revision whose entries were as written gets the digest
of what they are now; one that was altered before stays found by `verify`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db import connection

from sync_app.models import JournalEntry, Revision
from sync_app.storage import journal
from sync_app.storage.records import IDENTITY, RECORD, REFERENCE

ERASED = "erased"
_AT_ONCE = 500

#: run -> the numbers of its entries.
Entries = Mapping[int, Collection[int]]


def remove_record(*, brand: int, record: int) -> None:
    """The record with its identities and its own references, inside the brand's write transaction."""
    with connection.cursor() as cursor:
        for table, column in ((IDENTITY, "record_id"), (REFERENCE, "record_id"), (RECORD, "id")):
            cursor.execute(f"DELETE FROM {table} WHERE brand_id = %s AND {column} = %s", [brand, record])


def erase_entries(entries: Entries) -> int:
    """Take the values out of these entries; answers of how many revisions the digest was made anew."""
    touched = _revisions(entries)
    intact = [revision for revision in touched if journal.digest(_written(revision)) == revision.digest]
    for run, numbers in entries.items():
        for some in _parts(sorted(numbers)):
            JournalEntry.objects.filter(run_id=run, seq__in=some).update(
                key="", before=None, after=None, problems="", code=ERASED
            )
    for revision in intact:
        revision.digest = journal.digest(_written(revision))
        revision.save(update_fields=["digest"])
    return len(intact)


def _revisions(entries: Entries) -> list[Revision]:
    """The revisions over whose entries, refused ones between the applied included, a digest was made."""
    return [
        revision
        for run, numbers in entries.items()
        for revision in Revision.objects.filter(run_id=run)
        if any(revision.first_seq <= number <= revision.last_seq for number in numbers)
    ]


def _written(revision: Revision) -> list[journal.Entry]:
    first, last = revision.first_seq, revision.last_seq
    return journal.entries(run=revision.run_id, after=first - 1, until=last, limit=last - first + 1)


def _parts(listed: list[int]) -> Iterable[list[int]]:
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))
