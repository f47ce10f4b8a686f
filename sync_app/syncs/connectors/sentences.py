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
}
