"""The lists of `cscli booking list`: what is asked of the index, which columns are shown, how a row reads."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cscli.commands import words
from cscli.desk import Desk
from cscli.domain.value import NOTHING, Value
from cscli.errors import UsageProblem
from cscli.i18n import label, language, t
from cscli.i18n.forms import day as written_day
from cscli.i18n.forms import moment, money, stretch
from cscli.render.booking import resource_name, service_name
from cscli.render.view import View
from cscli.render.width import visible
from cscli.store import queries

if TYPE_CHECKING:
    from cscli.domain.booking import Booking

Row = Mapping[str, Any]
Cells = dict[str, str]
COLUMNS = ("id", "status", "start", "service", "resources", "units", "name", "price", "marks")
RIGHT = ("units", "price", "refund")
STANDING = f"b.status IN {queries.OPEN_BOOKING}"
OF_PERSON = {  # as cscli.domain.valid has it
    "phone": "c.phone = ''",
    "email": "NOT c.has_email",
    "contact": "c.phone = '' AND NOT c.has_email",
    "card": "NOT c.has_card",
}
DAY = 86_400


class Sheet(Value):
    """One list: columns, where to look, the order, what a row says beside the usual, and what programs are told.

    `more` gives the cells of the columns that are not of every list, `data` what stands under `derived` in JSON.
    """

    columns: tuple[str, ...] = COLUMNS
    clause: str = ""
    values: tuple[Any, ...] = ()
    order: str | None = None
    more: Callable[[Row], Cells] = lambda row: {}  # noqa: ARG005 - nothing more
    data: Callable[["Booking"], Mapping[str, Any]] = lambda booking: NOTHING  # noqa: ARG005

    @property
    def align(self) -> str:
        """Numbers stand at the right edge."""
        return "".join("r" if column in RIGHT else "l" for column in self.columns)


USUAL = Sheet()


def cells(view: View, row: Row) -> Cells:
    """Return what every list can say of a booking, by column."""
    status = label("status", row["status"])
    if row["status"] == "closed" and row["outcome"]:
        status = f"{status} ({label('status', row['outcome'])})"
    return {
        "id": row["id"],
        "status": status,
        "start": stretch(_here(view, row["start"]), _here(view, row["end"]), language()),
        "service": service_name(view, row["service"]),
        "resources": " ".join(resource_name(view, name) for name in row["resources"].split())
        or visible(row["merchant"] or ""),
        "units": str(row["units"]),
        "name": row["name"] or "",
        "price": money(row["price"]),
        "marks": " ".join(marks(view, row)),
        "by": row["agent"],
    }


def marks(view: View, row: Row) -> list[str]:
    """Return what must stand out of a booking: VIP, special needs, a series (manual row A3), late, a rule set aside.

    Late is what was cancelled or arrived too late by the rules (rows A7, E4); and money that is missing stands out.
    Money is missing where a fare is to be paid before the trip, where only a part was paid, or after the service; and
    the fee of what was called off.
    """
    found = [mark for mark in ("vip", "special", "series") if row[mark]]
    told = [t(f"label.mark.{mark}") for mark in found]
    told += [t(f"label.{mark}") for mark in ("late", "overridden") if row[mark]]
    before = any(known.kind == "trip" for known in view.rulebook.service if known.id == row["service"])
    if row["status"] == "requested" and row["hold_until"] is not None and row["hold_until"] <= view.now.timestamp():
        told.append(t("tell.mark.hold_over"))
    over = row["status"] in ("completed", "no_show", "cancelled")
    standing = over or row["status"] in ("confirmed", "in_service")
    if row["owed"] and standing and (before or over or row["owed"] < (row["price"] or 0)):
        told.append(t("label.mark.owed", amount=money(row["owed"])))
    return told


def _here(view: View, seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(view.rulebook.zone)


def usual(desk: Desk) -> Sheet:
    """Return the list of everything.

    A request that could not be met says how often its customer went without (row D6), a no-show whether somebody had
    telephoned (row D7).
    """
    from functools import cache

    from cscli.commands.people import view

    here = view(desk)

    @cache
    def missed(customer: str, service: str) -> int:
        from cscli.commands.bookings import missed_days

        return missed_days(desk, customer, service)

    def found(row: Row) -> Cells:
        if row["outcome"] == "no_show" and row["phoned"] is not None:
            phoned = t(f"label.flag.phoned.{'yes' if row['phoned'] else 'no'}")
            return {"marks": " ".join([*marks(here, row), phoned])}
        if row["outcome"] != "unmet" or not row["customer"]:
            return {}
        told = t("label.mark.missed", number=missed(row["customer"], row["service"]))
        return {"marks": " ".join([*marks(here, row), told])}

    def data(record: "Booking") -> Mapping[str, Any]:
        unmet = record.outcome == "unmet" and record.customer
        return {"missed": missed(record.customer, record.service)} if unmet else NOTHING

    return Sheet(more=found, data=data)


def plain(desk: Desk, sheet: Sheet, row: Row) -> Mapping[str, str]:
    """Return what a list says of a booking as data: ids and ISO times; what its own columns say as JSON has it."""
    from cscli.render.plain import KEYS, plain_keys, plain_row, plain_text

    told = plain_row(row, plain_keys(sheet.columns), desk.rulebook.zone)
    if all(column in KEYS for column in sheet.columns):
        return told
    more = sheet.data(desk.store.load(row["id"]))
    return {**told, **{name: plain_text(value) for name, value in more.items()}}


# --- lists of their own -----------------------------------------------------------------------------------------


def without_spend(desk: Desk) -> Sheet:
    """Return the completed orders whose guest's bill is missing, with the clerk who took them (manual row C8)."""
    asking = [known.id for known in desk.rulebook.service if "spend" in known.valid]
    listed = ", ".join("?" * len(asking))
    missing, cards = _missing("spend", desk.rulebook.members.gathering)
    clause = f"b.outcome = 'completed' AND b.service IN ({listed}) AND {missing}"
    return Sheet(columns=(*COLUMNS, "by"), clause=clause, values=(*asking, *cards))


