"""Rules put, added and removed in rulebooks written by hand: the one rule changes, every other letter stays."""

import tomllib
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cscli.errors import CscliError, NotFound, Refused, UsageProblem
from cscli.store import rule_edit, rule_keys
from cscli.store.founding import templates
from cscli.store.rule_edit import Edited
from cscli.store.rule_keys import Hear
from tests.builders import refusal

HEAR = Hear(moment=datetime.fromisoformat, day=date.fromisoformat)
PAGES = sorted((templates() / "profiles").glob("*.toml"))
CLUB = """\
#:schema desk.schema.json
# The club's rulebook, as its manager wrote it.
schema = 1

[desk]
name = "Club"          # the sign over the door
timezone = "Asia/Shanghai"

# --- Time ----------------------------------------------

[calendar.open]        # all week
mon = ["09:00-12:00",  # morning
       "13:00-18:00"]  # afternoon

[booking]
read_back = true       # aloud
# quota = { open = 8 }

[[service]]
id = "tennis"
name = "Tennis"
kind = "slot"
resources = ["court"]
priority = { misses = 3, advance = "2d" }  # row D6
refund = [             # the first that fits
  { fee = "0%", notice = "2h" },   # in time
  # too late:
  { fee = "50%" },
]

[[service.price]]      # by day
per = "hour"
amount = "10.00"

# in the evening it is dearer

[[service.price]]
per = "hour"
amount = "15.00"
from = "18:00"

# --- Complaints ----------------------------------------

[complaint]
[[complaint.category]]
id = "staff"
name = "Staff"

[[complaint.severity]]
id = "minor"
name = "minor"
acknowledge = "4wh"
resolve = "2wd"
follow_up = "2wd"

# --- Courts --------------------------------------------

[[resource]]
id = "court-1"
name = "Court 1"
group = "court"

[[resource]]
id = "court-2"
name = "Court 2"
group = "court"
"""


def lines_of(edited: Edited) -> tuple[list[str], list[str]]:
    """Return the lines an edit takes out and those it brings in, by the plainest of comparisons."""
    before, after = edited.before.splitlines(), edited.after.splitlines()
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    end = 0
    while end < min(len(before), len(after)) - same and before[-1 - end] == after[-1 - end]:
        end += 1
    return before[same : len(before) - end], after[same : len(after) - end]


def put(key: str, value: str, text: str = CLUB) -> tuple[list[str], list[str]]:
    """Return the lines that putting a rule takes out and brings in."""
    return lines_of(rule_edit.put(text, key, value, HEAR))


def add(key: str, *pairs: str, text: str = CLUB) -> str:
    """Return the text after an entry was added."""
    return rule_edit.add(text, key, list(pairs), HEAR).after


def remove(key: str, text: str = CLUB) -> str:
    """Return the text after something was removed."""
    return rule_edit.remove(text, key).after


# --- putting ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "gone", "new"),
    [
        ("desk.name", "Big club", 'name = "Club"          # the sign over the door',
         'name = "Big club"      # the sign over the door'),
        ("booking.read_back", "no", "read_back = true       # aloud", "read_back = false       # aloud"),
        ("service.tennis.price[2].amount", "16.00", 'amount = "15.00"', 'amount = "16.00"'),
        ("service.Tennis.price[1].amount", "9.50", 'amount = "10.00"', 'amount = "9.50"'),
        ("service.tennis.priority.advance", "10d", 'priority = { misses = 3, advance = "2d" }  # row D6',
         'priority = { misses = 3, advance = "10d" }  # row D6'),
        ("service.tennis.refund[1].fee", "5%", '  { fee = "0%", notice = "2h" },   # in time',
         '  { fee = "5%", notice = "2h" },   # in time'),
        ("service.tennis.resources", "court, hall", 'resources = ["court"]', 'resources = ["court", "hall"]'),
        ("service.tennis.resources[1]", "hall", 'resources = ["court"]', 'resources = ["hall"]'),
        ("complaint.severity.minor.resolve", "3wd", 'resolve = "2wd"', 'resolve = "3wd"'),
        ("resource.court-2.name", "二号场", 'name = "Court 2"', 'name = "二号场"'),
    ],
)  # fmt: skip
def test_one_line_changes_and_its_comment_stays(key: str, value: str, gone: str, new: str) -> None:
    assert put(key, value) == ([gone], [new])


