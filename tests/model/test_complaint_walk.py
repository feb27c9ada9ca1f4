"""Random stories of complaints: the house and a person with a pencil agree after every step."""

import os

import pytest

from cscli.domain import states
from tests.model.complaint_walk import OFFICE, WHERE, ComplaintWalk, SlowComplaint, life

STORIES = 400 if os.environ.get("CSCLI_TORTURE") else 20


@pytest.mark.parametrize("seed", range(STORIES))
def test_the_house_and_the_pencil_agree(seed: int) -> None:
    ComplaintWalk(seed).run(60)


def test_the_stories_see_every_step_and_every_state() -> None:
    told = [life(seed, 80) for seed in range(30)]

    assert {event.type for one in told for event in one.events} == set(states.COMPLAINT)
    assert {one.status for one in told} >= {"resolved", "closed", "withdrawn"}
    assert len(WHERE) == len(states.COMPLAINT) - 1  # all but the receipt


# --- the pencil itself ----------------------------------------------------------------------------------------------


def test_an_office_week_has_forty_hours() -> None:
    assert len(OFFICE) == 40 * 60


def test_sixteen_office_hours_from_monday_nine_end_on_tuesday_at_six() -> None:
    assert SlowComplaint(540, "minor").due() == 1440 + 1080


def test_four_hours_of_the_clock_that_stand_still_for_one_end_after_five() -> None:
    slow = SlowComplaint(540, "critical", status="in_progress")
    slow.pass_time(600)
    slow.held = True
    assert slow.due() is None
    slow.pass_time(660)
    slow.held = False

    assert (slow.due(), len(slow.counted())) == (540 + 300, 60)
