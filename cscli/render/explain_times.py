"""The hours of a day and the window of a booking, explained as pages, the answer first, and as data."""

from typing import TYPE_CHECKING, Any

from cscli.domain.values import write_clock
from cscli.i18n import forms, known, label, language, t
from cscli.i18n.forms import moment, stretch
from cscli.render.data import jsonable
from cscli.render.explain import Lines, page
from cscli.render.view import View
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.explaining_times import HoursSaid, Judged, WindowSaid


def hours_page(view: View, said: "HoursSaid") -> str:
    """Return which table gives a day its hours."""
    opening = " ".join(map(str, said.opening))
    lines: Lines = [
        ("hours", opening or t("explain.hours.shut")),
        ("day", forms.day(said.day, language())),
    ]
    if said.resource is not None:
        lines.append(("resource", visible(said.resource.name)))
    lines.append(("rule", t(f"explain.rule.{said.why}", rule=said.rule, reason=visible(said.reason or ""))))
    lines.append(("office", " ".join(map(str, said.office)) or t("explain.office.none")))
    if said.holiday:
        own = t("explain.public.own", year=said.day.year)
        lines.append(("public", t("explain.public.named", name=_holiday(said)) if said.holiday_name else own))
    if said.own:
        lines.append(("works", t("explain.works.own", year=said.day.year)))
    elif said.adjusted:
        lines.append(("works", t("explain.works.adjusted", weekday=forms.weekday(said.day, language()))))
    if not said.announced:
        lines.append(("unknown", t("explain.unknown.year", year=said.day.year)))
    zone = view.rulebook.zone
    for place, (resource, period) in enumerate(said.out):
        start, end = (moment(at.astimezone(zone), language()) for at in (period.from_, period.to))
        words = t("explain.out.period", resource=visible(resource.name), start=start, end=end,
                  reason=visible(period.reason))  # fmt: skip
        lines.append(("out" if place == 0 else "", words))
    for place, odd in enumerate(said.odd):
        words = t(f"explain.clock.{odd.how}", time=write_clock(odd.minute), at=f"{odd.at.astimezone(zone):%H:%M}")
        lines.append(("clock" if place == 0 else "", words))
    return page(view, lines, (), ())


def _holiday(said: "HoursSaid") -> str:
    key = f"report.holiday.{said.holiday_name}"
    return t(key) if known(key) else visible(said.holiday_name or "")


def hours_data(said: "HoursSaid") -> dict[str, Any]:
    """Return the hours of a day for programs."""
    return {
        "day": said.day.isoformat(),
        "resource": said.resource.id if said.resource else None,
        "open": [str(period) for period in said.opening],
        "why": said.why,
        "rule": said.rule,
        "reason": said.reason,
        "office": [str(period) for period in said.office],
        "workday": said.works,
        "adjusted": said.adjusted,
        "holiday": said.holiday,
        "holiday_name": said.holiday_name,
        "own": said.own,
        "announced": said.announced,
        "out_of_service": [{"resource": resource.id, **jsonable(period)} for resource, period in said.out],
        "clock": [
            {"time": write_clock(odd.minute), "how": odd.how, "at": odd.at.isoformat()} for odd in said.odd
        ],
    }  # fmt: skip


def window_page(view: View, said: "WindowSaid") -> str:
    """Return what every rule of time and measure says of an order, who may set it aside, and until when what is free.

    The times are those at which nobody has to set a rule aside.
    """
    zone, order = view.rulebook.zone, said.order
    broken = tuple(rule.rule for rule in said.rules if rule.holds is False)
    book = {"last": said.last} if said.first is None else {"first": said.first, "last": said.last}
    until = "explain.until_moment"
    lines: Lines = [
        ("window", t("explain.window.no", rules=broken) if broken else t("explain.window.yes")),
        ("free", t("explain.free.ask", service=order.service.id, day=f"{order.start.astimezone(zone):%Y-%m-%d}")),
        ("service", visible(order.service.name)),
        ("time", stretch(order.start.astimezone(zone), order.end.astimezone(zone), language())),
        ("book", t("explain.book.until" if said.first is None else "explain.book.between", **book)),
        ("change", t(until, until=said.change_until)),
        ("cancelling", t(until, until=said.cancel_until)),
    ]
    rows = [
        (
            rule.rule,
            t("explain.holds.none" if rule.holds is None else f"explain.holds.{'yes' if rule.holds else 'no'}"),
            _compared(rule),
            " ".join(label("role", role) for role in rule.roles if rule.holds is not None),
        )
        for rule in said.rules
    ]
    return page(view, lines, ("rule", "holds", "compares", "roles"), rows)


def _compared(rule: "Judged") -> str:
    """Return what a rule compares, in words."""
    facts = {name: visible(value) if isinstance(value, str) else value for name, value in rule.facts.items()}
    return t(rule.said, **facts)


def window_data(said: "WindowSaid") -> dict[str, Any]:
    """Return what every rule says of an order, for programs; `holds` null is a rule that the service does not have."""
    order = said.order
    return {
        "allowed": said.allowed,
        "service": order.service.id,
        **{name: jsonable(getattr(order, name)) for name in ("start", "end", "units", "party")},
        "now": said.now.isoformat(),
        "book_from": jsonable(said.first),
        "book_until": said.last.isoformat(),
        "change_until": said.change_until.isoformat(),
        "cancel_until": said.cancel_until.isoformat(),
        "rules": [
            {
                "rule": rule.rule,
                "key": rule.key or None,
                "holds": rule.holds,
                "compares": _compared(rule) if rule.holds is not None else None,
                "roles": list(rule.roles),
            }
            for rule in said.rules
        ],
    }
