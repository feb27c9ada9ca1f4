"""What every record is: a header that says how things stand, and events that say how they came to be so."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from cscli.domain.states import START, Table, step
from cscli.domain.value import Value, replace
from cscli.domain.values import SCHEMA, BadValue, Duration, Form, Moment, Schema, Text, clean_text, read_moment
from cscli.errors import Refused


def read_plain(value: object) -> object:
    """Read a value of the file as it stands there: text, number, truth, moment, or a list of texts or numbers."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, datetime):
        return read_moment(value)
    if isinstance(value, bool | int | date):
        return value
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(clean_text(item) for item in value)
    if isinstance(value, list | tuple) and all(type(item) is int for item in value):  # how many of each place
        return tuple(value)
    raise BadValue("value.plain", value=value)


Plain = Annotated[object, Form("plain", object, read_plain)]


class Delta(Value):
    """One changed field: what stood in the file before and what stands there now; None is "nothing"."""

    from_: Plain | None = None
    to: Plain | None = None


class Event(Value):
    """Something that happened to a record: when, by whom, and which of its kind's events."""

    at: Moment
    by: Text
    type: str


class Record(Value):
    """The part all records share; each kind adds its fields and its own events.

    `streams` are the fields that only ever grow, each in the order of time: its events, and a customer's ledger too.
    """

    kind: ClassVar[str]
    table: ClassVar[Table]
    streams: ClassVar[tuple[str, ...]] = ("events",)

    schema: Schema = SCHEMA
    id: str
    status: str

    @property
    def past(self) -> tuple[Event, ...]:
        """The record's events, oldest first."""
        events: tuple[Event, ...] = getattr(self, "events", ())
        return events

    @property
    def biography(self) -> tuple[Event, ...]:
        """Everything that happened to the record, oldest first, whichever stream it stands in."""
        if len(self.streams) == 1:
            return self.past
        everything = (event for stream in self.streams for event in getattr(self, stream))
        return tuple(sorted(everything, key=lambda event: event.at))

    @property
    def last_at(self) -> datetime | None:
        """When something happened to the record last; None where nothing has yet."""
        ends = (getattr(self, stream, ()) for stream in self.streams)
        return max((events[-1].at for events in ends if events), default=None)


R = TypeVar("R", bound=Record)


class Act(Value):
    """Who does something, when it happened (`at`), and when it is written down (`now`)."""

    by: str
    at: datetime
    now: datetime


class Revision(Value):
    """One record before and after; `before` is None where it is new."""

    before: Record | None
    after: Record

    @property
    def events(self) -> tuple[str, ...]:
        """What happened in between, as `booking.cancelled`."""
        kind = self.after.kind
        return tuple(f"{kind}.{event.type}" for stream in self.after.streams for event in self.added(stream))

    def added(self, stream: str) -> tuple[Any, ...]:
        """Return what one of the record's streams has gained."""
        seen = len(getattr(self.before, stream)) if self.before else 0
        grown: tuple[Any, ...] = getattr(self.after, stream)
        return grown[seen:]


class Change(Value):
    """What a decision wants written, as one: whole records, by whom; `summary` is the sentence of a batch."""

    revisions: tuple[Revision, ...]
    by: str
    summary: str | None = None

    @property
    def events(self) -> tuple[str, ...]:
        """Every event of the change, the first record's first."""
        return tuple(event for revision in self.revisions for event in revision.events)


def live(record: R, act: Act, event: Event, **header: Any) -> R:
    """Return `record` after `event`, its state moved by its table; raises `Refused`.

    What happens cannot lie in the future, nor before what happened last.
    """
    _judge_moment(record, act)
    outcome = getattr(record, "outcome", None)
    status = step(record.table, record.status if record.past else START, event.type, outcome)
    changes: dict[str, Any] = {**header, "status": status, "events": (*record.past, event)}
    return replace(record, **changes)


def enter(record: R, act: Act, stream: str, *entries: Event, **header: Any) -> R:
    """Return `record` with entries added to a stream that moves no state; raises `Refused` as `live` does."""
    _judge_moment(record, act)
    changes: dict[str, Any] = {**header, stream: (*getattr(record, stream), *entries)}
    return replace(record, **changes)


def _judge_moment(record: Record, act: Act) -> None:
    if act.at > act.now:
        raise Refused("refused.future", rule="time", at=act.at)
    last = record.last_at
    if last is not None and act.at < last:
        raise Refused("refused.backwards", rule="time", at=act.at, last=last)


def plain_value(value: object) -> object:
    """Return a field's value as it stands in the file, for the `from` and `to` of a change."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Duration):
        return str(value)
    return value


def deltas(before: Any, after: Any, names: tuple[str, ...]) -> dict[str, Delta]:
    """Return what differs between two versions of a record, field by field."""
    return {
        name: Delta(from_=plain_value(getattr(before, name)), to=plain_value(getattr(after, name)))
        for name in names
        if getattr(before, name) != getattr(after, name)
    }
