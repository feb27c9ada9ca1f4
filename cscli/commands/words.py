"""Words of the command line turned into values: choices with the nearest one suggested, moments, spans, amounts."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from cscli.domain.masks import mask_email, mask_number
from cscli.domain.rulebook import entry_named
from cscli.domain.values import BadValue, Duration, clean_text, fixed, read_phone, read_positive_money, says_something
from cscli.errors import Refused, UsageProblem
from cscli.i18n import label

LONGEST = timedelta(days=400)  # what is longer is a slip of the keyboard

if TYPE_CHECKING:
    from cscli.domain.calendar import Calendar
    from cscli.domain.customer import Customer
    from cscli.domain.rulebook import Rulebook
    from cscli.domain.services import Service

T = TypeVar("T")


def choice(value: str, known: Sequence[str], what: str) -> str:
    """Return `value` when it is one of the known words; raises `UsageProblem` with the nearest one."""
    word = value.strip().replace("-", "_") if "_" in "".join(known) else value.strip()
    if word in known:
        return word
    from cscli.domain.near import nearest

    near = nearest(word, known)
    key = "usage.choice_near" if near else "usage.choice"
    raise UsageProblem(f"{key}.command" if what == "command" else key, value=value, what=what, known=tuple(known),
                       near=near or "")  # fmt: skip


def optional_choice(value: str | None, known: Sequence[str], what: str) -> str | None:
    """Return None for nothing said, else what `choice` returns."""
    return None if value is None else choice(value, known, what)


def moment(text: str, now: datetime, of: datetime | None = None, *, exact: bool = True) -> datetime:
    """Return the moment that was said, with its offset; a time alone is meant on the day `of` a moment, else today.

    A time that the clocks leap over that night is no time, unless it need not be `exact`: then it is the one after it.
    """
    from cscli.domain.phrases import parse_moment

    return fixed(parse_moment(text, now, _day_of(of, now), exact=exact))


def moment_or_day(text: str, now: datetime) -> datetime:
    """Return the moment that was said; a day alone is its beginning, which is as much as somebody may remember."""
    from cscli.domain.phrases import parse_day

    try:
        return moment(text, now)
    except UsageProblem:
        said = parse_day(text, now)
        return fixed(datetime(said.year, said.month, said.day, tzinfo=now.tzinfo))


def within(text: str, now: datetime, calendar: "Calendar") -> timedelta:
    """Return a span from now on as time on the clock; `4wh` and `2wd` are working time, as in the rulebook."""
    from cscli.domain.phrases import parse_span

    try:
        span = Duration.parse(text.strip())
    except BadValue:
        return parse_span(text)
    if not span.working:
        return parse_span(text)
    from cscli.domain.worktime import reach

    return reach(calendar, now, span)


def shown(text: str, now: datetime, of: datetime | None = None) -> datetime:
    """Return what the clock on the wall shows at the moment that was said, whether or not there is such a time."""
    from cscli.domain.phrases import parse_moment

    return parse_moment(text, fixed(now), _day_of(of, now)).replace(tzinfo=None)


def _day_of(moment: datetime | None, now: datetime) -> date | None:
    return moment.astimezone(now.tzinfo).date() if moment else None


def window(start: datetime | None, end: str | None, length: str | None, now: datetime) -> datetime | None:
    """Return when something ends that was said with `--end` or `--for`; None where neither was."""
    if end and length:
        raise UsageProblem("usage.both", first="--end", second="--for")
    from cscli.domain.phrases import parse_moment, parse_span

    if length and start is not None:
        span = parse_span(length)
        if span > LONGEST:
            raise UsageProblem("words.span", value=length)
        return start + span
    if end and start is not None:
        try:  # a time alone is meant on the day of the start
            return fixed(parse_moment(f"{start.astimezone(now.tzinfo):%Y-%m-%d} {end}", now, exact=True))
        except UsageProblem as problem:
            if problem.key == "words.no_such_time":
                raise
            return fixed(parse_moment(end, now, exact=True))
    return None


def day(text: str, now: datetime) -> datetime:
    """Return the midnight that begins the day that was said, in `now`'s zone."""
    from cscli.domain.phrases import parse_day

    said = parse_day(text, now)
    return datetime(said.year, said.month, said.day, tzinfo=now.tzinfo)


