"""The sentences of the engine's codes, for people who are not programmers. Doors translate them and fill in params."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "row_failed": gettext_noop("Not written, because another part of this row failed."),
    "row_excluded": gettext_noop("The template leaves this row out."),
    "no_match": gettext_noop("No record was found, and the template does not insert one."),
    "update_not_allowed": gettext_noop("The record exists and differs, and the template does not update it."),
    "key_repeated": gettext_noop("An earlier row of this run has the same key."),
    "duplicate_in_payload": gettext_noop("Row {row} has the same key already."),
    "match_ambiguous": gettext_noop("{count} records have this key; it is not clear which one is meant."),
    "reference_missing": gettext_noop("There is no {type} with this value."),
    "reference_stuck": gettext_noop(
        "The row that brings this {type} waits for a record itself, so it was not written either."
    ),
    "link_missing": gettext_noop("The record this one should be linked to was not found."),
    "reference_set_later": gettext_noop("The reference was set after the last row, when its record was there."),
    "reference_not_set": gettext_noop("The reference could not be set after the last row."),
    "field_required": gettext_noop("This field must have a value."),
    "identity_taken": gettext_noop("Another record already has this value for the unique key {key}."),
    "kept_by_hand": gettext_noop("A person changed these fields last, so they stay as they are: {fields}."),
    "revived": gettext_noop("The record had been deleted and is brought back."),
    "value_returns": gettext_noop("It comes back with the value it had: {value}"),
    "insert_undone": gettext_noop("The run that is undone had inserted it."),
    "inserted_again": gettext_noop("Its insert had been undone, so it is inserted again."),
    # A change by hand or by an entity call
    "record_missing": gettext_noop("There is no such record."),
    "record_repeated": gettext_noop("Record {record} is changed twice in one call."),
    "record_changed_since": gettext_noop(
        "Somebody has changed this record since: you saw version {seen}, it has {version}."
    ),
    "record_deleted": gettext_noop("The record is deleted. Bring it back before it is changed."),
    "record_not_deleted": gettext_noop("The record is not deleted."),
    # A plan that is applied: `stale`, or what made it so
    "stale": gettext_noop("The data has changed since this was simulated, so it was not written."),
    "record_changed": gettext_noop("The record was changed since this was simulated, so it was not written."),
    "record_stale": gettext_noop("An earlier change of this record could not be written, so this was not either."),
    "key_taken": gettext_noop("Another record has got this key since this was simulated, so it was not written."),
    "reference_gone": gettext_noop("What it refers to is not there any more, so it was not written."),
    "kept_in_part": gettext_noop("Some fields were changed since and stay as they are."),
    "kept_edited": gettext_noop("Changed since by {by} in run {run}, and kept."),
    "kept_deleted_since": gettext_noop("The record was deleted since."),
    "kept_missing": gettext_noop("The record is no longer there."),
    "kept_erased": gettext_noop("The record was erased since, with all its values: nothing of it can come back."),
    "erased": gettext_noop("Its values were erased with the record, on request."),
    "kept_referenced": gettext_noop("Other records refer to it by now ({count}), so it stays."),
    "kept_reference_gone": gettext_noop("What it referred to (record {record}) is no longer there."),
}
