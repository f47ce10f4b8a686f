"""Undo is one more plan: what nobody has touched since is turned round, the rest is kept and named."""

from __future__ import annotations

import pytest

from sync_app.engine.net_change import NetChange
from sync_app.engine.undo import UndoPlanner, is_kept
from templates_app.catalog.problems import Problem
from tests.engine.test_planner import ADA, BEN, DELETING, TWO, bosses
from tests.engine.world import PERSON, TEAM, persons, run, undo
from tests.fakes import InMemoryRecords


def test_an_insert_is_taken_back_by_deleting(store: InMemoryRecords) -> None:
    done = run(store, persons(), [ADA])
    undone = undo(store, done)
    assert (undone.outcomes(), store.live()) == (["Delete"], {})
    assert undone.operations[0].before == {"Code": "A1", "Name": "Ada", "City": "Paris"}


def test_an_update_gives_the_old_values_back_and_leaves_other_fields(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old", "Mail": "a@x.org"})
    done = run(store, persons(), [ADA])
    store.edit(ada, Mail="new@x.org")
    assert undo(store, done).outcomes() == ["Update"]
    assert store.kept[ada].data == {"Code": "A1", "Name": "Old", "Mail": "new@x.org"}


def test_a_field_changed_since_is_kept_and_named_the_others_go_back(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old", "City": "Rome"})
    done = run(store, persons(), [ADA])
    store.edit(ada, City="Oslo")
    [operation] = undo(store, done).operations
    assert (operation.operation, operation.code) == ("Update", "kept_in_part")
    [problem] = operation.problems
    assert (problem.code, problem.field) == ("kept_edited", "City")
    assert problem.params == {"approved": "Paris", "present": "Oslo"}
    assert store.kept[ada].data == {"Code": "A1", "Name": "Old", "City": "Oslo"}


@pytest.mark.parametrize("edit", [{"City": "Oslo"}, {"Mail": "a@x.org"}, {"City": None}])
def test_an_insert_in_which_anything_was_edited_is_kept(store: InMemoryRecords, edit: dict[str, str | None]) -> None:
    done = run(store, persons(), [ADA])
    [ada] = store.live()
    store.edit(ada, **edit)
    undone = undo(store, done)
    assert (undone.outcomes(), undone.codes()) == (["Skip"], ["kept_edited"])
    assert list(store.live()) == [ada]


def test_an_insert_others_refer_to_is_kept(store: InMemoryRecords) -> None:
    done = run(store, persons(), [ADA])
    [ada] = store.live()
    store.seed(PERSON, {"Name": "Eve", "Boss": ada})
    undone = undo(store, done)
    assert undone.codes() == ["kept_referenced"]
    assert ada in store.live()


def test_references_among_what_the_run_inserted_do_not_hold_each_other_back(store: InMemoryRecords) -> None:
    done = run(store, bosses("Null"), [{**ADA, "boss": "B2"}, {**BEN, "boss": "A1"}])
    assert undo(store, done).problem_codes() == []
    assert store.live() == {}


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_kept_keeps_what_it_refers_to(store: InMemoryRecords, order: int) -> None:
    rows = [{**ADA, "boss": ""}, {**BEN, "boss": "A1"}, {**ADA, "boss": "", "city": "Lyon"}]
    done = run(store, bosses(), rows)
    ids = {data["Name"]: i for i, data in store.live().items()}
    store.edit(ids["Ben"], City="Oslo")
    undone = undo(store, done)
    assert sorted(undone.codes()) == ["kept_edited", "kept_referenced"]
    assert len(store.live()) == 2


def test_a_deleted_record_comes_back(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "City": "Rome"})
    done = run(store, DELETING, [{**ADA, "gone": "yes"}])
    undone = undo(store, done)
    assert (undone.outcomes(), undone.codes()) == (["Insert"], ["revived"])
    assert store.live() == {ada: {"Code": "A1", "Name": "Ada", "City": "Rome"}}


def test_a_revived_record_is_deleted_again_with_its_old_values(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old"})
    store.delete(ada)
    done = run(store, persons(), [ADA])
    undo(store, done)
    assert (store.kept[ada].deleted, store.kept[ada].data) == (True, {"Code": "A1", "Name": "Old"})


@pytest.mark.parametrize("field", ["City", "Mail"])
def test_a_revived_record_that_was_edited_is_kept(store: InMemoryRecords, field: str) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old"})
    store.delete(ada)
    done = run(store, persons(), [ADA])
    store.edit(ada, **{field: "x"})
    assert undo(store, done).codes() == ["kept_edited"]
    assert list(store.live()) == [ada]


def test_what_was_deleted_since_is_kept_deleted(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old"})
    done = run(store, persons(), [ADA, BEN])
    store.delete(ada)
    assert sorted(undo(store, done).codes()) == ["insert_undone", "kept_deleted_since"]
    assert store.kept[ada].deleted


def test_a_key_that_changed_hands_in_the_run_goes_back(store: InMemoryRecords) -> None:
    ada, ben = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"}, {"Code": "B2", "Name": "Ben"})
    before = store.digest()
    done = run(store, persons(), [{**ADA, "badge": "8"}, {**BEN, "badge": "7"}, {**ADA, "badge": "8", "city": "Lyon"}])
    after = store.digest()
    undone = undo(store, done)
    assert (undone.problem_codes(), store.digest()) == ([], before)
    assert undo(store, undone).problem_codes() == []
    assert store.digest() == after
    assert (store.kept[ada].data["Badge"], store.kept[ben].data["Badge"]) == ("8", "7")


@pytest.mark.parametrize("chunk", [1, 100])
def test_a_key_that_went_to_a_new_record_goes_back(store: InMemoryRecords, chunk: int) -> None:
    [_, eve] = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"}, {"Code": "E5", "Name": "Eve"})
    before = store.digest()
    rows = [{**ADA, "badge": "8"}, {**BEN, "badge": "7"}, {"code": "E5", "name": "Eve", "boss": "B2"}]
    done = run(store, bosses(), rows)
    after = store.digest()
    assert undo(store, done, simulate=True, chunk=chunk).problem_codes() == []
    undone = undo(store, done, chunk=chunk)
    assert (undone.problem_codes(), store.digest()) == ([], before)
    assert undo(store, undone, chunk=chunk).problem_codes() == []
    assert (store.digest(), store.kept[eve].deleted) == (after, False)


@pytest.mark.parametrize("chunk", [1, 100])
def test_a_key_that_a_record_had_which_came_and_went_goes_back(store: InMemoryRecords, chunk: int) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"})
    before = store.digest()
    done = [run(store, persons(), [{**ADA, "badge": "8"}, {**BEN, "badge": "7"}])]
    done.append(run(store, DELETING, [{**BEN, "gone": "yes"}]))
    after = store.digest()
    undone = undo(store, *done, chunk=chunk)
    assert (undone.problem_codes(), store.digest()) == ([], before)
    redone = undo(store, undone, chunk=chunk)
    assert (redone.problem_codes(), store.digest()) == ([], after)
    assert (undo(store, redone, chunk=chunk).problem_codes(), store.digest()) == ([], before)


@pytest.mark.parametrize("chunk", [1, 100])
def test_keys_that_changed_hands_all_round_go_back(store: InMemoryRecords, chunk: int) -> None:
    seeded = [{"Code": code, "Name": code, "Badge": badge} for code, badge in (("A", "1"), ("B", "2"), ("C", "3"))]
    store.seed(PERSON, *seeded)
    before = store.digest()
    badges = [("A", "9"), ("B", "1"), ("C", "2"), ("A", "3")]
    done = run(store, persons(), [{"code": code, "name": code, "badge": badge} for code, badge in badges])
    after = store.digest()
    assert undo(store, done, simulate=True, chunk=chunk).problem_codes() == []
    undone = undo(store, done, chunk=chunk)
    assert (undone.problem_codes(), store.digest()) == ([], before)
    assert (undo(store, undone, chunk=chunk).problem_codes(), store.digest()) == ([], after)


def test_a_key_that_somebody_took_since_is_not_taken_back(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"})
    done = run(store, persons(), [{**ADA, "badge": "8"}])
    store.seed(PERSON, {"Name": "Eve", "Badge": "7"})
    undone = undo(store, done)
    assert (undone.codes(), undone.problem_codes()) == (["kept_in_part"], ["identity_taken"])
    assert store.kept[ada].data == {"Code": "A1", "Name": "Ada", "Badge": "8"}


def test_what_the_store_does_not_take_back_stays_and_its_keys_are_named(store: InMemoryRecords) -> None:
    """Of the unique keys, those that what is to come back has a part in; also of a record that is gone by now."""
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"})
    changes = [NetChange(PERSON, ada, 1, "A1", {"Badge": "8"}), NetChange(PERSON, 10**9, 2, "B2", {"Name": "Ben"})]
    planned = UndoPlanner(reader=store, inserted=()).refused(changes)
    told = [(one.operation, one.record, one.version, one.problems) for row in planned for one in row.operations]
    assert told == [
        ("Skip", ada, 1, (Problem("identity_taken", {"key": "Badge"}),)),
        ("Skip", 10**9, 0, (Problem("identity_taken", {"key": "Code / Badge"}),)),
    ]
    assert all(row.failed and is_kept(row) for row in planned)
    assert store.kept[ada].data["Badge"] == "7"


@pytest.mark.parametrize(("until", "since"), [("2024-01-03", "2024-01-01"), ("2024-01-20", "2024-01-10")])
def test_what_goes_back_in_part_breaks_no_rule(store: InMemoryRecords, until: str, since: str) -> None:
    ada = {"Code": "A1", "Name": "Old", "Since": "2024-01-10", "Until": "2024-01-12"}
    [record] = store.seed(PERSON, ada)
    done = run(store, persons(), [{**BEN, "code": "A1", "since": "2024-01-01", "until": "2024-01-02"}])
    store.edit(record, Until=until)
    [operation] = undo(store, done).operations
    assert (operation.code, operation.problems[0].field) == ("kept_in_part", "Until")
    assert store.kept[record].data == {**ada, "Since": since, "Until": until}


def test_a_reference_whose_target_was_deleted_since_does_not_come_back(store: InMemoryRecords) -> None:
    red, _ = store.seed(TEAM, {"Title": "Red"}, {"Title": "Blue"})
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "City": "Paris", "Team": red})
    done = run(store, TWO, [{**ADA, "team": "Blue"}])
    store.delete(red)
    assert undo(store, done).codes() == ["kept_reference_gone"]
    assert store.kept[ada].data["Team"] != red


def test_an_undo_is_undone_only_where_nobody_touched_it(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old"})
    undone = undo(store, run(store, persons(), [ADA, BEN]))
    store.edit(ada, Name="Mine")
    again = undo(store, undone)
    assert sorted(again.codes()) == ["inserted_again", "kept_in_part"]
    assert store.kept[ada].data["Name"] == "Mine"


def test_what_one_run_inserted_and_deleted_needs_no_undo(store: InMemoryRecords) -> None:
    first = run(store, persons(), [ADA])
    second = run(store, DELETING, [{**ADA, "gone": "yes"}])
    undone = undo(store, first, second)
    assert (undone.outcomes(), store.live()) == (["Unchanged"], {})


def test_a_simulated_undo_writes_nothing_and_shows_the_same(store: InMemoryRecords) -> None:
    done = run(store, persons(), [ADA, BEN])
    before = store.digest()
    shown = undo(store, done, simulate=True)
    assert store.digest() == before
    assert undo(store, done).shown == shown.shown
