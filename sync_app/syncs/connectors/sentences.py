"""What the connectors say of a transfer that did not come about."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "drop_not_allowed": gettext_noop(
        "This site reads and writes no files of folders. Whoever runs it can name folders in FILE_DROP_ROOTS."
    ),
    "drop_path_unfit": gettext_noop(
        "“{path}” is not a folder below your own. Enter a path like “in/customers”, without “..”."
    ),
    "drop_not_found": gettext_noop(
        "There is no folder “{path}” that this site may use. A link in its place does not count. Have it made first."
    ),
    "drop_pattern_unfit": gettext_noop("“{pattern}” is no pattern of file names. Enter one like “customers-*.csv”."),
    "drop_name_unfit": gettext_noop("“{name}” cannot be the name of a file here. Give it another one."),
    "drop_file_too_large": gettext_noop(
        "The file {name} is larger than {limit} bytes. Split it, or ask for a higher limit."
    ),
    "drop_file_changing": gettext_noop("The file {name} was still being written. It is read the next time."),
    "drop_disk": gettext_noop("The disk refused it: {reason}."),
    "list_missing": gettext_noop("{host} answered without a list “{name}”, so there is nothing to read."),
    "rows_not_text": gettext_noop("A value holds signs that are no text. Repair it where it comes from."),
    "rows_too_many": gettext_noop(
        "{host} gave more than {limit} rows. Fetch less at a time, or ask for a higher limit."
    ),
    "rows_too_large": gettext_noop(
        "{host} gave more than {limit} bytes over all pages. Fetch less at a time, or ask for a higher limit."
    ),
    "token_missing": gettext_noop("{host} accepted the sign-in and gave no token. Check the address."),
    "page_repeated": gettext_noop(
        "{host} gave records of an earlier page again on page {page}, so the list was not read to its end."
    ),
    "pages_endless": gettext_noop("{host} gave {limit} pages and would not end."),
    "simulation_refused": gettext_noop(
        "{host} would refuse {rows} of the items, the first being item {item}: {message} Nothing was sent."
    ),
    "report_unclear": gettext_noop(
        "{host} answered an import without saying clearly which rows it took, so nothing counts as confirmed."
    ),
    "import_failed": gettext_noop("Run {run} failed at {host}: {message}"),
    "import_unfinished": gettext_noop("Run {run} has not ended yet at {host}. Its result is asked for the next time."),
    "code_missing": gettext_noop("{host} gave a record without {name}, so it cannot be told from others."),
    "watermark_unread": gettext_noop("“{watermark}” is no moment to begin at. Set the sync back to the beginning."),
    "refused_too_many": gettext_noop("{host} refused more than {limit} items, the last with: {message}"),
    "difference_abnormal": gettext_noop(
        "Of {before} contracts that {host} has, {updated} would be changed and {removed} archived ({added} are new). "
        "That is more than the {limit} % allowed, so nothing was transmitted. If it is right, raise the limit."
    ),
    "difference_unclear": gettext_noop("{host} answered without saying clearly what becomes of the contracts."),
    "contracts_refused": gettext_noop("{host} refused the contracts, so none was transmitted: {reason}"),
    "contracts_miscounted": gettext_noop("{host} confirmed {total} contracts of {sent}. Look there what it holds now."),
    "other_brand_closed": gettext_noop(
        "There is no brand “{brand}” in which the person of this sync is a member. Ask its administrator for access."
    ),
    "other_brand_same": gettext_noop("This is the brand itself. Enter the key of another one."),
    "other_brand_no_export": gettext_noop("The brand {brand} has no export template “{template}”."),
    "other_brand_no_import": gettext_noop("The brand {brand} has no import template “{template}”."),
    "other_brand_busy": gettext_noop(
        "The brand {brand} is still importing what was sent before. It is looked at again."
    ),
    "other_brand_unfinished": gettext_noop(
        "Run {run} in the brand {brand} did not end well ({status}). Look there why."
    ),
    "list_changing": gettext_noop("The list of {host} changed while it was read. It is read again the next time."),
    "next_unreadable": gettext_noop("What {host} gives under “{path}” is no name of a next page."),
    "rows_not_objects": gettext_noop("{host} gave a list of something else than records: each must be an object."),
    "mark_missing": gettext_noop(
        "A row has no “{field}”, so it is not clear where the next fetch would begin. Choose another field."
    ),
    "mark_unreadable": gettext_noop(
        "The values of “{field}” are neither all numbers nor all times. Choose a field that says when a row changed."
    ),
    "mark_not_a_time": gettext_noop(
        "“{mark}”, where the last fetch ended, is no time. Send it as the last row has it, or set it back."
    ),
}
