"""Rows and what the store holds give operations."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.world import FIRM, PERSON, TEAM, numbered, persons, run, undo
from tests.fakes import InMemoryRecords

ADA = {"code": "A1", "name": "Ada", "city": "Paris"}
BEN = {"code": "B2", "name": "Ben"}
TEAMS = """
  <Property Name="team" Type="Person" Field="Team"><Lookup Match="Title" OnMissing="{missing}" /></Property>
"""


def looked_up(missing: str = "Error") -> str:
    return persons(more=TEAMS.format(missing=missing))


def bosses(missing: str = "Error", flags: str = "") -> str:
    lookup = f'<Lookup Match="Code" OnMissing="{missing}" />'
    return persons(flags, more=f'<Property Name="boss" Type="Person" Field="Boss">{lookup}</Property>')


# --- matching


def test_it_inserts_what_no_record_has_the_key_of(store: InMemoryRecords) -> None:
    done = run(store, persons(), [ADA, BEN])
    assert done.outcomes() == ["Insert", "Insert"]
    ada, ben = store.live().values()
    assert (ada, ben) == ({"Code": "A1", "Name": "Ada", "City": "Paris"}, {"Code": "B2", "Name": "Ben"})


def test_it_updates_only_what_differs_and_names_the_fields(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "City": "Rome", "Mail": "a@x.org"})
    done = run(store, persons(), [ADA])
    [operation] = done.operations
    assert (operation.operation, operation.record, operation.version) == ("Update", ada, 1)
    assert (operation.before, operation.after) == ({"City": "Rome"}, {"City": "Paris"})
    assert store.kept[ada].data == {"Code": "A1", "Name": "Ada", "City": "Paris", "Mail": "a@x.org"}


def test_what_does_not_differ_is_not_written(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "City": "Paris"})
    assert run(store, persons(), [ADA]).outcomes() == ["Unchanged"]
    assert store.kept[ada].version == 1


@pytest.mark.parametrize("code", ["a1", " A1 ", "Ａ１"])
def test_keys_meet_by_their_match_form(store: InMemoryRecords, code: str) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada"})
    assert run(store, persons('ShouldUpdate="true"'), [{"code": code, "name": "Ada"}]).outcomes() != ["Insert"]
    assert len(store.live()) == 1


@pytest.mark.parametrize(
    ("flags", "known", "outcome", "code"),
    [
        ('ShouldInsert="true"', True, "Skip", "update_not_allowed"),
        ('ShouldUpdate="true"', False, "Skip", "no_match"),
        ('ShouldInsert="true"', False, "Insert", ""),
        ('ShouldUpdate="true"', True, "Update", ""),
    ],
)
def test_it_does_no_more_than_the_template_allows(
    store: InMemoryRecords, flags: str, known: bool, outcome: str, code: str
) -> None:
    if known:
        store.seed(PERSON, {"Code": "A1", "Name": "Other"})
    done = run(store, persons(flags), [ADA])
    assert (done.outcomes(), done.codes()) == ([outcome], [code])


def test_a_record_that_may_not_be_updated_and_is_equal_is_unchanged(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada", "City": "Paris"})
    assert run(store, persons('ShouldInsert="true"'), [ADA]).outcomes() == ["Unchanged"]


def test_several_records_with_the_key_are_ambiguous(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Name": "Ada", "Mail": "a@x.org"}, {"Name": "Eve", "Mail": "a@x.org"})
    done = run(store, persons('Match="Mail"'), [{"mail": "a@x.org", "name": "Ann"}])
    assert (done.outcomes(), done.codes()) == (["Error"], ["match_ambiguous"])
    assert {data["Name"] for data in store.live().values()} == {"Ada", "Eve"}


def test_a_deleted_twin_does_not_make_a_key_ambiguous(store: InMemoryRecords) -> None:
    _, eve = store.seed(PERSON, {"Name": "Ada", "Mail": "a@x.org"}, {"Name": "Eve", "Mail": "a@x.org"})
    store.delete(eve)
    assert run(store, persons('Match="Mail"'), [{"mail": "a@x.org", "name": "Ann"}]).outcomes() == ["Update"]


def test_a_type_without_any_flag_is_looked_up_and_never_written(store: InMemoryRecords) -> None:
    [red] = store.seed(TEAM, {"Title": "Red", "Note": "old"})
    xml = """<In>
      <Type Name="Team" Match="Title" />
      <Type Name="Person" ShouldInsert="true" Match="Code" />
      <Property Name="team" Type="Team" Field="Title" />
      <Property Name="note" Type="Team" Field="Note" />
      <Property Name="code" Type="Person" Field="Code" />
      <Property Name="name" Type="Person" Field="Name" />
      <Link Type="Person" Field="Team" To="Team" OnMissing="Null" />
    </In>"""
    done = run(store, xml, [{**ADA, "team": "red", "note": "new"}, {**BEN, "team": "Blue", "note": ""}])
    assert done.outcomes() == ["Unchanged", "Insert", "Skip", "Insert"]
    assert store.kept[red].data == {"Title": "Red", "Note": "old"}
    assert [data.get("Team") for data in store.live("Person").values()] == [red, None]


# --- one key twice in one run


def test_a_repeated_key_updates_what_the_earlier_row_gave_and_says_so(store: InMemoryRecords) -> None:
    done = run(store, persons(), [ADA, {**ADA, "city": "Lyon"}, {**ADA, "city": "Lyon"}])
    assert done.outcomes() == ["Insert", "Update", "Unchanged"]
    assert done.codes() == ["", "key_repeated", "key_repeated"]
    assert [data["City"] for data in store.live().values()] == ["Lyon"]


def test_with_first_a_repeated_key_writes_nothing(store: InMemoryRecords) -> None:
    done = run(store, persons('Repeated="First"'), [ADA, {**ADA, "city": "Lyon"}])
    assert (done.outcomes(), done.codes()) == (["Insert", "Skip"], ["", "key_repeated"])
    assert [data["City"] for data in store.live().values()] == ["Paris"]


def test_with_error_a_repeated_key_names_the_row_that_had_it(store: InMemoryRecords) -> None:
    done = run(store, persons('Repeated="Error"'), [BEN, ADA, {**ADA, "city": "Lyon"}])
    [problem] = done.operations[-1].problems
    assert (problem.code, problem.params) == ("duplicate_in_payload", {"row": 2})
    assert done.tally.counts()["failed"] == 1


@pytest.mark.parametrize("repeated", ["Update", "First", "Error"])
def test_a_key_of_a_row_that_failed_does_not_count_as_seen(store: InMemoryRecords, repeated: str) -> None:
    done = run(store, persons(f'Repeated="{repeated}"'), [{"code": "A1", "score": "many"}, ADA])
    assert (done.outcomes(), done.codes()[-1]) == (["Error", "Insert"], "")


# --- a row is all or nothing


TWO = """<In>
  <Type Name="Team" ShouldInsert="true" ShouldUpdate="true" Match="Title" />
  <Type Name="Person" ShouldInsert="true" ShouldUpdate="true" Match="Code" />
  <Property Name="team" Type="Team" Field="Title" />
  <Property Name="note" Type="Team" Field="Note" />
  <Property Name="code" Type="Person" Field="Code" />
  <Property Name="name" Type="Person" Field="Name" />
  <Property Name="since" Type="Person" Field="Since" />
  <Property Name="until" Type="Person" Field="Until" />
  <Link Type="Person" Field="Team" To="Team" />
