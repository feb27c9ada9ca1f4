"""Being sure of data without pydantic: never of anything that pydantic would refuse, nor would read otherwise."""

import tomllib
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import ValidationError

from cscli.domain.booking import Booking
from cscli.domain.rulebook import Rulebook
from cscli.store import codec, layout, shape
from cscli.store.reading import model_of
from tests.conftest import PROJECT

SAMPLES = [
    (model_of(kind), tomllib.loads(path.read_text(encoding="utf-8")))
    for path in sorted((PROJECT / "records").rglob("*.toml"))
    if (kind := layout.kind_at(str(path.relative_to(PROJECT)))) is not None
]
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.just("\ud800"), st.just("15.00"),
    st.just(date(2026, 11, 20)), st.just(datetime(2026, 11, 20, tzinfo=UTC)), st.just([]), st.just(["x"]), st.just({}),
    st.just([{}]), st.just({"at": 1}), st.just("closed"), st.just("30m"), st.just("24:00"), st.just("08:00-09:00"),
)  # fmt: skip


def changed(data: Any, draw: Any) -> Any:
    """Return a copy of some data with one thing in it changed, taken out or added, however deep."""
    if isinstance(data, dict) and data and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(data)))
        rest = {name: value for name, value in data.items() if name != key}
        what = draw(st.sampled_from(("below", "below", "instead", "without", "beside")))
        if what == "beside":
            return {**data, draw(st.sampled_from(("unknown", "note", "reason", key + "_"))): draw(ODD)}
        return {**rest, key: changed(data[key], draw) if what == "below" else draw(ODD)} if what != "without" else rest
    if isinstance(data, list) and data and draw(st.booleans()):
        place = draw(st.integers(0, len(data) - 1))
        return [*data[:place], changed(data[place], draw), *data[place + 1 :]]
    return draw(ODD)


@settings(max_examples=400)
@given(sample=st.sampled_from(SAMPLES), data=st.data())
def test_nobody_is_surer_than_pydantic(sample: tuple[Any, dict[str, Any]], data: st.DataObject) -> None:
    kind, content = sample
    content = changed(content, data.draw)
    try:
        found = shape.sure(kind, content)
    except ValueError:
        return
    assert found == shape.proof(kind).validate_python(content)


def test_of_what_the_desk_wrote_there_is_no_doubt() -> None:
    for kind, content in SAMPLES:
        assert shape.sure(kind, content) == shape.proof(kind).validate_python(content)


def test_a_doubt_is_settled_by_pydantic() -> None:
    booking = next(content for kind, content in SAMPLES if kind is Booking)
    for wrong in ({**booking, "units": True}, {**booking, "unknown": 1}, {k: booking[k] for k in booking if k != "id"}):
        with pytest.raises(shape.Doubt):
            shape.sure(Booking, wrong)
        with pytest.raises(ValidationError):
            shape.proof(Booking).validate_python(wrong)
        with pytest.raises(codec.Unreadable):
            codec.prove(Booking, wrong, "records/x.toml")
    with pytest.raises(shape.Doubt):
        shape.sure(Rulebook, [])
