"""Why an operation does what it does, rule by rule, in words."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    # How the record was looked for
    "why_no_key": gettext_noop("The template looks for no record here: every row gives a new one."),
    "why_not_found": gettext_noop("No record had {fields} “{key}”."),
    "why_found": gettext_noop("Found by {fields} “{key}”, at its version {version}."),
    "why_earlier_row": gettext_noop("Found by {fields} “{key}” among the records of earlier rows."),
    "why_may_insert": gettext_noop("The template inserts records that are not there (ShouldInsert)."),
    "why_may_update": gettext_noop("The template updates records that are there (ShouldUpdate)."),
    "why_may_delete": gettext_noop("The template deletes records that are there (ShouldDelete)."),
    "why_may_not_insert": gettext_noop("The template inserts nothing here (ShouldInsert is not set)."),
    "why_may_not_update": gettext_noop("The template updates nothing here (ShouldUpdate is not set)."),
    # What became of each value
    "why_new_value": gettext_noop("A new record takes it."),
    "why_nothing_given": gettext_noop("Empty in the source, so a new record has nothing here."),
    "why_no_such_name": gettext_noop("The source has no such name, so the field is not touched."),
    "why_replaced": gettext_noop("It takes the place of what was there (OnUpdate=Replace)."),
    "why_filled": gettext_noop("There was nothing before, so it is filled (OnUpdate=Fill)."),
    "why_lowest": gettext_noop("It is lower than what was there (OnUpdate=Lowest)."),
    "why_highest": gettext_noop("It is higher than what was there (OnUpdate=Highest)."),
    "why_cleared": gettext_noop("Empty in the source, so the field is emptied (OnEmpty=Clear)."),
    "why_same": gettext_noop("The record has this value already."),
    "why_kept_filled": gettext_noop("There is a value already, or none is given (OnUpdate=Fill)."),
    "why_left": gettext_noop("The template never changes it in a record that exists (OnUpdate=Leave)."),
    "why_not_lower": gettext_noop("It is not lower than what is there (OnUpdate=Lowest)."),
    "why_not_higher": gettext_noop("It is not higher than what is there (OnUpdate=Highest)."),
    "why_empty_kept": gettext_noop("Empty in the source, and the template keeps what is there (OnEmpty=Keep)."),
    "why_empty_already": gettext_noop("Empty in the source, and nothing is there to be emptied."),
    "why_default": gettext_noop("The source gives nothing, so the default stands."),
    "why_default_insert_only": gettext_noop("The default is for new records only."),
    "why_default_kept": gettext_noop("The record has a value, or the default stands already."),
    "why_default_unused": gettext_noop("The row gives a value, so the default is not used."),
    "why_refused": gettext_noop("Refused, so nothing of this row is written."),
    "why_not_written": gettext_noop("Nothing of this is written."),
    # What has gone stale, before a plan is applied
    "check_record_changed": gettext_noop("The record was changed since this was simulated."),
    "check_record_stale": gettext_noop("An earlier change of the same record has gone stale."),
    "check_key_taken": gettext_noop("Another record has got this key since this was simulated."),
    "check_reference_gone": gettext_noop("What it refers to is not there any more."),
    # Why it cannot be told
    "why_no_template": gettext_noop("This run follows no template: the change was asked for as it stands."),
    "why_no_row": gettext_noop("The rows of this run are no longer kept, so its rules cannot be retraced."),
    "why_outdated": gettext_noop(
        "The template of then does not fit the catalog of today, so its rules cannot be retraced."
    ),
    "why_other_rules": gettext_noop(
        "Retraced with the catalog of today, this row comes to no such operation any more."
    ),
    "why_undone": gettext_noop("Run {run} wrote it, and this run takes it back."),
}
