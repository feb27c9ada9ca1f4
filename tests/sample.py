"""The sample desk's two weeks, made with the tool itself: `python -m tests.sample` writes `records/` anew.

The customers bear the placeholder names of Chinese schoolbooks; the days are drawn from a fixed seed, so that the same
bookings and complaints come out each time, under new ids.
"""

import heapq
import io
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cscli import app

PROJECT = Path(__file__).parent.parent
FIRST = datetime(2026, 11, 7)  # noqa: DTZ001 - told to the desk, which knows its zone
DAYS = 14
LAST = datetime(2026, 11, 20, 14)  # noqa: DTZ001
NAMES = "王小明 张三 李四 王五 赵六 孙七 周八 吴九 郑十 甲乙 丙丁 戊己 庚辛 壬癸".split()  # noqa: SIM905
STAFF = (
    ("li.na", "agent", "front-hall"),
    ("zhao.min", "agent", "call-centre"),
    ("wang.wei", "supervisor", "front-hall"),
)
SERVICES = ("badminton",) * 6 + ("table-tennis",) * 2 + ("tennis", "yoga")
SOURCES = ("路过", "朋友介绍", "户外广告", "报纸")
FEEDBACK = ("场地干净", "灯光很好", "服务热情", "更衣室有点挤", "")
Deed = Callable[[datetime], None]


class Weeks:
    """A calendar of deeds, lived through in the order of the clock."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.chance = random.Random(20261107)  # noqa: S311 - a draw, not a secret
        self.waiting: list[tuple[datetime, int, Deed]] = []
        self.order = itertools.count()

    def plan(self, when: datetime, deed: Deed) -> None:
        """Put a deed into the calendar."""
        heapq.heappush(self.waiting, (when, next(self.order), deed))

    def live(self) -> None:
        """Do everything in the calendar up to the last moment, what a deed plans included."""
        while self.waiting:
            when, _, deed = heapq.heappop(self.waiting)
            if when < LAST:
                deed(when)

    def say(self, when: datetime, *words: str, by: str | None = None) -> dict[str, Any] | None:
        """Say one command to the desk; return the record, None where the desk had to refuse."""
        os.environ.update(CSCLI_NOW=when.isoformat(), CSCLI_BY=by or self.chance.choice(("li.na", "zhao.min")))
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = app.run([*words, "--json", "--desk", str(self.home)])
        if code not in (0, 4, 5):
            sys.exit(f"{' '.join(words)}: {err.getvalue()}")
        return json.loads(out.getvalue()) if code == 0 else None

    def member(self, number: int) -> Deed:
        """Somebody applies for membership."""

        def deed(when: datetime) -> None:
            words = ("--name", NAMES[number], "--phone", f"138000000{number + 1:02d}")
            kind = "annual" if number % 5 == 0 else "stored-value"
            level = "vip" if number == 0 else "regular"
            card = ("--card", f"6000{number + 1:04d}", "--card-type", kind, "--level", level)
            self.say(when, "customer", "create", *words, *card, "--joined", f"{when:%Y-%m-%d}")

        return deed

    # --- bookings -----------------------------------------------------------------------------------------------

    def day(self, morning: datetime) -> None:
        """Fill one day's calendar with people who call."""
        for _ in range(self.chance.randint(7, 13)):
            self.plan(morning + timedelta(minutes=self.chance.randint(13 * 60, 21 * 60)), self.call)

    def call(self, when: datetime) -> None:
        """Somebody calls and wants to play today or tomorrow."""
        chance = self.chance
        number = chance.randrange(len(NAMES))
        service = chance.choice(SERVICES)
        day = when.date() + timedelta(days=chance.choice((0, 1, 1)))
        hour = chance.choice((14, 16, 18, 19, 19, 19, 20, 20, 21))
        start = f"{day} 18:30" if service == "yoga" else f"{day} {hour}:{chance.choice(('00', '30'))}"
        words = ["booking", "create", "--customer", NAMES[number], "--phone", f"138000000{number + 1:02d}"]
        words += ["--service", service, "--start", start, "--channel", chance.choice(("phone", "phone", "online"))]
        words += ["--source", chance.choice(SOURCES), "--entry-seconds", str(chance.randint(25, 75)), "--waitlist"]
        words += ["--party", str(chance.randint(2, 4))] if service != "yoga" else []
        words += ["--for", chance.choice(("1h", "1h", "1.5h", "2h"))] if service != "yoga" else []
        words += ["--vip"] if number == 0 else []
        taken = self.say(when, *words)
        if taken and taken["status"] == "confirmed":
            self.future(when, taken)

    def future(self, when: datetime, taken: dict[str, Any]) -> None:
        """Draw how a booking goes on."""
        start, end = (datetime.fromisoformat(taken[name]).replace(tzinfo=None) for name in ("start", "end"))
        record = taken["id"]
        drawn = self.chance.random()
        soon = min(when + timedelta(minutes=self.chance.randint(5, 55)), start - timedelta(minutes=5))
        if drawn < 0.08:
            self.plan(soon, lambda at: self.cancel(at, record))
        elif drawn < 0.13:
            self.plan(start + timedelta(minutes=35), lambda at: self.missed(at, record))
        else:
            if drawn < 0.20:
                cause = "desk_error" if drawn < 0.145 else "customer"
                special = ("--special", "请留靠门的场地")
                self.plan(soon, lambda at: self.done(at, "booking", "change", record, *special, "--cause", cause))
            late = timedelta(minutes=self.chance.choice((0, 0, 2, 5)))
            self.plan(start + late, lambda at: self.done(at, "booking", "arrive", record))
            self.plan(end, lambda at: self.leave(at, record, taken["price"]))

    def done(self, when: datetime, *words: str, by: str | None = None) -> None:
        """Say a command whose answer does not matter here."""
        self.say(when, *words, by=by)

    def cancel(self, when: datetime, record: str) -> None:
        """The customer calls it off."""
        reason = self.chance.choice(("临时加班", "身体不适", "同伴有事"))
        self.done(when, "booking", "cancel", record, "--reason", reason, "--phoned")

    def missed(self, when: datetime, record: str) -> None:
        """Nobody came."""
        self.done(when, "booking", "no-show", record, *(("--phoned",) if self.chance.random() < 0.5 else ()))
        self.plan(when + timedelta(minutes=10), lambda at: self.done(at, "booking", "close", record, "--unreachable"))

    def leave(self, when: datetime, record: str, price: str) -> None:
        """The guest pays and goes; most are asked how it was."""
        method = self.chance.choice(("card", "card", "mobile", "cash"))
        self.done(when, "booking", "complete", record, "--paid", price, "--method", method)
        if self.chance.random() < 0.7:
            rating = self.chance.choice(("5", "5", "5", "4", "4", "3"))
            words = self.chance.choice(FEEDBACK)
            said = ("--rating", rating, *(("--feedback", words) if words else ()))
            asked = when + timedelta(minutes=self.chance.randint(5, 40))
            self.plan(asked, lambda at: self.done(at, "booking", "close", record, *said))

    # --- complaints ---------------------------------------------------------------------------------------------

    def complaint(self, day: int, hour: str, number: int, words: tuple[str, ...], course: tuple[Any, ...]) -> None:
        """Somebody complains on a day; `course` are the (days, hour, words, by) that follow."""
        state: dict[str, str] = {}

        def begin(when: datetime) -> None:
            told = self.say(when, "complaint", "create", "--customer", NAMES[number], "--phone",
                            f"138000000{number + 1:02d}", *words, by="li.na")  # fmt: skip
            assert told is not None
            state["id"] = told["id"]

        def go_on(step: tuple[str, ...], by: str) -> Deed:
            def deed(when: datetime) -> None:
                if self.say(when, "complaint", step[0], state["id"], *step[1:], by=by) is None:
                    sys.exit(f"complaint {step} was refused")

            return deed

        def clock(days: int, time: str) -> datetime:
            return FIRST + timedelta(days=days, hours=int(time[:2]), minutes=int(time[3:]))

        self.plan(clock(day, hour), begin)
        for days, time, step, by in course:
            self.plan(clock(days, time), go_on(step, by))


