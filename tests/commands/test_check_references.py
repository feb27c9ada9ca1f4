"""References broken by hand: what a booking and a ledger name must be there and of the right kind."""

from pathlib import Path

import pytest

from tests.conftest import DeskFolder

TAKE = "booking create --customer 王小明 --phone 13800000001 --service badminton --start 'tomorrow 19:00' --yes"


@pytest.fixture
def taken(desk: DeskFolder) -> DeskFolder:
    """Return a desk with one booking."""
    desk.ok(TAKE)
    return desk


def booking_of(desk: DeskFolder) -> Path:
    return next((desk.home / "records" / "bookings").rglob("*.toml"))


def say(desk: DeskFolder, words: str) -> None:
    """Write a line into the booking's file, in place of the one of the same key where there is one."""
    path = booking_of(desk)
    key = words.split(" ")[0]
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(f"{key} =")]
    path.write_text("\n".join([*lines[:3], words, *lines[3:]]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ('customer = "{booking}"', "customer: BK-000000-000001 is not the id of a customer; write one such as CU-"),
        ('customer = "王小明"', "customer: *** is not the id of a customer"),
        ('passengers = ["{booking}"]', "BK-000000-000001 is not the id of a customer"),
        ('passengers = ["张三 13812345678"]', "*** is not the id of a customer; write one such as CU-"),
        ('passengers = ["CU-261120-000000"]', "has no file; write the id of a customer there is, or take it out"),
        ('series = "{customer}"', "series: CU-000000-000001 is not the id of a booking; write one such as BK-"),
        ('series = "BK-261120-000000"', "has no file; write the id of the first booking of the series, or take it out"),
    ],
)
def test_a_reference_of_the_wrong_kind_is_found_and_stops_nobody(taken: DeskFolder, words: str, said: str) -> None:
    ids = {"booking": booking_of(taken).stem, "customer": taken.id_of("CU1")}
    say(taken, words.format(**ids))

    checked = taken.run("check")

    assert checked.code == 6
    assert said in checked.out
    assert "张三" not in checked.out
    for line in (
        "booking list --day tomorrow",
        "booking show $BK1",
        "due",
        "report daily",
        "booking cancel $BK1 --reason x",
    ):
        assert taken.run(line).code != 1, line


def test_a_ledger_names_bookings_only(taken: DeskFolder) -> None:
    taken.ok("customer card $CU1 --type stored-value --number 8800123456 --topup 100")
    taken.ok("booking pay $BK1")
    path = next((taken.home / "records" / "customers").rglob("*.toml"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'booking = "{booking_of(taken).stem}"', 'booking = "CU-261120-9M2KQ4"'))

    checked = taken.run("check")

    assert (checked.code, "is not the id of a booking" in checked.out) == (6, True)


def test_a_complaint_of_no_customer_tells_no_name(desk: DeskFolder) -> None:
    desk.ok("complaint create --customer 王小明 --phone 13800000001 --category facility --content x --remedy y")
    path = next((desk.home / "records" / "complaints").rglob("*.toml"))
    text = path.read_text(encoding="utf-8")
    whose = next(line for line in text.splitlines() if line.startswith("customer ="))
    path.write_text(text.replace(whose, 'customer = "王小明"'), encoding="utf-8")

    checked = desk.run("check")

    assert (checked.code, "王小明" in checked.out, "王**" in checked.out) == (6, False, True)
    path.write_text(text.replace(whose, f'customer = "{path.stem}"'), encoding="utf-8")
    assert "is another kind of record" in desk.run("check").out
    assert desk.run("complaint show $CP1").code != 1


@pytest.mark.parametrize("name", ["bookings", "customers", "desk.toml"])
def test_a_form_of_file_from_tomorrow_is_not_guessed_at(taken: DeskFolder, name: str) -> None:
    place = taken.home / "records" / name
    path = place if place.is_file() else next(place.rglob("*.toml"))
    path.write_text(path.read_text(encoding="utf-8").replace("schema = 1", "schema = 99", 1), encoding="utf-8")

    checked = taken.run("check")

    assert checked.code == 6
    assert "is a form of file that this program does not know; write 1" in checked.out
