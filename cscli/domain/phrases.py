"""Days, moments and spans of time as people say them at a desk, in Chinese and in English.

Nothing here reads the clock: `now` is the instant the words are measured from, aware, in the desk's zone. What is
not understood is a `UsageProblem` whose fact `value` is what was typed.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from cscli.domain.values import MINUTES_A_DAY
from cscli.errors import UsageProblem

LONGEST = 80  # no phrase is longer; what is pasted in by mistake is refused before it is read
FIRST_YEAR, LAST_YEAR = 1900, 2199
LOOK_BACK = timedelta(days=180)
LONGEST_SPAN = timedelta(days=3660)  # ten years, as in the rulebook: what is longer is a slip of the keyboard

NAMED = {
    "today": 0, "今天": 0, "今日": 0,
    "tomorrow": 1, "明天": 1, "明日": 1,
    "yesterday": -1, "昨天": -1, "昨日": -1,
    "后天": 2, "大后天": 3, "前天": -2, "大前天": -3,
}  # fmt: skip
WEEKDAYS = {
    "mon": 0, "monday": 0, "一": 0, "1": 0,
    "tue": 1, "tues": 1, "tuesday": 1, "二": 1, "2": 1,
    "wed": 2, "wednesday": 2, "三": 2, "3": 2,
    "thu": 3, "thur": 3, "thurs": 3, "thursday": 3, "四": 3, "4": 3,
    "fri": 4, "friday": 4, "五": 4, "5": 4,
    "sat": 5, "saturday": 5, "六": 5, "6": 5,
    "sun": 6, "sunday": 6, "日": 6, "天": 6, "7": 6,
}  # fmt: skip
SHIFTS = {"下": 1, "上": -1, "本": 0, "这": 0, "今": 0, "明": 1, "去": -1, "下下": 2, "上上": -2}
SHIFTS |= {"next": 1, "last": -1, "this": 0}

# Which hour of the 24 is meant when a part of the day is said with it; an hour that is not listed contradicts it.
WHOLE_DAY = {hour: hour for hour in range(25)}
BEFORE_NOON = {hour: hour for hour in range(1, 12)} | {12: 0}
AFTER_NOON = {hour: hour + 12 for hour in range(1, 12)} | {12: 12}
DAWN = {hour: hour for hour in range(7)} | {12: 0}
MORNING = {hour: hour for hour in range(4, 13)}
MIDDAY = {hour: hour for hour in range(10, 15)} | {1: 13, 2: 14}
AFTERNOON = AFTER_NOON | {hour: hour for hour in range(13, 24)}
EVENING = {hour: hour + 12 for hour in range(5, 13)} | {hour: hour for hour in range(17, 25)} | {0: 24}
PARTS = {
    "凌晨": DAWN, "清晨": MORNING, "早上": MORNING, "早晨": MORNING, "早": MORNING, "上午": MORNING,
    "中午": MIDDAY, "正午": MIDDAY, "下午": AFTERNOON, "午后": AFTERNOON, "傍晚": AFTERNOON,
    "晚上": EVENING, "晚间": EVENING, "晚": EVENING, "am": BEFORE_NOON, "pm": AFTER_NOON,
}  # fmt: skip

# Patterns are kept as text: `re` compiles each when it is first needed, so a command that reads no phrase pays nothing.
NUMERAL = "[一二两三四五六七八九]?十[一二三四五六七八九]?|[零〇一二两三四五六七八九]"
COUNTED = "个?半?个?(?:小时|钟头)|点|时|分|刻|天|日|号|月|周|个?星期|个?礼拜"
SAID_NUMBER = f"(?<=点)(?:{NUMERAL})$|(?<![周期拜])(?:{NUMERAL})(?= ?(?:{COUNTED}))"
BESIDE_CHINESE = "(?<=[\u4e00-\u9fff]) | (?=[\u4e00-\u9fff])"

FULL_DATE = r"(?a)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d\d)(\d\d)|(\d{4})年(\d{1,2})月(\d{1,2})[日号]?"
YEARLESS = r"(?a)(\d{1,2})[-/](\d{1,2})|(?:([去今明])年)?(\d{1,2})月(\d{1,2})[日号]?"
DAY_OF_MONTH = r"(?a)(?:([上本这下])个?月)?(\d{1,2})[日号]"
WEEKDAY = (
    "(?:(next|last|this) )?((?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?)"
    "|(?:(上上|上|本|这|下下|下)个?)?(?:周|星期|礼拜)([一二三四五六日天1-7])"
)
DATE_WITH_WEEKDAY = r"(?a)(.*\d[日号]?) ?\(?(?:(?:周|星期|礼拜)([一二三四五六日天])|([a-z]+))\)?"

NUMBER = r"(\d{1,6}(?:\.\d{1,4})?) ?"
SPAN = (
    f"(?a)(?:{NUMBER}(?:w|weeks?|周|个?星期|个?礼拜) ?)?"
    f"(?:{NUMBER}(?:d|days?|天) ?)?"
    f"(?:{NUMBER}(?:h|hrs?|hours?|个?小时|个?钟头) ?)?"
    f"(?:{NUMBER}(?:m|mins?|minutes?|分钟?))?"
)
SIGN_FIRST = r"(?P<sign>\+|-|in ) ?(?P<length>.+)"
SIGN_LAST = "(?P<length>.+?)(?:以|之)?(?P<sign>后|前| ago)"
SIGNS = {"+": 1, "in ": 1, "后": 1, "-": -1, "前": -1, " ago": -1}

STAMP = r"(?a)(\d{4}-\d\d-\d\d|\d{8}) \d\d:?\d\d.*"
PART = "|".join(part for part in PARTS if not part.isascii())
TIME = (
    rf"(?:(?P<noon>中午|正午|noon)|(?P<part>{PART})?(?<![\d.:])(?P<hour>\d{{1,2}})"
    r"(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?|(?P<oclock>[点时]钟?)(?P<rest>整|半|[123]刻|零?\d{1,2}分?)?)?"
    r" ?(?P<half>am|pm|a\.m\.|p\.m\.)?)"
)
DAY_THEN_TIME = rf"(?a)(?P<day>.*?) ?(?:\bat )?{TIME}"
TIME_THEN_DAY = rf"(?a){TIME}(?: |(?!\d))(?:on )?(?P<day>.+)"


def local_moment(wall: datetime, zone: tzinfo, *, exact: bool = False) -> datetime:
    """Return the instant at which the clocks of `zone` show `wall` (naive).

    A reading that the clocks leap over is moved forward by the leap, or where it must be `exact` a `UsageProblem`; of
    two equal readings it is the first.
    """
    found = wall.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)
    if exact and found.replace(tzinfo=None) != wall:
        raise UsageProblem("words.no_such_time", time=f"{wall:%H:%M}", day=wall.date(), next=f"{found:%H:%M}")
    return found


def comes_twice(at: datetime, zone: tzinfo) -> bool:
    """Whether the clocks of `zone` show a moment's time once more, later in that night."""
    here = at.astimezone(zone)
    return here.fold == 0 and here.replace(fold=1).utcoffset() < (here.utcoffset() or timedelta())  # type: ignore[operator]


