"""A record's biography: when, who, what, and what there is to say about it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from cscli.domain.rulebook import Rulebook
from cscli.i18n import known, label, language, t
from cscli.i18n.forms import day, fact, moment, money, stretch
from cscli.render.view import View
from cscli.render.width import visible

WORDS = ("reason", "note", "decision", "answer")
FLAGS = (
    "priority", "phoned", "late", "unreachable", "reached", "satisfied", "accepted", "effective", "apology",
)  # fmt: skip
ALWAYS = ("phoned", "reached", "satisfied", "accepted", "effective")  # "no" is worth saying too
RULED = ("severity", "category", "criterion", "level", "channel")  # fields whose names stand in the rulebook


def history_lines(view: View, record: Any) -> list[tuple[str, str, str, str]]:
    """Return a record's biography, oldest first."""
    zone = view.rulebook.zone
    return [
        (
            moment(event.at.astimezone(zone), language()),
            visible(event.by),
            event_name(record.kind, event.type),
            event_note(event, view.rulebook, measures_of(record, event)),
        )
        for event in record.biography
    ]


def history_table(view: View, record: Any) -> str:
    """Return a record's biography as a table."""
    from cscli.render.table import table

    headers = tuple(t(f"label.column.{name}") for name in ("at", "by", "event", "note"))
    return table(history_lines(view, record), headers, max_width=view.width, whole=(0, 1, 2), wrap=True)


def event_name(kind: str, event_type: str) -> str:
    """Return what happened in words; a file is opened where anything else is taken."""
    key = f"label.event.{kind}.{event_type}"
    return t(key) if known(key) else label("event", event_type)


def measures_of(record: Any, event: Any) -> tuple[str, ...]:
    """Return the measures an event of a complaint planned, carried out or proved, each with its number."""
    if record.kind != "complaint":
        return ()
    before = sum(known.measures or 0 for known in takewhile(lambda known: known is not event, record.events))
    first = event.measure - 1 if event.measure else before
    last = event.measure or before + (event.measures or 0)
    return tuple(f"{number + 1}. {visible(record.measures[number].what)}"
                 for number in range(first, min(last, len(record.measures))))  # fmt: skip


def event_note(event: Any, rulebook: Rulebook, measures: Sequence[str] = ()) -> str:
    """Return what an event says beside its type: reason, what changed, ratings, payments, and which `measures`."""
    words = [t("label.visit.good" if event.agreed else "label.visit.wanting")] if event.type == "audited" else []
    words += _coordinated(event, rulebook)
    words += [check_words(event)] if event.type == "checked" else []
    words += [_told_to(event, rulebook)] if event.type == "informed" else []
    for name in WORDS:
        value = getattr(event, name, None)
        if value:
            words.append(t("label.reason.unsatisfied") if value == "unsatisfied" else visible(value))
    words += _changed(getattr(event, "changes", None) or {}, rulebook)
    words += _named(event, rulebook)
    for name in FLAGS:
        value = getattr(event, name, None)
        if value is not None and (value or name in ALWAYS):
            words.append(t(f"label.flag.{name}.{'yes' if value else 'no'}"))
    words += measures or _measures(event)
    words += _counted(event, rulebook)
    if getattr(event, "missing", ()):
        words.append(t("label.missing", steps=tuple(label("step", step) for step in event.missing)))
    if getattr(event, "overrode", ()):
        words.append(t("label.overrode", rules=tuple(event.overrode)))
    return "; ".join(words)


def _changed(changes: Mapping[str, Any], rulebook: Rulebook) -> list[str]:
    """Return what changed, field by field; a move as one: from which time to which."""
    words = _moved(changes, rulebook.zone)
    for name, delta in changes.items():
        if name in ("start", "end") and words:
            continue
        before, after = (_told(name, side, rulebook) for side in (delta.from_, delta.to))
        told = f"{before} -> {after or t('label.none')}" if before else after
        words.append(f"{_field_name(name)}: {told}")
    return words


