"""Single clauses of the manuals, each on the manual's own profile, as a clerk would put them to the test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import DeskFolder

Open = Callable[..., DeskFolder]


@pytest.fixture
def open_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a maker of new desks of a profile: Friday 2026-11-20, 14:00, li.na, English unless told otherwise."""

    def make(profile: str, lang: str = "en", **staff: str) -> DeskFolder:
        made = DeskFolder(tmp_path, monkeypatch, lang=lang)
        made.ok(f"init . --profile {profile}")
        folder = made.home / "records" / "staff"
        for login, role in staff.items():
            folder.mkdir(exist_ok=True)
            (folder / f"{login}.toml").write_text(f'schema = 1\nlogin = "{login}"\nrole = "{role}"\n', encoding="utf-8")
        return made

    return make


# --- a contact: mobile or e-mail (row A3) -----------------------------------------------------------------------


TALK = "booking create --customer 王小明 --service consultation --start 'mon 10:00' --details 选型"


@pytest.mark.row("A3")
def test_who_has_only_an_e_mail_books_and_is_known_by_it(open_desk: Open) -> None:
    desk = open_desk("booking-desk")

    without = desk.run(TALK)
    desk.ok(f"{TALK} --email Wang@example.com --channel email")
    again = desk.ok(f"{TALK} --email wang@example.com".replace("10:00", "13:00"))

    assert (without.code, "--phone / --email" in without.err) == (2, True)
    assert "王**  W***@example.com  (CU-000000-000001)" in again
    assert len(desk.ok("booking list --customer wang@EXAMPLE.com --format csv").splitlines()) == 3
    assert desk.ok("booking list --incomplete --format csv").splitlines()[1:] == []
    assert desk.ok("check") == "4 files, no findings\n"


@pytest.mark.row("A3")
def test_an_address_that_is_another_persons_or_none_is_told_without_showing_it(open_desk: Open) -> None:
    desk = open_desk("booking-desk")
    desk.ok(f"{TALK} --email wang@example.com")

    another = desk.run(f"{TALK} --email wang@example.com".replace("王小明", "李四"))
    wrong = desk.run(f"{TALK} --email wang.example.com")
    nobody = desk.run(TALK.replace("王小明", "who@example.com"))
    file = desk.run("customer create --name 李四 --email WANG@example.com")

    assert (another.code, "w***@example.com already belongs to CU-000000-000001 王**" in another.err) == (3, True)
    assert (wrong.code, nobody.code, file.code) == (2, 3, 4)
    assert "who@" not in nobody.err
    assert "WANG@" not in file.err
    desk.ok(f"{TALK} --email wang@example.com --new-customer".replace("王小明", "李四").replace("10:00", "11:00"))
