"""The bookings of a resort hotel as a canonical table.

Source: Antonio, de Almeida, Nunes, Hotel booking demand datasets, Data in Brief 22 (2019) 41-49,
doi 10.1016/j.dib.2018.11.126, CC BY 4.0. What the file does not tell is decided here, and nowhere else:

- It has no times of day: everything happens at noon in Lisbon. Received is the day of arrival less `lead_time` days,
  and confirmed in the same breath, for the file knows no other moment.
- A stay begins on the day of arrival and ends as many days later as it has nights; the 384 bookings of 0 nights take an
  hour.
- `booking_changes` counts the changes and gives no day: they stand at the confirmation.
- Check-Out with its day is the completion, Canceled the cancellation (by the customer: the file does not say), No-Show
  the no-show. No such day lies before the booking. 21 check-outs lie on another day than the end of the stay: they stay
  as told. One no-show is dated before the arrival: it is moved forward to the arrival. A moment is never moved back.
- The service is the reserved room's type. The price is the average daily rate times the nights, where it is not below
  zero (one is). The one booking with an undefined channel, and those of agents and companies, are `other`.
- The reference is the number of the row, from 1.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

NAME = "hotel_bookings_resort.csv.gz"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
CHANNELS = {"Direct": "phone"}
MOMENT_OF = {"Check-Out": "completed_at", "Canceled": "cancelled_at", "No-Show": "no_show_at"}
COLUMNS = (
    "external_ref", "service", "start", "end", "party", "channel", "source", "special", "price", "received_at",
    "confirmed_at", "changes", "completed_at", "cancelled_at", "no_show_at", "outcome",
)  # fmt: skip
OUTCOMES = {"Check-Out": "completed", "Canceled": "cancelled", "No-Show": "no_show"}


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of the file as they are."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def canonical(row: Mapping[str, str], number: int) -> dict[str, str]:
    """Return one row as the desk's table has it."""
    month = MONTHS.index(row["arrival_date_month"]) + 1
    arrival = date(int(row["arrival_date_year"]), month, int(row["arrival_date_day_of_month"]))
    received = arrival - timedelta(days=int(row["lead_time"]))
    nights = int(row["stays_in_weekend_nights"]) + int(row["stays_in_week_nights"])
    end = f"{arrival + timedelta(days=nights)}" if nights else f"{arrival}T13:00"
    status = row["reservation_status"]
    month, day, year = map(int, row["reservation_status_date"].split("/"))
    ended = max(date(year, month, day), received if status == "Canceled" else arrival)
    guests = sum(int(row[name]) for name in ("adults", "children", "babies") if row[name].isdecimal())
    rate = Decimal(row["adr"]) * nights
    wishes = int(row["total_of_special_requests"])
    return {
        "external_ref": str(number),
        "service": row["reserved_room_type"].lower(),
        "start": f"{arrival}",
        "end": end,
        "party": str(guests) if guests else "",
        "channel": CHANNELS.get(row["distribution_channel"], "other"),
        "source": row["market_segment"],
        "special": f"{wishes} special requests" if wishes else "",
        "price": f"{rate:.2f}" if rate >= 0 else "",
        "received_at": f"{received}",
        "confirmed_at": f"{received}",
        "changes": row["booking_changes"],
        MOMENT_OF[status]: f"{ended}",
        "outcome": OUTCOMES[status],
    }


def write(source: Iterable[Mapping[str, str]], target: Path) -> int:
    """Write the canonical table of some rows and return how many there are."""
    number = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        for number, row in enumerate(source, start=1):
            table.writerow(canonical(row, number))
    return number
