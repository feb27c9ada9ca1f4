"""The deadlines of a complaint, explained as a page: the answer first, then every piece of time, and as data."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cscli.domain.values import Duration
from cscli.i18n import forms, known, label, language, t
from cscli.i18n.forms import moment, span
from cscli.render.data import jsonable
from cscli.render.explain import Lines, page
from cscli.render.history import event_name, rule_name
from cscli.render.view import View
from cscli.render.width import visible

if TYPE_CHECKING:
    from cscli.domain.explaining_sla import DeadlineSaid, Piece, Setting, SlaSaid
    from cscli.domain.sla import Alarm

COLUMNS = ("from", "to", "counts", "sum", "why", "until")
MANY = 40  # rows that are read one by one on the page of all deadlines
AT_WORK = ("office", "adjusted", "paused")
IDLE = ("closed", "weekend", "holiday", "closure")
MIDNIGHT = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def sla_page(view: View, said: "SlaSaid", name: str | None = None) -> str:
    """Return how the deadlines of a complaint come about, or only those of one name."""
    complaint = said.complaint
    chosen = [one for one in said.deadlines if name in (None, one.deadline.name)]
    lines: Lines = []
    for place, one in enumerate(chosen):
        words = t("explain.sla.answer", name=_name(one), answer=_answer(view, one))
        lines.append(("deadlines" if place == 0 else "", words))
    if not chosen:
        lines.append(("deadlines", _none(view, said)))
    if said.total is not None and name in (None, "resolve"):
        lines.append(("total", t("explain.sla.total", total=length(said.total))))
    severity = rule_name(view.rulebook, "severity", complaint.severity)
    lines.append(("complaint", "  ".join((complaint.id, label("status", complaint.status), severity))))
    for place, setting in enumerate(said.settings):
        lines.append(("severity" if place == 0 else "", _setting(view, setting)))
    return "\n\n".join([page(view, lines, (), ()), *(_section(view, one, whole=name is not None) for one in chosen)])


def _none(view: View, said: "SlaSaid") -> str:
    """Return why a complaint has no deadline."""
    complaint = said.complaint
    if complaint.merged_into:
        return t("explain.sla.merged", id=complaint.merged_into)
    if all(severity.id != complaint.severity for severity in view.rulebook.complaint.severity):
        return t("explain.sla.no_severity", severity=visible(complaint.severity))
    return t("explain.sla.none")


def _name(one: "DeadlineSaid") -> str:
    deadline = one.deadline
    name = t(f"label.deadline.{deadline.name}")
    if one.round is not None:
        return t("explain.sla.round", name=name, number=one.round)
    return name if deadline.number is None else t("explain.sla.numbered", name=name, number=deadline.number)


def _answer(view: View, one: "DeadlineSaid") -> str:
    """Return when something is due, and whether that was kept, was missed, or how much is left."""
    deadline, zone = one.deadline, view.rulebook.zone
    if deadline.due is None:
        return t("explain.sla.stands")
    facts: dict[str, Any] = {"due": deadline.due.astimezone(zone)}
    if deadline.met_at is not None:
        apart = deadline.due.astimezone(UTC) - deadline.met_at.astimezone(UTC)
        facts |= {"at": deadline.met_at.astimezone(zone), "apart": abs(apart)}
        if deadline.met and apart < MINUTE:
            return t("explain.sla.exact", **facts)
        return t("explain.sla.kept" if deadline.met else "explain.sla.late", **facts)
    ended = next((piece.end for piece in one.pieces if "ended" in piece.ends), None)
    apart = abs(deadline.due.astimezone(UTC) - (ended or view.now).astimezone(UTC))
    key = "left" if deadline.met is None else "over" if ended is None else "unmet"
    return t(f"explain.sla.{key}", **facts, apart=apart)


def _setting(view: View, setting: "Setting") -> str:
    severity = rule_name(view.rulebook, "severity", setting.severity)
    event = event_name("complaint", setting.event)
    at = setting.at.astimezone(view.rulebook.zone)
    return t("explain.sla.setting", severity=severity, at=at, event=event, by=visible(setting.by))


# --- one deadline -----------------------------------------------------------------------------------------------


def _section(view: View, one: "DeadlineSaid", *, whole: bool) -> str:
    """Return one deadline: the rule, since when it counts, what moves it, and every piece of time.

    On a page of its own each piece is a row, however many there are.
    """
    deadline, zone = one.deadline, view.rulebook.zone
    since = deadline.since.astimezone(zone)
    lines: Lines = [
        ("deadline", _name(one)),
        ("due", _answer(view, one)),
        *_rules(view, one),
        ("counts", t("explain.sla.since", at=since, why=t(f"explain.sla.why.{one.why}"))),
    ]
    if one.begins is not None and one.begins.astimezone(UTC) != since.astimezone(UTC):
        lines.append(("begins", moment(one.begins, language())))
    lines.append(("used", _used(one)))
    if one.days:
        days = tuple(forms.day(day, language()) for day in one.days)
        lines.append(("days", t("explain.sla.days", number=len(days), days=days)))
    if one.paused:
        lines.append(("waited", _waited(view, one)))
    if one.shift:
        key = "explain.sla.shift.longer" if one.shift > timedelta() else "explain.sla.shift.shorter"
        lines.append(("clock", t(key, target=deadline.target, shift=length(abs(one.shift)))))
    for place, year in enumerate(one.unknown):
        lines.append(("unknown" if place == 0 else "", t("explain.unknown.year", year=year)))
    for place, alarm in enumerate(one.alarms):
        lines.append(("alarms" if place == 0 else "", _alarm(view, alarm)))
    return page(view, lines, COLUMNS, _rows(one.pieces, fold=not whole and len(one.pieces) > MANY))


def _rules(view: View, one: "DeadlineSaid") -> Lines:
    """Return the rule that set the target, and those of the severities there were before; a person's word is none."""
    deadline = one.deadline
    if deadline.by is not None:
        by = deadline.by.astimezone(view.rulebook.zone)
        return [("rule", t("explain.sla.named", rule=deadline.rule, by=by))]
    lines: Lines = [("rule", t("explain.sla.rule", rule=deadline.rule, target=deadline.target))]
    for setting, after in zip(one.settings, one.settings[1:], strict=False):
        until = after.at.astimezone(view.rulebook.zone)
        key = "explain.sla.rule_before" if setting.target is not None else "explain.sla.rule_missing"
        lines.append(("", t(key, until=until, rule=setting.rule, target=setting.target)))
    return lines


