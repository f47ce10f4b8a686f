"""Records as rows: what is worked out for many at once is what is worked out for each."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sync_app.engine.records import Data, forms_of
from sync_app.storage.record_rows import texts_of
from templates_app.catalog.kinds.numbers import Numeric
from templates_app.catalog.kinds.text import Memo, Text
from templates_app.catalog.types import EntityType, Field

FIELDS = (Field("Short", Memo()), Field("Name", Text()), Field("First", Text()), Field("Number", Numeric()))
THING = EntityType(
    "Thing",
    {field.name: field for field in FIELDS},
    label=(("Short",), ("Number",), ("Name", "First"), ("First",)),
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "Short": st.sampled_from(["", "s", "x" * 300]),
        "Number": st.sampled_from(["1", "2.5"]),
        "Name": st.sampled_from(["a", "b c"]),
        "First": st.just("z"),
    },
)


@given(st.lists(VALUES, max_size=4))
def test_the_labels_of_many_are_those_of_each(listed: list[Data]) -> None:
    told = texts_of(THING, listed, forms_of(THING, listed))
    assert [label for _data, label, _sorted, _search in told] == [THING.label_of(data) for data in listed]