COMPLAINTS: tuple[tuple[Any, ...], ...] = (
    (2, "14:10", 3, ("--category", "booking", "--content", "到场后被告知场地订的是第二天", "--severity", "major",
                     "--remedy", "退还场地费", "--against", "person:zhao.min"), (
        (2, "14:30", ("acknowledge", "--apology", "--note", "已电话致歉"), "li.na"),
        (2, "15:00", ("assess", "--severity", "major"), "wang.wei"),
        (2, "15:30", ("investigate", "--findings", "录音里没有复诵, 日期记成了第二天"), "wang.wei"),
        (2, "16:00", ("judge", "--valid", "--criterion", "read-back"), "wang.wei"),
        (2, "16:20", ("plan", "--measure", "退还15元", "--owner", "li.na", "--due", "2026-11-10 18:00"), "wang.wei"),
        (3, "09:30", ("plan", "--done", "1"), "li.na"),
        (3, "10:00", ("resolve", "--response", "refund", "--decision", "退还场地费并致歉"), "li.na"),
        (3, "10:10", ("communicate", "--accepted"), "li.na"),
        (4, "10:30", ("follow-up", "--satisfied", "--rating", "4"), "li.na"),
        (4, "10:35", ("correct", "--measure", "前台张贴复诵提示卡", "--owner", "wang.wei", "--due", "11-13 18:00"),
         "wang.wei"),
        (4, "10:40", ("close", "--cause", "entry", "--signed-by", "zhao.min"), "wang.wei"),
        (6, "17:00", ("plan", "--done", "2"), "wang.wei"))),
    (4, "19:40", 6, ("--category", "facility", "--content", "7号场地面潮湿, 有人滑倒", "--severity", "critical",
                     "--safety", "--remedy", "检修地面", "--against", "resource:court-7"), (
        (4, "19:50", ("acknowledge", "--apology"), "zhao.min"),
        (5, "09:10", ("assess", "--severity", "critical", "--safety", "--immediate"), "wang.wei"),
        (5, "09:20", ("investigate", "--findings", "屋顶冷凝水滴落, 未及时擦拭"), "wang.wei"),
        (5, "09:40", ("judge", "--valid", "--criterion", "clean-safe"), "wang.wei"),
        (5, "10:00", ("plan", "--measure", "地面检修", "--owner", "wang.wei", "--due", "11-13 12:00"), "wang.wei"),
        (5, "16:00", ("progress", "--told", "地面正在检修, 明天答复"), "zhao.min"),
        (6, "10:50", ("plan", "--done", "1"), "wang.wei"),
        (6, "11:00", ("resolve", "--response", "repair", "--decision", "已检修并铺防滑垫"), "zhao.min"),
        (6, "11:10", ("communicate", "--accepted"), "zhao.min"),
        (6, "15:00", ("follow-up", "--unreached"), "li.na"),
        (9, "15:00", ("follow-up", "--satisfied", "--rating", "5"), "li.na"),
        (9, "15:10", ("correct", "--measure", "每天开场前检查地面", "--owner", "zhao.min", "--due", "11-17 13:00"),
         "wang.wei"),
        (9, "15:20", ("close", "--cause", "maintenance"), "wang.wei"),
        (10, "12:00", ("plan", "--done", "2"), "zhao.min"),
        (13, "11:00", ("verify", "2", "--effective", "--note", "三天无积水"), "wang.wei"))),
    (6, "20:30", 8, ("--category", "service", "--content", "前台说话不耐烦", "--against", "person:zhao.min"), (
        (9, "09:30", ("acknowledge", "--apology"), "li.na"),
        (9, "10:00", ("assess",), "wang.wei"),
        (9, "10:30", ("investigate", "--findings", "监控显示当时排队, 当事人承认语气急"), "wang.wei"),
        (9, "11:00", ("judge", "--valid", "--criterion", "courtesy"), "wang.wei"),
        (9, "11:10", ("plan", "--measure", "与当事人谈话", "--owner", "wang.wei", "--due", "11-17 18:00"), "wang.wei"),
        (10, "15:30", ("plan", "--done", "1"), "wang.wei"),
        (10, "16:00", ("resolve", "--response", "apology", "--decision", "主管当面致歉"), "wang.wei"),
        (10, "16:10", ("communicate", "--rejected", "--external", "consumer-hotline"), "li.na"),
        (11, "10:00", ("follow-up", "--unsatisfied", "--note", "希望由本人道歉"), "li.na"),
        (12, "14:00", ("resolve", "--response", "apology", "--decision", "当事人电话致歉"), "wang.wei"),
        (12, "14:10", ("communicate", "--accepted"), "li.na"),
        (12, "17:00", ("follow-up", "--satisfied", "--rating", "4"), "li.na"),
        (12, "17:10", ("close", "--cause", "conduct"), "wang.wei"))),
    (10, "15:20", 10, ("--category", "billing", "--content", "晚到半小时仍按整场收费", "--remedy", "减半"), (
        (10, "15:40", ("acknowledge",), "li.na"),
        (11, "09:30", ("assess",), "wang.wei"),
        (11, "10:00", ("investigate", "--findings", "入场单显示预订20:00, 20:32到场"), "li.na"),
        (11, "10:30", ("judge", "--invalid", "--note", "规定从预订时间开始计费, 已说明"), "wang.wei"))),
    (13, "10:40", 5, ("--category", "facility", "--content", "更衣室没有热水", "--severity", "major"), ()),
)  # fmt: skip


