"""What is said of connections, syncs and their turns; and from a code to a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext

from sync_app.runs.sentences import SENTENCES as RUNS
from sync_app.syncs.connectors.sentences import SENTENCES as CONNECTORS
from sync_app.syncs.http.sentences import SENTENCES as HTTP
from sync_app.syncs.schedules.sentences import SENTENCES as SCHEDULES
from templates_app.catalog.problems import Problem, gettext_noop

OWN: Final[dict[str, str]] = {
    "sync_not_found": gettext_noop("There is no such sync."),
    "connection_not_found": gettext_noop("There is no such connection."),
    "form_refused": gettext_noop("Some of what was entered cannot stand ({count})."),
    # What was entered
    "setting_required": gettext_noop("This has to be filled in."),
    "setting_unknown": gettext_noop("There is no setting “{name}” here."),
    "setting_not_text": gettext_noop("This must be text of at most {most} characters, without control characters."),
    "setting_not_whole": gettext_noop("This must be a whole number from {least} to {most}."),
    "setting_not_switch": gettext_noop("This is either on or off."),
    "setting_not_choice": gettext_noop("Choose one of: {choices}."),
    "setting_not_pairs": gettext_noop("Enter names with their values, each name once."),
    "setting_not_address": gettext_noop(
        "Enter an address that begins with https:// or http://, without a user name or password in it."
    ),
    "secret_again": gettext_noop(
        "The address leads somewhere else now, so enter this again: it belonged to the old one."
    ),
    "name_needed": gettext_noop("Give it a name of at most {most} characters."),
    "name_taken": gettext_noop("There is one of this name already. Choose another."),
    "connector_unknown": gettext_noop("This site knows no connector named “{name}”."),
    "connection_in_use": gettext_noop("Syncs use this connection ({count}): {names}. Delete or change them first."),
    "connector_cannot": gettext_noop(
        "This connector cannot do that. Choose the other direction or another connection."
    ),
    "direction_unknown": gettext_noop("Choose whether the sync pulls or pushes."),
    "sync_needs_person": gettext_noop("A sync acts as a person of this site. Sign in to save it."),
    "on_error_unknown": gettext_noop("Choose what happens at a row that fails: skip, stop or atomic."),
    "guard_unknown": gettext_noop("There is no guard “{name}”."),
    "guard_type_unknown": gettext_noop("The template does not write {type}, so there is nothing of it to limit."),
    "guard_number_unfit": gettext_noop("A limit is a whole number, or a share from 0 to 100 percent."),
    "mirror_unfit": gettext_noop("Say whether records that the source no longer has are deleted or marked."),
    "mirror_field_unknown": gettext_noop("{type} has no field “{name}” that can be written."),
    "mirror_value_unfit": gettext_noop("“{value}” cannot be a value of the field {name}."),
    "mirror_needs_guard": gettext_noop(
        "Records that are missing are deleted or marked only under a guard: limit how many records may go at once."
    ),
    "mirror_needs_writing": gettext_noop(
        "The template does not write {type}, so none of them can be deleted or marked."
    ),
    "protected_unknown": gettext_noop("The template does not write a field “{name}”. Write it like Customer.LastName."),
    # What cannot be done now
    "sync_busy": gettext_noop("The sync is at work already. Wait until it has ended."),
    "sync_changed_since": gettext_noop(
        "Somebody else has changed this sync since you opened it. Open it anew, so that nothing of theirs is lost."
    ),
    "sync_waits_for_person": gettext_noop("The sync waits for a person: apply or reject what is held first."),
    "plan_of_other_rules": gettext_noop(
        "The sync was changed since this was planned. Reject it: the next turn plans anew."
    ),
    "push_all_refused": gettext_noop("No item was accepted (of {rows}), so nothing counts as sent."),
    "connection_of_others": gettext_noop(
        "Other people saved syncs over this connection, which act with their rights. Make another connection."
    ),
    "turn_not_held": gettext_noop("Nothing is held here any more."),
    "turn_has_ended": gettext_noop("This turn has ended by now."),
    "sync_never_fetches": gettext_noop("Credentials were refused {count} times. Enter them again before you run it."),
    "test_too_slow": gettext_noop("The other system did not answer in time."),
    "watermark_unfit": gettext_noop("A watermark is text of at most {most} characters."),
    # Who is told
    "notice_email_unfit": gettext_noop("“{address}” is not an e-mail address."),
    "notice_emails_many": gettext_noop("At most {most} addresses are told."),
    "notice_webhook_unfit": gettext_noop(
        "Enter an address that begins with https://, or one in your own network that this site may call "
        "(PRIVATE_ADDRESSES_ALLOWED)."
    ),
    "notice_nobody": gettext_noop("Nobody is told yet: save an e-mail address or a webhook first."),
    "mail_failed": gettext_noop("The e-mail could not be sent: {reason}"),
    # Why a turn failed
    "sync_without_person": gettext_noop("The person this sync acted as is gone. Let somebody else save the sync."),
    "secrets_unreadable": gettext_noop("The credentials can no longer be read. Enter them again."),
    "sync_settling": gettext_noop("What was fetched before is just being acknowledged."),
    "sync_stopped": gettext_noop(
        "It stopped at the first row that failed, as it was told to. The report names the row."
    ),
    "pull_none_taken": gettext_noop(
        "No row could be taken (of {rows}), so nothing counts as fetched. The report says what is wrong."
    ),
    "turn_given_up": gettext_noop("It was interrupted {attempts} times and was given up."),
    "push_purged": gettext_noop("What was to be sent is no longer kept. The next time everything is exported anew."),
    "push_incomplete": gettext_noop("Only {sent} of {rows} items were answered. The rest is sent the next time."),
    # What a guard asks about
    "guard_inserts": gettext_noop("{count} records would be new; at most {most} may be without being asked."),
    "guard_inserts_percent": gettext_noop(
        "{count} records would be new, of {live} there are; at most {percent} % may be without being asked."
    ),
    "guard_updates": gettext_noop("{count} records would change; at most {most} may without being asked."),
    "guard_updates_percent": gettext_noop(
        "{count} of {live} records would change; at most {percent} % may without being asked."
    ),
    "guard_deletes": gettext_noop("{count} records would go; at most {most} may without being asked."),
    "guard_deletes_percent": gettext_noop(
        "{count} of {live} records would go; at most {percent} % may without being asked."
    ),
    "guard_empty": gettext_noop("The source is empty; the last time it had {before} rows."),
    "guard_shrunk": gettext_noop(
        "The source has {rows} rows; the last time it had {before}. It may shrink by {percent} % without being asked."
    ),
    "shape_new": gettext_noop("The source has a new column: {column}."),
    "shape_gone": gettext_noop("The source no longer has the column {column}."),
    "shape_retyped": gettext_noop("The values of {column} are of another sort: {becomes} instead of {was}."),
}

SENTENCES: Final[dict[str, str]] = {**RUNS, **HTTP, **SCHEDULES, **CONNECTORS, **OWN}


class _Shown(dict[str, object]):
    """A sentence whose parameter is not known says `…` rather than fail."""

    def __missing__(self, key: str) -> str:
        return "…"


def message(problem: Problem) -> str:
    """The sentence of this problem, translated, its parameters filled in. An unknown code is its own sentence."""
    sentence = SENTENCES.get(problem.code)
    return gettext(sentence).format_map(_Shown(problem.params)) if sentence else problem.code


def kept_message(kept: Mapping[str, Any]) -> str:
    """The same of what a turn keeps: `{"code": …, "params": {…}}`; empty for nothing."""
    return message(Problem(kept["code"], kept.get("params", {}))) if kept.get("code") else ""