def _moved(changes: Mapping[str, Any], zone: ZoneInfo) -> list[str]:
    """Return a move in as few words as tell it: the day once where it stays, of one end that one alone."""
    moved = [changes[name] for name in ("start", "end") if name in changes]
    if not moved or not all(isinstance(side, datetime) for delta in moved for side in (delta.from_, delta.to)):
        return []
    before, after = ([side.astimezone(zone) for side in sides] for sides in
                     ([delta.from_ for delta in moved], [delta.to for delta in moved]))  # fmt: skip
    same = len({at.date() for at in (*before, *after)}) == 1
    name = t("tell.time") if len(moved) == 2 else label("field", "start" if "start" in changes else "end")
    if same:
        return [f"{name}: {day(before[0], language())} {_clocks(before)} -> {_clocks(after)}"]
    if len(moved) == 2:
        (start, end), (begin, finish) = before, after
        return [f"{name}: {stretch(start, end, language())} -> {stretch(begin, finish, language())}"]
    return [f"{name}: {moment(before[0], language())} -> {moment(after[0], language())}"]


def _clocks(times: Iterable[datetime]) -> str:
    return "-".join(f"{at:%H:%M}" for at in times)


def _field_name(name: str) -> str:
    return label("field" if known(f"label.field.{name}") else "needed", name)


def _told_to(event: Any, rulebook: Rulebook) -> str:
    """Return who was told to prepare, or of a cancellation (manual rows A8, A7)."""
    return ", ".join(addressee(rulebook, who) for who in event.told)


def addressee(rulebook: Rulebook, who: str) -> str:
    """Return the name of somebody who is told of a booking."""
    from cscli.domain.booking import GUEST, MERCHANT
    from cscli.domain.due_bookings import name_of

    return t(f"label.told.{who}") if who in (GUEST, MERCHANT) else visible(name_of(rulebook, who))


def check_words(event: Any) -> str:
    """Return who said what when asked whether a guest came, and how late the guest will be (manual row C5)."""
    words = t(f"label.checked.{event.spoke_with}", seen=label("seen", event.seen))
    return f"{words} ({t('label.checked.minutes', minutes=event.minutes)})" if event.minutes is not None else words


def _coordinated(event: Any, rulebook: Rulebook) -> list[str]:
    """Return which department was asked, and whether it agreed (manual row A4)."""
    if event.type != "coordinated":
        return []
    name = next((known.name for known in rulebook.department if known.id == event.department), event.department or "")
    said = {True: "agreed", False: "refused"}.get(event.agreed)
    return [visible(name), *([t(f"label.coordination.{said}")] if said else [])]


def _named(event: Any, rulebook: Rulebook) -> list[str]:
    """Return what an event says in words of a closed set or of the rulebook."""
    words = []
    told = getattr(event, "changes", None) or {}
    for name in ("side", "judgement", "severity", "criterion", "cause", "response", "means", "external"):
        value = getattr(event, name, None)
        same = name == "cause" and value == getattr(event, "side", None)
        if value and name not in told and not same:
            words.append(rule_name(rulebook, name, value))
    if event.type == "card_issued":
        words.append(rule_name(rulebook, "card_type", event.card))
    owner = getattr(event, "owner", None)
    if owner and not (event.type == "investigated" and owner == event.by):
        key = {"assigned": "label.visit.owner", "investigated": "label.complaint.investigator"}.get(event.type)
        words.append(t(key or "label.to_owner", owner=_resource(rulebook, owner)))
    words += [t("label.signed_by", by=visible(event.signed_by))] if getattr(event, "signed_by", None) else []
    return [*words, t("label.into", id=event.into)] if getattr(event, "into", None) else words


def _resource(rulebook: Rulebook, name: str) -> str:
    """Return the name of a resource; of somebody who is none, such as a colleague, the login."""
    return visible(next((known.name for known in rulebook.resource if known.id == name), name))


