"""A question put to git before anything else is loaded: which files were edited in place?

In a large store git needs as long for the answer as python needs to get ready. Asked first, in a process of its own, it
costs no time. Nothing is imported here but what is there anyway.
"""

import os

LARGE = 1_500_000  # bytes of the index from which on git is asked; below, looking at each file is quicker
HUGE = 45_000_000  # bytes of the index from which on git may take every core; below, one does while python uses another
WORDS = ("git", "diff-files", "-z", "--name-only", "--relative", "--", "records")

_asked: dict[str, tuple[int, int]] = {}


def begin(words: list[str]) -> None:
    """Put the question for the desk that the words, the environment or the folder name, if its store is large."""
    named = os.environ.get("CSCLI_DESK", "")
    for place, word in enumerate(words):
        if word == "--desk" and place + 1 < len(words):
            named = words[place + 1]
        elif word.startswith("--desk="):
            named = word[7:]
    try:
        folder = os.path.realpath(os.path.expanduser(named or "."))  # noqa: PTH111 - pathlib is not loaded yet
    except OSError:
        return
    while not os.path.isfile(f"{folder}/records/desk.toml"):  # noqa: PTH113
        if named or folder == "/":
            return
        folder = os.path.dirname(folder)  # noqa: PTH120
    try:
        size = os.stat(f"{folder}/.git/cscli/index.sqlite").st_size  # noqa: PTH116
        if size >= LARGE:
            begin_in(folder, alone=size < HUGE)
    except OSError:
        return


def begin_in(folder: str, *, alone: bool = False) -> None:
    """Put the question for one desk; `alone` keeps git to one thread."""
    reading, writing = os.pipe()
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    env["GIT_OPTIONAL_LOCKS"] = "0"
    null = os.open(os.devnull, os.O_RDWR)
    actions = [(os.POSIX_SPAWN_DUP2, null, 0), (os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
    threads = ("-c", "core.preloadIndex=false") if alone else ()
    words = ("git", "-C", folder, *threads, *WORDS[1:])
    process = os.posix_spawnp("git", words, env, file_actions=actions)
    os.close(writing)
    os.close(null)
    _asked[folder] = (process, reading)


def answer(folder: str) -> bytes | None:
    """Return git's answer for a desk, each name ended by NUL; None where nobody asked or git failed."""
    process, reading = _asked.pop(folder, (0, -1))
    if not process:
        return None
    with os.fdopen(reading, "rb") as pipe:
        names = pipe.read()
    _, status = os.waitpid(process, 0)
    return names if status == 0 else None