def test_a_list_over_several_lines_becomes_the_one_that_is_said() -> None:
    assert put("calendar.open.mon", "09:00-18:00") == (
        ['mon = ["09:00-12:00",  # morning', '       "13:00-18:00"]  # afternoon'],
        ['mon = ["09:00-18:00"]  # afternoon'],
    )


@pytest.mark.parametrize(
    ("key", "value", "new"),
    [
        ("desk.phone", "021-55550000", ['phone = "021-55550000"']),
        ("calendar.open.sat", "09:00-12:00,13:00-18:00", ['sat = ["09:00-12:00", "13:00-18:00"]']),
        ("calendar.country", "CN", ["[calendar]", 'country = "CN"', ""]),
        ("booking.quota.open", "8", ["quota = { open = 8 }"]),
        ("service.tennis.advance", "1d", ['advance = "1d"']),
        ("service.tennis.price[2].to", "22:00", ['to = "22:00"']),
        ("service.tennis.takes.court", "one", ['takes = { court = "one" }']),
        ("visit.contract", "24h", ["", "[visit]", 'contract = "24h"']),
        ("members.points.points", "2", ["", "[members]", "points = { points = 2 }"]),
        ('roles.rules."booking.hours"', "agent", ["", "[roles]", 'rules = { "booking.hours" = ["agent"] }']),
    ],
)
def test_a_rule_that_was_not_said_is_written_where_it_belongs(key: str, value: str, new: list[str]) -> None:
    assert put(key, value) == ([], new)


def test_a_new_line_stands_behind_its_like_and_before_comments_and_the_next_part() -> None:
    text = rule_edit.put(CLUB, "desk.phone", "021-55550000", HEAR).after
    quota = rule_edit.put(CLUB, "booking.quota.open", "8", HEAR).after

    assert 'timezone = "Asia/Shanghai"\nphone = "021-55550000"\n\n# --- Time' in text
    assert "read_back = true       # aloud\nquota = { open = 8 }\n# quota = { open = 8 }\n\n[[service]]" in quota


def test_an_inline_table_grows_as_it_was_written() -> None:
    assert put("service.tennis.refund[1].within", "7wd")[1] == [
        '  { fee = "0%", notice = "2h", within = "7wd" },   # in time'
    ]


# --- adding -----------------------------------------------------------------------------------------------------


def test_an_entry_is_added_behind_the_last_of_its_list() -> None:
    text = add("service.tennis.price", "per=hour", "amount=20.00", "from=20:00")

    assert (
        'amount = "15.00"\nfrom = "18:00"\n\n[[service.price]]\nper = "hour"\namount = "20.00"\nfrom = "20:00"\n\n'
        "# --- Complaints" in text
    )


def test_an_entry_of_a_list_in_one_piece_is_added_in_its_form() -> None:
    assert '  { fee = "50%" },\n  { fee = "100%", after_start = true },\n]\n' in add(
        "service.tennis.refund", "fee=100%", "after_start=yes"
    )


def test_an_outage_stands_with_its_court() -> None:
    text = add("resource.court-1.out", "from=2026-12-01T09:00:00+08:00", "to=2026-12-03T18:00:00+08:00", "reason=地板")

    assert (
        'name = "Court 1"\ngroup = "court"\n\n[[resource.out]]\nfrom = 2026-12-01T09:00:00+08:00\n'
        'to = 2026-12-03T18:00:00+08:00\nreason = "地板"\n\n[[resource]]\nid = "court-2"' in text
    )


def test_the_first_entry_of_a_list_stands_with_its_table_and_before_the_next_part() -> None:
    text = add("calendar.closed", "from=2027-02-05", "to=2027-02-12", "reason=Spring Festival")

    assert (
        '       "13:00-18:00"]  # afternoon\n\n[[calendar.closed]]\nfrom = 2027-02-05\nto = 2027-02-12\n'
        'reason = "Spring Festival"\n\n[booking]' in text
    )


@pytest.mark.parametrize(
    ("key", "pairs", "end"),
    [
        (
            "resource",
            ("id=court-3", "name=C", "group=court"),
            '\n[[resource]]\nid = "court-3"\nname = "C"\ngroup = "court"\n',
        ),
        ("department", ("id=desk", "name=Desk"), '\n[[department]]\nid = "desk"\nname = "Desk"\n'),
        (
            "members.level",
            ("id=vip", "name=VIP", "vip=true"),
            '\n[[members.level]]\nid = "vip"\nname = "VIP"\nvip = true\n',
        ),
        ("visit", ("contract=24h", "others=48h"), '\n[visit]\ncontract = "24h"\nothers = "48h"\n'),
    ],
)  # fmt: skip
def test_what_begins_a_part_of_its_own_stands_at_the_end(key: str, pairs: tuple[str, ...], end: str) -> None:
    assert add(key, *pairs) == CLUB + end


