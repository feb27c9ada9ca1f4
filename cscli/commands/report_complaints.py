"""`cscli report complaints`: what customers complained of in a period, why, and what came of it."""

from collections.abc import Iterator
from datetime import datetime

from cscli.analytics import complainants, complaints, improvement
from cscli.analytics.facts import COLUMNS, Books, ends_of, facts_of
from cscli.analytics.standing import complaint_at
from cscli.commands.figures import Asked, period_of, seconds, unreadable
from cscli.desk import Desk
from cscli.domain import sla
from cscli.domain.states import OPEN_COMPLAINT
from cscli.domain.value import replace
from cscli.render import complaints as pages
from cscli.store import case_queries, queries
from cscli.store.clock_text import unpack
from cscli.terminal import json_text

FORMATS = ("text", "md", "html", "json")
OPTIONS = ("--day", "--week", "--month", "--quarter", "--year", "--from", "--to")


def written(desk: Desk, asked: Asked) -> str:
    """Return the report of a period in the form asked for."""
    found = read(desk, asked)
    if asked.form == "json":
        from cscli.render.complaints_data import complaints_data

        return json_text(complaints_data(found))
    return pages.complaints_page(found, asked.form, asked.width)


def read(desk: Desk, asked: Asked) -> complaints.ComplaintReport:
    """Read and count one period; rows come from the index, files only of what is listed with its words."""
    index = desk.store.index
    period = period_of(desk, asked.said, asked.since, asked.until)
    span = complaints.whole_span(period)
    ends = ends_of(period)
    parts = queries.case_figures(index, COLUMNS, *ends_of(span)) | case_queries.closings(index, COLUMNS, *ends)
    facts = facts_of(parts)
    whole = Books(facts=facts, rulebook=desk.rulebook, calendar=desk.calendar, period=span, now=desk.now)
    books = replace(whole, period=period)
    at = datetime.fromtimestamp(books.last_moment, desk.rulebook.zone)
    rows = case_queries.measures(index, improvement.MeasureRow._fields, *ends, seconds(at))
    measures = tuple(map(improvement.MeasureRow._make, rows))
    worded = [found(books, measures)[: pages.MOST] for found in (improvement.overdue, improvement.ineffective)]
    return complaints.report(
        books,
        whole,
        completed=case_queries.completed(index, *ends),
        measures=measures,
        late=list(late_at(desk, at)),
        names=case_queries.names(index, complainants.named(books)),
        texts=dict(_texts(desk, [*worded[0], *worded[1]])),
        notes=dict(_notes(desk, books)),
        left_out=unreadable(desk),
    )


def late_at(desk: Desk, at: datetime) -> Iterator[tuple[str, str, int]]:
    """Yield (id, what was missed first, when it was due) of the complaints that stood open and late at `at`.

    Of the present the index knows. Of the past it does where nothing has happened to a complaint since; the others'
    files are read, and what came later is undone.
    """
    index, moment = desk.store.index, seconds(at)
    if at >= desk.now and not queries.has_later(index, moment):
        desk.store.reckon()
        yield from case_queries.late(index, moment)
        return
    for record, packed in case_queries.open_at(index, moment):
        known = unpack(packed, desk.rulebook.zone) if packed else complaint_at(desk.store.load(record), at)
        if known.status not in OPEN_COMPLAINT:
            continue
        missed = [
            (seconds(deadline.due), deadline.name)
            for deadline in sla.deadlines(known, desk.rulebook, desk.calendar, at)
            if deadline.met is False and deadline.met_at is None and deadline.due is not None
        ]
        if missed:
            due, name = min(missed)
            yield record, name, due


def _texts(desk: Desk, listed: list[improvement.MeasureRow]) -> Iterator[tuple[tuple[str, int], str]]:
    """Yield the words of measures, by complaint and number."""
    for row in listed:
        yield (row.record, row.number), desk.store.load(row.record).measures[row.number - 1].what


def _notes(desk: Desk, books: Books) -> Iterator[tuple[tuple[str, bool], str]]:
    """Yield what was noted when customers were called back in vain, or were not content."""
    for reached in (False, True):
        for record in complainants.to_note(books, reached=reached)[: pages.MOST]:
            known = desk.store.load(record)
            if record in books.booking:
                note = complainants.words_of(books, known)
            else:
                note = complainants.note_of(books, known.events, reached=reached)
            if note:
                yield (record, reached), note
