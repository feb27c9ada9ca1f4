"""The faces of commands: nouns and verbs that are loaded when they are named, and help in the user's language.

Which there are stands in `cscli.commands.NOUNS`. Help texts stand in `cscli.i18n`
under the key that the option or verb gives (`help.booking.create`, `opt.customer`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from cscli.i18n import t

Function = Callable[..., Any]
SETTINGS: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


EVERYDAY = {
    "help.booking.create": {
        "customer", "phone", "service", "start", "length", "units", "party", "resource", "details", "confirm",
        "waitlist", "repeat", "count", "until",
    },
}  # fmt: skip  # of verbs whose options would fill more than a screen: those of every day, a line each


EMPTIED = {  # what an empty text takes out; a free text may be empty everywhere, or is refused where it is read
    "help.booking.change": {"boarding", "origin", "destination"},
    "help.customer.change": {"phone", "email", "sex", "birth_month", "level", "joined"},
}
FREE = "TEXT"
NAMES = 30  # columns that the names of a list fill at most
TYPED = r"""(?:--[a-z-]+ (?!-))?(?:'[^']*'|"[^"]*"|[^\s'"])+"""  # a word of an example, an option with its value


class Page:
    """Writes a help page: what it does, how it is called, its parts, an example."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the whole page."""
        command: Any = self
        pieces = command.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), t("help.usage"))
        formatter.write_paragraph()
        text, _, example = t(command.help or "").partition("\n\n")
        formatter.write(_folded(text, formatter.width))
        arguments: list[tuple[str, str]] = []
        options: list[tuple[str, str]] = []
        seldom: list[tuple[str, str]] = []
        for parameter in command.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                rows = arguments if parameter.param_type_name == "argument" else options
                often = EVERYDAY.get(command.help or "")
                rows = seldom if often and parameter.name not in often else rows
                rows.append((record[0], _explained(parameter)))
        self.format_names(ctx, formatter)
        for key, rows in (("help.arguments", arguments), ("help.options", options)):
            if rows:
                with formatter.section(t(key)):
                    formatter.write(_listed(rows, formatter.width))
        if seldom:
            from cscli.render.width import packed

            with formatter.section(t("help.more_options")):
                *told, last = (f"{names} ({text})" for names, text in seldom)
                lines = packed([*(f"{entry}," for entry in told), last], formatter.width - 2).split("\n")
                formatter.write("".join(f"  {line}\n" for line in lines))
        if example:
            with formatter.section(t("help.example")):
                for line in example.splitlines():
                    formatter.write(_typed(line, formatter.width))

    def format_names(self, ctx: Any, formatter: Any) -> None:
        """Write the list of what can be named next; a verb has none."""


def _folded(text: str, columns: int, indent: int = 0) -> str:
    """Return text in lines of so many columns; click would count characters, and a Chinese one takes two."""
    from cscli.render.width import fold

    return f"{fold(text, columns - indent, indent)}\n"


def _listed(rows: Sequence[tuple[str, str]], columns: int) -> str:
    """Return names with what each is for beside it; a name too long for its column has a line of its own."""
    from cscli.render.width import pad, width

    longest = max((width(name) for name, _ in rows if width(name) <= NAMES), default=NAMES)
    edge = longest + 4
    told = []
    for name, text in rows:
        head = f"  {name}\n{' ' * edge}" if width(name) > longest else pad(f"  {name}", edge)
        told.append(head + _folded(text, columns, edge))
    return "".join(told)


def _typed(line: str, columns: int) -> str:
    """Return an example, where it is long in lines that end in a backslash, so that a shell takes it as it stands."""
    from cscli.render.width import width

    if width(line) <= columns - 2:
        return f"  {line}\n"
    lines = [""]
    for word in re.findall(TYPED, line):
        if lines[-1] and width(f"    {lines[-1]} {word} \\") > columns:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "  " + " \\\n    ".join(lines) + "\n"


def _explained(parameter: Any) -> str:
    """Return what a parameter is for, and what it is where it is not said."""
    if parameter.name in ("help", "install_completion", "show_completion"):
        return t(f"help.{parameter.name}")
    text = t(parameter.help or "")
    spoken = parameter.default not in (None, False, "", ()) and not isinstance(parameter.default, list)
    return f"{text} [{parameter.default}]" if spoken else text


