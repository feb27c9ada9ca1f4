"""The daily report as a page of text or Markdown, as data for programs, and as the one-line digest."""

from datetime import date
from typing import Any

from cscli.analytics.daily import COMPARED, DailyReport
from cscli.i18n import known, label, language, t
from cscli.i18n.forms import day as day_words
from cscli.i18n.forms import money
from cscli.render import kpi
from cscli.render.due import due_data, due_heads, due_rows
from cscli.render.page import Page
from cscli.render.pages import page_of
from cscli.render.width import visible

MOST = 30  # things to do that a page of paper holds; how many more there are is said


def digest(report: DailyReport) -> str:
    """Return the day in one line, as it is sent by SMS."""
    counts = report.bookings
    return t(
        "report.digest.tables" if report.tables else "report.digest",
        day=f"{report.day:%m-%d}",
        orders=counts.created,
        units=counts.units,
        seated=counts.seated,
        cancelled=counts.cancelled,
        new=report.members_new,
        old=report.members_old,
    )


def daily_page(report: DailyReport, form: str = "text", width: int | None = None) -> str:
    """Return the report as a page, in the order in which a manager reads it."""
    page = page_of(form, width)
    page.title(headline(report))
    if report.left_out:
        page.line(t("report.left_out", number=report.left_out))
    _bookings(page, report)
    _members_and_money(page, report)
    _complaints(page, report)
    page.head(t("report.kpi"))
    if report.kpi:
        page.table([kpi.row(line) for line in report.kpi], "kpi.column.", kpi.COLUMNS, kpi.ALIGN)
    else:
        page.line(t("report.no_targets"))
    _tomorrow(page, report)
    _to_do(page, report)
    return page.text()


def headline(report: DailyReport) -> str:
    """Return the first line: desk, day, weekday, and what kind of day it is."""
    words = [visible(report.desk), day_words(report.day, language()), t("report.holiday" if report.holiday
             else "report.ordinary")]  # fmt: skip
    if report.holiday_name:
        words[-1] = f"{words[-1]} ({holiday(report.holiday_name)})"
    if report.closed:
        words.append(t("report.closed", reason=visible(report.closed)))
    if not report.over:
        words.append(t("report.not_over"))
    return t("report.comma").join(words)


def holiday(name: str) -> str:
    """Return a public holiday's name in the language spoken."""
    key = f"report.holiday.{name}"
    return t(key) if known(key) else name


def _bookings(page: Page, report: DailyReport) -> None:
    page.head(t("report.bookings"))
    counts = booking_counts(report)
    page.listed((t(f"report.count.{name}"), str(number)) for name, number in counts.items())
    if report.usual:
        own = counts
        page.table(
            [
                (t(f"report.count.{name}"), str(own[name]), kpi.rounded(report.usual[name], 1),
                 _difference(own[name], report.usual[name]))
                for name in COMPARED
            ],
            "report.column.", ("what", "today", "usual", "difference"), "lrrr",
        )  # fmt: skip
    if report.services:
        page.table(
            [
                (visible(found.name or found.id), *map(str, (found.created, found.units, found.completed,
                                                             found.cancelled, found.no_shows)))
                for found in report.services
            ],
            "report.column.", ("service", "created", "units", "completed", "cancelled", "no_shows"), "lrrrrr",
        )  # fmt: skip


def _difference(count: int, usual: tuple[int, int]) -> str:
    above = count * usual[1] - usual[0]
    return f"{'+' if above > 0 else ''}{kpi.rounded((above, usual[1]), 1)}"


def _members_and_money(page: Page, report: DailyReport) -> None:
    page.head(t("report.members"))
    page.listed(((t("report.members.new"), str(report.members_new)),
                 (t("report.members.old"), str(report.members_old))))  # fmt: skip
    total = sum(cents for _, cents in report.takings)
    entries = [(t("report.takings"), money(total))]
    entries += [(label("method", method) if method else t("report.no_method"), money(cents))
                for method, cents in report.takings]  # fmt: skip
    page.listed([*entries, (t("report.refunds"), money(report.refunds))])


def _complaints(page: Page, report: DailyReport) -> None:
    counts = report.complaints
    page.head(t("report.complaint"))
    page.listed(
        (t(f"report.complaint.{name}"), str(getattr(counts, name)))
        for name in ("received", "resolved", "closed", "open", "overdue", "at_risk")
    )


def _tomorrow(page: Page, report: DailyReport) -> None:
    page.head(t("report.tomorrow", day=report.tomorrow))
    if not report.hours:
        page.line(t("report.nothing_booked"))
    else:
        page.table(
            [(f"{found.hour:02d}:00", str(found.bookings), str(found.units)) for found in report.hours],
            "report.column.",
            ("hour", "bookings", "units"),
            "lrr",
        )
    for guest in report.guests:
        page.line(
            t("report.vip", at=f"{guest.start:%H:%M}", service=visible(guest.name or guest.service), id=guest.booking)
        )


def _to_do(page: Page, report: DailyReport) -> None:
    page.head(t("report.to_do", number=len(report.to_do)))
    if not report.to_do:
        page.line(t("due.nothing"))
        return
    page.rows(
        [row[:-1] for row in due_rows(report.to_do[:MOST], report.severities)], due_heads()[:-1]
    )  # paper takes no commands
    if len(report.to_do) > MOST:
        page.line(t("report.more", number=len(report.to_do) - MOST))


# --- data ---------------------------------------------------------------------------------------------------------


def booking_counts(report: DailyReport) -> dict[str, int]:
    """Return the counts of bookings by their names, in the order of the contract."""
    counts = report.bookings
    names = ("created", "units", "feedback", "cancelled", "seated", "completed", "no_shows", "unmet", "changed")
    return {name: getattr(counts, name) for name in names}


def daily_data(report: DailyReport) -> dict[str, Any]:
    """Return the report for programs; amounts are written as in the files."""
    return {
        "desk": report.desk,
        "day": _day(report.day),
        "weekday": report.day.isoweekday(),
        "holiday": report.holiday,
        "holiday_name": report.holiday_name,
        "closed": report.closed,
        "over": report.over,
        "bookings": booking_counts(report),
        "usual": {name: kpi.number(value) for name, value in report.usual.items()} or None,
        "services": [
            {
                "service": found.id,
                "created": found.created,
                "units": found.units,
                "completed": found.completed,
                "cancelled": found.cancelled,
                "no_shows": found.no_shows,
            }
            for found in report.services
        ],
        "members": {"new": report.members_new, "old": report.members_old},
        "takings": {method or "unknown": money(cents) for method, cents in report.takings},
        "refunds": money(report.refunds),
        "complaints": {
            name: getattr(report.complaints, name)
            for name in ("received", "resolved", "closed", "open", "overdue", "at_risk")
        },
        "kpi": [kpi.line_data(line) for line in report.kpi],
        "tomorrow": {
            "day": _day(report.tomorrow),
            "hours": [{"hour": found.hour, "bookings": found.bookings, "units": found.units} for found in report.hours],
            "vip": [
                {"booking": guest.booking, "start": guest.start.isoformat(), "service": guest.service}
                for guest in report.guests
            ],
        },
        "to_do": due_data(report.to_do, report.severities),
        "left_out": report.left_out,
    }


def _day(value: date) -> str:
    return value.isoformat()
