"""Numbers said with a record: they come into the customer's file, or it is said in whose file they stand."""

import pytest

from tests.conftest import DeskFolder

TAKE = "booking create --service badminton --start '2026-11-21 10:00'"
COMPLAIN = "complaint create --content 凉水 --category service"
EARLIER = "--at '2026-11-20 13:00'"


@pytest.fixture
def desk(desk: DeskFolder) -> DeskFolder:
    """A desk that knows somebody without a number, and somebody with one."""
    desk.ok("customer create --name 王小明")
    desk.ok("customer create --name 李华 --phone 13800000002")
    return desk


@pytest.mark.parametrize("line", [TAKE, COMPLAIN])
def test_a_first_number_is_noted_now_where_the_record_is_older_than_the_file(desk: DeskFolder, line: str) -> None:
    desk.ok(f"{line} --customer $CU1 --phone 13800000001 {EARLIER}")

    assert "138****0001" in desk.ok("customer show $CU1")
    assert desk.ok("check").endswith("no findings\n")


def test_somebody_elses_number_is_told_with_whose_it_is(desk: DeskFolder) -> None:
    told = desk.run(f"{COMPLAIN} --customer $CU1 --phone 13800000002")

    assert told.code == 0
    assert told.err == (
        "Note: 138****0002 stands in the file of CU-000000-000002, not of CU-000000-000001; where both use it, "
        "`cscli customer change CU-000000-000001 --phone ... --new-customer` puts it there too.\n"
    )
    desk.ok("customer change $CU1 --phone 13800000002 --new-customer")
    assert "138****0002" in desk.ok("customer show $CU1")


def test_a_service_that_needs_a_number_says_whose_the_one_said_is(desk: DeskFolder) -> None:
    told = desk.run(f"{TAKE} --customer $CU1 --phone 13800000002")
    unsaid = desk.run(f"{TAKE} --customer $CU1")

    assert told.code == 2
    assert told.err == (
        "138****0002 stands in the file of CU-000000-000002, not of CU-000000-000001; where both use it, first "
        "`cscli customer change CU-000000-000001 --phone ... --new-customer`.\n"
    )
    assert (unsaid.code, "needs --phone" in unsaid.err) == (2, True)


@pytest.mark.parametrize("more", ["", "--repeat weekly --count 2 --skip"])
def test_a_dry_run_shows_the_number_it_would_note(desk: DeskFolder, more: str) -> None:
    shown = desk.ok(f"{TAKE} --customer $CU1 --phone 13800000001 {more} --dry-run")
    complained = desk.ok(f"{COMPLAIN} --customer $CU1 --phone 13800000001 --dry-run")

    for page in (shown, complained):
        assert "138****0001  (CU-000000-000001)" in page
        assert "(CU-000000-000001)  new" not in page
    assert "138****0001" not in desk.ok("customer show $CU1")


@pytest.mark.parametrize("line", [TAKE, COMPLAIN])
def test_nobody_is_called_like_a_file(desk: DeskFolder, line: str) -> None:
    told = desk.run(f"{line} --customer $CU1 --phone 13800000009 --new-customer")

    assert (told.code, "names a file that is there" in told.err) == (2, True)