def value(read: Callable[[str], T], text: str) -> T:
    """Return what a reader of the domain makes of a text; raises `UsageProblem` where it says no."""
    try:
        return read(text)
    except BadValue as problem:
        raise UsageProblem(problem.key, **problem.facts) from None


def phone(text: str) -> str:
    """Return a phone number as it is kept."""
    try:
        return read_phone(text)
    except BadValue:
        raise UsageProblem("value.phone", value=mask_number(text)) from None


def email(text: str) -> str:
    """Return an e-mail address as it is kept; a wrong one is said back masked."""
    address = value(clean_text, text).strip()
    user, at, domain = address.partition("@")
    if not (user and at and domain) or any(sign.isspace() for sign in address):
        raise UsageProblem("usage.email", value=mask_email(address))
    return address


def contact(text: str) -> str:
    """Return a phone number or an e-mail address as it is kept."""
    return email(text) if "@" in text else phone(text)


def amount(text: str) -> Decimal:
    """Return an amount of money."""
    return value(read_positive_money, text)


def text(said: str | None) -> str | None:
    """Return a text as it is kept, None for nothing."""
    return None if said is None else value(clean_text, said)


def name(said: str | None, option: str) -> str | None:
    """Return a name as it is kept, None for nothing; raises `UsageProblem` for one that says nothing."""
    if said is not None and not says_something(said):
        raise UsageProblem("usage.blank", option=option)
    return text(said)


def line(said: str | None, option: str) -> str | None:
    """Return a name on one line, None for nothing; raises `UsageProblem` for one with signs that cannot be seen."""
    called = " ".join((name(said, option) or "").split())
    if not called.isprintable():
        raise UsageProblem("usage.hidden", option=option, value=called)
    return called or None


def filled(**said: str | None) -> None:
    """Raise `UsageProblem` for the first option that was said and says nothing."""
    for option, value in said.items():
        name(value, f"--{option.replace('_', '-')}")


def need(value: T | None, option: str) -> T:
    """Return a value that has to be there; raises `UsageProblem` naming the option."""
    if value is None:
        raise UsageProblem("usage.missing", option=option)
    return value


def required_of_customer(service: "Service", person: "Customer | None") -> None:
    """Raise `UsageProblem` where the customer's file lacks what the rulebook wants with this service."""
    if "customer" in service.required and person is None:
        raise UsageProblem("usage.required", option="--customer", service=service.name)
    if "phone" in service.required and (person is None or not person.phones):
        raise UsageProblem("usage.required", option="--phone", service=service.name)
    if "contact" in service.required and (person is None or not (person.phones or person.emails)):
        raise UsageProblem("usage.required", option="--phone / --email", service=service.name)
    if "card" in service.required and (person is None or person.card is None):
        raise Refused("refused.card_needed", rule="service.required", service=service.name)


def place(rulebook: "Rulebook", service: "Service", word: str) -> str:
    """Return the id of a resource that was named; raises `NotFound` with those that serve the service.

    One that serves another is refused with its own sentence where the order is judged.
    """
    if any(word in (known.id, known.name) for known in rulebook.resource):
        return rulebook.resource_named(word).id
    own = [known for group in service.resources for known in rulebook.group(group)]
    return entry_named(own, word, "rulebook.no_resource").id


def listed(entries: Iterable[Any]) -> tuple[tuple[str, str], ...]:
    """Return entries of the rulebook as they can be chosen from: id and name."""
    return tuple((entry.id, entry.name) for entry in entries)


def words_for(group: str, known: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the words of a closed set as they can be chosen from: the word and its name in the user's language."""
    return tuple((word, label(group, word)) for word in known)
