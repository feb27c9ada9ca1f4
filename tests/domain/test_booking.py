"""Bookings, from the wish to the end: what the rules allow, and what is kept of it."""

from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import arranging, booking, calling_off, moving, serving
from cscli.domain.booking import Booking
from cscli.domain.moving import Wanted
from cscli.domain.occupancy import Slot
from cscli.domain.permit import Permit
from cscli.domain.placing import Situation, Wish
from cscli.domain.record import Delta
from cscli.domain.rulebook import Rulebook
from cscli.domain.services import Service
from cscli.errors import Refused, Unavailable
from tests.builders import (
    BOOKING_ID,
    CUSTOMER_ID,
    a_booking,
    a_calendar,
    a_permit,
    an_act,
    at,
    badminton,
    duration,
    refusal,
)
from tests.builders import rulebook as a_rulebook

EVENING = "2026-11-20 19:00"


def a_desk(service: Service | None = None, *taken: Slot) -> Situation:
    """Return what a decision rests on: this service, these slots."""
    rules: Rulebook = a_rulebook(service=(service or badminton(),))
    slots: dict[str, tuple[Slot, ...]] = {}
    for slot in taken:
        slots[slot.resource] = (*slots.get(slot.resource, ()), slot)
    return Situation(rulebook=rules, calendar=a_calendar(rules), slots=slots)


def full(start: str = EVENING, end: str = "2026-11-20 20:00") -> list[Slot]:
    """Return all three courts taken."""
    return [Slot(f"court-{number}", at(start), at(end), 1, "other") for number in (1, 2, 3)]


def take(desk: Situation | None = None, start: str = EVENING, **more: Any) -> Booking:
    """Take a court for an hour."""
    wish = Wish(service="badminton", start=at(start), units=more.pop("units", 1), resources=more.pop("resources", ()))
    return arranging.create(
        wish, desk or a_desk(), an_act("2026-11-20 14:00"), record_id=BOOKING_ID, customer=CUSTOMER_ID, **more
    )


def test_an_immediate_service_is_confirmed_at_once() -> None:
    taken = take()

    assert (taken.status, taken.resources, str(taken.price)) == ("confirmed", ("court-1",), "15.00")
    assert [event.type for event in taken.events] == ["created", "confirmed"]


def test_a_separate_confirmation_holds_the_court_for_its_time() -> None:
    taken = take(a_desk(badminton(confirmation="separate", hold_for=duration("30m"))))

    assert (taken.status, taken.hold_until) == ("requested", at("2026-11-20 14:30"))
    assert booking.slots_of(taken, None, at("2026-11-20 14:29")) != ()
    assert booking.slots_of(taken, None, at("2026-11-20 14:30")) == ()


def test_confirming_checks_again_whether_the_court_is_free() -> None:
    held = take(a_desk(badminton(confirmation="separate")))

    with pytest.raises(Unavailable):
        arranging.confirm(held, a_desk(None, *full()), an_act("2026-11-20 15:00"))

    confirmed = arranging.confirm(held, a_desk(), an_act("2026-11-20 15:00"))
    assert (confirmed.status, confirmed.hold_until) == ("confirmed", None)


def test_who_asked_for_a_court_is_not_moved_off_it_by_a_confirmation() -> None:
    separate = badminton(confirmation="separate")
    named = take(a_desk(separate), resources=("court-2",))
    gone = a_desk(separate, *(slot for slot in full() if slot.resource == "court-2"))

    with pytest.raises(Unavailable) as caught:
        arranging.confirm(named, gone, an_act("2026-11-20 15:00"))

    assert caught.value.alternatives
    assert arranging.confirm(named, a_desk(separate), an_act("2026-11-20 15:00")).events[-1].changes is None


def test_a_confirmation_that_moves_says_from_where_to_where() -> None:
    separate = badminton(confirmation="separate")
    held = take(a_desk(separate))
    gone = a_desk(separate, *(slot for slot in full() if slot.resource == "court-1"))

    moved = arranging.confirm(held, gone, an_act("2026-11-20 15:00"))

    assert (held.resources, moved.resources) == (("court-1",), ("court-2",))
    assert moved.events[-1].changes == {"resources": Delta(from_=("court-1",), to=("court-2",))}


def test_nothing_free_offers_what_lies_nearest() -> None:
    with pytest.raises(Unavailable) as caught:
        take(a_desk(None, *full()))

    starts = [f"{free.start:%H:%M}" for free in caught.value.alternatives]  # type: ignore[attr-defined]
    assert starts == ["17:00", "17:30", "18:00", "20:00", "20:30", "21:00"]


