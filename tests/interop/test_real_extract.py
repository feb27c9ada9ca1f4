"""The way of real data, walked with a few real rows: the figures are counted by hand from the extract's own columns."""

from pathlib import Path

from tests.real import cfpb, hotel
from tests.real.walk import command, reported, walk

EXTRACT = Path(__file__).parent.parent / "real" / "extract"


def test_hotel_bookings_keep_their_counts(tmp_path: Path) -> None:
    done = walk(tmp_path / "hotel", "hotel", hotel.rows(EXTRACT / hotel.NAME))

    assert (done.counts["read"], done.counts["imported"], done.counts["rejected"]) == (61, 61, 0)
    assert done.figures["bookings_completed"] == "45"
    assert done.figures["cancellation_rate"] == "15/61 = 24.6 %"
    assert done.figures["no_show_rate"] == "1/46 = 2.2 %"
    assert done.figures["change_rate"] == "21/61 = 34.4 %"
    assert command(done.home, "check").returncode == 0


def test_complaints_keep_their_counts(tmp_path: Path) -> None:
    done = walk(tmp_path / "cfpb", "cfpb", cfpb.rows(EXTRACT / cfpb.NAME))

    assert (done.counts["read"], done.counts["imported"], done.counts["rejected"]) == (60, 60, 0)
    assert done.figures["ack_on_time"] == "54/60 = 90.0 %"
    assert done.figures["complaints_resolved"] == "58"
    assert done.figures["complaint_satisfaction"] == "47/57 = 82.5 %"
    assert done.figures["reopen_rate"] == "10/58 = 17.2 %"
    assert cfpb.differences(reported(done.home), cfpb.rows(EXTRACT / cfpb.NAME)) == []
    assert command(done.home, "check").returncode == 0
