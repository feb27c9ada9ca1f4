"""What every record is: a header that says how things stand, and events that say how they came to be so."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from cscli.domain.states import START, Table, step
from cscli.domain.value import Value, replace
from cscli.domain.values import BadValue, Duration, Form, Moment, Text, clean_text, read_moment
from cscli.errors import Refused

SCHEMA = 1


def read_plain(value: object) -> object:
    """Read a value of the file as it stands there: text, number, truth, moment, or a list of texts."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, datetime):
        return read_moment(value)
    if isinstance(value, bool | int | date):
        return value
    if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
        return tuple(clean_text(item) for item in value)
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
    """The part all records share; each kind adds its fields and its own events."""

    kind: ClassVar[str]
    table: ClassVar[Table]

    schema: int = SCHEMA
    id: str
    status: str

    @property
    def past(self) -> tuple[Event, ...]:
        """The record's events, oldest first."""
        events: tuple[Event, ...] = getattr(self, "events", ())
        return events


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
        seen = len(self.before.past) if self.before else 0
        return tuple(f"{self.after.kind}.{event.type}" for event in self.after.past[seen:])


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
    if act.at > act.now:
        raise Refused("refused.future", rule="time", at=act.at)
    last = record.past[-1].at if record.past else None
    if last is not None and act.at < last:
        raise Refused("refused.backwards", rule="time", at=act.at, last=last)
    outcome = getattr(record, "outcome", None)
    status = step(record.table, record.status if record.past else START, event.type, outcome)
    changes: dict[str, Any] = {**header, "status": status, "events": (*record.past, event)}
    return replace(record, **changes)


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