def parse_day(text: str, now: datetime) -> date:
    """Read a day such as `2026-11-22`, `11月22日`, `22号`, `tomorrow`, `后天`, `周五`, `next fri`, `+3d`, `两周后`.

    A weekday alone is the coming one, today included; with `本/这/this`, `下/next`, `上/last` it is counted in weeks
    that begin on Monday. A date without its year is this year's, or next year's once it lies more than 180 days back;
    a day of the month that is past is next month's. A weekday said with a date must be that date's.
    """
    day = _day(_plain(text), now.date())
    if day is None:
        raise _no_day(text, now.date()) or UsageProblem("words.day", value=text)
    return day


def parse_moment(text: str, now: datetime, on: date | None = None, *, exact: bool = False) -> datetime:
    """Read a moment: a day and a time, a time alone, `now`, `+2h`, `半小时后`, or an ISO stamp.

    A time alone is meant `on` a day, today where none is given. The answer is in the zone of `now`, in whole seconds.
    A bare `7点` is seven in the morning; `24:00` and `晚上12点` are the midnight at the day's end, `凌晨12点` the
    one at its beginning. Hours that contradict their part of the day (`上午15点`), or leave the day open (`晚上2点`),
    are refused, as is a day without a time; one that the clocks leap over is, where it must be `exact`.
    """
    words = _plain(text)
    zone = now.tzinfo
    if zone is None:
        raise ValueError("`now` must be aware")
    try:
        moment = _stamp(words, zone, exact) or _from_now(words, now) or _said(words, now, zone, on or now.date(), exact)
    except (ValueError, OverflowError):
        moment = None
    if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR:
        return moment
    if _day(words, now.date()) or _day(re.sub(f"(?:{PART})$", "", words), now.date()):
        raise UsageProblem("words.moment_no_time", value=text)
    raise _no_day(text, now.date()) or UsageProblem("words.moment", value=text)


