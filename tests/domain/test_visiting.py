"""Visits on site: who makes them, whether in time, and who says that they were made well (manual row E4)."""

from decimal import Decimal
from typing import Any

import pytest

from cscli.domain import arranging, assigning, calling_off, moving, serving, visiting
from cscli.domain.assigning import Task
from cscli.domain.availability import Free
from cscli.domain.booking import Booking, notice_of, slots_of, untimed
from cscli.domain.moving import Wanted
from cscli.domain.occupancy import Slot
from cscli.domain.patron import Patron, respond_by
from cscli.domain.placing import Situation, Wish
from cscli.domain.rulebook import Rulebook, VisitRules
from cscli.domain.services import Outage, PriceBand, Resource, Service
from cscli.domain.value import replace
from cscli.domain.values import Period
from cscli.errors import Refused, Unavailable
from tests.builders import BOOKING_ID, CUSTOMER_ID, a_calendar, a_permit, an_act, at, duration, refusal
from tests.builders import rulebook as a_rulebook

FRIDAY = "2026-11-20 09:00"
LATER = "2026-11-20 10:00"


def on_site(**changes: Any) -> Service:
    """Return the visit: two hours by a technician, half an hour's way before."""
    service = Service(
        id="on-site",
        name="上门",
        kind="visit",
        resources=("technician",),
        duration=duration("2h"),
        shortest=duration("30m"),
        longest=duration("8h"),
        buffer_before=duration("30m"),
        cancel_notice=duration("2h"),
        change_notice=duration("2h"),
    )
    return replace(service, **changes)


def technician(number: int, **changes: Any) -> Resource:
    """Return a technician."""
    return replace(Resource(id=f"technician-{number}", name=f"技术员{number}", group="technician"), **changes)


def rules(service: Service | None = None, *technicians: Resource) -> Rulebook:
    """Return a desk with two technicians: 24 h under contract, 4 h for VIPs, 48 h for others.

    On Tuesdays and Wednesdays it opens at nine.
    """
    club = a_rulebook().calendar
    early = (Period.parse("09:00-22:30"),)
    return a_rulebook(
        calendar=replace(club, open={**club.open, "tue": early, "wed": early}),
        service=(service or on_site(),),
        resource=technicians or (technician(1), technician(2)),
        visit=VisitRules(contract=duration("24h"), others=duration("48h"), level={"vip": duration("4h")}),
    )


def a_desk(book: Rulebook | None = None, *taken: Slot, patron: Patron | None = None) -> Situation:
    """Return what a decision rests on."""
    book = book or rules()
    slots: dict[str, tuple[Slot, ...]] = {}
    for slot in taken:
        slots[slot.resource] = (*slots.get(slot.resource, ()), slot)
    return Situation(rulebook=book, calendar=a_calendar(book), slots=slots, patron=patron or Patron(id=CUSTOMER_ID))


def order(desk: Situation | None = None, start: str | None = None, **more: Any) -> Booking:
    """Order a visit on Friday at nine: as soon as possible, or at a time."""
    begin = at(start or FRIDAY)
    wish = Wish(service="on-site", start=begin, soon=start is None, **more)
    return arranging.create(wish, desk or a_desk(), an_act(FRIDAY), record_id=BOOKING_ID, customer=CUSTOMER_ID)


def task(number: int = 1, start: str | None = None, end: str | None = None, owner: str | None = None) -> Task:
    """Return who is to go, and when."""
    return Task(
        owner=owner or f"technician-{number}",
        technician=technician(number),
        start=at(start) if start else None,
        end=at(end) if end else None,
    )


def assigned(desk: Situation | None = None, start: str | None = "2026-11-20 14:00", number: int = 1) -> Booking:
    """Return a visit that was assigned at nine."""
    desk = desk or a_desk()
    return assigning.assign(order(desk), task(number, start), desk, an_act(FRIDAY))


def accepted(start: str | None = "2026-11-20 14:00") -> Booking:
    """Return a visit that technician 1 accepted at ten."""
    return visiting.accept(assigned(start=start), rules(), an_act(LATER, by="technician-1"))


def done() -> Booking:
    """Return a visit that technician 1 made."""
    there = serving.arrive(accepted(), rules(), an_act("2026-11-20 14:10", by="technician-1"))
    return serving.complete(there, an_act("2026-11-20 16:00", by="technician-1"))


