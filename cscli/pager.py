"""The terminal: how wide it is, long pages shown through a pager, and a bar for long work; nowhere else."""

import os
import sys


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
