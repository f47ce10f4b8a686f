"""Files are imported once, oldest first, when they are whole; and written so that nobody sees half of one."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from sync_app.syncs.connectors import folders
from sync_app.syncs.connectors.base import Fetched, Link, Trouble
from sync_app.syncs.connectors.file_drop import FileDrop
from tests.syncs.connectors.links import fails, link_of, somebody

DROP = FileDrop()


class Place:
    """The folder of acme's connection, an hour before the turn."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "acme" / "in"
        self.folder.mkdir(parents=True)
        self.now = datetime.now(UTC) + timedelta(hours=1)

    def drop(self, name: str, content: str = "a;b\n1;2\n", *, age: int = 100) -> Path:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        os.utime(path, (1_700_000_000 - age,) * 2)
        return path

    def link(self, brand: str = "acme", folder: str = "in", **transfer: Any) -> Link:
        return link_of(now=lambda: self.now, settings={"folder": folder}, transfer=transfer, actor=somebody(brand))

    def pull(self, watermark: str = "", **transfer: Any) -> Fetched:
        return DROP.pull(self.link(**transfer), watermark=watermark)

    def names(self, inside: str = "") -> list[str]:
        return sorted(path.name for path in (self.folder / inside).iterdir() if path.is_file())


@pytest.fixture
def place(tmp_path: Path, settings: Any) -> Place:
    settings.FILE_DROP_ROOTS = [tmp_path / "elsewhere", tmp_path]
    return Place(tmp_path)


def rows(count: int) -> Iterator[dict[str, Any]]:
    return ({"Code": f"C{number}", "Name": "=1+1"} for number in range(count))


# --- pulling


def test_the_oldest_file_comes_first_and_is_moved_away_when_it_was_imported(place: Place) -> None:
    place.drop("b.csv", age=10)
    place.drop("a.csv", "a;b\n3;4\n", age=500)
    fetched = place.pull()
    assert (fetched.name, fetched.body, fetched.kind, fetched.complete) == ("a.csv", b"a;b\n3;4\n", "csv", True)
    DROP.settle(place.link(), receipt=fetched.receipt, ok=True)
    assert (place.names(), place.names("done")) == (["b.csv"], ["a.csv"])


def test_a_file_that_was_refused_is_put_aside(place: Place) -> None:
    place.drop("a.csv")
    DROP.settle(place.link(), receipt=place.pull().receipt, ok=False)
    assert (place.names(), place.names("failed")) == ([], ["a.csv"])


def test_an_empty_folder_gives_an_empty_body_and_moves_nothing(place: Place) -> None:
    fetched = place.pull("known")
    assert (fetched.body, fetched.watermark, fetched.complete, fetched.receipt) == (b"", "known", False, {})


@pytest.mark.parametrize("name", ["a.csv.part", "a.csv.tmp", ".a.csv", "a.csv~", "a.crdownload", "other.txt"])
def test_what_is_not_meant_is_left_alone(place: Place, name: str) -> None:
    place.drop(name)
    assert place.pull(pattern="*.csv*").body == b""


@pytest.mark.parametrize(
    ("pattern", "found"), [("*.csv", True), ("CUSTOMERS-*.CSV", True), ("customers-????.csv", True), ("x*", False)]
)
def test_the_pattern_says_which_files_are_meant(place: Place, pattern: str, found: bool) -> None:
    place.drop("Customers-2026.csv")
    assert bool(place.pull(pattern=pattern).body) == found


