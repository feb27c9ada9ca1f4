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
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

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
