"""The deadlines in the index are those of a slow recount from all files, whatever changed; none is read for that."""

import builtins
import io
import json
import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cscli.domain import sla
from cscli.domain.case import Complaint
from cscli.domain.clock import clock_of
from cscli.domain.due_complaints import TASKS, waiting
from cscli.domain.value import replace
from cscli.store import clock_text, clocks, codec, layout, queries
from cscli.store.index import Index
from cscli.store.store import Store
from tests.builders import SHANGHAI, a_calendar, a_complaint, at
from tests.conftest import DeskFolder
from tests.model.complaint_walk import ComplaintWalk, life, rules

MANY = 10_000
SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
Row = tuple[str, int, str, str]


def put(desk: DeskFolder, complaint: Complaint, name: str) -> Path:
    """Write a complaint's file by hand, under an id of the day it was received."""
    record = replace(complaint, id=f"CP-{complaint.received_at:%y%m%d}-{name}", customer=None, merged_into=None)
    path = desk.home / layout.path_of(record.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(codec.dump(record), encoding="utf-8")
    return path


def told(store: Store) -> set[Row]:
    """Return what the index says complaints wait for, once it was reckoned."""
    store.reckon()
    return {(record, due, kind, owner) for record, due, kind, owner, *_ in store.index.all("SELECT * FROM deadline")}


def recounted(desk: DeskFolder, store: Store) -> set[Row]:
    """Return the same from the files, each read and reckoned by itself."""
    found: set[Row] = set()
    for path in (desk.home / "records" / "complaints").rglob("*.toml"):
        complaint = codec.load(Complaint, path.read_bytes(), path.name)
        if complaint.status in ("withdrawn", "merged"):
            continue
        now = complaint.last_at or complaint.received_at
        deadlines = sla.deadlines(complaint, store.rulebook, store.calendar, now)
        for one in waiting(clock_of(complaint), deadlines, store.rulebook, store.calendar):
            if complaint.status != "closed" or one.kind in TASKS:
                found.add((complaint.id, int(one.due.timestamp()), one.kind, one.owner))
    return found


def agree(desk: DeskFolder) -> set[Row]:
    """Open the desk as the next command would; both must say the same, which is returned."""
    store = desk.store()
    try:
        first, second = told(store), recounted(desk, store)
        assert first == second
        return first
    finally:
        store.close()


# --- whatever changes -----------------------------------------------------------------------------------------------


def test_a_change_of_the_rules_moves_every_deadline(desk: DeskFolder) -> None:
    put(desk, a_complaint(), "7F3K9Q")
    before = agree(desk)
    desk.rules(lambda text: text.replace('resolve = "2wd"', 'resolve = "3wd"'))
    after = agree(desk)

    def due(found: set[Row]) -> list[int]:
        return [when for _, when, kind, _ in found if kind == "resolve"]

    assert due(before) == [int(at("2026-11-24 09:00").timestamp())]
    assert due(after) == [int(at("2026-11-25 09:00").timestamp())]


def test_a_day_off_in_the_calendar_moves_them_too(desk: DeskFolder) -> None:
    put(desk, a_complaint(), "7F3K9Q")
    agree(desk)
    path = desk.home / "records" / "calendar" / "2026.toml"
    path.parent.mkdir()
    path.write_text("off = [2026-11-23]\n", encoding="utf-8")

    assert [when for _, when, kind, _ in agree(desk) if kind == "resolve"] == [int(at("2026-11-25 09:00").timestamp())]
    path.unlink()
    assert [when for _, when, kind, _ in agree(desk) if kind == "resolve"] == [int(at("2026-11-24 09:00").timestamp())]


def test_a_price_moves_none_of_them(desk: DeskFolder) -> None:
    put(desk, a_complaint(), "7F3K9Q")
    agree(desk)
    desk.rules(lambda text: text.replace('amount = "10.00"', 'amount = "12.00"', 1))
    store = desk.store()
    present = clocks.stamp(store.index, store.rulebook, store.calendar)

    assert store.index.meta("reckoned") == present
    store.close()


@pytest.mark.parametrize("seed", range(4))
def test_on_a_random_desk_the_index_says_what_a_slow_recount_says(desk: DeskFolder, seed: int) -> None:
    """Given complaints at all stages, edited, lost, restored, under other rules and calendars, both agree each time."""
    chance = random.Random(seed)  # noqa: S311 - a draw, not a secret
    walks = {f"7F3K{chance.choice(SIGNS)}{sign}": ComplaintWalk(chance.randrange(10_000)) for sign in SIGNS[:6]}
    paths = {name: put(desk, walk.run(chance.randrange(15)), name) for name, walk in walks.items()}
    desk.git("add", "-A")
    desk.git("commit", "-qm", "Six complaints")
    agree(desk)

    def live() -> None:
        name = chance.choice(list(walks))
        put(desk, walks[name].run(chance.randrange(1, 6)), name)

    def lose() -> None:
        paths[chance.choice(list(paths))].unlink(missing_ok=True)

    def restore() -> None:
        desk.git("checkout", "-q", "--", "records/complaints")

    def keep() -> None:
        desk.git("add", "-A")
        desk.git("commit", "-qm", "By hand", "--allow-empty")

    def break_off() -> None:
        path = paths[chance.choice(list(paths))]
        if path.exists():
            keep()
            path.write_text("not a record", encoding="utf-8")
            agree_without(path)
            desk.git("checkout", "-q", "--", str(path))

    def agree_without(path: Path) -> None:
        store = desk.store()
        assert path.stem not in {record for record, *_ in told(store)}
        store.close()

    def rule() -> None:
        span = chance.choice(("1wd", "30m", "3wh", "2wd", "90wm"))
        key = chance.choice(("acknowledge", "resolve", "progress", "communicate", "follow_up"))
        lines = (desk.home / layout.RULEBOOK).read_text(encoding="utf-8").splitlines(keepends=True)
        mine = [n for n, line in enumerate(lines) if line.startswith(f'{key} = "')]
        lines[chance.choice(mine)] = f'{key} = "{span}"\n'
        (desk.home / layout.RULEBOOK).write_text("".join(lines), encoding="utf-8")

    def year() -> None:
        path = desk.home / "records" / "calendar" / "2026.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            f"off = [2026-11-{chance.choice((16, 18, 20, 23, 25, 27))}]\nwork = [2026-11-22]\n", encoding="utf-8"
        )

    for _ in range(10):
        chance.choice((live, live, lose, restore, keep, rule, year, break_off))()
        agree(desk)


