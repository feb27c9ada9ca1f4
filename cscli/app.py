"""The front door: nouns loaded when they are named, options that stand before them, errors turned into exit codes."""

import os
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cscli import __version__, i18n
from cscli.commands import NOUNS
from cscli.commands.faces import group_command, noun_command
from cscli.errors import CscliError, Exit, Refused, Unavailable

if TYPE_CHECKING:
    from cscli.desk import Door


class _Threshold:
    """Which desk was asked for, known once the words before the noun were read."""

    door: "Door | None" = None


EVERYWHERE = {"--desk": True, "--now": True, "--lang": True}  # may also stand behind the noun


def _version(asked: bool) -> None:
    if asked:
        print(f"cscli {__version__}")  # noqa: T201 - the one answer that needs no desk
        raise typer.Exit


def _root(
    ctx: typer.Context,
    desk: Annotated[str | None, typer.Option("--desk", metavar="DIR", help="opt.desk")] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="opt.by")] = None,
    now: Annotated[str | None, typer.Option("--now", metavar="ISO", help="opt.now")] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="zh|en", help="opt.lang")] = None,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", callback=_version, is_eager=True, help="opt.version")
    ] = False,
) -> None:
    from cscli.desk import Door

    if lang is not None:
        from cscli.commands.words import choice

        choice(lang, i18n.LANGUAGES, "--lang")
    ctx.obj = _Threshold.door = Door(
        home=desk, by=by, now=now, spoken=_spoken(sys.argv if lang is None else ["--lang", lang]) is not None
    )


def _spoken(words: Sequence[str]) -> str | None:
    """Return the language asked for: by option, by variable, by locale; None where nobody cares."""
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            found = words[place + 1]
        elif word.startswith("--lang="):
            found = word[7:]
        else:
            continue
        if found in i18n.LANGUAGES:
            return found
    env = os.environ
    for name in ("CSCLI_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if env.get(name):
            found = env[name][:2].lower()
            return found if found in i18n.LANGUAGES else None
    return None


def _to_the_front(words: Sequence[str]) -> list[str]:
    """Return the words with `--desk`, `--now` and `--lang` moved before the noun, wherever they were said."""
    front: list[str] = []
    rest: list[str] = []
    pending = iter(words)
    for word in pending:
        if word == "--":
            rest += [word, *pending]
        elif word in EVERYWHERE:
            front += [word, *([value] if (value := next(pending, None)) is not None else [])]
        elif word.startswith(tuple(f"{name}=" for name in EVERYWHERE)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def run(words: Sequence[str]) -> int:
    """Do what the words say and return the exit code; nothing a user types or a file holds escapes as an exception."""
    i18n.use(_spoken(words) or "en")
    nouns = {name: partial(noun_command, name, verbs) for name, verbs in NOUNS.items()}
    root = group_command("help.noun", nouns, _root)
    as_json = "--json" in words
    if as_json:  # what is said aside would stand before the document of an error
        from cscli.terminal import keep_notes

        keep_notes()
    try:
        return _answer(root, words, as_json)
    finally:
        if as_json:
            from cscli.terminal import kept_notes, say_aside

            for note in kept_notes():
                say_aside(note)


def _answer(root: Any, words: Sequence[str], as_json: bool) -> int:
    """Do what the words say, by the commands below `root`."""
    try:
        code = root.main(args=_to_the_front(words), prog_name="cscli", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else Exit.DONE
    except CscliError as problem:
        return _complain(problem, as_json)
    except typer.Exit as ended:
        return int(ended.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("\n")
        return 130
    except (BrokenPipeError, SystemExit) as problem:  # typer turns the first into the second
        if isinstance(problem, SystemExit) and not isinstance(problem.__context__, BrokenPipeError):
            raise
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - the reader left; python must not complain at exit
        return Exit.DONE
    except typer.TyperException as problem:
        if type(problem).__name__ == "NoArgsIsHelpError":  # nothing was asked for: its message is the help page
            sys.stdout.write(f"{getattr(problem, 'message', '')}\n")
            return Exit.USAGE
        from cscli.commands.usage import as_error

        return _complain(as_error(problem), as_json)
    except Exception:  # the door is the one place that must catch everything
        return _fault(as_json)


def _complain(problem: CscliError, as_json: bool) -> int:
    """Say on standard error what is wrong and what to do, as a sentence or as JSON."""
    from cscli.render.problem import problem_text

    sys.stdout.flush()
    names = _names() if isinstance(problem, Unavailable | Refused) else {}
    if as_json:
        from cscli.render.refusal import problem_data
        from cscli.terminal import json_text, kept_notes

        said = {**problem_data(problem, names), **({"notes": notes} if (notes := kept_notes()) else {})}
        sys.stderr.write(f"{json_text(said, indent=None)}\n")
    else:
        sys.stderr.write(f"{problem_text(problem, names)}\n")
    if isinstance(problem, Unavailable) and not as_json and problem.alternatives:
        from cscli.render.refusal import alternatives_text

        sys.stderr.write(f"{alternatives_text(problem.alternatives, names)}\n")
    if "conflicts" in problem.facts and not as_json:
        from cscli.render.refusal import conflicts_text

        conflicts: Any = problem.facts["conflicts"]  # those of a series
        sys.stderr.write(f"{conflicts_text(conflicts, names)}\n")
    return int(problem.exit)


def _names() -> Mapping[str, str]:
    """Return the names the rulebook gives to the ids in a refusal; none where it cannot be read."""
    from cscli.desk import Desk
    from cscli.render.problem import names_of

    try:
        return names_of(Desk(_Threshold.door).rulebook) if _Threshold.door else {}
    except CscliError:
        return {}


def _fault(as_json: bool) -> int:
    """Write the details of a fault of the program where they can be found, and say where: a sentence, or JSON."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="cscli-fault-", suffix=".txt", delete=False) as file:
        traceback.print_exc(file=file)
    said = i18n.t("fault", path=file.name)
    if as_json:
        from cscli.terminal import json_text, kept_notes

        told = {"error": {"exit": int(Exit.FAULT), "key": "fault", "message": said}}
        said = json_text({**told, **({"notes": notes} if (notes := kept_notes()) else {})}, indent=None)
    sys.stderr.write(f"{said}\n")
    return Exit.FAULT


def main(words: Sequence[str] | None = None) -> int:
    """Be the command `cscli` and return its exit code, everything printed."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115, PTH123 - open as long as the process
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    code = run(sys.argv[1:] if words is None else words)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # the reader left, or the disk is full: nobody is there to be told
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return int(code)