def _used(one: "DeadlineSaid") -> str:
    """Return how much of the time has gone by, in its own kind of time."""
    deadline = one.deadline
    kind = t(f"explain.sla.kind.{'working' if deadline.target.working else 'clock'}")
    gone = length(deadline.elapsed_minutes * MINUTE)
    if deadline.target_minutes is None:
        return t("explain.sla.used_so_far", gone=gone, kind=kind)
    return t("explain.sla.used", gone=gone, whole=length(deadline.target_minutes * MINUTE), kind=kind)


def _waited(view: View, one: "DeadlineSaid") -> str:
    """Return how much of its time the waiting for the customer took, and when it would be due without."""
    words = {"paused": length(one.paused)}
    if one.plain is None or one.plain == one.deadline.due:
        return t("explain.sla.waited", **words)
    return t("explain.sla.waited_else", **words, plain=one.plain.astimezone(view.rulebook.zone))


def _alarm(view: View, alarm: "Alarm") -> str:
    who = visible(label("role", alarm.who))
    heard = "heard" if alarm.at <= view.now else "ahead"
    at = alarm.at.astimezone(view.rulebook.zone)
    return t(f"explain.sla.alarm.{heard}", share=f"{alarm.share:f}", at=at, who=who)


def _rows(pieces: Sequence["Piece"], *, fold: bool) -> list[tuple[str, ...]]:
    """Return pieces of time as rows; to fold them makes whole days that say the same one."""
    rows, place = [], 0
    while place < len(pieces):
        after = _run(pieces, place) if fold else place
        days = dict.fromkeys(piece.start.date() for piece in pieces[place:after] if piece.reason in AT_WORK)
        if len(days) > 1:
            rows.append(_days(pieces[place:after], list(days)))
            place = after
        else:
            rows.append(_row(pieces[place]))
            place += 1
    return rows


def _run(pieces: Sequence["Piece"], first: int) -> int:
    """Return where a run of whole working days that say the same ends, nothing falling on any; `first` if none begins.

    The nights and weekends between them go with it; a holiday, a closure or an adjusted day says something else.
    """
    reason, after = pieces[first].reason, first
    if reason not in AT_WORK or first == 0 or pieces[first - 1].reason not in IDLE:
        return first
    for place in range(first, len(pieces) - 1):
        piece = pieces[place]
        if piece.ends or piece.reason not in (reason, "break", "closed", "weekend"):
            break
        if piece.reason == reason and pieces[place + 1].reason in IDLE:
            after = place + 1
    return after


