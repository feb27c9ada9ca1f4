"""The queue: who comes first, what an offer holds and for how long, what is said to it, and what departments say."""

from functools import partial
from typing import Any

import pytest

from cscli.domain import line, queue
from cscli.domain.arranging import confirm, create
from cscli.domain.booking import Booking, slots_of
from cscli.domain.occupancy import Slot
from cscli.domain.patron import Missed, Patron
from cscli.domain.placing import Situation, Wish
from cscli.domain.queue import Instead
from cscli.domain.services import Priority, Service
from cscli.domain.value import replace
from cscli.errors import Refused, Unavailable
from tests.builders import CUSTOMER_ID, a_booking, a_calendar, a_permit, an_act, at, badminton, duration, refusal
from tests.builders import rulebook as a_rulebook

SEVEN, EIGHT, NINE = "2026-11-21 19:00", "2026-11-21 20:00", "2026-11-21 21:00"
TWO_PM = an_act("2026-11-20 14:00")


def a_desk(*taken: Slot, service: Service | None = None, patron: Patron | None = None) -> Situation:
    """Return what a decision rests on: the three courts, what is taken of them, and who asks."""
    rules = a_rulebook(service=(service or badminton(),))
    slots: dict[str, tuple[Slot, ...]] = {}
    for slot in taken:
        slots[slot.resource] = (*slots.get(slot.resource, ()), slot)
    return Situation(rulebook=rules, calendar=a_calendar(rules), slots=slots, patron=patron or Patron())


def court(number: int, start: str = SEVEN, end: str = EIGHT) -> Slot:
    """Return a court that somebody has."""
    return Slot(f"court-{number}", at(start), at(end), 1, "other")


def a_wish(name: str = "A", start: str = SEVEN, since: str = "10:00", **changes: Any) -> Booking:
    """Return a wish for an hour that waits; A, B, C ... stand for ids, of the booking and of the customer."""
    wish = a_booking("unmet", start, resources=(), waitlisted=True, customer=f"CU-261120-{name * 6}")
    return replace(wish, id=f"BK-261120-{name * 6}", received_at=at(f"2026-11-20 {since}"), **changes)


def offered(
    wish: Booking | None = None,
    desk: Situation | None = None,
    when: str = "14:00",
    others: tuple[Booking, ...] = (),
    **more: Any,
) -> Booking:
    """Return a wish to which something was offered while others wait too."""
    facts = replace(desk or a_desk(), waiting=others)
    return queue.offer(wish or a_wish(), facts, an_act(f"2026-11-20 {when}"), **more)


# --- the order --------------------------------------------------------------------------------------------------


def test_the_number_counts_who_came_before_and_wishes_for_the_same_time() -> None:
    first, second = a_wish("A", SEVEN, "10:00"), a_wish("B", "2026-11-21 19:30", "10:05")
    third = a_wish("C", EIGHT, "10:10", vip=True)  # begins when the first one ends, and jumps over nobody
    other = a_wish("D", SEVEN, "09:00", service="yoga")
    waiting = (other, first, second, third)

    assert [line.number_of(wish, waiting) for wish in waiting] == [1, 1, 2, 2]
    assert line.in_order((third, second, first)) == (first, second, third)


def test_a_wish_for_a_time_that_has_come_waits_no_more() -> None:
    wish = a_wish()

    assert line.waits(wish, at("2026-11-21 18:59"))
    assert not line.waits(wish, at(SEVEN))
    assert not line.waits(replace(wish, waitlisted=False), at("2026-11-21 18:59"))


def test_whoever_was_there_before_comes_first() -> None:
    earlier, later = a_wish("A", since="10:00"), a_wish("B", since="10:01", vip=True)

    last_court = a_desk(court(2), court(3))
    both = (later, earlier)

    facts = refusal(Refused, "refused.booking.queue_order", lambda: offered(later, last_court, others=both))

    assert (facts["first"], facts["since"], facts["rule"]) == (earlier.id, earlier.received_at, "booking.queue_order")
    assert offered(earlier, last_court, others=both).resources == ("court-1",)
    permitted = offered(later, last_court, others=(earlier,), permit=a_permit("they know each other"))
    assert permitted.events[-1].overrode == ("booking.queue_order",)
    assert permitted.events[-1].reason == "they know each other"


