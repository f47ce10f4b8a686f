"""From a problem's code to a sentence in the reader's language."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext

from integration_admin.local_time import local_moment
from sync_app.engine.sentences import SENTENCES as ENGINE
from sync_app.runs.preview_sentences import SENTENCES as PREVIEWS
from sync_app.runs.why_sentences import SENTENCES as WHY
from templates_app.catalog.problems import Problem, gettext_noop
from templates_app.catalog.sentences import SENTENCES as CATALOG
from templates_app.language.row_sentences import SENTENCES as ROWS
from templates_app.language.sentences import SENTENCES as FINDINGS
from templates_app.language.steps.sentences import SENTENCES as STEPS
from templates_app.library.sentences import SENTENCES as LIBRARY
from templates_app.mapping.sentences import SENTENCES as MAPPING
from templates_app.mapping.suggestion_sentences import SENTENCES as SUGGESTIONS
from templates_app.sources.sentences import SENTENCES as SOURCES

RUNS: Final[dict[str, str]] = {
    "run_not_found": gettext_noop("There is no such run."),
    "template_not_found": gettext_noop("There is no such template."),
    "template_is_import": gettext_noop("This is an import template: send the data with POST."),
    "template_is_export": gettext_noop("This is an export template: ask for the data with GET."),
    "zone_unknown": gettext_noop(
        "The time zone that is kept of this brand is none that is known here. Correct it on the page of the brand."
    ),
    "run_without_template": gettext_noop("This run has no template."),
    "run_without_plan": gettext_noop("This run has no plan to apply."),
    "columns_unread": gettext_noop("None of the names that the template reads is there: {names}."),
    "columns_unread_inside": gettext_noop(
        "None of the names that the template reads is there: {names}. "
        'If the rows are those of the list “{list}”, the template would read them with Rows="{list}".'
    ),
    "not_a_simulation": gettext_noop("Only a simulated import can be applied."),
    "run_not_finished": gettext_noop("The run has not ended yet ({status})."),
    "run_ended": gettext_noop("The run has already ended ({status})."),
    "plan_not_applicable": gettext_noop("This simulation cannot be applied ({status})."),
    "mirror_other_type": gettext_noop(
        "The template is about {type} first by now, but what may go was said of {saved}. Save the sync again."
    ),
    "plan_outdated": gettext_noop("The plan uses {type}, of which a part was retired since. Simulate again."),
    "atomic_failed": gettext_noop("Nothing was written, because rows failed ({count}). The report says which."),
    "plan_stale": gettext_noop("The data has changed since this was planned, so nothing was written."),
    "already_applied": gettext_noop("This simulation was applied already, by run {run}."),
    "run_not_broken_off": gettext_noop("This run came to its end: there is nothing of its file left to import."),
    "nothing_to_retry": gettext_noop("None of the rows asked for failed in this run."),
    "report_too_long": gettext_noop(
        "A sheet holds {limit} rows. Download the operations as CSV, or filter them first."
    ),
    "operation_not_found": gettext_noop("There is no such operation in this run."),
    "row_not_failed": gettext_noop("Row {row} is not among the failed rows of this run that are still kept."),
    "cell_not_json": gettext_noop("What stands in {name} is not valid JSON. Mind quotation marks and commas."),
    "row_edited_since": gettext_noop("Somebody else has edited row {row} since you opened it. Look at it again."),
    "nothing_to_undo": gettext_noop("This run changed nothing."),
    "already_undone": gettext_noop("This run was undone already, or is about to be, by run {run}."),
    "undo_conflicts": gettext_noop("Some records were changed since, so nothing was undone."),
    "journal_altered": gettext_noop("The journal of revision {revision} is not what was written, so it is not undone."),
    "run_purged": gettext_noop("The journal of this run was purged; it can no longer be undone."),
    "payload_purged": gettext_noop("The data of this run was purged; its rows can no longer be read."),
    "upload_not_found": gettext_noop("This file is no longer here. Choose it again."),
    "upload_empty": gettext_noop("There is nothing in this file. Choose another one."),
    "attempts_exhausted": gettext_noop("The run was interrupted {attempts} times and was given up."),
    "backup_not_sqlite": gettext_noop(
        "This database is a server of its own. Back it up with pg_dump --format=custom, as the README says."
    ),
    "backup_not_whole": gettext_noop("The copy is not whole. Check the disk, then try again."),
    "edit_refused": gettext_noop("Nothing was written, because something asked for cannot stand ({count})."),
    "filter_invalid": gettext_noop("Records are not found by the field {field} alone. Search for its value instead."),
    "filter_value_invalid": gettext_noop("The field {field} cannot have the value that is asked for."),
    "record_not_found": gettext_noop("There is no such record."),
    "too_many_to_scan": gettext_noop(
        "There are more than {limit} records of {type}: sort them by label, key or last change only, "
        "and filter them by a key field or a reference first."
    ),
    "columns_unknown": gettext_noop("{type} has no such fields: {fields}."),
    "too_many_columns": gettext_noop("Choose at most {limit} columns: more cannot be read side by side."),
    "plan_erased": gettext_noop("A record of this plan was erased since, so it is not applied. Simulate again."),
    "erase_referenced": gettext_noop("It is not erased, because other records refer to it ({count}): {names}."),
    "erase_while_running": gettext_noop("Run {run} is still at work in this brand. Erase when it has ended."),
    "state_unknown": gettext_noop("What the record was at version {version} is not kept any more."),
    "too_many_edits": gettext_noop("At most {limit} records can be changed in one call."),
    "mirror_marked": gettext_noop("The source no longer has this record, so it is marked."),
    "mirror_deleted": gettext_noop("The source no longer has this record, so it is deleted."),
    "mirror_not_sure": gettext_noop(
        "Rows failed, so it is not certain which records the source no longer has: none was deleted or marked."
    ),
    "push_refused": gettext_noop("The other system did not take this item: {said}"),
    "export_stopped": gettext_noop(
        'The export stopped at {record}, record {key}: "{name}" in line {line} of the template cannot be made of '
        '"{value}" in the field {field}. {reason}'
    ),
    "since_invalid": gettext_noop("`since` must be 14 digits, yyyyMMddHHmmss, in UTC."),
    "since_in_future": gettext_noop("`since` lies in the future."),
    "cursor_invalid": gettext_noop("This cursor is not one of this brand and this template."),
    "idempotency_in_progress": gettext_noop("The first request with this key is still being worked on."),
    "idempotency_mismatch": gettext_noop("This key was used before with another body."),
    "right_missing": gettext_noop("Your group does not have the right: {right}."),
    "scope_missing": gettext_noop("This application key is not meant for: {scope}."),
    "template_not_allowed": gettext_noop("This application key may not use the template {template}."),
    "type_not_readable": gettext_noop("You may not read {type}."),
    "type_not_writable": gettext_noop("You may not write {type}."),
    "not_in_brand": gettext_noop("You have no access to this brand."),
}

#: Their parameter `reason` is the code of the problem behind them, whose own parameters are among theirs.
TOLD_WITH_REASON: Final = frozenset({"export_stopped"})

SENTENCES: Final[dict[str, str]] = {
    **FINDINGS,
    **LIBRARY,
    **MAPPING,
    **SUGGESTIONS,
    **SOURCES,
    **CATALOG,
    **STEPS,
    **ROWS,
    **ENGINE,
    **RUNS,
    **PREVIEWS,
    **WHY,
}


class _Shown(dict[str, object]):
    """A sentence whose parameter is not known says `…` rather than fail."""

    def __missing__(self, key: str) -> str:
        return "…"


def message(problem: Problem) -> str:
    """The sentence of this problem, translated, its parameters filled in. An unknown code is its own sentence.

    What went stale is told by its reason, what stopped together with it, and moments in the zone of the page that is
    being written, if there is one.
    """
    reason = problem.params.get("reason") if problem.code == "stale" else None
    sentence = SENTENCES.get(str(reason)) or SENTENCES.get(problem.code)
    told = _Shown((name, local_moment(value)) for name, value in problem.params.items())
    if problem.code in TOLD_WITH_REASON and "reason" in problem.params:
        why = str(problem.params["reason"])
        told["reason"] = gettext(SENTENCES[why]).format_map(told) if why in SENTENCES else why
    return gettext(sentence).format_map(told) if sentence else problem.code
