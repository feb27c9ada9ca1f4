"""`cscli booking print`: the confirmations for the customer, the entry ticket, the dispatch sheet of a day."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli.commands import people, words
from cscli.commands.options import Json, Reason, Reveal
from cscli.desk import Desk
from cscli.domain import masks
from cscli.errors import Refused, UsageProblem
from cscli.i18n import language, t
from cscli.store import queries
from cscli.store.pages import outside, template, write_page
from cscli.terminal import json_text, say

if TYPE_CHECKING:
    from cscli.domain.booking import Booking

KINDS = ("confirmation", "cancellation", "ticket", "dispatch")
FORMS = {"text": "txt", "md": "md", "html": "html"}
TEMPLATES = {
    "confirmation": "booking-confirmation",
    "cancellation": "booking-cancellation",
    "ticket": "entry-ticket",
    "dispatch": "dispatch-sheet",
}
STATES = {
    "confirmation": ("confirmed", "in_service", "completed"),
    "cancellation": ("cancelled",),
    "ticket": ("in_service",),
}
LAID_OUT = ("confirmation", "cancellation")  # what goes to the customer, by mail too
USUAL = {"confirmed": "confirmation", "in_service": "ticket", "cancelled": "cancellation"}
FORTNIGHT = 14 * 86_400  # no trip takes longer than that
BETWEEN = f"\n\n{'-' * 60}\n\n"


def print_(
    ctx: typer.Context,
    records: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="opt.print_ids")] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="confirmation|cancellation|ticket|dispatch", help="opt.print_kind")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="text|md|html", help="opt.print_format")] = "text",
    day: Annotated[str | None, typer.Option("--day", metavar="DAY", help="opt.print_day")] = None,
    resource: Annotated[str | None, typer.Option("--resource", metavar="ID", help="opt.print_resource")] = None,
    service: Annotated[str | None, typer.Option("--service", metavar="ID", help="opt.print_service")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="opt.out")] = None,
    reveal: Reveal = False,
    reason: Reason = None,
    as_json: Json = False,
) -> None:
    """Print papers: of bookings the one their state asks for, else the sheet of a day."""
    chosen = words.optional_choice(kind, KINDS, "--kind")
    form = words.choice(form, tuple(FORMS), "--format")
    desk = Desk(ctx.obj, as_json=as_json)
    if records and chosen == "dispatch":
        raise UsageProblem("usage.print_dispatch")
    narrowed = {"--day": day, "--resource": resource, "--service": service}
    named = next((option for option, said in narrowed.items() if said), None)
    if records and named:
        raise UsageProblem("usage.both", first="ID", second=named)
    when = words.day(day, desk.now) if day else words.day("today", desk.now)
    found = _meant(desk, records) if records else _of_day(desk, when, resource, service, chosen)
    if records or chosen in STATES:
        papers = _papers(desk, found, chosen, form, named=bool(records), reveal=reveal, reason=reason)
    elif form != "text":
        raise UsageProblem("usage.print_form", form=form)
    else:
        papers = [_sheet(desk, when.date(), found, resource, service, reveal=reveal, reason=reason)]
    text = BETWEEN.join(paper["text"] for paper in papers) or t("label.empty.booking")
    if out is None:
        desk.show(lambda: text, lambda: papers)
    else:
        write_page(outside(desk.home, out), text)
        desk.tell_recovery()
        desk.tell_findings()
        if as_json:
            say(json_text(papers))


def _meant(desk: Desk, records: list[str]) -> "list[Booking]":
    return [desk.store.load(desk.store.resolve(word, "booking")) for word in records]


def _state(booking: "Booking") -> str:
    """Return what decides which paper a booking has: a cancelled one stays so when it is closed."""
    return "cancelled" if booking.outcome == "cancelled" else booking.status


def _of_day(desk: Desk, when: datetime, resource: str | None, service: str | None, kind: str | None) -> "list[Booking]":
    """Return the bookings that begin on a day, and the visits made on it or still open by then, as asked for.

    Of the kind `cancellation` those that were to begin on it and were cancelled; on the sheet of the day those of trips
    that are on the road still, too.
    """
    trips = [f'"{one.id}"' for one in desk.rulebook.service if one.kind == "trip"]
    place = desk.rulebook.resource_named(resource).id if resource else None
    offer = desk.rulebook.service_named(service).id if service else None
    start, end = int(when.timestamp()), int((when + timedelta(days=1)).timestamp())
    rows = desk.store.rows(
        """SELECT id, resources, assigned_to FROM booking WHERE start >= ?1 AND start < ?2
            AND outcome = 'cancelled' AND (?3 IS NULL OR service = ?3) ORDER BY 1"""
        if kind == "cancellation"
        else f"""SELECT id, resources, assigned_to FROM booking WHERE start >= ?1 AND start < ?2
            AND status NOT IN ('cancelled', 'unmet') AND outcome IS NOT 'cancelled' AND outcome IS NOT 'unmet'
            AND (?3 IS NULL OR service = ?3)
            UNION SELECT id, resources, assigned_to FROM booking WHERE respond_by IS NOT NULL AND start < ?2
            AND (status IN {queries.OPEN_BOOKING} OR (arrived_at >= ?1 AND arrived_at < ?2))
            AND (?3 IS NULL OR service = ?3)
            UNION SELECT id, resources, assigned_to FROM booking WHERE ?4 AND start BETWEEN ?1 - {FORTNIGHT} AND ?1 - 1
            AND "end" > ?1 AND status NOT IN ('requested', 'cancelled', 'unmet') AND outcome IS NOT 'cancelled'
            AND (?3 IS NULL OR service = ?3) AND service IN (SELECT value FROM json_each(?5)) ORDER BY 1""",
        start,
        end,
        offer,
        *([] if kind == "cancellation" else [kind not in STATES, f"[{','.join(trips)}]"]),
    )
    wanted = (row["id"] for row in rows if place in (None, row["assigned_to"], *row["resources"].split()))
    found = [desk.store.load(record_id) for record_id in wanted]
    return sorted(found, key=lambda booking: (booking.start, booking.id))


def _papers(
    desk: Desk, found: "list[Booking]", kind: str | None, form: str, *, named: bool, reveal: bool, reason: str | None
) -> list[dict[str, Any]]:
    """Return a paper for each booking; of a day those whose state has one. Raises `Refused` for a named one without.

    As Markdown or for a browser there is one confirmation, of a booking or of its cancellation.
    """
    from cscli.render.paper import paper

    kinds = {booking.id: kind or USUAL.get(_state(booking), "") for booking in found}
    if not named:
        found = [booking for booking in found if _state(booking) in STATES[kinds[booking.id]]]
    for booking in found:
        if _state(booking) not in STATES.get(kinds[booking.id], ()):
            raise Refused("refused.booking.no_paper", rule="booking.print", id=booking.id, status=booking.status)
    if form != "text" and (len(found) != 1 or kinds[found[0].id] not in LAID_OUT):
        raise UsageProblem("usage.print_form", form=form)
    if reveal:
        _reveal(desk, found, reason)
    papers = []
    for booking in found:
        one = kinds[booking.id]
        facts = _facts(desk, booking, one, reveal=reveal)
        path, body = template(desk.home, TEMPLATES[one], language(), FORMS[form])
        papers.append({"kind": one, "record": booking.id, "text": paper(path, body, facts, form)})
    return papers


def _facts(desk: Desk, booking: "Booking", kind: str, *, reveal: bool) -> dict[str, Any]:
    here = people.view(desk, booking.customer)
    if kind == "cancellation":
        from cscli.render.cancellation_facts import cancellation_facts

        return cancellation_facts(here, booking, reveal=reveal)
    from cscli.render.paper_facts import booking_facts

    return booking_facts(here, booking, reveal=reveal)


def _sheet(
    desk: Desk,
    day: date,
    found: "list[Booking]",
    resource: str | None,
    service: str | None,
    *,
    reveal: bool,
    reason: str | None,
) -> dict[str, Any]:
    """Return the sheet of a day: vehicles and their passengers, visits by assignee, and what else takes place."""
    from cscli.domain import dispatching
    from cscli.render.paper import paper
    from cscli.render.paper_facts import dispatch_facts

    rulebook = desk.rulebook
    place = rulebook.resource_named(resource).id if resource else None
    runs = [
        run
        for run in dispatching.runs(day, found, rulebook, desk.calendar, desk.now)
        if (place is None or place in {known.id for known in (run.vehicle, *run.drivers) if known})
        and (service is None or run.service.id == rulebook.service_named(service).id)
    ]
    visits = dispatching.visits(found, rulebook, day)
    places = {name: own for name, own in dispatching.places(found, rulebook).items() if place in (None, name)}
    lists = (*(run.bookings for run in runs), *visits.values(), *places.values())
    shown = list({booking.id: booking for own in lists for booking in own}.values())
    if reveal:
        _reveal(desk, shown, reason)
    facts = dispatch_facts(
        people.view(desk),
        day,
        runs,
        visits,
        places,
        _names(desk, shown, reveal=reveal),
    )
    path, body = template(desk.home, TEMPLATES["dispatch"], language())
    return {"kind": "dispatch", "day": day.isoformat(), "text": paper(path, body, facts)}


def _names(desk: Desk, found: "list[Booking]", *, reveal: bool) -> dict[str, str]:
    """Return the customer's name for each booking, with the phone where it may be seen."""
    from cscli.render.width import visible

    names = {}
    for booking in found:
        person = people.view(desk, booking.customer).person
        if person is not None and reveal:
            names[booking.id] = visible(" ".join([person.name or "", *person.phones[:1]]).strip())
        elif person is not None:
            names[booking.id] = visible(masks.mask_name(person.name))
    return names


def _reveal(desk: Desk, found: "list[Booking]", reason: str | None) -> None:
    """Note in the files of those on the papers that their data was looked at."""
    customers = tuple(booking.customer for booking in found if booking.customer)
    if customers:
        people.reveal(desk, customers, reason)