@pytest.mark.parametrize(("seconds", "found"), [(29, False), (31, True)])
def test_a_file_has_to_rest_whatever_its_date_says(place: Place, seconds: int, found: bool) -> None:
    path = place.drop("a.csv", age=10_000)
    place.now = datetime.fromtimestamp(path.stat().st_ctime, UTC) + timedelta(seconds=seconds)
    assert bool(place.pull(rest=30).body) == found


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_time(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place.drop("a.csv")
    read = folders.Folder.read

    def reading(self: folders.Folder, name: str, *, most: int) -> bytes | None:
        content = read(self, name, most=most)
        with path.open("a") as file:
            file.write("5;6\n")
        return content

    monkeypatch.setattr(folders.Folder, "read", reading)
    with fails("drop_file_changing", Trouble.AGAIN):
        place.pull()


def test_a_file_that_was_imported_and_is_still_there_is_only_moved_away(place: Place) -> None:
    place.drop("a.csv")
    place.drop("b.csv", "a;b\n5;6\n", age=50)
    first = place.pull()
    second = place.pull(first.watermark)
    assert second.name == "b.csv"
    assert place.names("done") == ["a.csv"]


def test_the_same_content_delivered_again_is_imported_again(place: Place) -> None:
    place.drop("a.csv", age=500)
    first = place.pull()
    DROP.settle(place.link(), receipt=first.receipt, ok=True)
    place.drop("a.csv", age=100)
    again = place.pull(first.watermark)
    assert again.name == "a.csv"
    DROP.settle(place.link(), receipt=again.receipt, ok=True)
    assert place.names("done") == [f"a-{place.now:%Y%m%dT%H%M%S}.csv", "a.csv"]


def test_settling_twice_is_as_good_as_once(place: Place) -> None:
    place.drop("a.csv")
    receipt = place.pull().receipt
    for _ in range(2):
        DROP.settle(place.link(), receipt=receipt, ok=True)
    assert place.names("done") == ["a.csv"]


@pytest.mark.parametrize("receipt", [{}, {"name": "a.csv"}, {"digest": "0"}])
def test_a_receipt_without_its_names_moves_nothing(place: Place, receipt: dict[str, Any]) -> None:
    place.drop("a.csv")
    DROP.settle(place.link(), receipt=receipt, ok=True)
    assert place.names() == ["a.csv"]


def test_a_file_of_the_same_name_that_came_since_stays(place: Place) -> None:
    place.drop("a.csv")
    receipt = place.pull().receipt
    place.drop("a.csv", "other")
    DROP.settle(place.link(), receipt=receipt, ok=True)
    assert place.names() == ["a.csv"]


def test_a_file_of_the_same_name_that_is_too_large_does_not_hold_up_what_was_read(place: Place, settings: Any) -> None:
    place.drop("a.csv")
    receipt = place.pull().receipt
    settings.MAX_BODY_BYTES = 10
    place.drop("a.csv", "a;b\n1;2\n3;4\n")
    DROP.settle(place.link(), receipt=receipt, ok=True)
    assert place.names() == ["a.csv"]


def test_the_same_content_delivered_before_the_first_was_moved_is_imported_again(place: Place) -> None:
    place.drop("a.csv", age=500)
    first = place.pull()
    place.drop("a.csv", age=100)
    DROP.settle(place.link(), receipt=first.receipt, ok=True)
    assert place.pull(first.watermark).name == "a.csv"


class Replacing:
    """A rename in front of which somebody delivers a new file, as often as there are contents."""

    def __init__(self, place: Place, *contents: str) -> None:
        self.place, self.contents, self.rename = place, list(contents), os.rename

    def __call__(self, *args: Any, **words: Any) -> None:
        if self.contents:
            self._deliver(self.contents.pop(0))
        self.rename(*args, **words)
        if self.contents:
            self._deliver(self.contents.pop(0))

    def _deliver(self, content: str) -> None:
        self.rename(self.place.drop(".a.csv.part", content), self.place.folder / "a.csv")


@pytest.fixture(params=["links", "no links"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with links, and one without."""

    def refused(*_args: Any, **_words: Any) -> None:
        raise PermissionError(1, "not here")

    if request.param == "no links":
        monkeypatch.setattr("sync_app.syncs.connectors.folders.os.link", refused)


@pytest.mark.usefixtures("disk")
@pytest.mark.parametrize("ok", [True, False])
def test_a_file_that_came_in_the_moment_of_moving_is_read_the_next_time(
    place: Place, monkeypatch: pytest.MonkeyPatch, ok: bool
) -> None:
    place.drop("a.csv", age=500)
    first = place.pull()
    monkeypatch.setattr("sync_app.syncs.connectors.folders.os.rename", Replacing(place, "a;b\n7;8\n"))
    with fails("drop_file_changing", Trouble.AGAIN) as failed:
        DROP.settle(place.link(), receipt=first.receipt, ok=ok)
    assert failed.params == {"name": "a.csv"}
    assert (place.names(), place.names("done" if ok else "failed")) == (["a.csv"], [])
    DROP.settle(place.link(), receipt=first.receipt, ok=ok)
    assert place.pull(first.watermark).body == b"a;b\n7;8\n"


@pytest.mark.usefixtures("disk")
def test_of_two_files_that_came_in_the_moment_of_moving_none_is_lost(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop("a.csv", age=500)
    first = place.pull()
    monkeypatch.setattr("sync_app.syncs.connectors.folders.os.rename", Replacing(place, "a\n1\n", "a\n2\n"))
    with fails("drop_file_changing", Trouble.AGAIN):
        DROP.settle(place.link(), receipt=first.receipt, ok=True)
    dated = f"a-{place.now:%Y%m%dT%H%M%S}.csv"
    assert (place.names(), place.names("done")) == ([dated, "a.csv"], [])
    assert [(place.folder / name).read_text() for name in place.names()] == ["a\n1\n", "a\n2\n"]


def test_a_file_that_was_imported_and_is_replaced_while_it_is_moved_away_is_imported_too(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.drop("a.csv", age=500)
    first = place.pull()
    monkeypatch.setattr("sync_app.syncs.connectors.folders.os.rename", Replacing(place, "a;b\n7;8\n"))
    with fails("drop_file_changing", Trouble.AGAIN):
        place.pull(first.watermark)
    assert place.pull(first.watermark).body == b"a;b\n7;8\n"


def test_a_link_that_came_in_the_moment_of_moving_is_put_back(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.drop("a.csv", age=500)
    first = place.pull()
    rename = os.rename

    def linking(*args: Any, **words: Any) -> None:
        (place.folder / "a.csv").unlink()
        (place.folder / "a.csv").symlink_to("elsewhere")
        rename(*args, **words)

    monkeypatch.setattr("sync_app.syncs.connectors.folders.os.rename", linking)
    with fails("drop_file_changing", Trouble.AGAIN):
        DROP.settle(place.link(), receipt=first.receipt, ok=True)
    assert (place.folder / "a.csv").readlink() == Path("elsewhere")
    assert list((place.folder / "done").iterdir()) == []


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), FileNotFoundError(2, "No such file")])
def test_a_move_that_fails_leaves_everything_as_it_was(
    place: Place, monkeypatch: pytest.MonkeyPatch, error: OSError
) -> None:
    place.drop("a.csv")
    receipt = place.pull().receipt

    def failing(*_args: Any, **_words: Any) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("sync_app.syncs.connectors.folders.os.rename", failing)
        with fails("drop_disk", Trouble.AGAIN):
            DROP.settle(place.link(), receipt=receipt, ok=True)
    assert (place.names(), place.names("done")) == (["a.csv"], [])
    DROP.settle(place.link(), receipt=receipt, ok=True)
    assert (place.names(), place.names("done")) == ([], ["a.csv"])


@pytest.mark.usefixtures("disk")
def test_a_file_never_takes_the_place_of_another(place: Place) -> None:
    for age in (300, 200, 100):
        place.drop("a.csv", str(age), age=age)
        DROP.settle(place.link(), receipt=place.pull().receipt, ok=True)
    dated = f"a-{place.now:%Y%m%dT%H%M%S}"
    assert place.names("done") == [f"{dated}-2.csv", f"{dated}.csv", "a.csv"]
    assert (place.folder / "done" / "a.csv").read_text() == "300"


@pytest.mark.parametrize(
    ("name", "chosen", "kind"),
    [
        ("a.csv", "auto", "csv"),
        ("a.JSON", "auto", "json"),
        ("a.xlsx", "auto", "xlsx"),
        ("a.txt", "json", "json"),
        ("a.txt", "auto", "csv"),
    ],
)
def test_the_kind_is_that_of_the_name_unless_it_is_said(place: Place, name: str, chosen: str, kind: str) -> None:
    place.drop(name, "[]")
    assert place.pull(pattern="*", kind=chosen).kind == kind


def test_a_file_above_the_limit_is_refused(place: Place, settings: Any) -> None:
    settings.MAX_BODY_BYTES = 4
    place.drop("a.csv")
    with fails("drop_file_too_large", Trouble.ANSWER) as failed:
        place.pull()
    assert failed.params == {"name": "a.csv", "limit": 4}


# --- staying inside


@pytest.mark.parametrize("folder", ["../other", "in/../../other", "/etc", "in/\0"])
def test_a_path_that_leaves_the_folder_of_the_brand_is_refused(place: Place, folder: str) -> None:
    (place.root / "other").mkdir()
    with fails("drop_path_unfit", Trouble.SETTINGS):
        DROP.pull(place.link(folder=folder), watermark="")


@pytest.mark.parametrize(
    ("brand", "folder"), [("other", "in"), ("acme", "none"), ("acme", "link"), ("acme", "in/file")]
)
def test_only_a_real_folder_of_the_own_brand_is_opened(place: Place, brand: str, folder: str) -> None:
    (place.root / "other" / "in").mkdir(parents=True)
    (place.root / "other" / "in" / "a.csv").write_text("secret")
    (place.root / "acme" / "link").symlink_to(place.root / "other" / "in")
    (place.folder / "file").write_text("x")
    if brand == "other":
        (place.root / "other" / "in").rename(place.root / "other" / "moved")
    with fails("drop_not_found", Trouble.SETTINGS):
        DROP.pull(place.link(brand=brand, folder=folder), watermark="")


def test_a_link_in_the_folder_is_not_followed(place: Place, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (place.folder / "a.csv").symlink_to(tmp_path / "secret")
    assert place.pull().body == b""


def test_a_link_in_the_place_of_the_folder_for_done_is_not_followed(place: Place, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    place.drop("a.csv")
    receipt = place.pull().receipt
    (place.folder / "done").symlink_to(outside)
    with fails("drop_disk", Trouble.AGAIN):
        DROP.settle(place.link(), receipt=receipt, ok=True)
    assert (place.names(), list(outside.iterdir())) == (["a.csv"], [])


def test_without_a_root_nothing_is_reached(place: Place, settings: Any) -> None:
    settings.FILE_DROP_ROOTS = []
    with fails("drop_not_allowed", Trouble.SETTINGS):
        place.pull()


@pytest.mark.parametrize("pattern", ["../*", "in/*.csv"])
def test_a_pattern_names_files_only(place: Place, pattern: str) -> None:
    with fails("drop_pattern_unfit", Trouble.SETTINGS):
        place.pull(pattern=pattern)


# --- pushing


def pushed(
    place: Place, *, count: int = 3, skip: int = 0, key: str = "sync-7-41", **transfer: Any
) -> list[tuple[int, str]]:
    sent = DROP.push(place.link(**transfer), items=rows(count), key=key, skip=skip)
    return [(one.delivered, one.note) for one in sent]


def test_a_push_writes_one_whole_file(place: Place) -> None:
    assert pushed(place, file="out.csv") == [(3, "out-sync-7-41.csv")]
    assert (place.folder / "out-sync-7-41.csv").read_text("utf-8-sig").splitlines()[:2] == ["Code;Name", "C0;=1+1"]
    assert place.names() == ["out-sync-7-41.csv"]


def test_a_push_tried_again_gives_the_same_file(place: Place) -> None:
    assert pushed(place) == pushed(place)
    assert len(place.names()) == 1


@pytest.mark.parametrize(("count", "skip"), [(0, 0), (3, 3)])
def test_nothing_to_send_makes_no_file(place: Place, count: int, skip: int) -> None:
    assert pushed(place, count=count, skip=skip) == []
    assert place.names() == []


def test_the_last_file_is_replaced_when_that_is_wanted(place: Place) -> None:
    for key in ("sync-7-41", "sync-7-42"):
        assert pushed(place, file="out.json", each=False, key=key) == [(3, "out.json")]
    assert json.loads((place.folder / "out.json").read_bytes())[0]["Code"] == "C0"


def test_a_sheet_is_written_without_formulas(place: Place) -> None:
    pushed(place, file="out.xlsx", each=False)
    sheet = load_workbook(place.folder / "out.xlsx").active
    assert sheet is not None
    assert [cell.value for cell in sheet[2]] == ["C0", "=1+1"]
    assert sheet["B2"].data_type == "s"


@pytest.mark.parametrize("separator", [",", "\t"])
def test_the_separator_is_the_one_that_was_chosen(place: Place, separator: str) -> None:
    pushed(place, file="out.csv", each=False, separator=separator)
    assert (place.folder / "out.csv").read_text("utf-8-sig").startswith(f"Code{separator}Name")


def test_every_column_that_an_item_has_is_written(place: Place) -> None:
    items = iter([{"a": 1}, {"b": 2, "a": 3}])
    list(DROP.push(place.link(file="out.csv", each=False), items=items, key="k", skip=0))
    assert (place.folder / "out.csv").read_text("utf-8-sig").split() == ["a;b", "1;", "3;2"]


@pytest.mark.parametrize("name", ["../out.csv", "in/out.csv", ".out.csv", "out.exe", "out", "a\n.csv"])
def test_a_name_that_leads_elsewhere_is_refused(place: Place, name: str) -> None:
    with fails("drop_name_unfit", Trouble.SETTINGS):
        pushed(place, file=name)


def test_a_write_that_fails_leaves_nothing_behind(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any, **_words: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sync_app.syncs.connectors.folders.os.fsync", full)
    with fails("drop_disk", Trouble.AGAIN) as failed:
        pushed(place)
    assert failed.params == {"reason": "No space left on device"}
    assert place.names() == []


# --- testing a connection


def test_a_test_says_what_lies_there(place: Place) -> None:
    place.drop("a.csv")
    found = DROP.test(place.link())
    assert (found.ok, list(found.lines)[1]) == (True, "There is 1 file in it.")


def test_a_test_says_when_files_cannot_be_moved(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync_app.syncs.connectors.folders.os.access", lambda *_args, **_words: False)
    found = DROP.test(place.link())
    assert not found.ok
    assert "cannot be put" in found.lines[-1]
