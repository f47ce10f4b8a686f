"""What is wrong with a schedule, and what to write instead."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import gettext_noop

SENTENCES: Final[dict[str, str]] = {
    "schedule_unfit": gettext_noop(
        "A schedule says either every how many minutes, hours, days, weeks or months, or a cron line."
    ),
    "schedule_member_unknown": gettext_noop("A schedule of this sort has no “{name}”."),
    "schedule_number_unfit": gettext_noop("The number must be a whole one from 1 to {most}."),
    "schedule_time_unfit": gettext_noop("The time must be written like 02:30."),
    "schedule_begins_late": gettext_noop(
        "The first time of the day must come before the second: it lies before {limit}."
    ),
    "schedule_days_unfit": gettext_noop("Name one or more days of the week, each once."),
    "schedule_day_unfit": gettext_noop("The day of the month must be a whole number from 1 to 31."),
    "schedule_start_unfit": gettext_noop("The day to count from must be written like 2026-01-31."),
    "cron_fields": gettext_noop(
        "A cron line has five parts: minute, hour, day of month, month, day of week. This has {count}."
    ),
    "cron_unreadable": gettext_noop(
        "“{part}” is not understood as part {place} of a cron line: minute, hour, day of month, month, day of week."
    ),
    "cron_never": gettext_noop("No day is ever like that: such a schedule would never run."),
}