def make(home: Path) -> None:
    """Live through the two weeks in a new desk at `home`."""
    (home / "records" / "staff").mkdir(parents=True)
    shutil.copy(PROJECT / "records" / "desk.toml", home / "records" / "desk.toml")
    for login, role, team in STAFF:
        text = f'schema = 1\nlogin = "{login}"\nrole = "{role}"\nteam = "{team}"\n'
        (home / "records" / "staff" / f"{login}.toml").write_text(text, encoding="utf-8")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "Open the desk")):
        subprocess.run(["git", *words], cwd=home, check=True)
    weeks = Weeks(home)
    for number in range(len(NAMES) - 3):  # the last three are guests without a card
        weeks.plan(FIRST + timedelta(days=-60 + 9 * number, hours=15), weeks.member(number))
    for day in range(DAYS):
        weeks.day(FIRST + timedelta(days=day))
    for told in COMPLAINTS:
        weeks.complaint(*told)
    weeks.live()


def main() -> None:
    """Make the two weeks and put them in the place of the old ones."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "desk"
        make(home)
        for kind in ("staff", "customers", "bookings", "complaints"):
            shutil.rmtree(PROJECT / "records" / kind, ignore_errors=True)
            shutil.copytree(home / "records" / kind, PROJECT / "records" / kind)


if __name__ == "__main__":
    main()
