"""The unit that keeps the site running: it starts what there is, and lets it work and stop as the README says."""

from __future__ import annotations

from configparser import RawConfigParser
from pathlib import PurePosixPath

import pytest

from sync_app.syncs.running.programs import GRACE_SECONDS
from tests.house import readme
from tests.house.readme_commands import loaded


@pytest.fixture(scope="module")
def service() -> dict[str, str]:
    [unit] = [block.text for block in readme.blocks() if block.language == "ini"]
    parser = RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit)
    return dict(parser["Service"])


def test_it_starts_a_command_that_there_is(service: dict[str, str]) -> None:
    python, program, name, *arguments = service["ExecStart"].split()
    assert PurePosixPath(python).parent.parent.parent == PurePosixPath(service["WorkingDirectory"])
    assert program == "manage.py"
    assert loaded(name).create_parser("manage.py", name).parse_args(arguments).host == "127.0.0.1"


def test_it_waits_longer_than_what_is_in_hand_may_take(service: dict[str, str]) -> None:
    assert int(service["TimeoutStopSec"]) > GRACE_SECONDS
    assert f"what is in hand finish ({GRACE_SECONDS} seconds;" in readme.text()


def test_only_the_first_process_is_told_to_stop(service: dict[str, str]) -> None:
    """The processes of the queue end at once on SIGTERM: told along with the first, they drop what they hold."""
    assert service["KillMode"] == "mixed"


def test_a_database_that_comes_up_late_is_waited_for(service: dict[str, str]) -> None:
    """Five starts within ten seconds, and systemd gives up for good."""
    assert service["Restart"] == "always"
    assert int(service["RestartSec"]) * 5 > 10


def test_what_must_be_written_can_be(service: dict[str, str]) -> None:
    """Of a system that is read-only: the data folder, which nobody else enters, and a folder for passing files."""
    assert service["ProtectSystem"] == "strict"
    assert service["Environment"] == f"DATA_DIR=/var/lib/{service['StateDirectory']}"
    assert (service["StateDirectoryMode"], service["PrivateTmp"]) == ("0700", "yes")