</In>"""


def test_if_one_draft_fails_the_others_of_the_row_are_set_aside(store: InMemoryRecords) -> None:
    bad = {**ADA, "team": "Red", "since": "2024-05-01", "until": "2024-04-01"}
    done = run(store, TWO, [bad])
    assert (done.outcomes(), done.codes()[0]) == (["Skip", "Error"], "row_failed")
    assert done.rows[0].failed
    assert store.live() == {}


def test_what_a_failed_row_would_have_brought_is_not_there_for_later_rows(store: InMemoryRecords) -> None:
    bad = {**ADA, "team": "Red", "since": "2024-05-01", "until": "2024-04-01"}
    done = run(store, TWO, [bad, {**BEN, "team": "Red"}], simulate=True)
    assert done.outcomes() == ["Skip", "Error", "Insert", "Insert"]
    assert done.codes()[2:] == ["", ""]


def test_a_row_that_the_mapper_refused_names_its_type_and_sets_the_rest_aside(store: InMemoryRecords) -> None:
    done = run(store, TWO, [{**ADA, "team": "Red", "since": "soon"}])
    assert [(op.entity.name, op.operation) for op in done.operations] == [("Team", "Skip"), ("Person", "Error")]
    assert store.live() == {}


def test_links_name_the_record_of_the_same_row_though_it_is_new(store: InMemoryRecords) -> None:
    run(store, TWO, [{**ADA, "team": "Red"}, {**BEN, "team": "Red"}])
    [(red, _)] = store.live("Team").items()
    assert {data["Team"] for data in store.live("Person").values()} == {red}


# --- the overlay


@pytest.mark.parametrize("simulate", [True, False])
@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_reference_may_name_a_record_of_an_earlier_row(store: InMemoryRecords, simulate: bool, chunk: int) -> None:
    done = run(store, bosses(), [ADA, {**BEN, "boss": "A1"}], simulate=simulate, chunk=chunk)
    assert done.outcomes() == ["Insert", "Insert"]
    assert done.operations[1].after["Boss"] == done.operations[0].record


def test_a_key_given_away_in_the_run_is_free_for_a_later_row(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"})
    done = run(store, persons(), [{**ADA, "badge": "8"}, {**BEN, "badge": "7"}])
    assert done.outcomes() == ["Update", "Insert"]
    assert {data["Name"]: data["Badge"] for data in store.live().values()} == {"Ada": "8", "Ben": "7"}


def test_two_records_may_not_change_keys_while_both_are_held(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"}, {"Code": "B2", "Name": "Ben", "Badge": "8"})
    done = run(store, persons(), [{**ADA, "badge": "8"}, {**BEN, "badge": "7"}])
    assert done.codes() == ["identity_taken", "identity_taken"]


@pytest.mark.parametrize("key", ["Code", "Mail", "Badge"])
@pytest.mark.parametrize("chunk", [1, 100])
@pytest.mark.parametrize("order", [1, -1])
def test_any_declared_key_finds_what_an_earlier_row_gave(
    store: InMemoryRecords, key: str, chunk: int, order: int
) -> None:
    lookup = f'<Lookup Match="{key}" OnMissing="Error" />'
    xml = persons(more=f'<Property Name="boss" Type="Person" Field="Boss">{lookup}</Property>')
    ada = {**ADA, "mail": "a@x.org", "badge": "7"}
    rows = [ada, {**BEN, "boss": ada[key.lower()]}][::order]
    simulated = run(store, xml, rows, simulate=True, chunk=chunk)
    assert simulated.problem_codes() == []
    assert run(store, xml, rows, chunk=chunk).shown == simulated.shown


# --- references that later rows bring


def test_with_null_the_record_is_written_and_the_reference_set_after_the_last_row(store: InMemoryRecords) -> None:
    done = run(store, bosses("Null"), [{**BEN, "boss": "A1"}, ADA])
    assert done.outcomes() == ["Insert", "Insert", "Update"]
    assert done.codes()[-1] == "reference_set_later"
    assert done.tally.counts()["rowsOk"] == 2
    [boss] = [data["Boss"] for data in store.live().values() if "Boss" in data]
    assert store.live()[boss]["Name"] == "Ada"


def test_with_null_a_reference_that_no_row_brings_stays_empty(store: InMemoryRecords) -> None:
    done = run(store, bosses("Null"), [{**BEN, "boss": "Z9"}])
    assert done.outcomes() == ["Insert"]
    assert [data.get("Boss") for data in store.live().values()] == [None]


def test_with_error_the_row_waits_for_the_last_row(store: InMemoryRecords) -> None:
    done = run(store, bosses(), [{**BEN, "boss": "A1"}, ADA], chunk=1)
    assert [op.row for op in done.operations] == [2, 1]
    assert done.tally.counts() | {"rows": 2, "rowsOk": 2, "rowsFailed": 0, "unprocessed": 0} == done.tally.counts()


def test_with_error_a_reference_that_no_row_brings_fails_the_row(store: InMemoryRecords) -> None:
    done = run(store, bosses(), [{**BEN, "boss": "Z9"}, ADA])
    assert done.problem_codes() == ["reference_missing"]
    assert [data["Name"] for data in store.live().values()] == ["Ada"]


@pytest.mark.parametrize("simulate", [True, False])
@pytest.mark.parametrize("chunk", [1, 3, 100])
def test_rows_that_wait_for_rows_that_wait_are_all_written(store: InMemoryRecords, simulate: bool, chunk: int) -> None:
    rows = [{"code": str(n), "name": f"P{n}", "boss": str(n + 1)} for n in range(5)]
    done = run(store, bosses(), [*rows, {"code": "5", "name": "P5"}], simulate=simulate, chunk=chunk)
    assert done.problem_codes() == []
    assert done.tally.counts()["inserted"] == 6


def test_rows_that_wait_for_each_other_fail_each_with_its_reason(store: InMemoryRecords) -> None:
    done = run(store, bosses(), [{**ADA, "boss": "B2"}, {**BEN, "boss": "A1"}])
    assert done.problem_codes() == ["reference_stuck", "reference_stuck"]
    assert store.live() == {}


def test_a_row_that_waits_for_a_row_that_waits_in_vain_is_told_so(store: InMemoryRecords) -> None:
    done = run(store, bosses(), [{**ADA, "boss": "B2"}, {**BEN, "boss": "Z9"}])
    assert done.problem_codes() == ["reference_stuck", "reference_missing"]
    assert store.live() == {}


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_reference_left_open_is_set_to_a_record_that_waited_itself(store: InMemoryRecords, chunk: int) -> None:
    friend = '<Property Name="friend" Type="Person" Field="Friends"><Lookup Match="Code" OnMissing="Null" /></Property>'
    boss = '<Property Name="boss" Type="Person" Field="Boss"><Lookup Match="Code" OnMissing="Error" /></Property>'
    rows = [{**ADA, "friend": "B2"}, {**BEN, "boss": "C3"}, {"code": "C3", "name": "Cy"}]
    simulated = run(store, persons(more=friend + boss), rows, simulate=True, chunk=chunk)
    assert run(store, persons(more=friend + boss), rows, chunk=chunk).shown == simulated.shown
    ids = {data["Name"]: i for i, data in store.live().items()}
    assert store.live()[ids["Ada"]]["Friends"] == [ids["Ben"]]


@pytest.mark.parametrize("chunk", [1, 2, 100])
def test_a_row_that_waited_and_a_reference_set_later_may_concern_one_record(store: InMemoryRecords, chunk: int) -> None:
    friend = '<Property Name="friend" Type="Person" Field="Team"><Lookup Match="Title" OnMissing="Null" /></Property>'
    boss = '<Property Name="boss" Type="Person" Field="Boss"><Lookup Match="Code" OnMissing="Error" /></Property>'
    teams = '<Property Name="title" Type="Team" Field="Title" />'
    xml = (
        '<In><Type Name="Team" ShouldInsert="true" Match="Title"><When Name="title" Present="true" /></Type>'
        '<Type Name="Person" ShouldInsert="true" ShouldUpdate="true" Match="Code"><When Name="code" Present="true" />'
        f'</Type><Property Name="code" Type="Person" Field="Code" /><Property Name="name" Type="Person" Field="Name" />'
        f"{friend}{boss}{teams}</In>"
    )
    rows = [
        {"code": "A1", "name": "Ada", "friend": "Red", "boss": ""},
        {"code": "A1", "name": "Ada II", "friend": "Red", "boss": "B2"},
        {"code": "B2", "name": "Ben", "friend": "", "boss": ""},
        {"title": "Red"},
    ]
    expected = run(store.copy(), xml, rows, simulate=True, chunk=chunk).shown
    assert run(store, xml, rows, chunk=chunk).shown == expected
    ids = {data.get("Name") or data.get("Title"): i for i, data in store.live().items()}
    assert store.kept[ids["Ada II"]].data == {"Code": "A1", "Name": "Ada II", "Team": ids["Red"], "Boss": ids["Ben"]}


@pytest.mark.parametrize("simulate", [True, False])
@pytest.mark.parametrize("chunk", [1, 2, 100])
@pytest.mark.parametrize(("second", "boss"), [("C3", "Cyd"), ("", None), ("X9", None)])
def test_a_later_row_of_the_record_holds_against_a_reference_left_open(
    store: InMemoryRecords, chunk: int, simulate: bool, second: str, boss: str | None
) -> None:
    """Ada names Ben, who is not there yet; then she names another, nobody, or one who never comes."""
    rows = [{"code": "C3", "name": "Cyd"}, {**ADA, "boss": "B2"}, {**ADA, "boss": second}, BEN]
    plan = run(store, bosses("Null"), rows, simulate=True, chunk=chunk)
    assert run(store, bosses("Null"), rows, chunk=chunk).shown == plan.shown
    ada = next(data for data in store.live().values() if data["Name"] == "Ada")
    assert store.kept[ada["Boss"]].data["Name"] == boss if boss else "Boss" not in ada


def test_an_empty_value_that_keeps_does_not_hold_against_a_reference_left_open(store: InMemoryRecords) -> None:
    keeping = bosses("Null").replace('Field="Boss"', 'Field="Boss" OnEmpty="Keep"')
    run(store, keeping, [{**ADA, "boss": "B2"}, {**ADA, "boss": ""}, BEN])
    assert sum("Boss" in data for data in store.live().values()) == 1


@pytest.mark.parametrize("chunk", [1, 100])
def test_with_null_a_record_may_refer_to_itself(store: InMemoryRecords, chunk: int) -> None:
    run(store, bosses("Null"), [{**ADA, "boss": "A1"}], chunk=chunk)
    [(ada, data)] = store.live().items()
    assert data["Boss"] == ada
    assert run(store, bosses("Null"), [{**ADA, "boss": "A1"}]).outcomes() == ["Unchanged"]


@pytest.mark.parametrize("policy", ["Leave", "Fill", "Replace"])
def test_a_new_record_gets_the_reference_left_open_whatever_updates_may_do(store: InMemoryRecords, policy: str) -> None:
    template = bosses("Null").replace('Field="Boss"', f'Field="Boss" OnUpdate="{policy}"')
    run(store, template, [{**ADA, "boss": "B2"}, BEN])
    assert sum("Boss" in data for data in store.live().values()) == 1


def test_a_reference_left_open_is_not_set_where_the_template_may_not_update(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada", "City": "Paris"})
    done = run(store, bosses("Null", flags='ShouldInsert="true"'), [{**ADA, "boss": "B2"}, BEN])
    assert done.outcomes() == ["Unchanged", "Insert"]


def test_a_reference_left_open_does_not_bring_a_deleted_record_back(store: InMemoryRecords) -> None:
    flags = 'Match="Code" ShouldInsert="true" ShouldUpdate="true"'
    gone = '<Type Name="Person" As="Gone" Match="Code" ShouldDelete="true"><When Name="gone" Equals="yes" /></Type>'
    property_ = '<Property Name="code" Type="Gone" Field="Code" />'
    stays = '<Unless Name="gone" Equals="yes" />'
    template = bosses("Null", flags=flags).replace("</Type>", f"{stays}</Type>{gone}", 1)
    template = template.replace("</In>", f"{property_}</In>")
    done = run(store, template, [{**ADA, "boss": "B2"}, {"code": "A1", "gone": "yes"}, BEN])
    assert done.outcomes() == ["Insert", "Delete", "Insert"]


FRIENDS = """
  <Property Name="known" Type="Person" Field="Friends"><Split By="," /><Lookup Match="Code" /></Property>
  <Property Name="maybe" Type="Person" Field="Friends">
    <Split By="," /><Lookup Match="Code" OnMissing="Null" />
  </Property>