def test_where_there_is_enough_for_all_the_second_need_not_wait_for_the_first() -> None:
    earlier, later = a_wish("A", since="10:00"), a_wish("B", since="10:01")
    both, three = (earlier, later), (earlier, a_wish("C", since="10:00"), later)

    assert offered(later, others=both).resources == ("court-1",)
    taken = queue.accept(later, replace(a_desk(court(2)), waiting=both), TWO_PM)
    assert (taken.status, taken.resources, taken.events[-1].overrode) == ("confirmed", ("court-1",), ())
    refusal(Refused, "refused.booking.queue_order", lambda: offered(later, a_desk(court(2)), others=three))
    by_name = replace(earlier, resources=("court-1",))
    facts = refusal(Refused, "refused.booking.queue_order", lambda: offered(later, others=(by_name, later)))
    assert facts["first"] == earlier.id
    elsewhere = Instead(resources=("court-2",))
    assert offered(later, instead=elsewhere, others=(by_name, later)).resources == ("court-2",)


def test_whose_own_wish_is_older_still_takes_the_own_turn() -> None:
    own, between, later = a_wish("A", "2026-11-21 19:30"), a_wish("B", since="10:01"), a_wish("C", since="10:02")
    mine = {"customer": CUSTOMER_ID}

    waiting = (replace(own, **mine), between, replace(later, **mine))

    assert offered(waiting[2], a_desk(court(2), court(3)), others=waiting).resources == ("court-1",)


def test_who_could_not_use_it_stands_in_nobodys_way() -> None:
    later = a_wish("B", since="10:01")
    full = a_desk(court(2), court(3))
    strangers = {
        "another time": a_wish("A", EIGHT),
        "another court by name": a_wish("A", resources=("court-2",)),
        "more courts than there are": a_wish("A", units=2),
        "another service": a_wish("A", service="yoga"),
        "waits no more": a_wish("A", waitlisted=False),
        "came later": a_wish("C", since="10:02"),
    }

    for why, other in strangers.items():
        assert offered(later, full, others=(other,)).resources == ("court-1",), why


def test_who_holds_an_offer_or_had_one_for_that_time_is_passed_over() -> None:
    first, later = offered(a_wish("A")), a_wish("B", since="10:01")  # the first one's offer stands until 14:30
    held = a_desk(court(1))

    assert offered(later, held, when="14:29", others=(first,)).resources == ("court-2",)
    assert offered(later, when="14:30", others=(first,)).resources == ("court-1",)
    declined = queue.decline(first, a_desk(), an_act("2026-11-20 14:10"), keep=True)
    assert offered(later, when="14:11", others=(declined,)).resources == ("court-1",)


def test_who_declined_another_time_is_still_the_first_for_the_time_wished_for() -> None:
    elsewhere = offered(a_wish("A"), instead=Instead(start=at(NINE)))
    still_first = queue.decline(elsewhere, a_desk(), an_act("2026-11-20 14:10"), keep=True)
    later = a_wish("B", since="10:01")

    for earlier, when in ((still_first, "14:11"), (elsewhere, "14:40")):  # the offer ran out at 14:30
        deed = partial(offered, later, a_desk(court(2), court(3)), when=when, others=(earlier,))
        refusal(Refused, "refused.booking.queue_order", deed)


# --- offers -----------------------------------------------------------------------------------------------------


def test_an_offer_holds_its_court_until_it_runs_out_to_the_second() -> None:
    held = offered(desk=a_desk(service=badminton(offer_for=duration("45m"))))

    assert (held.status, held.outcome, held.waitlisted) == ("requested", None, True)
    assert (held.hold_until, held.events[-1].until) == (at("2026-11-20 14:45"), at("2026-11-20 14:45"))
    assert [slot.resource for slot in slots_of(held, None, at("2026-11-20 14:44"))] == ["court-1"]
    assert slots_of(held, None, at("2026-11-20 14:45")) == ()
    assert line.stands(held, at("2026-11-20 14:44")) and not line.stands(held, at("2026-11-20 14:45"))