def parse_span(text: str) -> timedelta:
    """Read a length of time such as `90m`, `1h30m`, `1.5h`, `半小时`, `1个半小时`, `2天`.

    It is whole minutes, more than none and at most `LONGEST_SPAN`; a day is 24 hours, a week seven days.
    """
    calendar, clock = _span(_plain(text)) or (0, None)
    total = calendar + (clock or 0)
    if not 0 < total <= LONGEST_SPAN // timedelta(minutes=1) or total != int(total):
        raise UsageProblem("words.span", value=text)
    return timedelta(minutes=int(total))


# --- the words as they are compared ----------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Return `text` half-width, lower-case, with digits for Chinese numerals and no space beside Chinese."""
    if len(text) > LONGEST:
        return ""
    words = " ".join(unicodedata.normalize("NFKC", text).lower().split())
    if not words.isascii():
        words = re.sub(SAID_NUMBER, lambda found: str(_numeral(found[0])), words)
        words = re.sub(BESIDE_CHINESE, "", words)
        words = re.sub("(?<=[今明昨])(?=[早晚])", "天", words)  # 今晚 is 今天晚上
    words = re.sub(r"(?<=[0-9])t(?=[0-9])", " ", words)  # 2026-11-22T19:00
    return re.sub(r" (?=[+-][0-9]{2}:?[0-9]{2}$)", "", words)  # git writes a space before the offset


def _numeral(said: str) -> int:
    """Return the number below a hundred that is written in Chinese."""
    digits = {"两": 2, "〇": 0} | {digit: value for value, digit in enumerate("零一二三四五六七八九")}
    tens, ten, ones = said.partition("十")
    if not ten:
        return digits[said]
    return 10 * (digits[tens] if tens else 1) + (digits[ones] if ones else 0)


# --- days -------------------------------------------------------------------------------------------------------


def _day(words: str, today: date) -> date | None:
    """Return the day meant, None where no day is."""
    try:
        day = _near(words, today) or _date(words, today) or _dated_weekday(words, today) or _weekday(words, today)
    except (ValueError, OverflowError):
        return None
    return day if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _no_day(text: str, today: date) -> UsageProblem | None:
    """Return the problem that a date is said of which there is none in the calendar, such as a 29 February."""
    words = _plain(text)
    if found := re.match(FULL_DATE, words):
        year, month, day = (int(part) for part in found.groups() if part and part.isdecimal())
    elif found := re.match(YEARLESS, words):
        year, month, day = today.year + SHIFTS.get(found[3], 0), int(found[1] or found[4]), int(found[2] or found[5])
    else:
        return None
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    try:
        date(year, month, day)
    except ValueError:
        return UsageProblem("words.no_such_day", value=text, month=f"{year}-{month:02d}", number=day)
    return None


def _near(words: str, today: date) -> date | None:
    """Read `今天`, `tomorrow`, `+3d`, `两周后`."""
    if words in NAMED:
        return today + timedelta(days=NAMED[words])
    offset = _offset(words)
    if offset is None:
        return None
    sign, calendar, clock = offset
    days = calendar / MINUTES_A_DAY
    if clock is not None or days != int(days):
        return None
    return today + sign * timedelta(days=int(days))


def _date(words: str, today: date) -> date | None:
    """Read a date of the calendar; one that does not exist is a `ValueError`."""
    if found := re.fullmatch(FULL_DATE, words):
        year, month, day = (int(part) for part in found.groups() if part and part.isdecimal())
        return date(year, month, day)
    if found := re.fullmatch(YEARLESS, words):
        month, day = int(found[1] or found[4]), int(found[2] or found[5])
        year = today.year
        if found[3]:
            year += SHIFTS[found[3]]
        elif today - (date(year, month, 1) + timedelta(days=day - 1)) > LOOK_BACK:
            year += 1
        return date(year, month, day)
    if found := re.fullmatch(DAY_OF_MONTH, words):
        day = int(found[2])
        months = SHIFTS[found[1]] if found[1] else int(day < today.day)
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        return date(year, month + 1, day)
    return None


def _dated_weekday(words: str, today: date) -> date | None:
    """Read a date followed by its weekday, `11月22日周日`; a weekday that is not the date's is a slip to be told."""
    found = re.fullmatch(DATE_WITH_WEEKDAY, words)
    said = WEEKDAYS.get(found[2] or found[3]) if found else None
    day = _date(found[1], today) if found and said is not None else None
    if day is not None and day.weekday() != said:
        raise UsageProblem("words.day_weekday", value=words, day=day)
    return day