def taken(number: int, start: str, end: str) -> Slot:
    """Return a technician who is elsewhere."""
    return Slot(f"technician-{number}", at(start), at(end), 1, "other")


# --- ordered ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patron", "by"),
    [
        (Patron(), "2026-11-22 09:00"),
        (Patron(contract=True), "2026-11-21 09:00"),
        (Patron(level="vip"), "2026-11-20 13:00"),
        (Patron(level="vip", contract=True), "2026-11-20 13:00"),
        (Patron(level="regular", contract=True), "2026-11-21 09:00"),
    ],
)
def test_somebody_must_be_there_by_contract_by_level_or_as_for_all(patron: Patron, by: str) -> None:
    desk = a_desk(patron=patron)

    visit = order(desk)

    assert (visit.start, visit.end, visit.respond_by) == (at(FRIDAY), at(by), at(by))
    assert (visit.status, visit.resources, visit.hold_until) == ("requested", (), None)
    assert untimed(visit)


def test_a_response_in_working_time_counts_office_hours() -> None:
    book = rules()
    within = VisitRules(others=duration("4wh"))

    due = respond_by(within, a_calendar(book), Patron(), at("2026-11-20 16:00"))

    assert due == at("2026-11-23 11:00")  # two hours on Friday, two on Monday


def test_an_appointment_has_its_length_and_is_not_owed_before_its_time() -> None:
    soon = order(start="2026-11-21 10:00")
    late = order(start="2026-11-25 10:00")

    assert (soon.start, soon.end) == (at("2026-11-21 10:00"), at("2026-11-21 12:00"))
    assert soon.respond_by == at("2026-11-22 09:00")
    assert late.respond_by == at("2026-11-25 10:00")
    assert not untimed(soon)


def test_as_soon_as_possible_is_bound_by_no_length_and_no_lead() -> None:
    desk = a_desk(rules(on_site(lead=duration("5h"), longest=duration("3h"))))

    assert order(desk).end == at("2026-11-22 09:00")
    refusal(Refused, "refused.booking.lead", lambda: order(desk, "2026-11-20 13:30"))


def test_who_makes_it_is_said_later() -> None:
    refusal(
        Refused, "refused.booking.assign_later", lambda: order(start="2026-11-21 10:00", resources=("technician-1",))
    )


def test_what_depends_on_the_time_has_no_price_until_there_is_one() -> None:
    by_hour = a_desk(rules(on_site(price=(PriceBand(per="hour", amount=Decimal("80.00")),))))
    by_visit = a_desk(rules(on_site(price=(PriceBand(per="visit", amount=Decimal("100.00")),))))

    assert order(by_hour).price is None
    assert order(by_visit).price == Decimal("100.00")
    planned = assigning.assign(order(by_hour), task(1, "2026-11-20 14:00"), by_hour, an_act(FRIDAY))
    assert planned.price == Decimal("160.00")


# --- assigned and accepted --------------------------------------------------------------------------------------


def test_a_visit_without_a_time_occupies_nobody() -> None:
    visit = assigned(start=None)

    assert (visit.assigned_to, visit.resources, visit.end) == (
        "technician-1",
        ("technician-1",),
        at("2026-11-22 09:00"),
    )
    assert slots_of(visit, on_site()) == ()


def test_a_time_takes_the_technician_and_the_way_there() -> None:
    visit = assigned(start="2026-11-20 14:00")

    (slot,) = slots_of(visit, on_site())
    assert (visit.status, visit.end) == ("requested", at("2026-11-20 16:00"))
    assert (slot.resource, slot.start, slot.end) == ("technician-1", at("2026-11-20 13:30"), at("2026-11-20 16:00"))


def test_a_time_can_be_given_to_whom_it_is_assigned() -> None:
    desk = a_desk()
    planned = assigning.assign(
        assigned(start=None), task(1, "2026-11-20 15:00", "2026-11-20 18:00"), desk, an_act(LATER)
    )

    assert (planned.start, planned.end) == (at("2026-11-20 15:00"), at("2026-11-20 18:00"))
    changes = planned.events[-1].changes or {}
    assert list(changes) == ["start", "end"]


def test_a_visit_whose_time_has_passed_is_given_a_new_one_with_whoever_makes_it() -> None:
    desk = a_desk()
    late = an_act("2026-11-20 16:30")

    facts = refusal(
        Refused, "refused.booking.assign_past", lambda: assigning.assign(assigned(desk), task(2), desk, late)
    )
    assert facts["start"] == at("2026-11-20 14:00")
    again = assigning.assign(assigned(desk), task(2, "2026-11-20 17:00"), desk, late)
    assert (again.start, again.resources) == (at("2026-11-20 17:00"), ("technician-2",))