"""


@pytest.mark.parametrize("chunk", [1, 100])
@pytest.mark.parametrize(
    ("known", "maybe", "friends"),
    [("", "B2,X9", ["Ben"]), ("B2", "X9", ["Ben"]), ("", "A1,B2", ["Ada", "Ben"]), ("B2", "A1", ["Ben", "Ada"])],
)
def test_each_item_of_a_list_is_looked_up_by_its_own_rule(
    store: InMemoryRecords, chunk: int, known: str, maybe: str, friends: list[str]
) -> None:
    run(store, persons(more=FRIENDS), [{**ADA, "known": known, "maybe": maybe}, BEN], chunk=chunk)
    ada = next(data for data in store.live().values() if data["Name"] == "Ada")
    assert [store.kept[friend].data["Name"] for friend in ada["Friends"]] == friends


@pytest.mark.parametrize("maybe", ["", "X9", "B2", "A1"])
def test_an_item_that_must_be_there_fails_its_row_whatever_the_others_are(store: InMemoryRecords, maybe: str) -> None:
    done = run(store, persons(more=FRIENDS), [{**ADA, "known": "X1,X2", "maybe": maybe}, BEN])
    assert done.outcomes() == ["Insert", "Error"]
    assert done.problem_codes() == ["reference_missing", "reference_missing"]


def test_references_left_open_are_answered_without_a_query_each(store: InMemoryRecords) -> None:
    def queries(count: int) -> int:
        fresh = InMemoryRecords()
        rows = [{"code": f"N{n}", "name": "x", "boss": f"B{n}"} for n in range(count)]
        rows += [{"code": f"B{n}", "name": "y"} for n in range(count)]
        run(fresh, bosses("Null"), rows, chunk=500)
        return fresh.queries

    assert queries(60) == queries(5)


def test_a_look_up_into_another_type_never_waits(store: InMemoryRecords) -> None:
    done = run(store, looked_up(), [{**ADA, "team": "Red"}])
    assert (done.rows[0].failed, done.problem_codes()) == (True, ["reference_missing"])


def test_a_look_up_finds_no_record_of_another_type_nor_a_deleted_one(store: InMemoryRecords) -> None:
    [red] = store.seed(TEAM, {"Title": "Red"})
    store.delete(red)
    store.seed(FIRM, {"Number": "F1", "Name": "Red"})
    assert run(store, looked_up("Null"), [{**ADA, "team": "Red"}]).operations[0].after.get("Team") is None
    assert run(store, bosses(), [{**BEN, "boss": "F1"}]).problem_codes() == ["reference_missing"]


# --- deleted records


def test_a_deleted_record_that_a_row_matches_comes_back_with_the_same_key(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old", "Mail": "a@x.org"})
    store.delete(ada)
    done = run(store, persons(), [ADA])
    assert (done.outcomes(), done.codes(), done.operations[0].record) == (["Insert"], ["revived"], ada)
    assert store.live() == {ada: {"Code": "A1", "Name": "Ada", "City": "Paris", "Mail": "a@x.org"}}
    assert store.kept[ada].version == 3


def test_what_comes_back_with_a_revived_record_is_told(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old", "City": "Paris", "Mail": "a@x.org", "Score": "2.5"})
    store.delete(ada)
    [done] = run(store, persons(), [ADA], simulate=True).operations
    assert [(one.code, one.field, one.value) for one in done.problems] == [
        ("revived", "", ""),
        ("value_returns", "Mail", "a@x.org"),
        ("value_returns", "Score", "2.5"),
    ]
    assert done.after == {"Name": "Ada"}


def test_a_record_whose_insert_was_undone_is_made_again_of_the_row_alone(store: InMemoryRecords) -> None:
    wrong = {**ADA, "mail": "wrong@x.org", "badge": "9", "city": "WRONG"}
    undo(store, run(store, persons(), [wrong]))
    right = {"code": "A1", "name": "Ada"}
    done = run(store, persons(), [right])
    assert (done.outcomes(), done.codes(), done.problem_codes()) == (["Insert"], ["inserted_again"], [])
    assert store.live() == {1: {"Code": "A1", "Name": "Ada"}}
    assert done.operations[0].before == {"Badge": "9", "City": "WRONG", "Mail": "wrong@x.org"}
    assert done.operations[0].after == {"Badge": None, "City": None, "Mail": None}
    assert run(store, persons(), [{"code": "B2", "name": "Ben", "badge": "9"}]).outcomes() == ["Insert"]


def test_only_an_undone_insert_makes_a_record_come_of_nothing(store: InMemoryRecords) -> None:
    kept = {"Code": "A1", "Name": "Ada", "Mail": "a@x.org"}
    [ada] = store.seed(PERSON, kept)
    store.delete(ada)
    undo(store, run(store, persons(), [{"code": "A1", "name": "Other"}]))
    assert run(store, persons(), [{"code": "A1", "name": "Ada"}]).codes() == ["revived"]
    assert store.live() == {ada: kept}


def test_an_insert_that_was_undone_twice_over_is_made_again_of_the_row_alone(store: InMemoryRecords) -> None:
    undone = undo(store, run(store, persons(), [{**ADA, "mail": "wrong@x.org"}]))
    undo(store, undo(store, undone))
    assert run(store, persons(), [{"code": "A1", "name": "Ada"}]).codes() == ["inserted_again"]
    assert store.live() == {1: {"Code": "A1", "Name": "Ada"}}


def test_the_store_is_asked_once_what_became_of_the_deleted_records(store: InMemoryRecords) -> None:
    rows = [{"code": f"C{number}", "name": "N"} for number in range(20)]
    undo(store, run(store, persons(), rows))
    store.queries = 0
    run(store, persons(), [*rows, {"code": "new", "name": "N"}])
    asked = store.queries
    store.queries = 0
    run(store, persons(), rows)
    assert asked == store.queries + 1


def test_a_deleted_record_is_not_brought_back_by_a_template_that_only_updates(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Old"})
    store.delete(ada)
    assert run(store, persons('ShouldUpdate="true"'), [ADA]).codes() == ["no_match"]
    assert store.live() == {}


DELETING = persons('ShouldUpdate="true" ShouldDelete="true"', inside='<When Name="gone" Equals="yes" />')


def test_rows_delete_the_record_they_find(store: InMemoryRecords) -> None:
    ada, ben = store.seed(PERSON, {"Code": "A1", "Name": "Ada"}, {"Code": "B2", "Name": "Ben"})
    unknown = {"code": "Z", "name": "z", "gone": "yes"}
    done = run(store, DELETING, [{**ADA, "gone": "yes"}, {**BEN, "gone": ""}, unknown])
    assert (done.outcomes(), done.codes()) == (["Delete", "Skip", "Skip"], ["", "row_excluded", "no_match"])
    assert done.operations[0].before == {"Code": "A1", "Name": "Ada"}
    assert list(store.live()) == [ben]
    assert store.kept[ada].deleted


def test_what_is_deleted_is_deleted_once(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada"})
    rows = [{**ADA, "gone": "yes"}] * 2
    assert run(store, DELETING, rows, chunk=1).outcomes() == ["Delete", "Skip"]
    assert run(store, DELETING, rows).outcomes() == ["Skip", "Skip"]


# --- what guards a record


def test_an_identity_of_another_record_is_not_taken(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"})
    done = run(store, persons(), [{**BEN, "badge": "7"}])
    [problem] = done.operations[0].problems
    assert (problem.code, problem.field) == ("identity_taken", "Badge")


def test_a_deleted_record_keeps_its_identities(store: InMemoryRecords) -> None:
    [ada] = store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Badge": "7"})
    store.delete(ada)
    assert run(store, persons(), [{**BEN, "badge": "7"}]).codes() == ["identity_taken"]


def test_an_identity_in_a_space_shared_with_another_type_is_not_taken(store: InMemoryRecords) -> None:
    store.seed(FIRM, {"Number": "A1", "Name": "Acme"})
    assert run(store, persons(), [ADA]).codes() == ["identity_taken"]


def test_two_new_records_of_one_run_may_not_share_an_identity(store: InMemoryRecords) -> None:
    rows = [{**ADA, "badge": "7"}, {**BEN, "badge": "7"}]
    assert run(store.copy(), persons(), rows, simulate=True).codes() == ["", "identity_taken"]
    assert run(store, persons(), rows).codes() == ["", "identity_taken"]


def test_an_identity_that_is_too_long_to_be_kept_fails_its_row_only(store: InMemoryRecords) -> None:
    long = "ﷺ" * 60
    done = run(store, persons(), [{**ADA, "badge": long}, BEN])
    assert done.codes() == ["key_too_long", ""]


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({"code": "A1"}, ["field_required"]),
        ({"code": "A1", "name": ""}, ["field_required"]),
        ({**ADA, "since": "2024-05-01", "until": "2024-04-30"}, ["end_before_start"]),
        ({"code": "A1", "since": "2024-05-01", "until": "2024-04-30"}, ["field_required", "end_before_start"]),
    ],
)
def test_every_reason_of_a_draft_is_named(store: InMemoryRecords, row: dict[str, Any], codes: list[str]) -> None:
    done = run(store, persons(), [row])
    assert done.problem_codes() == codes
    assert {problem.type for problem in done.operations[0].problems} == {"Person"}


def test_rules_look_at_the_merged_record(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Since": "2024-05-01"})
    assert run(store, persons(), [{**ADA, "until": "2024-04-30"}]).outcomes() == ["Error"]
    assert run(store, persons(), [{**ADA, "until": "2024-05-01"}]).outcomes() == ["Update"]


def test_a_rule_that_was_broken_before_does_not_hold_up_other_fields(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada", "Since": "2024-05-01", "Until": "2024-01-01"})
    assert run(store, persons(), [ADA]).outcomes() == ["Update"]


def test_a_required_field_may_not_be_emptied(store: InMemoryRecords) -> None:
    store.seed(PERSON, {"Code": "A1", "Name": "Ada"})
    assert run(store, persons(), [{"code": "A1", "name": ""}]).codes() == ["field_required"]


# --- the rest of a run


def test_with_stop_nothing_is_planned_after_the_first_failed_row(store: InMemoryRecords) -> None:
    rows = [ADA, {"code": "X", "score": "many"}, BEN]
    for chunk in (1, 2, 10):
        done = run(store.copy(), persons(), rows, stop=True, chunk=chunk)
        assert done.tally.counts() | {"rowsOk": 1, "rowsFailed": 1, "unprocessed": 1} == done.tally.counts()


def test_rows_left_out_by_the_template_say_why(store: InMemoryRecords) -> None:
    xml = persons().replace("<In>", '<In><Unless Name="city" Equals="Paris" />')
    done = run(store, xml, [ADA, BEN])
    assert (done.outcomes(), done.tally.rows_ok) == (["Skip", "Insert"], 2)
    assert done.codes()[0]


def test_items_of_one_row_with_one_key_are_reported_as_repeated(store: InMemoryRecords) -> None:
    xml = """<In><Type Name="Person" Each="people" Match="Code" ShouldInsert="true" ShouldUpdate="true" />
      <Property Name="code" Type="Person" Field="Code" /><Property Name="name" Type="Person" Field="Name" /></In>"""
    rows = [{"people": [{"code": "A1", "name": "Ada"}, {"code": "A1", "name": "Ann"}]}]
    done = run(store, xml, rows)
    assert [(op.item, op.operation, op.code) for op in done.operations] == [
        ("1", "Insert", ""),
        ("2", "Update", "key_repeated"),
    ]
    again = run(store, xml, rows)
    assert again.codes()[1] == "key_repeated"


def test_look_ups_cost_the_same_number_of_queries_whatever_the_rows(store: InMemoryRecords) -> None:
    def queries(count: int) -> int:
        fresh = InMemoryRecords()
        fresh.seed(TEAM, {"Title": "Red"})
        rows = [{"code": f"N{n}", "name": "x", "team": "Red", "badge": f"b{n}"} for n in range(count)]
        run(fresh, looked_up(), rows)
        return fresh.queries

    assert queries(50) == queries(2)


def test_rows_are_numbered_as_their_source_numbers_them() -> None:
    assert [row.number for row in numbered(["a", "b"])] == [1, 2]


@pytest.mark.parametrize("chunk", [1, 2])
def test_what_a_failed_row_leaves_aside_is_the_record_that_an_earlier_row_made(
    store: InMemoryRecords, chunk: int
) -> None:
    template = (
        '<In><Type Name="Team" ShouldInsert="true" Match="Title"/>'
        '<Type Name="Person" Match="Code" ShouldInsert="true"/><Property Name="code" Type="Person" Field="Code"/>'
        '<Property Name="name" Type="Person" Field="Name"/><Property Name="team" Type="Team" Field="Title"/></In>'
    )
    rows = [{"name": "Ada", "code": "A", "team": "Red"}, {"name": "", "code": "B", "team": "Red"}]
    simulated = run(store, template, rows, simulate=True, chunk=chunk)
    real = run(store, template, rows, chunk=chunk)
    assert simulated.codes()[2] == "row_failed"
    assert simulated.shown == real.shown
    assert real.operations[2].record == real.operations[0].record