def test_an_offer_ends_with_the_start_at_the_latest() -> None:
    close = queue.offer(a_wish(), a_desk(), an_act("2026-11-21 18:45"))

    assert close.hold_until == at(SEVEN)


@pytest.mark.parametrize("until", ["2026-11-20 14:00", "2026-11-20 13:59", "2026-11-21 19:01"])
def test_an_offer_runs_out_after_now_and_before_the_start(until: str) -> None:
    refusal(Refused, "refused.booking.offer_until", lambda: offered(until=at(until)))


def test_an_offer_is_made_only_of_what_is_free() -> None:
    full = a_desk(court(1), court(2), court(3))

    with pytest.raises(Unavailable) as caught:
        offered(desk=full)

    assert [f"{free.start:%H:%M}" for free in caught.value.alternatives] == [  # type: ignore[attr-defined]
        "17:00", "17:30", "18:00", "20:00", "20:30", "21:00",
    ]  # fmt: skip


def test_who_wished_for_one_court_is_not_offered_another_unasked() -> None:
    wish, desk = a_wish(resources=("court-1",)), a_desk(court(1))

    with pytest.raises(Unavailable):
        offered(wish, desk)

    other = offered(wish, desk, instead=Instead(resources=("court-3",)))
    assert (other.resources, line.wish_of(other).resources) == (("court-3",), ("court-1",))
    refusal(Refused, "refused.booking.resource", lambda: offered(instead=Instead(resources=("yoga-room",))))


def test_another_time_is_judged_and_priced_anew() -> None:
    moved = offered(instead=Instead(start=at("2026-11-23 17:00")))  # Monday afternoon costs 10 an hour

    assert (moved.start, moved.end, str(moved.price)) == (at("2026-11-23 17:00"), at("2026-11-23 18:00"), "10.00")
    assert line.wish_of(moved).start == at(SEVEN)
    late = Instead(start=at("2026-11-21 22:00"))
    refusal(Refused, "refused.booking.hours", lambda: offered(instead=late))
    permitted = offered(instead=late, permit=a_permit())
    assert permitted.events[-1].overrode == ("booking.hours",)


def test_rules_set_aside_for_the_wish_need_no_second_permit() -> None:
    wish = a_wish(start="2026-11-21 22:00")
    granted = replace(wish, events=(replace(wish.events[0], overrode=("booking.hours",)), *wish.events[1:]))

    refusal(Refused, "refused.booking.hours", lambda: offered(wish))
    assert offered(granted).resources == ("court-1",)


def test_while_an_offer_stands_there_is_no_other() -> None:
    facts = refusal(Refused, "refused.booking.on_offer", lambda: offered(offered(), when="14:29"))

    assert facts["until"] == at("2026-11-20 14:30")
    refusal(Refused, "refused.booking.on_offer", lambda: offered(offered(), instead=Instead(start=at(NINE))))


def test_an_offer_made_again_takes_back_the_one_that_ran_out() -> None:
    first = offered(instead=Instead(start=at(NINE)))

    again = offered(first, when="14:40")

    assert [event.type for event in again.events[-3:]] == ["offered", "declined", "offered"]
    assert again.events[-2].side == "desk"
    assert (again.start, again.hold_until) == (at(SEVEN), at("2026-11-20 15:10"))


def test_only_who_waits_is_offered_something() -> None:
    refusal(Refused, "refused.booking.not_waiting", lambda: offered(a_wish(waitlisted=False)))
    refusal(Refused, "state.illegal", lambda: offered(a_booking("confirmed")))


# --- answers ----------------------------------------------------------------------------------------------------


def test_an_offer_that_stands_is_kept_as_it_was_told() -> None:
    held = offered()
    dearer = a_desk(service=badminton(price=(), lead=duration("2d")))

    taken = queue.accept(held, dearer, an_act("2026-11-20 14:29"), answer="gladly")

    assert (taken.status, taken.resources, str(taken.price)) == ("confirmed", ("court-1",), "15.00")
    assert (taken.hold_until, taken.waitlisted, taken.outcome) == (None, False, None)
    assert taken.events[-1].answer == "gladly"


