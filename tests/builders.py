"""Builders: a desk with a rulebook, and records that stand where a test wants them.

Each says the one interesting thing and leaves the rest as it usually is. The desk is a sports club in Shanghai, open
Mon-Fri 13:00-22:30 and Sat-Sun 9:00-22:30; its office works Mon-Fri 9-12 and 13-18. 2026-11-20 is a Friday.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cscli.domain import answering
from cscli.domain import complaint as complaints
from cscli.domain.booking import Booking, BookingEvent
from cscli.domain.calendar import Calendar
from cscli.domain.case import Complaint, Measure
from cscli.domain.complaint_rules import Category, ComplaintRules, Named, Severity
from cscli.domain.order import Order
from cscli.domain.permit import Permit
from cscli.domain.record import Act
from cscli.domain.rulebook import CalendarRules, DeskInfo, Roles, Rulebook
from cscli.domain.services import DayName, Departure, PriceBand, Resource, Service
from cscli.domain.value import replace
from cscli.domain.values import Duration, Period
from cscli.errors import CscliError

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK: tuple[DayName, ...] = ("mon", "tue", "wed", "thu", "fri")
WEEKEND: tuple[DayName, ...] = ("sat", "sun")
COMPLAINT_ID = "CP-261120-7F3K9Q"
BOOKING_ID = "BK-261120-7F3K9Q"
CUSTOMER_ID = "CU-261120-9M2KQ4"


def at(text: str) -> datetime:
    """Return a moment such as `2026-11-20 09:00` in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def an_act(when: str = "2026-11-20 09:00", by: str = "li.na", now: str | None = None) -> Act:
    """Return who does something and when; written down at once unless `now` says otherwise."""
    return Act(by=by, at=at(when), now=at(now or when))


def a_permit(reason: str | None = "the manager said so", role: str = "supervisor") -> Permit | None:
    """Return the wish of somebody of this role to set rules aside; None without a reason."""
    return None if reason is None else Permit(reason=reason, by="wang.wei", role=role, roles=Roles())


def refusal(kind: type[CscliError], key: str, deed: Callable[[], object]) -> dict[str, object]:
    """Return the facts of the problem a deed ends in; it must be of this kind and have this key."""
    with pytest.raises(kind) as problem:
        deed()
    assert problem.value.key == key
    return problem.value.facts


def duration(text: str) -> Duration:
    """Return a span such as `2wd`."""
    return Duration.parse(text)


def badminton(**changes: Any) -> Service:
    """Return the court service: 10 an hour in the afternoon of working days, else 15."""
    service = Service(
        id="badminton",
        name="羽毛球",
        kind="slot",
        resources=("badminton-court",),
        price=(
            PriceBand(per="hour", amount=Decimal("10.00"), days=WEEK, from_=13 * 60, to=18 * 60),
            PriceBand(per="hour", amount=Decimal("15.00"), days=WEEK, from_=18 * 60, to=24 * 60),
            PriceBand(per="hour", amount=Decimal("15.00"), days=WEEKEND),
        ),
    )
    return replace(service, **changes)


def yoga(**changes: Any) -> Service:
    """Return the class: Tue, Thu, Sat, Sun 18:30-19:30, twenty places, 20 a visit."""
    service = Service(
        id="yoga",
        name="瑜伽",
        kind="class",
        resources=("yoga-room",),
        price=(PriceBand(per="visit", amount=Decimal("20.00")),),
        timetable=(Departure(days=("tue", "thu", "sat", "sun"), from_=18 * 60 + 30, to=19 * 60 + 30),),
    )
    return replace(service, **changes)


def an_order(
    service: Service | None = None, start: str = "2026-11-21 19:00", end: str | None = None, **more: Any
) -> Order:
    """Return an order of the court service, for the service's usual time from Saturday evening on."""
    service = service or badminton()
    begins = at(start)
    return Order(service=service, start=begins, end=at(end) if end else begins + service.duration.delta, **more)


def rulebook(**changes: Any) -> Rulebook:
    """Return the rules of the club.

    Minor: acknowledge in 4 working hours, resolve in 2 working days, call back in 2 more. Major: 1 working hour, 1 and
    1 working day, and critical: 30 minutes, 4 hours, 1 day of the clock; both are reported to the supervisor.
    """
    hours: dict[DayName, tuple[Period, ...]] = {
        **{day: (Period.parse("13:00-22:30"),) for day in WEEK},
        **{day: (Period.parse("09:00-22:30"),) for day in WEEKEND},
    }
    office: dict[DayName, tuple[Period, ...]] = {
        day: (Period.parse("09:00-12:00"), Period.parse("13:00-18:00")) for day in WEEK
    }
    book = Rulebook(
        desk=DeskInfo(name="晨光体育俱乐部", timezone="Asia/Shanghai", phone="021-55550000"),
        calendar=CalendarRules(open=hours, office=office),
        complaint=complaint_rules(),
        resource=(
            Resource(id="court-1", name="1号场", group="badminton-court"),
            Resource(id="court-2", name="2号场", group="badminton-court"),
            Resource(id="court-3", name="3号场", group="badminton-court"),
            Resource(id="yoga-room", name="瑜伽室", group="yoga-room", capacity=20),
        ),
        service=(badminton(), yoga()),
    )
    return replace(book, **changes)