def test_a_file_that_ends_without_a_line_end_gets_one() -> None:
    cut = CLUB.rstrip("\n")

    assert add("department", "id=desk", "name=Desk", text=cut).startswith(f"{CLUB}\n[[department]]\n")
    assert rule_edit.put(cut, "resource.court-2.capacity", "2", HEAR).after == f"{CLUB}capacity = 2\n"


# --- removing ---------------------------------------------------------------------------------------------------


def test_a_line_goes_with_its_comment_and_no_other() -> None:
    assert remove("booking.read_back") == CLUB.replace("read_back = true       # aloud\n", "")


def test_a_heading_behind_a_table_that_goes_stays() -> None:
    evening = '[[service.price]]\nper = "hour"\namount = "15.00"\nfrom = "18:00"\n\n'
    day = '[[service.price]]      # by day\nper = "hour"\namount = "10.00"\n\n'

    assert remove("service.tennis.price[2]") == CLUB.replace(evening, "")
    assert remove("service.tennis.price[1]") == CLUB.replace(day, "")
    assert remove("resource.court-1") == CLUB.replace(
        '[[resource]]\nid = "court-1"\nname = "Court 1"\ngroup = "court"\n\n', ""
    )


def test_the_last_table_of_a_part_goes_and_the_next_part_keeps_its_heading() -> None:
    severity = CLUB[CLUB.index("[[complaint.severity]]") : CLUB.index("# --- Courts")]

    assert remove("complaint.severity.minor") == CLUB.replace(severity, "")
    assert remove("booking") == CLUB.replace(
        "[booking]\nread_back = true       # aloud\n# quota = { open = 8 }\n\n", ""
    )


def test_an_entry_of_a_list_in_one_piece_goes_alone() -> None:
    assert remove("service.tennis.refund[2]") == CLUB.replace('  { fee = "50%" },\n', "")
    assert remove("service.tennis.priority") == CLUB.replace(
        'priority = { misses = 3, advance = "2d" }  # row D6\n', ""
    )


def test_what_is_added_and_removed_again_leaves_the_file_as_it_was() -> None:
    for key, pairs in (
        ("calendar.closed", ("from=2027-02-05", "reason=x")),
        ("service.tennis.price", ("per=hour", "amount=20.00")),
        ("service.tennis.refund", ("fee=100%", "after_start=true")),
        ("resource.court-1.out", ("from=2026-12-01T09:00:00+08:00", "to=2026-12-02T09:00:00+08:00", "reason=x")),
        ("resource", ("id=court-3", "name=C", "group=court")),
        ("department", ("id=desk", "name=Desk")),
    ):
        added = rule_edit.add(CLUB, key, list(pairs), HEAR)
        gone = rule_edit.remove(added.after, added.key)

        assert tomllib.loads(gone.after) == tomllib.loads(CLUB), key
        assert gone.after.strip("\n") == CLUB.strip("\n"), key


# --- every rule of every profile --------------------------------------------------------------------------------


def other(value: Any) -> str:
    """Return how a person would say a value of the same kind that is another one."""
    if isinstance(value, bool):
        return "no" if value else "yes"
    if isinstance(value, int):
        return str(value + 1)
    if isinstance(value, list):
        return "tue" if value == ["mon"] else "mon"
    if isinstance(value, datetime):
        return "2027-01-01T00:00:00+08:00"
    return "2027-01-01" if isinstance(value, date) else f"{value}x"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_any_rule_of_a_profile_can_be_put_and_removed_alone(page: Any) -> None:
    text = page.read_text(encoding="utf-8")
    rules = list(rule_keys.listed(tomllib.loads(text)))

    for key, value in rules[page.name.startswith("c") :: 11]:
        gone, new = lines_of(rule_edit.put(text, key, other(value), HEAR))
        assert (len(gone), len(new)) == (1, 1), key
        gone, new = lines_of(rule_edit.remove(text, key))
        assert (len(gone), len(new)) in ((1, 0), (1, 1)), key