def test_an_offer_that_ran_out_is_judged_anew() -> None:
    held = offered()
    late = an_act("2026-11-20 14:30")

    refusal(
        Refused,
        "refused.booking.lead",
        lambda: queue.accept(held, a_desk(service=badminton(lead=duration("2d"))), late),
    )
    assert queue.accept(held, a_desk(), late).resources == ("court-1",)
    assert queue.accept(held, a_desk(court(1)), late).resources == ("court-2",)
    with pytest.raises(Unavailable):
        queue.accept(held, a_desk(court(1), court(2), court(3)), late)
    earlier = a_wish("A", since="09:00")
    waiting = replace(held, id="BK-261120-BBBBBB", customer="CU-261120-BBBBBB")
    one_left = replace(a_desk(court(2), court(3)), waiting=(earlier,))
    refusal(Refused, "refused.booking.queue_order", lambda: queue.accept(waiting, one_left, late))


@pytest.mark.row("A4")
def test_an_alternative_is_taken_in_one_go() -> None:
    full = a_desk(court(1), court(2), court(3))

    taken = queue.accept(a_wish(), full, TWO_PM, instead=Instead(start=at(EIGHT)), answer="eight will do")

    event = taken.events[-1]
    assert (taken.status, taken.start, taken.resources) == ("confirmed", at(EIGHT), ("court-1",))
    assert (event.type, event.answer) == ("confirmed", "eight will do")
    assert event.changes is not None
    assert (event.changes["start"].from_, event.changes["start"].to) == (at(SEVEN), at(EIGHT))


def test_who_says_no_leaves_the_queue_or_keeps_the_place() -> None:
    held = offered(instead=Instead(start=at(NINE)))

    gone = queue.decline(held, a_desk(), an_act("2026-11-20 14:05"), answer="too late for us")
    kept = queue.decline(held, a_desk(), an_act("2026-11-20 14:05"), keep=True)

    for after in (gone, kept):
        assert (after.status, after.outcome, after.hold_until) == ("unmet", "unmet", None)
        assert (after.start, after.resources, str(after.price)) == (at(SEVEN), (), "15.00")
        assert slots_of(after, None, at("2026-11-20 14:06")) == ()
    assert (gone.waitlisted, kept.waitlisted) == (False, True)
    assert (gone.events[-1].answer, kept.received_at) == ("too late for us", held.received_at)
    refusal(Refused, "refused.booking.not_waiting", lambda: queue.decline(gone, a_desk(), an_act("2026-11-20 14:06")))


def test_the_alternatives_can_be_declined_and_a_held_request_cannot() -> None:
    no = queue.decline(a_wish(), a_desk(), TWO_PM, answer="only seven will do", keep=True)

    assert (no.status, no.waitlisted, no.events[-1].type, no.events[-1].changes) == ("unmet", True, "declined", None)
    plain = a_booking("requested")
    refusal(Refused, "refused.booking.not_waiting", lambda: queue.decline(plain, a_desk(), TWO_PM))


def test_a_wish_keeps_the_court_and_the_answer_it_was_taken_with() -> None:
    wish = Wish(service="badminton", start=at(SEVEN), resources=("court-1",))

    unmet = create(wish, a_desk(court(1)), TWO_PM, record_id="BK-261120-AAAAAA", customer=CUSTOMER_ID, waitlist=True,
                   answer="calls again at six")  # fmt: skip

    assert (unmet.status, unmet.resources, slots_of(unmet, None)) == ("unmet", ("court-1",), ())
    assert unmet.events[-1].answer == "calls again at six"


# --- priority (manual row D6) -----------------------------------------------------------------------------------

THREE_MISSES = Patron(
    id=CUSTOMER_ID,
    missed=tuple(Missed(service="badminton", start=at(f"2026-11-{day} 19:00")) for day in (17, 18, 19)),
)
ONE_DAY = badminton(advance=duration("1d"), priority=Priority(misses=3, advance=duration("2d")))
SUNDAY = "2026-11-22 19:00"  # two days ahead


