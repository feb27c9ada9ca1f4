"""The desk: what a command holds in its hands. The only caller of the clock, the environment and chance."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cscli import i18n
from cscli.domain import ids
from cscli.domain.value import Value
from cscli.domain.values import FIRST_YEAR, LAST_YEAR, fixed, names_somebody, says_something
from cscli.errors import CscliError, DataProblem, NotFound, Refused, UsageProblem
from cscli.store import layout
from cscli.store.store import PATIENCE, Store
from cscli.terminal import interactive, json_text, progress, say, say_aside

if TYPE_CHECKING:
    from cscli.domain.calendar import Calendar
    from cscli.domain.findings import Finding
    from cscli.domain.permit import Permit
    from cscli.domain.record import Act, Change
    from cscli.domain.rulebook import Rulebook
    from cscli.domain.staff import Staff

LONGEST_NAME = 200  # signs of the name of who does something
T = TypeVar("T")


class Door(Value):
    """What was said before the noun; None is "not said"; `spoken` is whether anything named a language."""

    home: str | None = None
    by: str | None = None
    now: str | None = None
    spoken: bool = True


class Desk:
    """One desk, opened for one command."""

    def __init__(self, door: Door, *, at: str | None = None, as_json: bool = False, dry_run: bool = False) -> None:
        self.door = door
        self.as_json = as_json
        self.dry_run = dry_run
        self.home = _home(door.home)
        self.store = Store(self.home, patience=_patience(), progress=progress)
        self._at = at
        self._drawn: list[str] = []  # the ids drawn so far
        self._had: list[str] = []  # those of what was decided last

    # --- who, when, by which rules ------------------------------------------------------------------------------

    @property
    def rulebook(self) -> "Rulebook":
        """The rules; where neither option, variable nor locale named a language, the rulebook's is spoken."""
        rulebook = self.store.rulebook
        if not self.door.spoken:
            i18n.use(rulebook.desk.language)
        return rulebook

    @property
    def calendar(self) -> "Calendar":
        """Opening and working days."""
        return self.store.calendar

    @cached_property
    def now(self) -> datetime:
        """The present moment in the desk's zone, in whole seconds: `--now`, `CSCLI_NOW`, else the clock."""
        said = self.door.now or os.environ.get("CSCLI_NOW")
        clock = datetime.now(UTC).astimezone(self.rulebook.zone).replace(microsecond=0)
        if not said:
            return clock
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            raise UsageProblem("words.moment", value=said) from None
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise UsageProblem("value.year", value=said)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.rulebook.zone)
        return moment.astimezone(self.rulebook.zone).replace(microsecond=0)

    @cached_property
    def at(self) -> datetime:
        """When it really happened: `--at`, else now."""
        if not self._at:
            return self.now
        from cscli.domain.phrases import parse_moment

        return parse_moment(self._at, self.now)

    @cached_property
    def by(self) -> str:
        """Who does it: `--by`, `CSCLI_BY`, else the name git knows; one of the staff by login."""
        said = self.door.by if self.door.by is not None else os.environ.get("CSCLI_BY") or ""
        if self.door.by is not None and not says_something(said):
            raise UsageProblem("usage.blank", option="--by")
        name = " ".join(said.split()) or self.store.repo.committer.name
        if not names_somebody(name):
            raise UsageProblem("usage.hidden", option="--by", value=name)
        if len(name) > LONGEST_NAME:
            raise UsageProblem("usage.long", option="--by", most=LONGEST_NAME)
        known = not self.store.has_staff() or self.store.staff(name) is not None
        return name if known else self.colleagues.get(alike(name), name)

    @property
    def logins(self) -> tuple[str, ...]:
        """The logins of everybody of whom there is a file."""
        from cscli.store import queries

        return queries.staff_logins(self.store.index)

    @cached_property
    def staff(self) -> "tuple[Staff, ...]":
        """Everybody of whom there is a file that can be read; of the others `check` tells."""
        found = []
        for login in self.logins:
            with suppress(DataProblem):
                found.append(self.store.staff(login))
        return tuple(filter(None, found))

    @cached_property
    def colleagues(self) -> dict[str, str]:
        """The logins of the staff by login and, where only one bears it, by name; the keys as `alike` makes them."""
        found: dict[str, list[str]] = {}
        for one in self.staff:
            if one.name:
                found.setdefault(alike(one.name), []).append(one.login)
        return {name: bearers[0] for name, bearers in found.items() if len(bearers) == 1} | {
            alike(login): login for login in self.logins
        }

    @property
    def supervisors(self) -> tuple[str, ...]:
        """The logins of the supervisors who work here."""
        today = self.now.date()
        return tuple(one.login for one in self.staff if one.role == "supervisor" and one.works_on(today))

    @property
    def act(self) -> "Act":
        """Who does something, when it happened, when it is written down."""
        from cscli.domain.record import Act

        return Act(by=self.by, at=fixed(self.at), now=fixed(self.now))

    def permit(self, override: bool, reason: str | None) -> "Permit | None":
        """Return somebody's wish to set rules aside, None where no override is asked for.

        Raises `UsageProblem` without a reason, `Refused` for somebody who may set no rule aside. A desk that keeps no
        files of its staff trusts everybody who gives a reason.
        """
        if not override:
            return None
        if not reason or not reason.strip():
            raise UsageProblem("usage.override_reason")
        from cscli.domain.permit import Permit

        roles = self.rulebook.roles
        self.allow(tuple(dict.fromkeys([*roles.override, *(role for some in roles.rules.values() for role in some)])))
        trusted = not self.store.has_staff()
        return Permit(reason=reason, by=self.by, role=self.role, roles=roles, trusted=trusted)

    def allow(self, roles: tuple[str, ...]) -> None:
        """Raise `Refused` for somebody with none of these roles; a desk without files of its staff allows everybody."""
        if self.store.has_staff() and self.role not in roles:
            raise Refused("refused.role", rule="roles", by=self.by, role=self.role or "-", allowed=roles)

    @cached_property
    def role(self) -> str | None:
        """The role of who does it, None where the desk keeps no file of them, or they have left."""
        person = self.store.staff(self.by)
        return person.role if person and person.works_on(self.now.date()) else None

    def _meet_strangers(self) -> None:
        """Tell, or refuse, somebody who changes something and is none of the staff (manual row A1).

        A slip in a name would put the deed down to nobody; but a desk that has just begun its files goes on working.
        """
        way = self.rulebook.roles.strangers
        if way == "ignore" or self.role is not None or not self.store.has_staff():
            return
        if way == "refuse":
            raise Refused("refused.staff.stranger", rule="roles.strangers", by=self.by)
        say_aside(i18n.t("note.stranger", by=self.by))

    @property
    def can_ask(self) -> bool:
        """Whether a person sits there whose answer would change something."""
        return interactive() and not self.as_json and not self.dry_run

    def new_id(self, kind: str, day: date) -> str:
        """Return an id nobody has yet; what is decided again, once it was read back, has the ids it had."""
        again = (known for known in self._had if ids.kind_of(known) == kind and ids.day_of(known) == day)
        while True:
            record_id = next(again, None) or ids.make(kind, day, os.urandom(ids.CHANCE_BYTES))
            if record_id not in self._drawn and not self.store.exists(record_id):
                self._drawn.append(record_id)
                return record_id

    # --- deciding and writing -----------------------------------------------------------------------------------

    def write(self, decide: "Callable[[], Change]") -> "Change":
        """Decide and write under the lock; with `--dry-run` decide, and prove what would be written.

        What was said and cannot be kept, such as a number too large for a file, is a mistake of the command line.
        """
        _ = self.act  # a wrong --at or a missing identity is said before anybody is kept waiting
        with self.store.writing():
            for name in ("now", "at"):  # time may have passed while a person was asked or another command had the desk
                self.__dict__.pop(name, None)
            self._meet_strangers()
            change = self.decide(decide)
            try:
                if self.dry_run:
                    self.store.prepare(change)
                else:
                    self.store.apply(change, self.now)
            except DataProblem as problem:
                if problem.key == "data.value":
                    finding: Any = problem.facts["finding"]
                    raise _as_said(finding) from None
                raise
        self.tell_recovery()
        if not self.dry_run and self.store.detached():
            say_aside(i18n.t("note.detached"))
        return change

    def decide(self, deed: Callable[[], T]) -> T:
        """Return what was decided; a refusal learns here which roles may set its rule aside."""
        before = len(self._drawn)
        try:
            return deed()
        except CscliError as problem:
            conflicts: Any = problem.facts.get("conflicts", ())  # of a series: all of them must be set aside
            rules = [one.overridable for one in (problem, *(known.problem for known in conflicts)) if one.overridable]
            allowed = [self.rulebook.roles.may_override(rule) for rule in rules]
            problem.roles = tuple(role for role in (allowed or [()])[0] if all(role in roles for roles in allowed))
            raise
        finally:
            self._had, self._drawn = self._drawn[before:], self._drawn[:before]

    def tell_recovery(self) -> None:
        """Say what was found lying about from a run that was cut short."""
        found = self.store.recovered
        if found is not None:
            self.store.recovered = None
            key = "note.recovered_finished" if found.finished else "note.recovered_undone"
            say_aside(i18n.t(key, paths=found.paths or ("-",)))
            if found.kept:
                say_aside(i18n.t("note.recovered_kept", paths=found.kept))

    # --- showing ------------------------------------------------------------------------------------------------

    def show(self, text: Callable[[], str], data: Callable[[], Any], *, long: bool = False) -> None:
        """Print the text, through the pager where it may be `long`, or the JSON document where `--json` was said."""
        self.tell_recovery()
        self.tell_findings()
        if self.as_json:
            say(json_text(data()))
        else:
            say(text(), long=long)

    def tell_findings(self) -> None:
        """Say on standard error how many files had to be left out of the answer."""
        broken = sorted({finding.path for finding in self.store.findings()})
        if broken:
            say_aside(i18n.t("note.left_out", number=len(broken), first=broken[0]))


