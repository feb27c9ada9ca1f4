"""Complaints that a consumers' bureau handed on to banks, as a canonical table.

Source: Consumer Financial Protection Bureau, public domain. What the file does not tell is decided here:

- The desk is the company's: a complaint is received when the bureau sent it on, and occurred when the bureau received
  it (left out of the 6 rows where that is later). All at noon in New York.
- The file gives no day of the answer, only whether it was `timely`: within 15 days of being sent on. So the answer is
  acknowledged 14 days after the receipt where it was, 16 days after it where it was not; of these two days only the
  side of the 15 days that they lie on is true. `Untimely response` (26) is no answer at all: these stay unanswered.
- `Closed ...` (3,157) was decided with the answer: assessed, planned and resolved at the same moment. `In progress` (3)
  was answered and is open.
- `disputed` is the customer's word on the decision, a day later. No: satisfied, and closed. Yes: not satisfied, which
  opens a complaint again here; what came of it the file does not say, so it stays open. Blank, but resolved (28):
  nobody was asked, closed all the same.
- The content is the issue, with the sub-issue where there is one; the category is the product; whom it is against is
  left out, since the rulebook is one company's and the file is of many.
"""

import csv
import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

NAME = "cfpb_complaints_sample.csv.gz"
CHANNELS = {"Web": "online", "Phone": "phone", "Fax": "other", "Postal mail": "other", "Referral": "other"}
RESPONSES = {
    "Closed": "other",
    "Closed with explanation": "explanation",
    "Closed with monetary relief": "refund",
    "Closed with non-monetary relief": "other",
}
COLUMNS = (
    "external_ref", "category", "content", "channel", "occurred_at", "received_at", "acknowledged_at", "assessed_at",
    "planned_at", "resolved_at", "response", "decision", "followed_up_at", "satisfied", "closed_at",
)  # fmt: skip
IN_TIME = timedelta(days=14)
TOO_LATE = timedelta(days=16)
DAY = timedelta(days=1)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of the file as they are."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def slug(product: str) -> str:
    """Return a product as the id of a category."""
    return re.sub(r"[^a-z0-9]+", "-", product.lower()).strip("-")


def canonical(row: Mapping[str, str], number: int) -> dict[str, str]:
    """Return one row as the desk's table has it."""
    occurred, received = (_day(row[name]) for name in ("Date received", "Date sent to company"))
    told = {
        "external_ref": str(number),
        "category": slug(row["Product"]),
        "content": ": ".join(part for part in (row["Issue"], row["Sub-issue"]) if part),
        "channel": CHANNELS[row["Submitted via"]],
        "occurred_at": _noon(occurred) if occurred <= received else "",
        "received_at": _noon(received),
    }
    response = row["Company response to consumer"]
    if response == "Untimely response":
        return told
    answered = received + (IN_TIME if row["Timely response?"] == "Yes" else TOO_LATE)
    told["acknowledged_at"] = _noon(answered)
    if response == "In progress":
        return told
    for step in ("assessed_at", "planned_at", "resolved_at"):
        told[step] = _noon(answered)
    told |= {"response": RESPONSES[response], "decision": response}
    disputed = row["Consumer disputed?"]
    if disputed:
        told |= {"followed_up_at": _noon(answered + DAY), "satisfied": "no" if disputed == "Yes" else "yes"}
    if disputed != "Yes":
        told["closed_at"] = _noon(answered + DAY)
    return told


def counted(source: Iterable[Mapping[str, str]]) -> dict[str, dict[str, int]]:
    """Return what the file itself says, counted row by row: nothing of the desk's own code is asked."""
    found: dict[str, Counter[str]] = {
        name: Counter() for name in ("category", "channel", "month", "answer", "disputed")
    }
    for row in source:
        found["category"][slug(row["Product"])] += 1
        found["channel"][CHANNELS[row["Submitted via"]]] += 1
        found["month"][f"{_day(row['Date sent to company']):%Y-%m}"] += 1
        found["answer"][row["Company response to consumer"]] += 1
        found["disputed"][row["Consumer disputed?"]] += 1
    return {name: dict(numbers) for name, numbers in found.items()}


def differences(report: Mapping[str, Any], source: Iterable[Mapping[str, str]]) -> list[str]:
    """Return where the desk's report on complaints says something else than the file."""
    file = counted(source)
    closed = sum(number for answer, number in file["answer"].items() if answer.startswith("Closed"))
    disputed = file["disputed"].get("Yes", 0)
    said = {(by, one["key"]): one["count"] for by in ("category", "channel") for one in report["by"][by]}
    told = {(by, key): number for by in ("category", "channel") for key, number in file[by].items()}
    said |= {("month", one["month"]): one["received"] for one in report["trend"]}
    told |= {("month", one["month"]): file["month"].get(one["month"], 0) for one in report["trend"]}
    rows = sum(file["category"].values())
    counts = {
        "received": rows,
        "resolved": closed,
        "closed": closed - disputed,  # who disputes the decision opens the complaint again
        "open": rows - closed + disputed,
    }
    said |= {("complaints", name): report["complaints"][name] for name in counts}
    told |= {("complaints", name): number for name, number in counts.items()}
    said |= {("reopened", ""): len(report["reopened"]), ("not content", ""): len(report["dissatisfied"])}
    told |= {("reopened", ""): disputed, ("not content", ""): disputed}
    names = sorted(said.keys() | told.keys(), key=str)
    return [f"{' '.join(map(str, name))}: {said.get(name)} in the report, {told.get(name)} in the file"
            for name in names if said.get(name) != told.get(name)]  # fmt: skip


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%m/%d/%Y")  # noqa: DTZ007 - a day, not a moment


def _noon(day: datetime) -> str:
    return f"{day:%Y-%m-%d}"


def write(source: Iterable[Mapping[str, str]], target: Path) -> int:
    """Write the canonical table of some rows and return how many there are."""
    number = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for number, row in enumerate(source, start=1):
            table.writerow(canonical(row, number))
    return number