def _measures(event: Any) -> list[str]:
    """Return how many measures were planned, or which one was carried out, where their words are not at hand."""
    words = [t("label.measures", number=event.measures)] if getattr(event, "measures", None) else []
    return [*words, t("label.measure", number=event.measure)] if getattr(event, "measure", None) else words


def _counted(event: Any, rulebook: Rulebook) -> list[str]:
    """Return what an event says in numbers."""
    words = []
    if getattr(event, "compensation", None) is not None:
        words.append(money(event.compensation))
    if getattr(event, "notice", None) is not None:
        begun = event.type == "cancelled" and event.minutes is not None
        key = "label.visit.took" if event.type == "arrived" else "tell.after_start" if begun else "label.notice"
        notice = timedelta(minutes=event.minutes) if begun else event.notice
        words.append(t(key, notice=notice, required=event.notice_required))
    if getattr(event, "until", None) is not None:
        key = {"held": "label.complaint.until", "cancelled": "label.let_go"}.get(event.type, "label.until")
        words.append(t(key, until=event.until.astimezone(rulebook.zone)))
    if getattr(event, "points", None) is not None:
        words += entered(event, rulebook)
    elif getattr(event, "amount", None) is not None:
        words.append(f"{money(event.amount)} {label('method', event.method) if event.method else ''}".rstrip())
    if getattr(event, "set_off", None) is not None:
        words.append(t("label.set_off", amount=event.set_off))
    if getattr(event, "rating", None):
        words.append(f"{event.rating}/5")
    return words


def entered(entry: Any, rulebook: Rulebook) -> list[str]:
    """Return what an entry of a ledger adds or takes: money and how it came, points, visits, a fee that was waived."""
    words = []
    if entry.amount:
        words.append(f"{entry.amount:+.2f}")
    if entry.method:
        words.append(label("method", entry.method))
    if entry.scheme:
        words.append(rule_name(rulebook, "scheme", entry.scheme))
    if entry.points:
        words.append(t("label.ledger.points", number=f"{entry.points:+d}"))
    if entry.visits:
        words.append(t("label.ledger.visits", number=f"{entry.visits:+d}"))
    if entry.waived is not None:
        words.append(t("label.ledger.waived", amount=entry.waived))
    if entry.card:
        words.append(rule_name(rulebook, "card_type", entry.card))
    return [*words, entry.booking] if entry.booking else words


def rule_name(rulebook: Rulebook, field: str, value: str) -> str:
    """Return the name of a value of a record's field, from the rulebook or the desk's own words; else the value."""
    lists: dict[str, Iterable[Any]] = {
        "severity": rulebook.complaint.severity,
        "category": rulebook.complaint.category,
        "criterion": rulebook.complaint.standard,
        "cause": rulebook.complaint.cause,
        "external": rulebook.complaint.external,
        "level": rulebook.members.level,
        "card_type": rulebook.members.card,
        "scheme": rulebook.members.scheme,
    }
    named = next((entry.name for entry in lists.get(field, ()) if entry.id == value), None)
    return visible(named) if named else label(field, value)


def _told(name: str, value: object, rulebook: Rulebook) -> str:
    """Return one side of a change; nothing where nothing was there."""
    if value is None or value == ():
        return ""
    if isinstance(value, datetime):
        return moment(value.astimezone(rulebook.zone), language())
    if isinstance(value, bool):
        return t("label.yes" if value else "label.no")
    if isinstance(value, date):
        return fact(value, language())
    if isinstance(value, tuple | list):
        return " ".join(_resource(rulebook, str(part)) for part in value)
    if name in ("service", "route"):
        every = rulebook.service if name == "service" else [one for own in rulebook.service for one in own.route]
        return visible(next((entry.name for entry in every if entry.id == value), str(value)))
    if name == "assigned_to":
        return _resource(rulebook, str(value))
    if name == "seat_class":
        return label("seat_class", value)
    return rule_name(rulebook, name, value) if name in RULED and isinstance(value, str) else visible(str(value))