def alike(name: str) -> str:
    """Return a name without what two spellings of it may differ in: capitals, wide letters, blanks at its ends."""
    import unicodedata

    return unicodedata.normalize("NFKC", name).casefold().strip()


def _as_said(found: "Finding") -> UsageProblem:
    """Return what is wrong with a record that a command would write as what is wrong with the option it came from."""
    facts = found.facts
    option = "--" + str(facts.get("key", "")).rpartition(".")[2].partition("[")[0].replace("_", "-")
    if found.rule == "value.whole":
        return UsageProblem("usage.range", option=option, value=facts["value"], range=f"{facts['low']}-{facts['high']}")
    return UsageProblem(found.rule, **facts)


def _home(said: str | None) -> Path:
    """Return the desk's folder: the one named, else the nearest upwards that holds a rulebook."""
    named = said or os.environ.get("CSCLI_DESK")
    start = Path(named or ".")
    try:
        start = start.expanduser().resolve(strict=True)
        home = (start if (start / layout.RULEBOOK).is_file() else None) if named else layout.find_home(start)
    except (OSError, RuntimeError, ValueError):
        home = None
    if home is None:
        raise NotFound("not_found.desk_named" if named else "not_found.desk", path=str(start))
    return home


def _patience() -> float:
    """Return how many seconds to wait for a desk that is busy."""
    try:
        return max(0.0, float(os.environ.get("CSCLI_PATIENCE", "")))
    except ValueError:
        return PATIENCE