def _days(run: Sequence["Piece"], days: Sequence[date]) -> tuple[str, ...]:
    """Return a run of whole days as a row: the first and the last, what they add together, and how many they are."""
    worked = sum((piece.length for piece in run if piece.counted), timedelta())
    return (
        forms.day(days[0], language()),
        forms.day(days[-1], language()),
        length(worked) if worked else "-",
        length(run[-1].total) if worked else "",
        t("explain.sla.run", number=len(days), reason=_reason(run[0])),
        "",
    )


def _row(piece: "Piece") -> tuple[str, ...]:
    """Return a piece of time as a row: from, to, what it adds, what there is by then, why, and what falls on its end.

    The sum stands where something was added, and where something falls.
    """
    return (
        moment(piece.start, language()),
        _end(piece.start, piece.end),
        length(piece.length) if piece.counted else "-",
        length(piece.total) if piece.counted or piece.ends else "",
        _reason(piece),
        t("explain.sla.ends", ends=tuple(t(f"explain.sla.end.{name}") for name in piece.ends)) if piece.ends else "",
    )


def _end(start: datetime, end: datetime) -> str:
    """Return where a piece ends: the time alone on the day it began, and midnight as the end of the day before."""
    midnight = (end.hour, end.minute, end.second) == (0, 0, 0)
    last = end.date() - MIDNIGHT if midnight else end.date()
    clock = "24:00" if midnight else f"{end:%H:%M}"
    return clock if last == start.date() else f"{forms.day(last, language())} {clock}"


def _reason(piece: "Piece") -> str:
    words = t(f"explain.sla.reason.{piece.reason}")
    if piece.reason == "holiday":
        holiday = f"report.holiday.{piece.detail}"
        name = t(holiday) if known(holiday) else visible(piece.detail or "")
        return t("explain.sla.reason.named", reason=words, detail=name) if name else words
    return t("explain.sla.reason.named", reason=words, detail=visible(piece.detail)) if piece.detail else words


def length(value: timedelta) -> str:
    """Return a length of time in hours and minutes: a day of work has other hours than one of the clock."""
    hours, minutes = divmod(value // MINUTE, 60)
    parts = [span(Duration(hours, "h"), language())] if hours else []
    parts += [span(Duration(minutes, "m"), language())] if minutes or not hours else []
    return " ".join(parts)


# --- for programs -----------------------------------------------------------------------------------------------


def sla_data(said: "SlaSaid", name: str | None = None) -> dict[str, Any]:
    """Return the explanation for programs; minutes are whole, and those of the target's own kind of time."""
    complaint = said.complaint
    return {
        "complaint": complaint.id,
        "status": complaint.status,
        "severity": complaint.severity,
        "now": said.now.isoformat(),
        "severities": [_setting_data(setting) for setting in said.settings],
        "total_minutes": said.total // MINUTE if said.total is not None else None,
        "deadlines": [_deadline_data(said, one) for one in said.deadlines if name in (None, one.deadline.name)],
    }


def _setting_data(setting: "Setting") -> dict[str, Any]:
    return {name: jsonable(getattr(setting, name)) for name in ("severity", "at", "by", "event")}


def _deadline_data(said: "SlaSaid", one: "DeadlineSaid") -> dict[str, Any]:
    deadline = one.deadline
    return {
        "name": deadline.name,
        "number": deadline.number,
        "round": one.round,
        "owner": deadline.owner or said.complaint.owner,
        "due": jsonable(deadline.due),
        "met": deadline.met,
        "met_at": jsonable(deadline.met_at),
        "elapsed_minutes": deadline.elapsed_minutes,
        "target_minutes": deadline.target_minutes,
        "rule": deadline.rule,
        "target": str(deadline.target),
        "named": jsonable(deadline.by),
        "since": jsonable(deadline.since),
        "since_why": one.why,
        "begins": jsonable(one.begins),
        "working": deadline.target.working,
        "working_days": jsonable(one.days),
        "paused_minutes": one.paused // MINUTE,
        "due_without_pauses": jsonable(one.plain),
        "clock_change_minutes": one.shift // MINUTE,
        "years_not_announced": list(one.unknown),
        "targets": [
            {**_setting_data(setting), "rule": setting.rule, "target": str(setting.target) if setting.target else None}
            for setting in one.settings
        ],
        "alarms": [
            {"share": f"{alarm.share:f}", "at": jsonable(alarm.at), "who": alarm.who, "heard": alarm.at <= said.now}
            for alarm in one.alarms
        ],
        "segments": [
            {
                "from": jsonable(piece.start),
                "to": jsonable(piece.end),
                "counted": piece.counted,
                "reason": piece.reason,
                "detail": piece.detail,
                "seconds": int(piece.length.total_seconds()),
                "counted_minutes": piece.total // MINUTE,
                "ends": list(piece.ends),
            }
            for piece in one.pieces
        ],
    }
