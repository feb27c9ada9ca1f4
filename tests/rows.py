"""Which rows of the five management manuals a test walks, and which are open: `python -m tests.rows`.

A test names its rows with `@pytest.mark.row("D5")`, and what is still missing with `lacking="..."`: as long as one of
its tests says so, a row is begun, not walked. They are read from pytest's own collection.
"""

import contextlib
import io
import sys

import pytest

ROWS = {
    "A1": "roles; every event names who did it",
    "A2": "channels: phone, online, e-mail, walk-in",
    "A3": "what a booking holds; VIP and special needs stand out",
    "A4": "arrange: free slots, book at once, alternatives and the answer",
    "A5": "confirmation message",
    "A6": "change with notice, override recorded, availability again",
    "A7": "cancel with notice, reason, late ones marked",
    "A8": "follow-up: reminder before, result and rating after",
    "A9": "KPIs per month and quarter, score per person",
    "A10": "training and exams",
    "A11": "analysis: peaks, service mix, sources",
    "A12": "encryption, access, verified backup",
    "A13": "weekly report, courtesy calls",
    "B1": "inquiries, referred with a time limit",
    "B2": "coach order, seats, fare, dispatch sheet",
    "B3": "coach change, fare difference",
    "B4": "coach refund by tiers",
    "B5": "complaint from apology to satisfied",
    "B6": "after-sales, follow-ups, trends",
    "B7": "appraisal by self, superior, customer",
    "B8": "quality over time",
    "B9": "customer base and trends of demand",
    "C1": "complaints counted by type and cause",
    "C2": "problems classified, assigned, tracked",
    "C3": "monthly supervision report",
    "C4": "first-contact responsibility, hand-overs",
    "C5": "restaurant order and arrival check",
    "C6": "time limits, each measured",
    "C7": "recommended merchants",
    "C8": "gold card spend and points",
    "C9": "daily report and one-line digest",
    "C10": "valid order, missing items listed",
    "C11": "incentives",
    "C12": "monthly exam",
    "C13": "shift hand-over, roster, line tests",
    "C14": "new-needs register",
    "C15": "callbacks on old members",
    "C16": "conduct and attendance register",
    "D1": "inquiry register, first purchases",
    "D2": "complaint register with every field",
    "D3": "promotion rewards",
    "D4": "membership, card types, fee waiver",
    "D5": "court booking: window, hours, bands, read back",
    "D6": "unmet requests, priority after three",
    "D7": "no-shows, phoned or not",
    "D8": "entry ticket, settlement by card",
    "D9": "inbound call register",
    "D10": "outbound callbacks",
    "D11": "cards, visit passes, class timetable",
    "D12": "daily takings",
    "D13": "give-aways leave stock with a record",
    "E1": "complaint within two working days, corrective action",
    "E2": "roster and swaps",
    "E3": "callbacks by region",
    "E4": "on-site service ticket",
    "E5": "calls a day, common question in 5 min",
    "E6": "unreachable and dissatisfied analysed",
    "E7": "talk utilisation, Erlang C",
    "E8": "four goals as a trend",
}


class Collector:
    """Gathers the rows of every collected test."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = {}
        self.lacking: dict[str, list[str]] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note which rows each test names."""
        for item in items:
            for mark in item.iter_markers("row"):
                for row in mark.args:
                    names = self.tests.setdefault(row, [])
                    name = item.nodeid.split("[")[0]
                    if name not in names:
                        names.append(name)
                    missing, told = mark.kwargs.get("lacking"), self.lacking.setdefault(row, [])
                    if missing and missing not in told:
                        told.append(missing)


def main() -> int:
    """Print the rows walked with their tests, then those still open; fail on a row no manual has."""
    collector = Collector()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider"], plugins=[collector])
    groups = {
        "walked": [row for row in ROWS if collector.lacking.get(row) == []],
        "begun": [row for row in ROWS if collector.lacking.get(row)],
        "open": [row for row in ROWS if row not in collector.tests],
    }
    for title, rows in groups.items():
        print(f"{title}: {len(rows)} of {len(ROWS)}")
        for row in rows:
            missing = "; ".join(collector.lacking.get(row, ()))
            print(f"  {row:4} {ROWS[row]}" + (f"; lacking: {missing}" if missing else ""))
            for name in collector.tests.get(row, ()):
                print(f"       {name}")
    unknown = sorted(collector.tests.keys() - ROWS.keys())
    if unknown:
        print(f"no such row: {', '.join(unknown)}")
    return bool(unknown)


if __name__ == "__main__":
    sys.exit(main())