@pytest.mark.row("A4")
def test_an_unmet_wish_is_kept_with_what_was_offered() -> None:
    unmet = take(a_desk(None, *full()), waitlist=True)

    assert (unmet.status, unmet.outcome, unmet.waitlisted, unmet.resources) == ("unmet", "unmet", True, ())
    assert unmet.events[-1].alternatives[0] == "2026-11-20 17:00 court-1"
    later = arranging.confirm(unmet, a_desk(), an_act("2026-11-20 15:00"))
    assert (later.status, later.outcome, later.resources) == ("confirmed", None, ("court-1",))


@pytest.mark.parametrize(
    ("start", "key"),
    [
        ("2026-11-20 13:30", "refused.booking.past"),
        ("2026-11-20 22:00", "refused.booking.hours"),
        ("2026-11-20 19:10", "refused.booking.step"),
    ],
)
def test_a_wish_against_the_rules_is_refused(start: str, key: str) -> None:
    refusal(Refused, key, lambda: take(start=start))


def test_a_permit_sets_rules_aside_and_is_kept_but_never_the_past() -> None:
    permit = a_permit("trainer stays longer")
    late = take(start="2026-11-20 22:00", permit=permit)

    assert late.events[0].overrode == ("booking.hours",)
    assert late.events[0].reason == "trainer stays longer"
    refusal(Refused, "refused.booking.past", lambda: take(start="2026-11-20 13:30", permit=permit))
    assert take(permit=a_permit("not needed")).events[0].reason is None


def test_a_resource_of_another_service_is_refused() -> None:
    facts = refusal(Refused, "refused.booking.resource", lambda: take(resources=("yoga-room",)))

    assert facts["resource"] == "yoga-room"


@pytest.mark.row("A6", lacking="sending the message")
@pytest.mark.parametrize(
    ("when", "refused"),
    [("2026-11-20 17:00", False), ("2026-11-20 17:01", True), ("2026-11-20 19:00", True)],
)
def test_a_change_keeps_its_notice_to_the_minute(when: str, refused: bool) -> None:
    desk = a_desk(badminton(change_notice=duration("2h")))
    wanted = Wanted(start=at("2026-11-20 20:00"))

    def deed() -> Booking:
        return moving.change(take(desk), wanted, desk, an_act(when), cause="customer")

    if refused:
        key = "change_begun" if when.endswith("19:00") else "change_notice"  # it begins at 19:00
        refusal(Refused, f"refused.booking.{key}", deed)
        by_supervisor = moving.change(
            take(desk), wanted, desk, an_act(when), cause="customer", permit=a_permit("regular guest")
        )
        assert by_supervisor.events[-1].overrode == ("booking.change_notice",)
    else:
        assert deed().start == at("2026-11-20 20:00")


def test_a_change_keeps_the_length_and_finds_price_and_court_anew() -> None:
    desk = a_desk(None, Slot("court-1", at("2026-11-20 16:00"), at("2026-11-20 17:00"), 1, "other"))

    moved = moving.change(
        take(), Wanted(start=at("2026-11-20 16:00")), desk, an_act("2026-11-20 15:00"), cause="customer"
    )

    assert (moved.end, moved.resources, str(moved.price)) == (at("2026-11-20 17:00"), ("court-2",), "10.00")
    changes = moved.events[-1].changes or {}
    assert list(changes) == ["start", "end", "resources", "price"]
    assert (changes["start"].from_, changes["start"].to) == (at("2026-11-20 19:00"), at("2026-11-20 16:00"))


def test_the_desks_own_error_is_put_right_without_notice() -> None:
    desk = a_desk(badminton(change_notice=duration("2h")))

    changed = moving.change(
        take(desk), Wanted(start=at("2026-11-20 20:00")), desk, an_act("2026-11-20 18:59"), cause="desk_error"
    )

    assert (changed.events[-1].cause, changed.events[-1].overrode) == ("desk_error", ())


def test_words_may_be_changed_at_any_time_before_the_end() -> None:
    desk = a_desk(badminton(change_notice=duration("2h")))

    wanted = Wanted(words={"special": "轮椅"})
    changed = moving.change(take(desk), wanted, desk, an_act("2026-11-20 18:59"), cause="customer")

    assert changed.special == "轮椅"
    assert changed.price == take(desk).price


