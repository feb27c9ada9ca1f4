"""Rulebooks made by chance: courts and coaches, tables with seats, classed seats, a coach that is hired or departs."""

import random
from datetime import date, timedelta

PLACES = (("Asia/Shanghai", date(2026, 11, 20)), ("Europe/Berlin", date(2026, 10, 23)),
          ("America/New_York", date(2026, 3, 6)))  # fmt: skip
AMOUNTS = ("10.00", "15.00", "7.77", "12.35", "0.05", "33.33", "100.00")
HEAD = """schema = 1
[desk]
name = "Model"
timezone = "{zone}"
[booking]
duplicates = "ignore"
alternatives = 1
[[complaint.category]]
id = "service"
name = "Service"
[[complaint.severity]]
id = "minor"
name = "minor"
acknowledge = "1d"
resolve = "2d"
follow_up = "3d"
[[members.level]]
id = "gold"
name = "Gold"
"""
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def random_rules(chance: random.Random) -> tuple[str, date]:
    """Return the text of a rulebook, and the day on which the story begins."""
    zone, day = chance.choice(PLACES)
    hours = chance.choice(('"08:00-22:00"', '"09:00-12:00", "13:00-23:30"', '"00:00-24:00"'))
    parts = [HEAD.format(zone=zone), "[calendar.open]\n" + "".join(f"{name} = [{hours}]\n" for name in WEEK)]
    if chance.random() < 0.3:
        parts.append(f'[[calendar.closed]]\nfrom = {day + timedelta(days=2)}\nreason = "works"\n')
    parts += [_resources(chance, day), _court(chance), _lesson(chance), _table(chance), _hall(chance), _coach(chance)]
    return "".join(parts), day


def _resources(chance: random.Random, day: date) -> str:
    text = []
    groups = [("court", chance.randint(1, 3), ""), ("trainer", chance.randint(1, 2), ""),
              ("table", chance.randint(1, 4), ""), ("hall", 1, ""), ("bus", 2, "")]  # fmt: skip
    for group, number, _ in groups:
        for place in range(1, number + 1):
            lines = [f'[[resource]]\nid = "{group}-{place}"\nname = "{group} {place}"\ngroup = "{group}"']
            if group in ("hall", "bus"):
                lines.append(f"classes = {{ front = {chance.randint(1, 3)}, back = {chance.randint(1, 4)} }}")
            elif group == "table":
                lines.append(f"seats = {chance.choice((2, 4, 6))}\ncapacity = {chance.randint(1, 2)}")
            else:
                lines.append(f"capacity = {chance.choice((1, 1, 2, 3))}")
            if group == "trainer" and chance.random() < 0.5:
                own = chance.choice(('"10:00-16:00"', '"07:00-11:00", "15:00-24:00"'))
                lines.append("[resource.open]\n" + "\n".join(f"{name} = [{own}]" for name in WEEK))
            if chance.random() < 0.3:
                first = f"{day + timedelta(days=chance.randint(0, 2))}T{chance.randint(6, 18):02d}:00:00Z"
                last = f"{day + timedelta(days=3)}T{chance.randint(0, 23):02d}:30:00Z"
                lines.append(f'[[resource.out]]\nfrom = {first}\nto = {last}\nreason = "works"')
            text.append("\n".join(lines))
    return "\n".join(text) + "\n"


def _court(chance: random.Random) -> str:
    lines = [
        '[[service]]\nid = "court"\nname = "Court"\nkind = "slot"\nresources = ["court"]\nstep = "30m"',
        f'most_units = {chance.randint(1, 3)}\nlongest = "4h"',
        f'buffer_before = "{chance.choice((0, 0, 10, 30))}m"\nbuffer_after = "{chance.choice((0, 0, 15, 45))}m"',
        f'cancel_notice = "{chance.choice((0, 0, 120))}m"\nchange_notice = "{chance.choice((0, 60))}m"',
    ]
    if chance.random() < 0.4:
        lines.append('confirmation = "separate"\nhold_for = "45m"')
    if chance.random() < 0.3:
        lines.append(f'advance = "{chance.choice(("1d", "2d", "30h"))}"\nlead = "{chance.choice((0, 30))}m"')
    return "\n".join(lines) + "\n" + _bands(chance) + _tiers(chance)