def complaint_rules(**changes: Any) -> ComplaintRules:
    """Return the `[complaint]` part of the club's rules: two calls back are tried."""
    rules = ComplaintRules(
        category=(
            Category(id="service", name="服务"),
            Category(id="facility", name="设施"),
            Category(id="booking", name="订场", booking_error=True),
        ),
        cause=(Named(id="staff", name="人员"), Named(id="facility", name="设施"), Named(id="process", name="流程")),
        standard=(Named(id="polite", name="礼貌待客"), Named(id="clean", name="场地整洁")),
        severity=(
            _severity("minor", "一般", "4wh", "2wd", "2wd"),
            _severity("major", "重大", "1wh", "1wd", "1wd", report=True),
            _severity("critical", "紧急", "30m", "4h", "1d", report=True),
        ),
        follow_up_tries=2,
    )
    return replace(rules, **changes)


def _severity(name: Any, words: str, acknowledge: str, resolve: str, follow_up: str, report: bool = False) -> Severity:
    return Severity(
        id=name,
        name=words,
        acknowledge=duration(acknowledge),
        resolve=duration(resolve),
        follow_up=duration(follow_up),
        report=report,
    )


def a_calendar(rules: Rulebook | None = None, announced: dict[date, bool] | None = None) -> Calendar:
    """Return the club's calendar; no country's holidays count."""
    return (rules or rulebook()).make_calendar(announced or {})


def a_measure(what: str = "重新培训前台", owner: str = "chen.jie", due: str = "2026-11-24 18:00") -> Measure:
    """Return a measure of a plan, due on Tuesday evening."""
    return Measure(what=what, owner=owner, due=at(due))


def a_complaint(until: str = "received", **changes: Any) -> Complaint:
    """Return a complaint received on Friday 2026-11-20 at 09:00 that has lived through the usual life up to a step.

    acknowledged 09:30 · assessed 10:00 · investigated 10:15 · judged 10:30 valid · planned 11:00 · resolved 15:00 ·
    communicated 15:30 accepted · followed_up 16:00 satisfied · closed 17:00, all by li.na, chen.jie closing; or
    withdrawn 09:30. `received` moves the whole life; other changes are those of the `Grievance`, and `owner`.
    """
    start = at(changes.pop("received", "2026-11-20 09:00"))
    owner = changes.pop("owner", None)
    grievance = complaints.Grievance(**({"content": "前台态度不好", "category": "service"} | changes))
    rules = rulebook()

    def act(minutes: int, by: str = "li.na") -> Act:
        when = start + timedelta(minutes=minutes)
        return Act(by=by, at=when, now=when)

    case = complaints.create(grievance, rules, act(0), record_id=COMPLAINT_ID, customer=CUSTOMER_ID, owner=owner)
    if until == "withdrawn":
        return complaints.withdraw(case, act(30), reason="客户撤回")
    life: tuple[tuple[str, Callable[[], Complaint]], ...] = (
        ("acknowledged", lambda: complaints.acknowledge(case, act(30), apology=True)),
        ("assessed", lambda: complaints.assess(case, rules, act(60))),
        ("investigated", lambda: complaints.investigate(case, act(75), findings="录像属实")),
        ("judged", lambda: complaints.judge(case, rules, act(90), judgement="valid", criterion="polite")),
        ("planned", lambda: answering.plan(case, act(120), measures=(a_measure(),))),
        ("resolved", lambda: answering.resolve(case, act(360), response="apology", decision="当面道歉")),
        ("communicated", lambda: answering.communicate(case, rules, act(390), accepted=True)),
        ("followed_up", lambda: answering.follow_up(case, act(420), reached=True, satisfied=True, rating=4)),
        ("closed", lambda: answering.close(case, rules, act(480, "chen.jie"), cause="staff")),
    )
    steps = ("received", *(name for name, _ in life))
    for _, take in life[: steps.index(until)]:
        case = take()
    return case


LIVES = {
    "requested": ("created",),
    "confirmed": ("created", "confirmed"),
    "unmet": ("created", "unmet"),
    "cancelled": ("created", "confirmed", "cancelled"),
    "in_service": ("created", "confirmed", "arrived"),
    "completed": ("created", "confirmed", "arrived", "completed"),
    "no_show": ("created", "confirmed", "no_show"),
    "closed": ("created", "confirmed", "arrived", "completed", "closed"),
}


def a_booking(status: str = "confirmed", start: str = "2026-11-21 19:00", **changes: Any) -> Booking:
    """Return a booking of court 1 for an hour, 15.00, received on Friday 2026-11-20 at 10:00 by li.na.

    Confirmed at 10:01, cancelled or unmet at 10:02; the guest comes at the start, leaves at the end, is missed half an
    hour after the start, and the booking is closed an hour after its end.
    """
    begins = at(start)
    received = at("2026-11-20 10:00")
    moments = {
        "created": received,
        "confirmed": received + timedelta(minutes=1),
        "cancelled": received + timedelta(minutes=2),
        "unmet": received + timedelta(minutes=2),
        "arrived": begins,
        "no_show": begins + timedelta(minutes=30),
        "completed": begins + timedelta(hours=1),
        "closed": begins + timedelta(hours=2),
    }
    life: Any = LIVES[status]
    outcomes = [event for event in life if event in ("completed", "no_show", "cancelled", "unmet")]
    booking = Booking(
        id=BOOKING_ID,
        status=status,  # type: ignore[arg-type]  # a test says it in words
        outcome=outcomes[-1] if outcomes else None,
        customer=CUSTOMER_ID,
        service="badminton",
        start=begins,
        end=begins + timedelta(hours=1),
        resources=("court-1",),
        price=Decimal("15.00"),
        hold_until=received + timedelta(minutes=30) if status == "requested" else None,
        received_at=received,
        events=tuple(BookingEvent(at=moments[event], by="li.na", type=event) for event in life),
    )
    return replace(booking, **changes)