def _weekday(words: str, today: date) -> date | None:
    """Read `fri`, `next fri`, `周五`, `下周五`."""
    found = re.fullmatch(WEEKDAY, words)
    if not found or (found[2] or found[4]) not in WEEKDAYS:
        return None
    weekday, prefix = WEEKDAYS[found[2] or found[4]], found[1] or found[3]
    if prefix is None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    return today + timedelta(days=weekday - today.weekday(), weeks=SHIFTS[prefix])


# --- lengths and offsets ----------------------------------------------------------------------------------------


def _span(words: str) -> tuple[Decimal, Decimal | None] | None:
    """Return the minutes in the weeks and days that are said, and in the hours and minutes: None where none are."""
    words = re.sub("([0-9]*)个?半个?(?:小时|钟头)", lambda found: f"{found[1] or 0}.5h", words)
    words = re.sub("([0-9])刻钟?", lambda found: f"{int(found[1]) * 15}m", words)
    found = re.fullmatch(SPAN, words)
    if not found or not any(found.groups()):
        return None
    weeks, days, hours, minutes = (Decimal(said or 0) for said in found.groups())
    clock = hours * 60 + minutes if found[3] or found[4] else None
    return (weeks * 7 + days) * MINUTES_A_DAY, clock


def _offset(words: str) -> tuple[int, Decimal, Decimal | None] | None:
    """Return the sign and the two parts of the length in `+2h`, `in 2h`, `两小时后`, `3天前`, `3 days ago`."""
    found = re.fullmatch(SIGN_FIRST, words) or re.fullmatch(SIGN_LAST, words)
    parts = _span(found["length"]) if found else None
    return (SIGNS[found["sign"]], *parts) if found and parts else None


# --- moments ----------------------------------------------------------------------------------------------------


def _from_now(words: str, now: datetime) -> datetime | None:
    """Read `now` and offsets that say hours or minutes; they count elapsed time, not the hands of the clock."""
    if words in {"now", "现在"}:
        return now.replace(microsecond=0)
    offset = _offset(words)
    if offset is None:
        return None
    sign, calendar, clock = offset
    if clock is None:
        return None
    moved = now.astimezone(UTC) + sign * timedelta(minutes=float(calendar + clock))
    return moved.astimezone(now.tzinfo).replace(microsecond=0)


def _stamp(words: str, zone: tzinfo, exact: bool) -> datetime | None:
    """Read an ISO stamp, with or without seconds and offset."""
    if not re.fullmatch(STAMP, words):
        return None
    try:
        moment = datetime.fromisoformat(words.upper()).replace(microsecond=0)
    except ValueError:
        return None
    return moment.astimezone(zone) if moment.tzinfo else local_moment(moment, zone, exact=exact)


def _said(words: str, now: datetime, zone: tzinfo, usual: date, exact: bool) -> datetime | None:
    """Read a day and a time, in either order; without a day it is the usual one."""
    for order in (DAY_THEN_TIME, TIME_THEN_DAY):
        found = re.fullmatch(order, words)
        seconds = _seconds(found) if found else None
        if found and seconds is not None:
            day = _day(found["day"], now.date()) if found["day"] else usual
            if day is not None:
                wall = datetime.combine(day, time()) + timedelta(seconds=seconds)
                return local_moment(wall, zone, exact=exact)
    return None


def _seconds(found: re.Match[str]) -> int | None:
    """Return the seconds after midnight of a time that was said, None where it contradicts itself."""
    if found["noon"]:
        return 12 * 3600
    half = (found["half"] or "").replace(".", "")
    if not (found["minute"] or found["oclock"] or half) or (half and found["part"]):
        return None
    said = int(found["hour"])
    part = half or found["part"]
    hour = (PARTS.get(part, {}) if part else WHOLE_DAY).get(said)
    minute, second = _minute(found), int(found["second"] or 0)
    if hour is None or minute > 59 or second > 59 or (said == 24 and (minute or second)):
        return None
    return hour * 3600 + minute * 60 + second


def _minute(found: re.Match[str]) -> int:
    """Return the minutes of a time: `:30`, `半`, `一刻`, `零五分`."""
    rest = found["rest"] or ""
    if rest == "半":
        return 30
    if rest.endswith("刻"):
        return 15 * int(rest[0])
    return int(found["minute"] or rest.strip("整零分") or 0)