def _lesson(chance: random.Random) -> str:
    kind = chance.choice(("slot", "appointment"))
    return (
        f'[[service]]\nid = "lesson"\nname = "Lesson"\nkind = "{kind}"\nresources = ["court", "trainer"]\n'
        f'step = "15m"\ntakes = {{ trainer = "one" }}\nmost_units = 2\nbuffer_after = "{chance.choice((0, 20))}m"\n'
        f'[[service.price]]\nper = "{chance.choice(("unit", "visit"))}"\namount = "{chance.choice(AMOUNTS)}"\n'
        + _tiers(chance)
    )


def _table(chance: random.Random) -> str:
    return (
        '[[service]]\nid = "table"\nname = "Table"\nkind = "table"\nresources = ["table"]\nmost_units = 2\n'
        f'most_party = 10\nduration = "90m"\nconfirmation = "separate"\nhold_for = "{chance.choice((10, 60))}m"\n'
    )


def _hall(chance: random.Random) -> str:
    return (
        '[[service]]\nid = "hall"\nname = "Hall"\nkind = "appointment"\nresources = ["hall"]\nmost_units = 3\n'
        f'buffer_before = "{chance.choice((0, 25))}m"\n'
        f'[[service.price]]\nper = "unit"\namount = "{chance.choice(AMOUNTS)}"\nseat_class = "front"\n'
        f'[[service.price]]\nper = "person"\namount = "{chance.choice(AMOUNTS)}"\n' + _tiers(chance)
    )


def _coach(chance: random.Random) -> str:
    days = ", ".join(f'"{name}"' for name in WEEK)
    trips = "".join(
        f'[[service.timetable]]\ndays = [{days}]\nfrom = "{start}"\nto = "{end}"\nresources = ["bus-{bus}"]\n'
        for start, end, bus in (("09:00", "11:30", 1), ("10:15", "12:00", 2), ("23:15", "01:45", 1))
    )
    return (
        '[[service]]\nid = "line"\nname = "Line"\nkind = "trip"\nresources = ["bus"]\nmost_units = 3\n'
        f'buffer_after = "{chance.choice((0, 30))}m"\n{trips}'
        f'[[service.price]]\nper = "person"\namount = "{chance.choice(AMOUNTS)}"\nlevel = ["gold"]\n'
        f'[[service.price]]\nper = "person"\namount = "{chance.choice(AMOUNTS)}"\n{_tiers(chance)}'
        '[[service]]\nid = "charter"\nname = "Charter"\nkind = "appointment"\nresources = ["bus"]\n'
        f'takes = {{ bus = "whole" }}\n[[service.price]]\nper = "hour"\namount = "{chance.choice(AMOUNTS)}"\n'
        + _tiers(chance)
    )


def _bands(chance: random.Random) -> str:
    """Return prices by the hour, cut at odd minutes; the last band fits always, or leaves a gap now and then."""
    cut = f"{chance.randint(6, 21):02d}:{chance.choice((0, 15, 20, 30)):02d}"
    bands = [f'[[service.price]]\nper = "hour"\namount = "{chance.choice(AMOUNTS)}"\nfrom = "{cut}"\n']
    if chance.random() < 0.5:
        bands[0] += 'days = ["sat", "sun"]\n'
    if chance.random() < 0.5:
        level = chance.choice(('level = ["gold"]\n', 'name = "noon"\nfrom = "12:00"\nto = "14:00"\n'))
        bands.insert(0, f'[[service.price]]\nper = "hour"\namount = "{chance.choice(AMOUNTS)}"\n{level}')
    gap = 'to = "21:00"\n' if chance.random() < 0.15 else ""
    return "".join(bands) + f'[[service.price]]\nper = "hour"\namount = "{chance.choice(AMOUNTS)}"\n{gap}'


def _tiers(chance: random.Random) -> str:
    """Return what is kept by notice, in parts and in amounts; sometimes nothing is said."""
    if chance.random() < 0.2:
        return ""
    fees = ("0%", "20%", "33%", "12.5%", "50%", "3.33", "100%")
    tiers = [f'notice = "24h"\nfee = "{chance.choice(fees)}"', f'notice = "2h"\nfee = "{chance.choice(fees)}"']
    if chance.random() < 0.5:
        tiers.append(f'phoned = true\nfee = "{chance.choice(fees)}"')
    tiers.append(f'fee = "{chance.choice(fees)}"\n')
    if chance.random() < 0.5:
        tiers.append('fee = "4.50"\nper = "unit"\nafter_start = true')
    return "".join(f"[[service.refund]]\n{tier}\n" for tier in tiers)