def test_priority_is_used_by_who_gets_a_court_not_by_who_only_waits() -> None:
    def take(*taken: Slot) -> Booking:
        wish = Wish(service="badminton", start=at(SUNDAY))
        desk = a_desk(*taken, service=ONE_DAY, patron=THREE_MISSES)
        return create(wish, desk, TWO_PM, record_id="BK-261120-AAAAAA", customer=CUSTOMER_ID, waitlist=True)

    had = take()
    waits = take(*(court(number, SUNDAY, "2026-11-22 20:00") for number in (1, 2, 3)))

    assert (had.status, had.events[0].priority) == ("confirmed", True)
    assert (waits.status, any(event.priority for event in waits.events)) == ("unmet", False)
    desk = a_desk(service=ONE_DAY, patron=THREE_MISSES)
    held = queue.offer(waits, desk, TWO_PM)
    assert held.events[-1].priority is None
    assert queue.accept(held, desk, TWO_PM).events[-1].priority is True


# --- what came free ---------------------------------------------------------------------------------------------


def after(before: Booking, **changes: Any) -> list[str]:
    """Return what a change of a booking sets free on Saturday at 19:15."""
    rules = a_rulebook()
    freed = queue.came_free(before, replace(before, **changes), rules, at("2026-11-21 19:15"))
    return [slot.resource for slot in freed]


def test_what_is_given_up_while_it_could_still_be_used_comes_free() -> None:
    stands = a_booking("confirmed")

    assert after(stands, status="cancelled") == ["court-1"]
    assert after(stands, status="no_show") == ["court-1"]
    assert after(stands, start=at(EIGHT), end=at(NINE)) == ["court-1"]
    assert after(stands, resources=("court-2",)) == ["court-1"]
    assert after(replace(stands, resources=("court-1", "court-2"), units=2), resources=("court-2",), units=1) == [
        "court-1"
    ]
    assert after(a_booking("in_service"), status="completed") == ["court-1"]
    assert after(stands, details="doubles") == []
    assert after(stands, status="in_service") == []
    assert after(replace(stands, start=at("2026-11-21 18:15"), end=at("2026-11-21 19:15")), status="completed") == []
    run_out = replace(a_booking("requested"), hold_until=at("2026-11-20 10:30"))
    assert after(run_out, status="cancelled") == []


def test_the_first_of_the_queue_who_can_use_it_is_named() -> None:
    freed = (court(1),)
    waiting = (
        a_wish("F", since="10:06"),
        a_wish("A", EIGHT, "10:01"),  # begins when it ends
        a_wish("B", since="10:02", units=2),  # one court is not enough
        a_wish("C", since="10:03", resources=("court-2",)),
        a_wish("D", "2026-11-21 18:30", "10:04"),  # the half that came free is
        offered(a_wish("E", since="10:05")),
        a_wish("G", since="10:07", service="gone"),
    )

    found = queue.heirs(waiting, freed, a_desk(court(2), court(3)), at("2026-11-20 14:29"))

    assert [wish.id[-1] for wish in found] == ["D", "F"]


def test_a_buffer_is_part_of_what_came_free() -> None:
    tidy = badminton(buffer_after=duration("30m"))
    rules = a_rulebook(service=(tidy,))
    stands = a_booking("confirmed")
    freed = queue.came_free(stands, replace(stands, status="cancelled"), rules, at("2026-11-20 14:00"))

    found = list(queue.heirs([a_wish("A", EIGHT)], freed, a_desk(service=tidy), at("2026-11-20 14:00")))

    assert [wish.id[-1] for wish in found] == ["A"]


# --- departments ------------------------------------------------------------------------------------------------

ASKS = badminton(departments=("parts", "service"), hold_for=duration("2h"))


def asked(when: str = "2026-11-20 10:00", **more: Any) -> Booking:
    """Return a booking about which two departments were asked at its creation."""
    wish = Wish(service="badminton", start=at(SEVEN))
    return create(wish, a_desk(service=ASKS), an_act(when), record_id="BK-261120-AAAAAA", customer=None, **more)


@pytest.mark.row("A4")
def test_a_service_that_is_confirmed_at_once_waits_for_the_departments_and_holds_meanwhile() -> None:
    waits = asked()

    assert (waits.status, waits.hold_until) == ("requested", None)
    assert [entry.agreed for entry in waits.coordination] == [None, None]
    assert slots_of(waits, None, at("2026-11-21 12:00")) != ()
    facts = refusal(Refused, "refused.booking.coordination_first", lambda: asked(confirm=True))
    assert facts["departments"] == ("parts", "service")
    assert asked(confirm=True, permit=a_permit()).events[0].overrode == ("booking.coordination",)