def test_a_technician_who_is_elsewhere_is_not_sent_and_others_are_named() -> None:
    desk = a_desk(None, taken(1, "2026-11-20 15:00", "2026-11-20 17:00"))

    with pytest.raises(Unavailable) as caught:
        assigning.assign(order(desk), task(1, "2026-11-20 14:00"), desk, an_act(FRIDAY))

    assert caught.value.key == "unavailable.technician"
    first, *own = (free for free in caught.value.alternatives if isinstance(free, Free))
    assert (first.start, first.resources, first.units) == (at("2026-11-20 14:00"), ("technician-2",), 1)
    # the club opens at 13:00, the way takes half an hour: free until 15:00 and from 17:30 on
    assert [f"{free.start:%H:%M}" for free in own] == ["13:00", "17:30", "18:00", "18:30"]
    assert {free.resources for free in own} == {("technician-1",)}
    assert assigning.assign(order(desk), task(2, "2026-11-20 14:00"), desk, an_act(FRIDAY)).resources == (
        "technician-2",
    )


def test_the_way_there_counts() -> None:
    desk = a_desk(None, taken(1, "2026-11-20 12:00", "2026-11-20 13:31"))

    refusal(
        Unavailable,
        "unavailable.technician",
        lambda: assigning.assign(order(desk), task(1, "2026-11-20 14:00"), desk, an_act(FRIDAY)),
    )
    assert assigning.assign(order(desk), task(1, "2026-11-20 14:01"), desk, an_act(FRIDAY)).start == at(
        "2026-11-20 14:01"
    )


def test_off_duty_and_out_of_service_are_told_apart_and_set_aside_by_a_supervisor() -> None:
    hours: Any = {"fri": on_site_hours("14:00-18:00")}
    ill = Outage(from_=at("2026-11-20 00:00"), to=at("2026-11-21 00:00"), reason="病假")
    desk = a_desk(rules(None, technician(1, open=hours), technician(2, out=(ill,))))

    def send(number: int, start: str, **more: Any) -> Booking:
        who = next(known for known in desk.rulebook.resource if known.id == f"technician-{number}")
        return assigning.assign(
            order(desk), Task(owner=who.id, technician=who, start=at(start)), desk, an_act(FRIDAY), **more
        )

    assert send(1, "2026-11-20 16:00").end == at("2026-11-20 18:00")
    refusal(Unavailable, "unavailable.technician_hours", lambda: send(1, "2026-11-20 16:01"))
    facts = refusal(Unavailable, "unavailable.technician_out", lambda: send(2, "2026-11-20 16:00"))
    assert facts["reason"] == "病假"
    assert send(1, "2026-11-20 20:00", permit=a_permit()).events[-1].overrode == ("booking.hours",)
    assert send(2, "2026-11-20 16:00", permit=a_permit()).events[-1].overrode == ("booking.out_of_service",)
    refusal(Refused, "refused.role", lambda: send(1, "2026-11-20 20:00", permit=a_permit(role="agent")))


def on_site_hours(text: str) -> tuple[Any, ...]:
    """Return hours of one day."""
    from cscli.domain.values import Period

    return (Period.parse(text),)


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        ("2026-11-20 08:59", None, "refused.booking.past"),
        ("2026-11-20 14:00", "2026-11-20 14:00", "refused.booking.order"),
        ("2026-11-20 14:00", "2026-11-20 14:29", "refused.booking.shortest"),
        ("2026-11-20 14:00", "2026-11-20 22:01", "refused.booking.longest"),
    ],
)
def test_a_time_that_cannot_be_is_refused(start: str, end: str | None, key: str) -> None:
    desk = a_desk()

    refusal(Refused, key, lambda: assigning.assign(order(desk), task(1, start, end), desk, an_act(FRIDAY)))


def test_only_a_technician_of_the_service_is_sent_to_a_visit_only() -> None:
    desk = a_desk()
    court = Task(owner="court-1", technician=Resource(id="court-1", name="1号场", group="badminton-court"))

    refusal(Refused, "refused.booking.resource", lambda: assigning.assign(order(desk), court, desk, an_act(FRIDAY)))
    facts = refusal(
        Refused, "refused.booking.technician",
        lambda: assigning.assign(order(desk), Task(owner="zhou.yu"), desk, an_act(FRIDAY)),
    )  # fmt: skip
    assert facts["known"] == ("technician-1", "technician-2")