def incomplete(desk: Desk) -> Sheet:
    """Return the completed orders that are not valid ones, with what they lack and who took them (manual row C10)."""
    from cscli.analytics.booking_metrics import lacking
    from cscli.analytics.facts import BookingRow
    from cscli.commands.people import view
    from cscli.domain import booking

    wanted = {known.id: known.valid for known in desk.rulebook.service if known.valid}
    gathering = desk.rulebook.members.gathering
    clauses, values = ["0"], []
    for service, names in wanted.items():
        missing = [_missing(name, gathering) for name in names]
        clauses.append(f"(b.service = ? AND ({' OR '.join(clause for clause, _ in missing)}))")
        values += [service, *(card for _, cards in missing for card in cards)]

    def found(row: Row) -> Cells:
        said = {
            name: row[name]
            for name in ("id", "status", "received_at", "customer", "said", "has_card", "cards", "has_email")
        }
        fact = BookingRow(**said, customer_name=row["name"], customer_phone=row["phone"])
        missing = lacking(fact, wanted[row["service"]], gathering)
        return {"lacking": ", ".join(label("needed", name) for name in missing)}

    def data(record: "Booking") -> Mapping[str, Any]:
        person = view(desk, record.customer).person
        names = booking.lacking(record, desk.rulebook.service_named(record.service), person, gathering)
        return {"lacking": list(names), "agent": record.events[0].by}

    return Sheet(
        columns=(*COLUMNS[:5], "name", "lacking", "by", "marks"),
        clause=f"b.outcome = 'completed' AND ({' OR '.join(clauses)})",
        values=tuple(values),
        more=found,
        data=data,
    )


def _missing(name: str, gathering: Sequence[str]) -> tuple[str, Sequence[str]]:
    """Return the clause that a booking lacks something, and its values: `cscli.domain.valid.lacking` in SQL."""
    if name == "customer":
        return "b.customer IS NULL", ()
    if name in OF_PERSON:
        return f"(b.customer IS NULL OR (c.name != '' AND {OF_PERSON[name]}))", ()
    unsaid = f"' ' || b.said || ' ' NOT LIKE '% {name} %'"
    if name != "spend" or not gathering:
        return unsaid, ()
    holds = " OR ".join(["instr(' ' || c.cards || ' ', ' ' || ? || ' ')"] * len(gathering))
    return f"({unsaid} AND ({holds}))", gathering


