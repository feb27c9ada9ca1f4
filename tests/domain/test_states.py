"""The state tables, walked over the full product of states and events against what records.md draws."""

import pytest

from cscli.domain import states
from cscli.errors import Refused

# Written by hand from the page of records: for each state, what may happen in it and where it leads.
BOOKING = {
    "": {"created": "requested"},
    "requested": {
        "confirmed": "confirmed",
        "unmet": "unmet",
        "declined": "unmet",  # the customer says no to an offer, and waits on
        "coordinated": "requested",
        "assigned": "requested",
        "accepted": "confirmed",  # a visit is promised by who will go
        "changed": "requested",
        "cancelled": "cancelled",
        "paid": "requested",  # a seat is paid for before it is confirmed
        "refunded": "requested",
    },
    "confirmed": {
        "coordinated": "confirmed",
        "assigned": "confirmed",
        "accepted": "confirmed",
        "changed": "confirmed",
        "cancelled": "cancelled",
        "informed": "confirmed",  # to prepare for it
        "checked": "confirmed",
        "arrived": "in_service",
        "extended": "confirmed",  # who came without its being noted and stayed longer
        "completed": "completed",
        "no_show": "no_show",
        "paid": "confirmed",
        "refunded": "confirmed",
    },
    "in_service": {
        "extended": "in_service",
        "completed": "completed",
        "spent": "in_service",
        "paid": "in_service",
        "refunded": "in_service",
    },
    "completed": {
        "closed": "closed",
        "audited": "completed",
        "spent": "completed",
        "paid": "completed",
        "refunded": "completed",
    },
    "no_show": {"closed": "closed", "paid": "no_show", "refunded": "no_show"},
    "cancelled": {"informed": "cancelled", "closed": "closed", "paid": "cancelled", "refunded": "cancelled"},
    "unmet": {
        "confirmed": "confirmed",
        "offered": "requested",  # an offer holds its resource until it runs out
        "declined": "unmet",
        "coordinated": "unmet",
        "closed": "closed",
    },
    "closed": {"reopened": "no_show"},  # the bookings of this page had ended as no-shows
}
COMPLAINT = {
    "": {"created": "received"},
    "received": {
        "changed": "received",
        "acknowledged": "acknowledged",
        "reported": "received",
        "handed_over": "received",
        "withdrawn": "withdrawn",
        "merged": "merged",
    },
    "acknowledged": {
        "changed": "acknowledged",
        "assessed": "assessed",
        "reported": "acknowledged",
        "progressed": "acknowledged",
        "held": "acknowledged",  # the customer was asked something
        "resumed": "acknowledged",
        "handed_over": "acknowledged",
        "withdrawn": "withdrawn",
        "merged": "merged",
    },
    "assessed": {
        "changed": "assessed",
        "assessed": "assessed",  # it turns out graver than it looked
        "investigated": "assessed",
        "judged": "assessed",
        "planned": "in_progress",
        "reported": "assessed",
        "progressed": "assessed",
        "held": "assessed",
        "resumed": "assessed",
        "handed_over": "assessed",
        "withdrawn": "withdrawn",
        "merged": "merged",
    },
    "in_progress": {
        "changed": "in_progress",
        "assessed": "in_progress",
        "investigated": "in_progress",
        "judged": "in_progress",
        "planned": "in_progress",
        "reported": "in_progress",
        "progressed": "in_progress",
        "held": "in_progress",
        "resumed": "in_progress",
        "measure_done": "in_progress",
        "corrected": "in_progress",
        "verified": "in_progress",
        "resolved": "resolved",
        "handed_over": "in_progress",
        "withdrawn": "withdrawn",
        "merged": "merged",
    },
    "resolved": {
        "changed": "resolved",
        "reported": "resolved",
        "progressed": "resolved",
        "measure_done": "resolved",
        "communicated": "resolved",
        "followed_up": "resolved",
        "corrected": "resolved",
        "verified": "resolved",
        "closed": "closed",
        "handed_over": "resolved",
        "withdrawn": "withdrawn",
        "merged": "merged",
        "reopened": "in_progress",
    },
    "closed": {  # improving runs on
        "measure_done": "closed",
        "corrected": "closed",
        "verified": "closed",
        "reopened": "in_progress",
    },
    "withdrawn": {},
    "merged": {"reopened": "received"},  # it was no duplicate after all: its own steps begin
}
PAGES = [(states.BOOKING, BOOKING, "booking"), (states.COMPLAINT, COMPLAINT, "complaint")]
PRODUCT = [
    pytest.param(table, status, event, page[status].get(event), id=f"{name}-{status or 'start'}-{event}")
    for table, page, name in PAGES
    for status in page
    for event in table
]


@pytest.mark.parametrize(("table", "status", "event", "leads_to"), PRODUCT)
def test_every_event_in_every_state(table: states.Table, status: str, event: str, leads_to: str | None) -> None:
    if leads_to is not None:
        assert states.step(table, status, event, outcome="no_show") == leads_to
        return
    with pytest.raises(Refused) as refused:
        states.step(table, status, event, outcome="no_show")
    assert refused.value.key == "state.illegal"


@pytest.mark.parametrize(("table", "page", "name"), PAGES)
def test_the_page_names_every_state_and_event(table: states.Table, page: dict[str, dict[str, str]], name: str) -> None:
    named = {"booking": states.BOOKING_STATES, "complaint": states.COMPLAINT_STATES}[name]

    assert set(page) == {"", *named}
    assert {event for row in page.values() for event in row} == set(table)


def test_a_refusal_tells_what_would_be_legal() -> None:
    with pytest.raises(Refused) as refused:
        states.step(states.COMPLAINT, "received", "resolved")

    assert refused.value.facts == {
        "status": "received",
        "event": "resolved",
        "legal": ("changed", "acknowledged", "reported", "handed_over", "withdrawn", "merged"),
        "noun": "complaint",
        "rule": "states",
    }


def test_walking_a_biography_ends_where_the_header_should_stand() -> None:
    life = ("created", "confirmed", "arrived", "completed", "closed", "reopened")

    assert states.walk(states.BOOKING, life) == ("completed", "completed", None)


def test_walking_stops_at_the_first_illegal_event() -> None:
    assert states.walk(states.COMPLAINT, ("created", "resolved", "closed")) == ("received", None, 1)


def test_walking_stops_at_an_event_nobody_knows() -> None:
    assert states.walk(states.COMPLAINT, ("created", "sung")) == ("received", None, 1)


def test_a_waiting_wish_that_is_met_has_no_outcome_any_more() -> None:
    assert states.walk(states.BOOKING, ("created", "unmet", "confirmed")) == ("confirmed", None, None)


def test_an_offer_that_is_declined_leaves_the_wish_unmet() -> None:
    offered = ("created", "unmet", "offered")

    assert states.walk(states.BOOKING, offered) == ("requested", None, None)
    assert states.walk(states.BOOKING, (*offered, "declined")) == ("unmet", "unmet", None)
    assert states.walk(states.BOOKING, (*offered, "confirmed")) == ("confirmed", None, None)


def test_money_moves_after_the_end_and_leaves_the_end_alone() -> None:
    life = ("created", "confirmed", "paid", "cancelled", "refunded", "closed")

    assert states.walk(states.BOOKING, life) == ("closed", "cancelled", None)