def test_a_change_of_nothing_is_refused() -> None:
    refusal(
        Refused,
        "refused.nothing_changes",
        lambda: moving.change(take(), Wanted(), a_desk(), an_act("2026-11-20 15:00"), cause="customer"),
    )


@pytest.mark.row("A7", lacking="sending the notice to staff and departments")
def test_a_late_cancellation_is_refused_and_with_a_permit_marked() -> None:
    rules = a_desk(badminton(cancel_notice=duration("2h"))).rulebook
    taken = take()

    def cancel(when: str, permit: Permit | None = None) -> Booking:
        return calling_off.cancel(taken, rules, a_calendar(), an_act(when), reason="ill", permit=permit)

    in_time = cancel("2026-11-20 17:00")
    assert (in_time.status, in_time.events[-1].late) == ("cancelled", False)
    assert (str(in_time.events[-1].notice), str(in_time.events[-1].notice_required)) == ("120m", "2h")

    facts = refusal(Refused, "refused.booking.cancel_notice", lambda: cancel("2026-11-20 18:20"))
    assert str(facts["notice"]) == "40m"
    permitted = cancel("2026-11-20 18:20", a_permit("accident"))
    assert (permitted.events[-1].late, permitted.events[-1].overrode) == (True, ("booking.cancel_notice",))


def test_what_the_desk_cancels_needs_no_notice() -> None:
    rules = a_desk(badminton(cancel_notice=duration("2h"))).rulebook

    act = an_act("2026-11-20 18:59")
    cancelled = calling_off.cancel(take(), rules, a_calendar(), act, reason="lights out", side="desk")

    assert (cancelled.events[-1].late, cancelled.events[-1].cause) == (False, "resource")


@pytest.mark.row("D7", lacking="the register as a form")
def test_a_no_show_waits_for_the_guest_first() -> None:
    rules = a_desk().rulebook
    taken = take()

    refusal(
        Refused,
        "refused.booking.no_show_after",
        lambda: calling_off.no_show(taken, rules, a_calendar(), an_act("2026-11-20 19:29"), phoned=False),
    )
    missed = calling_off.no_show(taken, rules, a_calendar(), an_act("2026-11-20 19:30"), phoned=True)
    assert (missed.status, missed.outcome, missed.events[-1].phoned) == ("no_show", "no_show", True)


def test_the_end_keeps_rating_or_the_note_that_nobody_answered() -> None:
    here = serving.arrive(take(), a_rulebook(), an_act("2026-11-20 19:02"))
    done = serving.pay(
        serving.complete(here, an_act("2026-11-20 20:00")), an_act("2026-11-20 20:00"), Decimal("15.00"), "cash"
    )

    rated = serving.close(done, an_act("2026-11-20 21:00"), rating=5, feedback="很好")
    silent = serving.close(done, an_act("2026-11-20 21:00"), unreachable=True)

    assert (rated.status, rated.outcome, rated.rating) == ("closed", "completed", 5)
    assert (silent.rating, silent.events[-1].unreachable) == (None, True)
    refusal(
        Refused,
        "refused.booking.rating_unreachable",
        lambda: serving.close(done, an_act("2026-11-20 21:00"), rating=5, unreachable=True),
    )
    again = serving.reopen(rated, an_act("2026-11-21 09:00", by="wang.wei"), reason="mistyped")
    assert (again.status, again.outcome) == ("completed", "completed")


def test_nothing_happens_in_the_future_or_before_what_happened_last() -> None:
    taken = take()

    ahead = an_act("2026-11-20 19:00", now="2026-11-20 18:00")
    refusal(Refused, "refused.future", lambda: serving.arrive(taken, a_rulebook(), ahead))
    earlier = an_act("2026-11-20 13:59")
    refusal(Refused, "refused.backwards", lambda: serving.pay(taken, earlier, Decimal("15.00"), "card"))


def test_a_closed_booking_is_frozen() -> None:
    closed, act = a_booking("closed"), an_act("2026-11-22 09:00")
    facts = refusal(Refused, "state.illegal", lambda: serving.arrive(closed, a_rulebook(), act))

    assert facts["legal"] == ("reopened",)


def test_a_guest_hours_too_early_is_somebody_elses() -> None:
    taken = take()

    refusal(
        Refused, "refused.booking.too_early", lambda: serving.arrive(taken, a_rulebook(), an_act("2026-11-20 16:59"))
    )
    assert serving.arrive(taken, a_rulebook(), an_act("2026-11-20 17:00")).status == "in_service"
