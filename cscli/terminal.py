"""The terminal: what is said there and asked, how wide it is, long pages through a pager, a bar for long work."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import Any

from cscli import i18n
from cscli.errors import CscliError, OutsideFailed, UsageProblem

SAID_AS_IS = "\n\u200d"  # a note may have lines, and an emoji its joiners


def say(text: str, *, long: bool = False) -> None:
    """Print to standard output; raises `OutsideFailed` where it cannot be written, though what was asked is done.

    What may be `long` goes through the pager where a terminal cannot show all of it at once.
    """
    if long and paged(text.removesuffix("\n")):
        return
    try:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as problem:
        raise OutsideFailed("disk.output", problem=os.strerror(problem.errno or 0)) from None


def json_text(data: Any, *, indent: int | None = 2) -> str:
    """Return data as one JSON document; signs that a terminal obeys, or that turn text round, are escaped."""
    import json

    text = json.dumps(data, ensure_ascii=False, indent=indent)
    if text.replace("\n", "").isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign == "\n" else json.dumps(sign)[1:-1] for sign in text)


class _Aside:
    """Notes kept back for now; None where they are said at once."""

    kept: list[str] | None = None


def say_aside(text: str) -> None:
    """Print to standard error, where it does not disturb what is piped on; what a terminal would obey is shown."""
    if not text.isprintable():
        text = "".join(sign if sign.isprintable() or sign in SAID_AS_IS else ascii(sign)[1:-1] for sign in text)
    if _Aside.kept is not None:
        _Aside.kept.append(text)
        return
    sys.stdout.flush()
    sys.stderr.write(f"{text}\n")


def keep_notes() -> None:
    """Keep back what is to be said aside, until it is known whether an error comes of it."""
    _Aside.kept = []


def kept_notes() -> list[str]:
    """Return what was kept back, and keep nothing back from here on."""
    kept, _Aside.kept = _Aside.kept or [], None
    return kept


def interactive() -> bool:
    """Return whether a person can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def ask(
    value: str | None,
    option: str,
    key: str,
    *,
    known: Sequence[tuple[str, str]] = (),
    read: Callable[[str], Any] | None = None,
    blank: bool = False,
) -> str:
    """Return `value`, or ask for it on a terminal; raises `UsageProblem` naming the option otherwise.

    What can be chosen is listed by number, from `known` pairs of id and name. An answer that `read` refuses is asked
    for again, so that what was answered before is not lost; where `blank` may be, it is returned as it is.
    """
    if value is not None and value.strip():
        return value
    if value is not None or not interactive():
        raise UsageProblem("usage.missing", option=option)
    import typer

    for note in kept_notes():  # a person sits there
        say_aside(note)
    for number, (name, shown) in enumerate(known, start=1):
        say_aside(f"  {number:2} {shown}" + (f" ({name})" if name != shown else ""))
    while True:
        said = str(typer.prompt(i18n.t(key), default="" if blank else None, show_default=False, err=True)).strip()
        if blank and not said:
            return said
        if said.isdecimal() and 0 < int(said) <= len(known):
            said = known[int(said) - 1][0]
        said = next((name for name, shown in known if said == shown), said)
        try:
            if read is not None:
                read(said)
            elif known and said not in {word for pair in known for word in pair}:
                raise UsageProblem(
                    "usage.choice", value=said, what=i18n.t(key), known=tuple(shown for _, shown in known)
                )
        except CscliError as problem:
            say_aside(i18n.t(problem.key, **problem.facts))
            continue
        return said


# --- the screen --------------------------------------------------------------------------------------------------


def screen_width() -> int | None:
    """Return how wide a page may be; None where it is not a terminal that shows it."""
    if not sys.stdout.isatty():
        return None
    import shutil

    return shutil.get_terminal_size().columns


def paged(text: str) -> bool:
    """Show a text through `$PAGER`, else less, where it is longer than the terminal; return whether it was shown.

    A pager that is missing or switched off (`cat`, or nothing) is no error: the text is then printed as any other.
    """
    if not sys.stdout.isatty() or os.environ.get("TERM") == "dumb":
        return False
    import shutil

    if text.count("\n") + 1 < shutil.get_terminal_size().lines:
        return False
    import shlex
    import subprocess

    try:
        words = shlex.split(os.environ.get("PAGER", "less"))
        if not words or words == ["cat"]:
            return False
        env = {"LESS": "FRX", "LESSCHARSET": "utf-8", **os.environ}
        process = subprocess.Popen(words, stdin=subprocess.PIPE, env=env)
    except (OSError, ValueError):
        return False
    _feed(process, text)
    return True


def _feed(process: object, text: str) -> None:
    """Give a pager its text and wait until it is left; it may be left before it has read everything."""
    import signal
    import subprocess

    assert isinstance(process, subprocess.Popen)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C is the pager's: it ends a search there, not the program
    try:
        process.communicate(f"{text}\n".encode(errors="backslashreplace"))
    except BrokenPipeError:
        process.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def progress(done: int, total: int) -> None:
    """Draw a bar on standard error, on a terminal only, for work that is long enough to be watched."""
    if total < 5000 or not sys.stderr.isatty():
        return
    filled = 30 * done // total
    end = "\n" if done >= total else ""
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {done}/{total}{end}")
    sys.stderr.flush()