def test_assigning_anew_takes_the_acceptance_back_until_somebody_is_there() -> None:
    desk = a_desk()
    again = assigning.assign(accepted(), task(2), desk, an_act("2026-11-20 11:00"))

    assert (again.status, again.assigned_to, again.resources) == ("confirmed", "technician-2", ("technician-2",))
    assert again.accepted_at is None
    refusal(Refused, "refused.booking.not_accepted", lambda: serving.arrive(again, rules(), an_act("2026-11-20 14:00")))
    mine = visiting.accept(again, rules(), an_act("2026-11-20 11:30", by="technician-2"))
    there = serving.arrive(mine, rules(), an_act("2026-11-20 14:00"))
    refusal(Refused, "state.illegal", lambda: assigning.assign(there, task(1), desk, an_act("2026-11-20 14:30")))


def test_assigning_what_is_assigned_already_is_nothing() -> None:
    desk = a_desk()

    refusal(Refused, "refused.nothing_changes", lambda: assigning.assign(assigned(), task(1), desk, an_act(LATER)))


def test_whoever_it_is_assigned_to_accepts_it_and_nobody_else() -> None:
    visit = assigned()

    refusal(Refused, "refused.booking.unassigned", lambda: visiting.accept(order(), rules(), an_act(LATER)))
    refusal(
        Refused, "refused.booking.accept", lambda: visiting.accept(visit, rules(), an_act(LATER, by="technician-2"))
    )
    own = visiting.accept(visit, rules(), an_act(LATER, by="technician-1"))
    assert (own.status, own.accepted_at) == ("confirmed", at(LATER))
    refusal(
        Refused, "refused.booking.accepted", lambda: visiting.accept(own, rules(), an_act(LATER, by="technician-1"))
    )
    for_them = visiting.accept(visit, rules(), an_act(LATER, by="wang.wei"), permit=a_permit("on the road"))
    assert (for_them.events[-1].overrode, for_them.events[-1].reason) == (("booking.accept",), "on the road")


def test_a_visit_is_confirmed_by_who_accepts_it_only() -> None:
    refusal(Refused, "refused.booking.assign", lambda: arranging.confirm(assigned(), a_desk(), an_act(LATER)))


# --- there ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arrival", "minutes", "late", "late_minutes"),
    [
        ("2026-11-20 14:00:00", 300, False, None),
        ("2026-11-22 09:00:00", 2880, False, None),  # 48 hours to the second
        ("2026-11-22 09:00:01", 2880, True, 1),
        ("2026-11-22 10:15:00", 2955, True, 75),
    ],
)
def test_the_response_is_from_receipt_to_arrival(
    arrival: str, minutes: int, late: bool, late_minutes: int | None
) -> None:
    there = serving.arrive(accepted(), rules(), an_act(arrival))

    event = there.events[-1]
    assert (there.status, there.arrived_at, there.late_minutes) == ("in_service", at(arrival), late_minutes)
    assert (str(event.notice), str(event.notice_required), event.late) == (f"{minutes}m", "2880m", late)


def test_an_appointment_is_late_only_after_its_own_time() -> None:
    desk = a_desk()
    visit = assigning.assign(order(desk, "2026-11-25 10:00"), task(1), desk, an_act(FRIDAY))
    visit = visiting.accept(visit, rules(), an_act(LATER, by="technician-1"))

    assert serving.arrive(visit, rules(), an_act("2026-11-25 10:00")).late_minutes is None
    assert serving.arrive(visit, rules(), an_act("2026-11-25 10:20")).late_minutes == 20


def test_nobody_has_been_there_so_nothing_was_done() -> None:
    refusal(Refused, "refused.booking.not_there", lambda: serving.complete(accepted(), an_act("2026-11-20 15:00")))


# --- called off and moved ---------------------------------------------------------------------------------------


def test_notice_of_a_visit_without_a_time_counts_to_its_deadline() -> None:
    visit = order()

    assert str(notice_of(visit, at("2026-11-20 09:00"))) == "2880m"
    in_time = an_act("2026-11-22 07:00")
    assert calling_off.cancel(visit, rules(), a_calendar(), in_time, reason="mended").status == "cancelled"
    refusal(
        Refused,
        "refused.booking.cancel_notice",
        lambda: calling_off.cancel(visit, rules(), a_calendar(), an_act("2026-11-22 07:01"), reason="mended"),
    )


