"""Where a key stands in a rulebook written by hand, and what it is called."""

import pytest

from cscli.store.places import line_of, said

TEXT = """\
schema = 1
[desk]
name = "desk"
# name = "not this"

[[service]]
id = "tennis"
refund = [
  # the first
  { fee = "0%" },
  { fee = "100%", after_start = true },
]

[[service.price]]
amount = "10.00"

[[service.price]]  # the second
amount = "12.00"

[[service]]
id = "squash"

[[service.price]]
amount = "20.00"

[roles.rules]
"booking.hours" = ["agent"]
"""
DATA = {
    "desk": {"name": "desk"},
    "service": [
        {"id": "tennis", "price": [{"amount": "10.00"}, {"amount": "12.00"}]},
        {"id": "squash", "price": [{"amount": "20.00"}]},
    ],
}


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("schema",), 1),
        (("desk", "name"), 3),
        (("desk", "timezone"), 2),
        (("service", 0, "refund"), 8),
        (("service", 0, "refund", 0, "fee"), 10),
        (("service", 0, "refund", 1, "fee"), 11),
        (("service", 0, "price", 0, "amount"), 15),
        (("service", 0, "price", 1, "amount"), 18),
        (("service", 0, "price", 1, "per"), 17),
        (("service", 1, "price", 0, "amount"), 24),
        (("service", 1, "kind"), 20),
        (("roles", "rules", "booking.hours"), 27),
        (("calendar",), None),
    ],
)
def test_a_key_is_found_where_a_person_would_look(place: tuple[object, ...], line: int | None) -> None:
    assert line_of(TEXT, place) == line


def test_entries_with_an_id_go_by_it_and_others_by_their_number() -> None:
    assert said(("desk", "name"), DATA) == "desk.name"
    assert said(("service", 1, "price", 0, "amount"), DATA) == "service.squash.price[1].amount"
    assert said(("service", 0, "price", 1, "days", 2), DATA) == "service.tennis.price[2].days[3]"
    assert said(("calendar", "open", "funday", "[key]"), DATA) == "calendar.open.funday"
    assert said((), DATA) == ""
