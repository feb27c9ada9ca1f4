"""A complaint's file: the model, and what can be read from its biography.

The steps and their order are those of ISO 10002 / GB/T 19012. Nothing that can be told from the events is kept beside
them. What may be done with a complaint stands in `complaint`, `answering` and `improving`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from cscli.domain import ids, states
from cscli.domain.record import Delta, Event, Record
from cscli.domain.value import Value
from cscli.domain.values import BadValue, Count, Form, Moment, Positive, Price, Rating, Slug, Text

Channel = Literal["phone", "online", "email", "walk_in", "app", "other"]
CHANNELS = ("phone", "online", "email", "walk_in", "app", "other")
SeverityName = Literal["minor", "major", "critical"]
Judgement = Literal["valid", "invalid"]
JUDGEMENTS = ("valid", "invalid")
Response = Literal["apology", "refund", "replacement", "compensation", "explanation", "repair", "other"]
RESPONSES = ("apology", "refund", "replacement", "compensation", "explanation", "repair", "other")
Means = Literal["phone", "visit", "message", "email", "letter"]
MEANS = ("phone", "visit", "message", "email", "letter")
CALLS = ("phone", "visit")  # how somebody is called back: so that they can answer
Effort = Literal["remedy", "corrective", "preventive"]
EFFORTS = ("remedy", "corrective", "preventive")
STEPS = (
    "received", "acknowledged", "assessed", "investigated", "judged", "planned", "resolved", "communicated",
    "followed_up", "closed",
)  # fmt: skip
PERSONAL_STEPS = ("communicated", "followed_up")
AGAINST_KINDS = ("person", "department", "booking", "resource")
AGAINST_PATTERN = rf"^((person|department|resource):[\w.-]{{1,64}}|booking:BK-\d{{6}}-[{ids.ALPHABET}]{{6}})$"


SEVERITIES = ("minor", "major", "critical")  # the gravest last
TELLING = ("acknowledged", "progressed", "communicated")  # where the customer hears of the complaint
TURNS = ("held", "resumed", "resolved", "withdrawn", "merged")  # what begins or ends the waiting for the customer


def read_against(text: str) -> str:
    """Read who or what a complaint is against, as `person:li.na`; a booking by its whole id. Raises `BadValue`."""
    if not re.fullmatch(AGAINST_PATTERN, text):
        raise BadValue("value.against", value=text, known=AGAINST_KINDS)
    return text


Against = Annotated[str, Form("against", str, read_against, pattern=AGAINST_PATTERN)]


class Measure(Value):
    """One measure: what is to be done, by whom, until when, when it was done, and whether it worked.

    A `remedy` puts this complaint right (B5); a `corrective` one removes its cause and a `preventive` one keeps it from
    happening elsewhere: of those it is proven later whether they were `effective` (E1, ISO 10002 8.7).
    """

    what: Text
    owner: Text
    due: Moment
    kind: Effort = "remedy"
    done_at: Moment | None = None
    verified_at: Moment | None = None
    effective: bool | None = None

    @property
    def done(self) -> bool:
        """Whether it has been carried out."""
        return self.done_at is not None

    @property
    def improves(self) -> bool:
        """Whether it is there to keep the complaint from coming back."""
        return self.kind != "remedy"


class ComplaintEvent(Event):
    """What happened to a complaint; `overrode` are the rules a permit set aside, `missing` the steps it let go.

    `measures` counts what was planned, `measure` is the number of the one that was done or verified, `owner` who took
    over or looked into it, `until` when the customer is to be asked again while they keep it waiting, `external` where
    else the customer was told to turn, `signed_by` who signed for the side the complaint is against.
    """

    type: Literal[
        "created", "changed", "acknowledged", "assessed", "investigated", "judged", "planned", "reported", "progressed",
        "held", "resumed", "handed_over", "measure_done", "resolved", "communicated", "followed_up", "closed",
        "corrected", "verified", "withdrawn", "merged", "reopened",
    ]  # fmt: skip
    reason: Text | None = None
    note: Text | None = None
    apology: bool | None = None
    severity: SeverityName | None = None
    judgement: Judgement | None = None
    criterion: Slug | None = None
    cause: Slug | None = None
    measures: Count | None = None
    measure: Positive | None = None
    effective: bool | None = None
    owner: Text | None = None
    until: Moment | None = None
    response: Response | None = None
    compensation: Price | None = None
    decision: Text | None = None
    means: Means | None = None
    accepted: bool | None = None
    external: Slug | None = None
    reached: bool | None = None
    satisfied: bool | None = None
    rating: Rating | None = None
    signed_by: Text | None = None
    into: Text | None = None
    missing: tuple[Text, ...] = ()
    overrode: tuple[Text, ...] = ()
    changes: dict[str, Delta] | None = None


class Complaint(Record):
    """A complaint as its file holds it.

    `accepted`, `satisfied` and `rating` are the customer's word on the present solution. A duplicate is `merged_into`
    the complaint that stays, and is in no count.
    """

    kind: ClassVar[str] = "complaint"
    table: ClassVar[states.Table] = states.COMPLAINT

    status: Literal["received", "acknowledged", "assessed", "in_progress", "resolved", "closed", "withdrawn", "merged"]
    customer: Text | None = None
    channel: Channel = "phone"
    category: Slug
    severity: SeverityName
    content: Text
    remedy: Text | None = None
    against: tuple[Against, ...] = ()
    owner: Text
    first_receiver: Text
    occurred_at: Moment | None = None
    received_at: Moment
    safety: bool = False
    immediate: bool = False
    judgement: Judgement | None = None
    criterion: Slug | None = None
    cause: Slug | None = None
    response: Response | None = None
    compensation: Price | None = None
    decision: Text | None = None
    accepted: bool | None = None
    external: Slug | None = None
    satisfied: bool | None = None
    rating: Rating | None = None
    merged_into: Text | None = None
    external_ref: Text | None = None
    measures: tuple[Measure, ...] = ()
    events: tuple[ComplaintEvent, ...] = ()


def _since(complaint: Complaint, *types: str) -> tuple[ComplaintEvent, ...]:
    """Return the events after the last one of these types; all of them where there was none."""
    events = complaint.events
    for place in range(len(events) - 1, -1, -1):
        if events[place].type in types:
            return events[place + 1 :]
    return events


def _last(events: tuple[ComplaintEvent, ...], kind: str) -> datetime | None:
    return next((event.at for event in reversed(events) if event.type == kind), None)


def acknowledged_at(complaint: Complaint) -> datetime | None:
    """Return when the customer had a first answer: one that is taken up again as no duplicate had its own before."""
    return next((event.at for event in complaint.events if event.type == "acknowledged"), None)


def planned_at(complaint: Complaint) -> tuple[datetime, ...]:
    """Return when each measure was planned; one that no event tells of, at the receipt."""
    told = [event.at for event in complaint.events for _ in range(event.measures or 0)]
    untold = [complaint.received_at] * (len(complaint.measures) - len(told))
    return (*told, *untold)[: len(complaint.measures)]


def resolved_at(complaint: Complaint) -> datetime | None:
    """Return since when the complaint stands resolved; None while it does not, after a reopening too."""
    return _last(_since(complaint, "reopened"), "resolved")


def closed_at(complaint: Complaint) -> datetime | None:
    """Return since when the complaint stands closed; None while it does not, after a reopening too."""
    return _last(_since(complaint, "reopened"), "closed")


def withdrawn_at(complaint: Complaint) -> datetime | None:
    """Return when the complaint was taken back."""
    return _last(complaint.events, "withdrawn")


def opened_at(complaint: Complaint) -> datetime:
    """Return since when a complaint is to be resolved: its receipt, or when a solution of it was opened again.

    One that had no solution and is taken up again because it was no duplicate has waited all the while.
    """
    return max(gone_back(complaint), default=complaint.received_at)


def gone_back(complaint: Complaint) -> tuple[datetime, ...]:
    """Return when a solution of the complaint was opened again, each time; taking a duplicate back is none."""
    found, solved = [], False
    for event in complaint.events:
        if event.type == "resolved":
            solved = True
        elif event.type == "reopened":
            found += [event.at] if solved else []
            solved = False
    return tuple(found)


def judged_at(complaint: Complaint) -> datetime | None:
    """Return when the present round was judged: a reopened complaint may be judged anew."""
    return _last(_since(complaint, "reopened"), "judged")


def communicated_at(complaint: Complaint) -> datetime | None:
    """Return when the customer was told of the present solution."""
    return _last(_since(complaint, "resolved", "reopened"), "communicated")


def told_at(complaint: Complaint) -> datetime | None:
    """Return when the customer last heard of the complaint; None before the first answer."""
    heard = (event.at for event in reversed(complaint.events) if event.type in TELLING or event.reached)
    return next(heard, None)


def graver(one: Complaint, other: Complaint) -> bool:
    """Whether a complaint is of a higher severity than another."""
    return SEVERITIES.index(one.severity) > SEVERITIES.index(other.severity)


def severe_since(complaint: Complaint) -> datetime:
    """Return since when the complaint has the severity it has."""
    set_at = (event.at for event in reversed(complaint.events) if "severity" in (event.changes or {}))
    return next(set_at, complaint.received_at)


def reported_at(complaint: Complaint) -> datetime | None:
    """Return when the supervisor was last told of the complaint with the severity it has; None while they were not."""
    for event in reversed(complaint.events):
        if event.type == "reported":
            return event.at
        if "severity" in (event.changes or {}):
            return None
    return None


def hold(complaint: Complaint) -> ComplaintEvent | None:
    """Return since when, and until when, the complaint waits for the customer; None where it does not."""
    last = next((event for event in reversed(complaint.events) if event.type in TURNS), None)
    return last if last is not None and last.type == "held" else None


def pauses(complaint: Complaint) -> tuple[tuple[datetime, datetime | None], ...]:
    """Return when the complaint waited for the customer, the last time without an end where it still does.

    A solution ends the waiting, and so does whatever else takes the complaint out of work.
    """
    found: list[tuple[datetime, datetime | None]] = []
    for event in complaint.events:
        standing = bool(found) and found[-1][1] is None
        if event.type == "held" and not standing:
            found.append((event.at, None))
        elif event.type in TURNS and event.type != "held" and standing:
            found[-1] = (found[-1][0], event.at)
    return tuple(found)


def cured(complaint: Complaint) -> bool:
    """Whether a measure stands that removes the cause: a corrective one not found without effect."""
    return any(measure.kind == "corrective" and measure.effective is not False for measure in complaint.measures)


def failed_at(complaint: Complaint) -> datetime | None:
    """Return when the last measure was found without effect in whose place none stands.

    Another measure against the cause takes the place of a corrective one, any that improves that of a preventive one.
    """
    standing = {measure.kind for measure in complaint.measures if measure.improves and measure.effective is not False}
    found = [
        measure.verified_at
        for measure in complaint.measures
        if measure.verified_at is not None
        and measure.effective is False
        and not standing & ({"corrective"} if measure.kind == "corrective" else {"corrective", "preventive"})
    ]
    return max(found, default=None)


def apologised(complaint: Complaint) -> bool:
    """Whether the customer was apologised to: with an answer, or by the solution."""
    return any(event.apology or event.response == "apology" for event in complaint.events)


def signed_by(complaint: Complaint) -> str | None:
    """Return who signed for the side the complaint is against, when it was closed last."""
    return next((event.signed_by for event in reversed(complaint.events) if event.signed_by), None)


def calls_back(complaint: Complaint) -> tuple[ComplaintEvent, ...]:
    """Return the follow-ups of the present solution, those that reached nobody included."""
    return tuple(event for event in _since(complaint, "resolved", "reopened") if event.type == "followed_up")


def tries(complaint: Complaint) -> int:
    """Return how many follow-ups of the present solution reached nobody."""
    return sum(not event.reached for event in calls_back(complaint))


def followed_up(complaint: Complaint, enough: int) -> bool:
    """Whether the customer was asked about the present solution, or tried as many times as is `enough`.

    One that was closed in a regular way was called back as often as was asked then.
    """
    if any(event.reached for event in calls_back(complaint)) or tries(complaint) >= enough:
        return True
    closings = [event for event in _since(complaint, "reopened") if event.type == "closed"]
    return bool(closings) and "follow_up" not in closings[-1].missing


UNSAID = ("accepted", "external", "satisfied", "rating")  # what a new solution takes out of the header
SAID: Mapping[str, tuple[str, ...]] = {
    "judged": ("judgement", "criterion"),
    "resolved": ("response", "decision", "compensation"),
    "communicated": ("accepted", "external"),
    "closed": ("cause",),
}
DECIDED = (*(field for fields in SAID.values() for field in fields), "satisfied", "rating", "merged_into")


def decided(events: Iterable[ComplaintEvent]) -> dict[str, Any]:
    """Return what events have to say of a header: judgement, decision, the customer's word, cause, where it went."""
    told: dict[str, Any] = dict.fromkeys(DECIDED)
    for event in events:
        if event.type == "resolved":
            told |= dict.fromkeys(UNSAID)
        told |= {name: getattr(event, name) for name in SAID.get(event.type, ())}
        if event.type == "followed_up" and event.reached:
            told |= {"satisfied": event.satisfied, "rating": event.rating}
        elif event.type == "communicated" and event.accepted is False:
            told |= {"satisfied": None, "rating": None}
        elif event.type == "merged":
            told["merged_into"] = event.into
        elif event.type == "reopened":
            told |= {"accepted": None, "external": None, "merged_into": None}
    return told


def completeness(complaint: Complaint, enough: int) -> tuple[tuple[str, bool], ...]:
    """Return the steps of ISO 10002 in their order, each with whether it is done; a reopening undoes the last four.

    A customer whom nobody reaches is called back as many times as is `enough`. Where nobody left a name, there is
    nobody to tell of the decision or to call back. A duplicate has no steps of its own: it goes the way of the
    complaint that stays.
    """
    if complaint.status == "merged":
        return ()
    seen = {event.type for event in complaint.events}
    done = {
        "received": True,
        "acknowledged": "acknowledged" in seen,
        "assessed": "assessed" in seen,
        "investigated": "investigated" in seen,
        "judged": complaint.judgement is not None,
        "planned": "planned" in seen,
        "resolved": resolved_at(complaint) is not None,
        "communicated": communicated_at(complaint) is not None,
        "followed_up": followed_up(complaint, enough),
        "closed": closed_at(complaint) is not None,
    }
    steps = STEPS if complaint.customer is not None else [step for step in STEPS if step not in PERSONAL_STEPS]
    return tuple((step, done[step]) for step in steps)