def test_a_customer_who_wishes_for_a_later_time_waits_for_nobody() -> None:
    later = Wanted(start=at("2026-11-24 10:00"))

    wished = moving.change(order(), later, a_desk(), an_act(LATER), cause="customer")
    ours = moving.change(order(), later, a_desk(), an_act(LATER), cause="desk_error")

    assert (wished.end, wished.resources) == (at("2026-11-24 12:00"), ())
    assert wished.respond_by == at("2026-11-24 10:00")
    assert ours.respond_by == at("2026-11-22 09:00")


def test_moving_a_visit_keeps_who_makes_it_or_is_not_to_be_had() -> None:
    desk = a_desk(None, taken(1, "2026-11-20 17:00", "2026-11-20 18:00"))
    visit = assigned(start="2026-11-20 14:00")

    refusal(
        Unavailable,
        "unavailable.technician",
        lambda: moving.change(visit, Wanted(start=at("2026-11-20 16:00")), desk, an_act(LATER), cause="customer"),
    )
    moved = moving.change(visit, Wanted(start=at("2026-11-20 18:30")), desk, an_act(LATER), cause="customer")
    assert (moved.resources, moved.end) == (("technician-1",), at("2026-11-20 20:30"))


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted(resources=("technician-2",)), "refused.booking.assign"),
        (Wanted(service="repair"), "refused.booking.visit_service"),
    ],
)
def test_who_goes_and_what_for_is_not_a_change(wanted: Wanted, key: str) -> None:
    book = replace(rules(), service=(on_site(), on_site(id="repair", name="维修")))

    refusal(Refused, key, lambda: moving.change(assigned(), wanted, a_desk(book), an_act(LATER), cause="customer"))


# --- audited ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["technician-1", "li.na"])
def test_nobody_audits_what_they_made(by: str) -> None:
    there = serving.arrive(accepted(), rules(), an_act("2026-11-20 14:10"))
    made = serving.complete(there, an_act("2026-11-20 16:00", by="li.na"))

    facts = refusal(
        Refused, "refused.booking.audit_self",
        lambda: visiting.audit(made, rules(), an_act("2026-11-20 17:00", by=by), good=True),
    )  # fmt: skip
    assert facts["rule"] == "booking.audit_self"
    found = visiting.audit(made, rules(), an_act("2026-11-20 17:00", by=by), good=True, permit=a_permit("alone"))
    assert found.events[-1].overrode == ("booking.audit_self",)


def test_a_visit_is_closed_when_it_was_found_good() -> None:
    made, act = done(), an_act("2026-11-21 09:00", by="wang.wei")

    refusal(Refused, "refused.booking.audit", lambda: serving.close(made, act))
    wanting = visiting.audit(made, rules(), act, good=False, note="打印机仍卡纸")
    assert (wanting.status, wanting.events[-1].agreed, wanting.events[-1].note) == ("completed", False, "打印机仍卡纸")
    refusal(Refused, "refused.booking.audit_failed", lambda: serving.close(wanting, act))
    good = visiting.audit(wanting, rules(), act, good=True)
    assert serving.close(good, act, rating=5).status == "closed"
    refusal(Refused, "refused.booking.audited", lambda: visiting.audit(good, rules(), act, good=True))


def test_an_audit_that_finds_fault_says_which() -> None:
    act = an_act("2026-11-21 09:00", by="wang.wei")

    refusal(Refused, "refused.booking.audit_note", lambda: visiting.audit(done(), rules(), act, good=False, note=" "))


def test_a_cancelled_visit_needs_no_audit() -> None:
    off = calling_off.cancel(order(), rules(), a_calendar(), an_act(LATER), reason="mended")

    assert serving.close(off, an_act(LATER)).status == "closed"


def test_a_court_is_not_assigned_accepted_or_audited() -> None:
    book = a_rulebook()
    wish = Wish(service="badminton", start=at("2026-11-20 19:00"))
    court = arranging.create(wish, a_desk(book), an_act(FRIDAY), record_id=BOOKING_ID, customer=None)

    for deed in (
        lambda: assigning.assign(court, task(1), a_desk(book), an_act(LATER)),
        lambda: visiting.accept(court, book, an_act(LATER)),
        lambda: visiting.audit(court, book, an_act(LATER), good=True),
    ):
        refusal(Refused, "refused.booking.no_visit", deed)
