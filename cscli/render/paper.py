"""Papers: templates of the desk or of the package, filled with facts that are text and nothing else.

A template sees plain words, may loop over them and lay them out; it calls nothing, changes nothing, and what it writes
has an end. In HTML and Markdown a fact is text too, whatever signs it is made of. What is wrong with a template is said
with its line.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from cscli.domain.findings import Finding
from cscli.errors import DataProblem
from cscli.render.width import WIDEST, fold, pad, visible, width

LONGEST = 1_000_000  # characters of one paper
FILTERS = ("default", "d", "first", "join", "last", "length", "count", "lower", "upper", "trim", "replace", "select",
           "reject", "selectattr", "rejectattr", "map", "sort", "reverse", "list", "string")  # fmt: skip
Facts = Mapping[str, Any]


def paper(path: str, template: str, facts: Facts, form: str = "text") -> str:
    """Return a template filled with facts; raises `DataProblem` with its line where it cannot be.

    `path` is how the template is named where something is wrong with it. `form` is `text`, `md` or `html`: in the last
    two, signs that would be read as markup are escaped, in HTML where they are written, in Markdown in the facts.
    """
    from jinja2 import TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    try:
        known = _escaped(facts) if form == "md" else facts
        pages = _environment(escaping=form == "html").from_string(template).generate(known)
        text = _capped(pages)
    except TemplateSyntaxError as problem:
        raise _problem(path, problem.lineno, "syntax", problem=str(problem.message)) from None
    except UndefinedError as problem:
        names = re.findall(r"'([^']*)'", str(problem)) or ["?"]
        raise _problem(path, _line(problem), "unknown", name=names[-1]) from None
    except SecurityError as problem:
        raise _problem(path, _line(problem), "forbidden") from None
    except _TooLongError:
        raise _problem(path, None, "long", most=LONGEST) from None
    except Exception as problem:  # a template can be wrong in any way, and is the desk's own file
        raise _problem(path, _line(problem), "syntax", problem=str(problem)) from None
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


class _TooLongError(Exception):
    """A paper that would not end."""


def _capped(pages: Any) -> str:
    parts: list[str] = []
    size = 0
    for part in pages:
        size += len(part)
        if size > LONGEST:
            raise _TooLongError
        parts.append(part)
    return "".join(parts)


def _escaped(facts: Any) -> Any:
    """Return facts in which every text is one that Markdown shows as it is."""
    from cscli.render.table import markdown_cell

    if isinstance(facts, str):
        return markdown_cell(facts)
    if isinstance(facts, Mapping):
        return {name: _escaped(value) for name, value in facts.items()}
    return [_escaped(value) for value in facts] if isinstance(facts, list | tuple) else facts


def _environment(*, escaping: bool) -> Any:
    """Return a sandbox in which nothing can be called but macros, and no text multiplied."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.runtime import LoopContext, Macro
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        """The place where templates run."""

        intercepted_binops = frozenset(("*", "**", "%"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002 - jinja's own shape
            raise SecurityError(operator)

        def is_safe_callable(self, obj: Any) -> bool:
            return isinstance(obj, Macro)

        def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ARG002 - jinja's own shape
            return isinstance(obj, LoopContext) and not attr.startswith("_")

    place = Sandbox(undefined=StrictUndefined, autoescape=escaping, trim_blocks=True, lstrip_blocks=True)
    place.globals.clear()
    place.filters = {name: place.filters[name] for name in FILTERS}
    place.filters |= {"pad": _padded, "right": _to_right, "fold": fold, "table": _table}
    return place


def _problem(path: str, line: int | None, kind: str, **facts: object) -> DataProblem:
    said = {name: visible(value) if isinstance(value, str) else value for name, value in facts.items()}
    finding = Finding(path, line, f"file.template.{kind}", said)
    return DataProblem("data.file", path=path, line=line, finding=finding)


def _line(problem: BaseException) -> int | None:
    """Return the line of the template in which a problem arose."""
    found, trace = None, problem.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


# --- what templates lay words out with --------------------------------------------------------------------------


def _padded(text: object, columns: int) -> str:
    """Return text filled with spaces to so many columns, a Chinese character taking two.

    What is wider has a line of its own, so that what follows stands in its column all the same.
    """
    columns = min(columns, WIDEST)
    *lines, last = str(text).split("\n")
    return "\n".join([*lines, *([last, " " * columns] if width(last) > columns else [pad(last, columns)])])


def _to_right(text: object, columns: int) -> str:
    return pad(str(text), min(columns, WIDEST), right=True)


def _table(rows: Sequence[Facts], align: str = "", indent: int = 0, **heads: str) -> str:
    """Return rows as a table: for each column the name of a fact and its head; columns with nothing in them go."""
    from cscli.render.table import table

    kept = [name for name in heads if any(row[name] for row in rows)]
    sides = "".join(align[place : place + 1] or "l" for place, name in enumerate(heads) if name in kept)
    text = table([[row[name] for name in kept] for row in rows], [heads[name] for name in kept], align=sides)
    blank = " " * min(indent, WIDEST)
    return "\n".join(blank + line for line in text.split("\n"))