def refunds(desk: Desk) -> Sheet:
    """Return the bookings with money to go back that was not paid out yet, the earliest promised first (row B4)."""
    today = desk.now.date().toordinal()

    def found(row: Row) -> Cells:
        expected = date.fromordinal(row["refund_due"])
        late = t("due.overdue") if row["refund_due"] < today else ""
        told = " ".join(word for word in (written_day(expected, language()), late) if word)
        return {"refund": money(row["promised"]), "expected": told}

    return Sheet(
        columns=("id", "status", "start", "service", "name", "refund", "expected", "marks"),
        clause="b.refund_due IS NOT NULL",
        order="refund_due",
        more=found,
    )


def assigned_to(desk: Desk, who: str) -> Sheet:
    """Return what is assigned to somebody, by login or as a resource: what waits for them first."""
    known = next((one.id for one in desk.rulebook.resource if who in (one.id, one.name)), who)

    def found(row: Row) -> Cells:
        by = row["respond_by"]
        return {
            "respond_by": moment(datetime.fromtimestamp(by, desk.rulebook.zone), language()) if by is not None else ""
        }

    return Sheet(
        columns=(*COLUMNS[:5], "name", "respond_by", "marks"), clause="b.assigned_to = ?", values=(known,), more=found
    )


def affected_by(desk: Desk, said: str, first: str | None, last: str | None) -> Sheet:
    """Return the bookings still to come on a resource while it is out of service, with where each could go instead.

    Without times those of the rulebook; raises `UsageProblem` where it names none that is still to come.
    """
    from cscli.commands.people import view
    from cscli.domain.outages import could_move_to, next_step, with_it
    from cscli.render.booking import resource_name as name_of

    resource = desk.rulebook.resource_named(said)
    periods = _periods(desk, resource, first, last)
    here, calendar, rulebook = view(desk), desk.calendar, desk.rulebook
    groups = {
        group for service in rulebook.service if resource.group in service.resources for group in service.resources
    }
    members = sorted(member.id for group in groups for member in rulebook.group(group))
    begin, finish = min(start for start, _ in periods), max(end for _, end in periods)
    margin = timedelta(days=3)  # a booking may reach beyond the outage
    slots = desk.store.slots(members, begin - margin, finish + margin, desk.now)

    def seek(record: "Booking") -> tuple[tuple[str, ...], str]:
        places = could_move_to(record, resource.id, rulebook, calendar, slots)
        day = f"{record.start.astimezone(rulebook.zone):%Y-%m-%d}"
        return places, next_step(record, resource.id, places, day)

    def found(row: Row) -> Cells:
        record: Booking = desk.store.load(row["id"])
        places, command = seek(record)
        return {
            "with": " ".join(name_of(here, name) for name in with_it(record, resource.id)),
            "could_move_to": " ".join(name_of(here, name) for name in places) or t("label.none"),
            "command": command,
        }

    def data(record: "Booking") -> Mapping[str, Any]:
        places, command = seek(record)
        return {"could_move_to": list(places), "command": command}

    touched = " OR ".join(['(resource = ? AND day BETWEEN ? AND ? AND start < ? AND "end" > ?)'] * len(periods))
    values: list[Any] = []
    for start, end in periods:
        a, b = int(start.timestamp()), int(end.timestamp())
        values += [resource.id, a // DAY, (b - 1) // DAY, b, a]
    now = int(desk.now.timestamp())
    return Sheet(
        columns=("id", "status", "start", "service", "with", "units", "name", "marks", "could_move_to", "command"),
        clause=f"b.id IN (SELECT booking FROM slot WHERE {touched}) AND b.start > ? AND {STANDING}"
        " AND (b.hold_until IS NULL OR b.hold_until > ?)",
        values=(*values, now, now),
        more=found,
        data=data,
    )


def _periods(desk: Desk, resource: Any, first: str | None, last: str | None) -> Sequence[tuple[datetime, datetime]]:
    """Return from when to when a resource is out: as said, else as the rulebook says, what has passed left out."""
    if first or last:
        start = words.moment(first, desk.now) if first else desk.now
        end = words.window(start, last, None, desk.now) or start + timedelta(days=1)
        if end <= start:
            raise UsageProblem("usage.order", first=first or "00:00", last=last or "24:00")
        return ((start, end),)
    declared = [(max(period.from_, desk.now), period.to) for period in resource.out if period.to > desk.now]
    if not declared:
        raise UsageProblem("usage.no_outage", resource=resource.name)
    return declared