class Verb(Page, TyperCommand):
    """One command."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the first sentence of the help, for the list of verbs; `limit` is click's, ours fit."""
        del limit
        return short(self.help or "")

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words; one such as -5 or -1d is a value, for no option begins with a digit."""
        options = [known for known in self.params if known.param_type_name == "option"]
        valued = {name for known in options if not getattr(known, "is_flag", False) for name in known.opts}
        read: tuple[list[str], list[str]] = ([], [])
        for word, before in zip(args, ["", *args], strict=False):
            read[word[:1] == "-" and word[1:2].isdigit() and before not in valued].append(word)
        words, below = read
        return list(super().parse_args(ctx, [*words, "--", *below] if below and "--" not in args else args))

    def invoke(self, ctx: Any) -> Any:
        """Do it, unless an option that names something was said and says nothing; raises `UsageProblem`."""
        from cscli.domain.values import says_something
        from cscli.errors import UsageProblem

        emptied = EMPTIED.get(self.help or "", ())
        for option in self.params:
            if option.param_type_name == "option":
                said = ctx.params.get(option.name)
                free = option.metavar == FREE or option.name in emptied
                for word in said if isinstance(said, list | tuple) else (said,):
                    if isinstance(word, str) and not says_something(word) and (word or not free):
                        raise UsageProblem("usage.blank", option=option.opts[-1])
        return super().invoke(ctx)


class Group(Page, TyperGroup):
    """Names that lead to commands, each loaded when it is named."""

    loaders: Mapping[str, Callable[[], Any]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        """Return every name, in the order of the table."""
        del ctx
        return list(self.loaders)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of a name, loaded now; None where there is none."""
        del ctx
        loader = self.loaders.get(cmd_name)
        return loader() if loader else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Return the command the first word names; the nearest one is suggested where none does."""
        if args and not args[0].startswith("-") and args[0] not in self.loaders:
            from cscli.commands.words import choice

            choice(args[0], tuple(self.loaders), "command")
        return super().resolve_command(ctx, args)

    def format_names(self, ctx: Any, formatter: Any) -> None:
        """Write each name with one line of what it does."""
        del ctx
        with formatter.section(t("help.commands")):
            rows = [(name, short(self.key_of(name))) for name in self.loaders]
            formatter.write(_listed(rows, formatter.width))

    def key_of(self, name: str) -> str:
        """Return the help key of one of the names."""
        prefix = (self.help or "help").removesuffix(".noun")
        return f"{prefix}.{name}"


def short(key: str) -> str:
    """Return the first line of a help text."""
    return t(key).partition("\n")[0]


def verb_command(key: str, function: Function) -> Any:
    """Return the command of one function; `key` is its help key."""
    app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    app.command(help=key, cls=Verb, context_settings=SETTINGS)(function)
    command = typer.main.get_command(app)
    command.name = key.rpartition(".")[2]
    return command


def group_command(key: str, loaders: Mapping[str, Callable[[], Any]], callback: Function | None = None) -> Any:
    """Return a group of lazily loaded commands; `callback` takes the options that stand before the name."""

    class Lazy(Group):
        """The group of this table."""

    Lazy.loaders = loaders
    app = typer.Typer(
        cls=Lazy, help=key, add_completion=callback is not None, rich_markup_mode=None, no_args_is_help=True,
        context_settings=SETTINGS, pretty_exceptions_enable=False,
    )  # fmt: skip
    app.callback()(callback or _nothing)
    return typer.main.get_command(app)


def _nothing() -> None:
    return None


def function_at(place: str) -> Function:
    """Return the function behind `file:name` of `cscli.commands`, imported now."""
    module, _, name = place.partition(":")
    function: Function = getattr(import_module(f"cscli.commands.{module}"), name)
    return function


def noun_command(name: str, verbs: Mapping[str, str] | str) -> Any:
    """Return the command of a noun: a group of its verbs, or itself where it is its own verb."""
    if isinstance(verbs, str):
        return verb_command(f"help.{name}", function_at(verbs))
    loaders = {
        verb: partial(lambda key, place: verb_command(key, function_at(place)), f"help.{name}.{verb}", place)
        for verb, place in verbs.items()
    }
    return group_command(f"help.{name}.noun", loaders)