# --- who may not write, and who writes meanwhile --------------------------------------------------------------------


def test_an_index_that_may_not_be_written_is_reckoned_in_memory(desk: DeskFolder) -> None:
    put(desk, a_complaint(), "7F3K9Q")
    store = desk.store()
    store.index.db.execute("PRAGMA query_only=1")

    assert told(store) == recounted(desk, store) != set()
    store.close()


def test_a_complaint_entered_anew_while_another_reckons_is_not_taken_for_reckoned(
    desk: DeskFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given that a file changes and is entered just before deadlines are written, those of the new one are written."""
    path = put(desk, a_complaint(), "7F3K9Q")
    slow = desk.store()
    enter = clocks._enter

    def late(*given: Any) -> None:
        put(desk, a_complaint("acknowledged"), "7F3K9Q")
        desk.store().close()  # another command looks, and enters it
        enter(*given)

    monkeypatch.setattr(clocks, "_enter", late)
    slow.reckon()
    slow.close()
    monkeypatch.setattr(clocks, "_enter", enter)

    assert "acknowledge" not in {kind for _, _, kind, _ in agree(desk)}
    assert path.exists()


def test_rules_that_change_after_they_were_read_are_reckoned_by_at_the_next_look(desk: DeskFolder) -> None:
    put(desk, a_complaint(), "7F3K9Q")
    early = desk.store()
    assert early.rulebook
    desk.rules(lambda text: text.replace('resolve = "2wd"', 'resolve = "3wd"'))
    early.reckon()
    early.close()

    assert [when for _, when, kind, _ in agree(desk) if kind == "resolve"] == [int(at("2026-11-25 09:00").timestamp())]


# --- many -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def full(tmp_path: Path) -> Index:
    """Return an index of ten thousand open complaints, a minute apart."""
    index = Index(tmp_path / "index.sqlite")
    index.enter_record(replace(a_complaint("planned"), id="CP-261120-000000"))
    index.db.execute("BEGIN")
    names = [str(row[1]) for row in index.all("PRAGMA table_info(complaint)") if row[1] != "id"]
    listed = ", ".join(f'"{name}"' for name in names)
    index.db.execute(
        f"WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < {MANY - 1})"
        f" INSERT INTO complaint (id, {listed}) SELECT printf('CP-261120-%06d', n), {listed} FROM complaint, more"
        " WHERE id = 'CP-261120-000000'"
    )
    index.db.execute("COMMIT")
    return index


def test_ten_thousand_open_complaints_are_reckoned_anew_without_reading_a_file(
    full: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = rules(), rules()
    minor, *others = second.complaint.severity
    second = replace(second, complaint=replace(second.complaint, severity=(replace(minor, resolve=others[0].resolve),
                                                                           *others)))  # fmt: skip
    clocks.reckon(full, first, a_calendar(first))
    before = full.all("SELECT * FROM deadline WHERE kind = 'resolve' ORDER BY record")
    opened: list[object] = []

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def count(path: Any, *given: Any, **named: Any) -> Any:
            opened.append(path)
            return real(path, *given, **named)

        return count

    for room, name in ((builtins, "open"), (io, "open"), (os, "open")):
        monkeypatch.setattr(room, name, counting(getattr(room, name)))
    clocks.reckon(full, second, a_calendar(second))
    monkeypatch.undo()

    after = full.all("SELECT * FROM deadline WHERE kind = 'resolve' ORDER BY record")
    assert opened == []
    assert (len(before), len(after)) == (MANY, MANY)
    assert all(one[1] > other[1] for one, other in zip(before, after, strict=True))
    assert full.all(clocks.STALE) == []
    full.close()


# --- the answers of commands ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(2))
def test_commands_answer_alike_from_a_kept_index_a_fresh_one_and_from_the_files(
    desk: DeskFolder, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Given nine complaints at all stages, none of which knows a later moment than now, three ways say the same."""
    for number in range(9):
        put(desk, life(seed * 100 + number, 12), f"7F3K{SIGNS[seed]}{SIGNS[number]}")
    now = "2026-12-31T12:00:00"
    lines = (
        "due --json --limit 0", "due --json --limit 3", "due --json --owner chen.jie", "due --json --within 3d",
        "status --json", "complaint list --json --limit 0", "complaint list --json --overdue",
    )  # fmt: skip

    def answers() -> dict[str, Any]:
        return {line: json.loads(desk.ok(line, now=now)) for line in lines}

    kept = answers()
    assert answers() == kept
    for path in (desk.home / ".git" / "cscli").glob("index.sqlite*"):
        path.unlink()
    assert answers() == kept
    monkeypatch.setattr(queries, "has_later", lambda *_: True)  # then every file is read
    assert answers() == kept
    assert kept["due --json --limit 0"]


def test_what_was_reckoned_is_not_reckoned_again(desk: DeskFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        put(desk, life(number, 12), f"7F3K9{SIGNS[number]}")
    lines = ("due --json", "status --json")
    first = [desk.ok(line, now="2026-12-31T12:00:00") for line in lines]

    def never(*_: object, **__: object) -> None:
        raise AssertionError("reckoned again")

    monkeypatch.setattr("cscli.domain.sla.deadlines", never)

    assert [desk.ok(line, now="2026-12-31T12:00:00") for line in lines] == first
    assert "CP-" in first[0]


def test_a_clock_packs_and_unpacks_to_what_it_was() -> None:
    for seed in range(30):
        clock = clock_of(life(seed, 30))
        assert clock_text.unpack(clock_text.pack(clock), SHANGHAI) == clock


def test_a_complaint_no_rule_can_reckon_waits_for_nothing(desk: DeskFolder) -> None:
    """Given a calendar without any hours left, `check` tells; the others are not held up."""
    put(desk, a_complaint(), "7F3K9Q")
    store = desk.store()
    barren = replace(store.calendar, office={})
    clocks.reckon(store.index, store.rulebook, barren)
    assert store.index.all("SELECT * FROM deadline") == []
    store.close()


def test_moments_are_kept_to_the_second() -> None:
    moment = datetime(2026, 11, 20, 9, 0, 59, tzinfo=SHANGHAI)
    clock = replace(clock_of(a_complaint()), told_at=moment)

    assert clock_text.unpack(clock_text.pack(clock), SHANGHAI).told_at == moment
    assert clock_text.unpack(clock_text.pack(clock), SHANGHAI).told_at != moment + timedelta(seconds=1)