@pytest.mark.row("A4")
def test_the_hold_runs_from_the_last_departments_word() -> None:
    one = queue.answer(asked(), ASKS, "parts", an_act("2026-11-20 11:00"), agreed=True, note="in stock")
    both = queue.answer(one, ASKS, "service", an_act("2026-11-20 12:00"), agreed=True)

    assert (one.hold_until, both.hold_until) == (None, at("2026-11-20 14:00"))
    entry = both.coordination[0]
    assert (entry.agreed, entry.answer, entry.answered_at) == (True, "in stock", at("2026-11-20 11:00"))
    told = one.events[-1]
    assert (told.type, told.department, told.agreed, told.answer) == ("coordinated", "parts", True, "in stock")
    facts = refusal(Refused, "refused.booking.coordination", lambda: confirm(one, a_desk(service=ASKS), TWO_PM))
    assert facts["departments"] == ("service",)
    assert confirm(both, a_desk(service=ASKS), an_act("2026-11-20 13:00")).status == "confirmed"


def test_a_department_that_says_no_stands_against_it_until_it_agrees_or_a_supervisor_decides() -> None:
    no = queue.answer(asked(), ASKS, "parts", an_act("2026-11-20 11:00"), agreed=False, note="two weeks")
    no = queue.answer(no, ASKS, "service", an_act("2026-11-20 11:01"), agreed=True)
    desk = a_desk(service=ASKS)

    refusal(Refused, "refused.booking.coordination", lambda: confirm(no, desk, an_act("2026-11-20 12:00")))
    permitted = confirm(no, desk, an_act("2026-11-20 12:00"), permit=a_permit("parts from elsewhere"))
    assert permitted.events[-1].overrode == ("booking.coordination",)
    assert permitted.events[-1].reason == "parts from elsewhere"
    again = queue.ask(no, ASKS, "parts", an_act("2026-11-20 12:00"), question="and the small pump?")
    assert (again.hold_until, again.coordination[0].agreed) == (None, None)
    yes = queue.answer(again, ASKS, "parts", an_act("2026-11-20 12:30"), agreed=True)
    assert (yes.hold_until, [event.type for event in yes.events].count("coordinated")) == (at("2026-11-20 14:30"), 4)


def test_a_hold_that_has_run_out_does_not_come_back_by_asking() -> None:
    plain = badminton(confirmation="separate")
    held = replace(a_booking("requested"), hold_until=at("2026-11-20 10:30"))

    in_time = queue.ask(held, plain, "parts", an_act("2026-11-20 10:29"))
    too_late = queue.ask(held, plain, "parts", an_act("2026-11-20 10:30"))

    assert (in_time.hold_until, too_late.hold_until) == (None, at("2026-11-20 10:30"))
    backdated = queue.ask(held, plain, "parts", an_act("2026-11-20 10:29", now="2026-11-20 10:31"))
    assert backdated.hold_until == at("2026-11-20 10:30")


def test_an_offer_keeps_its_deadline_while_a_department_is_asked() -> None:
    held = offered()

    assert queue.ask(held, badminton(), "parts", an_act("2026-11-20 14:10")).hold_until == at("2026-11-20 14:30")


def test_nobody_is_asked_twice_and_nobody_answers_unasked() -> None:
    first = asked()

    refusal(Refused, "refused.booking.asked", lambda: queue.ask(first, ASKS, "parts", TWO_PM))
    refusal(Refused, "refused.booking.not_asked", lambda: queue.answer(first, ASKS, "front", TWO_PM, agreed=True))
    once = queue.answer(first, ASKS, "parts", TWO_PM, agreed=True)
    refusal(Refused, "refused.nothing_changes", lambda: queue.answer(once, ASKS, "parts", TWO_PM, agreed=True))
    closed = a_booking("closed")
    refusal(Refused, "state.illegal", lambda: queue.ask(closed, ASKS, "parts", an_act("2026-11-22 14:00")))