# --- what may go wrong ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "key", "deed"),
    [
        (UsageProblem, "usage.rules.key", lambda: put("service..advance", "1d")),
        (UsageProblem, "usage.rules.key", lambda: put("", "1d")),
        (UsageProblem, "usage.rules.key", lambda: put("service.tennis.price[0].amount", "1.00")),
        (UsageProblem, "usage.rules.unknown_near", lambda: put("service.tennis.advanse", "1d")),
        (UsageProblem, "usage.rules.unknown", lambda: put("zzz.rain", "1d")),
        (UsageProblem, "usage.rules.unknown", lambda: put("desk[1]", "1d")),
        (UsageProblem, "usage.rules.unknown_near", lambda: put("calendar.open.monday", "09:00-10:00")),
        (UsageProblem, "usage.rules.leaf", lambda: put("desk.name.first", "x")),
        (UsageProblem, "usage.rules.table", lambda: put("calendar", "x")),
        (UsageProblem, "usage.rules.table", lambda: put("calendar.open", "x")),
        (UsageProblem, "usage.rules.table", lambda: put("service.tennis", "x")),
        (UsageProblem, "usage.rules.list", lambda: put("service.tennis.price", "x")),
        (UsageProblem, "usage.rules.truth", lambda: put("booking.read_back", "perhaps")),
        (UsageProblem, "usage.rules.whole", lambda: put("service.tennis.most_units", "two")),
        (UsageProblem, "usage.rules.toml", lambda: put("service.tennis.resources", '["court"')),
        (UsageProblem, "usage.rules.no_list", lambda: add("desk.name", "a=b")),
        (UsageProblem, "usage.rules.no_list", lambda: add("desk", "name=b")),
        (UsageProblem, "usage.rules.pair", lambda: add("calendar.closed", "from")),
        (UsageProblem, "usage.rules.pair", lambda: add("calendar.closed")),
        (UsageProblem, "usage.rules.unknown_near", lambda: add("calendar.closed", "form=2027-01-01")),
        (NotFound, "not_found.rules", lambda: put("service.squash.advance", "1d")),
        (NotFound, "not_found.rules", lambda: put("service.tennis.price[3].amount", "1.00")),
        (NotFound, "not_found.rules", lambda: remove("calendar.closed[1]")),
        (Refused, "refused.nothing_changes", lambda: put("desk.name", "Club")),
        (Refused, "refused.nothing_changes", lambda: remove("desk.phone")),
    ],
)  # fmt: skip
def test_a_key_that_leads_nowhere_is_said_so(kind: type[CscliError], key: str, deed: Any) -> None:
    refusal(kind, key, deed)


def test_a_table_in_several_places_is_left_to_a_person_or_done_right() -> None:
    """Given a table that a person continued further down, an edit does what is wanted or nothing at all."""
    scattered = CLUB + '\n[calendar.office]\nmon = ["09:00-12:00"]\n'

    try:
        edited = rule_edit.put(scattered, "calendar.office.tue", "09:00-12:00", HEAR)
    except Refused as problem:
        assert problem.key == "refused.rules.by_hand"
        return
    assert lines_of(edited) == ([], ['tue = ["09:00-12:00"]'])


COMMENTS = [line[line.index("# ") :] for line in CLUB.splitlines() if "# " in line and "morning" not in line]
KEYS = [key for key, _ in rule_keys.listed(tomllib.loads(CLUB))]
WORDS = st.one_of(
    st.text(max_size=12), st.sampled_from(["", "[1]", "1d", '"', "'", "]", "{", "=", "#", "\\", "true", "7"])
)


@settings(max_examples=60)
@given(key=st.one_of(st.sampled_from(KEYS), WORDS, st.tuples(st.sampled_from(KEYS), WORDS).map("".join)), value=WORDS)
def test_whatever_is_typed_changes_one_rule_or_is_refused(key: str, value: str) -> None:
    """Given any words for key and value, what is written says them and every comment still stands, or nothing is."""
    try:
        edited = rule_edit.put(CLUB, key, value, HEAR)
    except (CscliError, ValueError):  # a day or a moment that is none: here they are read by Python itself
        return

    said: Any = tomllib.loads(edited.after)
    for part in rule_keys.spot(key, tomllib.loads(CLUB)).place:
        said = said[part]
    assert said == edited.now
    assert [comment for comment in COMMENTS if comment not in edited.after] == []
    assert abs(len(edited.after.splitlines()) - len(CLUB.splitlines())) <= 3
